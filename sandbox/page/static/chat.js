// The chat: messages that can change in place, presses that wait for their answer, the pin, who is writing.

import { alertBox, at, button, initials, make, toast } from "./dom.js";
import { closeMenu, say, setSpeaker, showCommands, showKeyboard } from "./composer.js";
import { draw, gist } from "./message.js";
import { follow } from "./words.js";

const TYPING_MS = 5000;
const PRESS_MS = 30000;
const NEAR_BOTTOM_PX = 120;
const DOING = { typing: "is writing", upload_photo: "is sending a picture", upload_document: "is sending a document" };

let typingTimer = 0;
let atBottom = true; // the newest message is in sight, and shall stay so
const waiting = new Map(); // presses waiting for their answer: query id -> button
const answered = new Set(); // answers that overtook the reply to the press itself

const chat = {
  uid: null,
  bot: { first_name: "Bot", username: "" },
  messages: new Map(),
  deeds: { say, get bot() { return chat.bot.username; } },
  pressed,
};

export function showChat(state) {
  chat.uid = state.me.uid;
  chat.bot = state.bot;
  chat.messages = new Map(state.messages.map((message) => [message.message_id, message]));
  waiting.clear();
  answered.clear();
  setSpeaker(chat.uid);
  at("bot-name").textContent = chat.bot.first_name;
  at("bot-face").textContent = initials(chat.bot.first_name);
  at("log").replaceChildren(...state.messages.map((message) => draw(message, chat)));
  stopTyping();
  closeMenu();
  showEmpty();
  showPinned();
  showKeyboard(state.keyboard);
  showCommands(state.commands);
  toBottom();
}

export const CHAT_NEWS = {
  message: (news) => {
    showMessage(news.message);
    if (news.message.reply_kind) showKeyboard(news.keyboard);
  },
  edit: (news) => showMessage(news.message),
  delete: (news) => {
    chat.messages.delete(news.message_id);
    at(`m${news.message_id}`)?.remove();
    showEmpty();
    showPinned();
  },
  answer: showAnswer,
  action: showTyping,
  commands: (news) => showCommands(news.commands),
};

function showMessage(message) {
  const follows = !message.from_bot || atBottom;
  const old = at(`m${message.message_id}`);
  chat.messages.set(message.message_id, message);
  const drawn = draw(message, chat);
  if (message.from_bot) stopTyping();
  if (old) replace(old, drawn);
  else at("log").append(drawn);
  showEmpty();
  showPinned();
  if (follows) toBottom();
}

// An edit may take away the button that has the focus; the focus then stays with the message.
function replace(old, drawn) {
  const focused = old.contains(document.activeElement);
  old.replaceChildren(...drawn.childNodes);
  flash(old);
  if (focused) (old.querySelector(".buttons button") ?? old).focus();
}

function flash(element) {
  element.classList.add("changed");
  element.addEventListener("animationend", () => element.classList.remove("changed"), { once: true });
}

function pressed(queryId, element) {
  if (!queryId || answered.delete(queryId)) return element.removeAttribute("aria-busy");
  waiting.set(queryId, element);
  return setTimeout(() => release(queryId), PRESS_MS);
}

function release(queryId) {
  const element = waiting.get(queryId);
  waiting.delete(queryId);
  if (element && ![...waiting.values()].includes(element)) element.removeAttribute("aria-busy");
  return Boolean(element);
}

function showAnswer(news) {
  if (!release(news.query_id)) answered.add(news.query_id);
  if (news.text) (news.show_alert ? alertBox : toast)(news.text);
  if (news.url) follow(news.url, chat.deeds);
}

function showTyping(news) {
  clearTimeout(typingTimer);
  at("doing").textContent = DOING[news.action] ?? DOING.typing;
  at("doing").classList.add("busy");
  typingTimer = setTimeout(stopTyping, TYPING_MS);
}

function stopTyping() {
  clearTimeout(typingTimer);
  at("doing").textContent = "bot";
  at("doing").classList.remove("busy");
}

function showPinned() {
  const newest = [...chat.messages.values()].filter((message) => message.pinned).at(-1);
  at("pinned").hidden = !newest;
  if (!newest) return;
  at("pinned-text").textContent = gist(newest);
  at("pinned").dataset.message = newest.message_id;
}

function goToPinned() {
  const message = at(`m${at("pinned").dataset.message}`);
  message.scrollIntoView({ block: "center" });
  message.focus({ preventScroll: true });
  flash(message);
}

function toBottom() {
  at("log").scrollTop = at("log").scrollHeight;
  atBottom = true;
}

function watchBottom() {
  const log = at("log");
  const stay = () => { if (atBottom) toBottom(); };
  log.addEventListener("scroll", () => {
    atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM_PX;
  });
  log.addEventListener("load", stay, true); // a picture has come
  new ResizeObserver(stay).observe(log);
}

function showEmpty() {
  const log = at("log");
  log.querySelector(".empty")?.remove();
  if (log.childElementCount) return;
  log.append(make("div", { class: "empty" },
    make("p", { text: "Nothing here yet. Say hello to the firm's payment desk." }),
    button("Start", () => say("/start"), { class: "strong" })));
}

export function wireChat() {
  watchBottom();
  at("pinned").addEventListener("click", goToPinned);
}
