// The chat: messages that can change in place, buttons under them, the keyboard and the command menu.

import { act, alertBox, at, clock, make, toast } from "./dom.js";
import { follow, words } from "./words.js";

const TYPING_MS = 5000;
const PRESS_MS = 30000;
const NEAR_BOTTOM_PX = 120;
const STYLES = ["success", "danger", "primary"];

let uid = null;
let bot = { first_name: "Bot", username: "" };
let typingTimer = 0;
let atBottom = true; // the newest message is in sight, and shall stay so
const pressed = new Map(); // presses waiting for their answer: query id -> button
const answered = new Set(); // answers that overtook the reply to the press itself

const deeds = { say, get bot() { return bot.username; } };

export function showChat(state) {
  uid = state.me.uid;
  bot = state.bot;
  pressed.clear();
  answered.clear();
  at("bot-name").textContent = bot.first_name;
  at("log").replaceChildren(...state.messages.map(draw));
  stopTyping();
  closeMenu();
  showEmpty();
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
  delete: (news) => { at(`m${news.message_id}`)?.remove(); showEmpty(); },
  answer: showAnswer,
  action: showTyping,
  commands: (news) => showCommands(news.commands),
};

function showMessage(message) {
  const follows = !message.from_bot || atBottom;
  const old = at(`m${message.message_id}`);
  const drawn = draw(message);
  if (message.from_bot) stopTyping();
  if (old) replace(old, drawn);
  else at("log").append(drawn);
  showEmpty();
  if (follows) toBottom();
}

// An edit may take away the button that has the focus; the focus then stays with the message.
function replace(old, drawn) {
  const focused = old.contains(document.activeElement);
  old.replaceChildren(...drawn.childNodes);
  old.classList.add("changed");
  old.addEventListener("animationend", () => old.classList.remove("changed"), { once: true });
  if (focused) (old.querySelector(".buttons button") ?? old).focus();
}

function draw(message) {
  const said = make("div", { class: "words" });
  if (message.contact) said.append(`Contact: ${message.contact.first_name}, ${message.contact.phone_number}`);
  said.append(words(message.text, message.entities, deeds));
  const note = [clock(message.date * 1000), message.edited ? "edited" : ""].filter(Boolean).join(" · ");
  const who = message.from_bot ? bot.first_name : "You";
  return make(
    "article",
    { id: `m${message.message_id}`, class: message.from_bot ? "theirs" : "mine", tabindex: "-1" },
    make("span", { class: "unseen", text: `${who}: ` }),
    ...attachments(message),
    said,
    make("p", { class: "note", text: note }),
    ...rows(message),
  );
}

function attachments(message) {
  const shown = [];
  if (message.photo) {
    const { file_id: id, width, height } = message.photo.at(-1);
    shown.push(make("img", { src: fileAddress(id), alt: message.text || "Picture", width, height }));
  }
  if (message.document) {
    const { file_id: id, file_name: name, file_size: size } = message.document;
    shown.push(make("a", { class: "file", href: fileAddress(id), download: name, text: `${name} (${bytes(size)})` }));
  }
  return shown;
}

const fileAddress = (id) => `/ui/files/${encodeURIComponent(id)}`;
const bytes = (count) => (count < 1024 ? `${count} B` : `${Math.ceil(count / 1024)} kB`);

function rows(message) {
  if (!message.rows.length) return [];
  const drawn = message.rows.map((row) =>
    make("div", { class: "row" }, ...row.map((button) => inlineButton(message, button))));
  return [make("div", { class: "buttons" }, ...drawn)];
}

const ACTIONS = {
  callback_data: press,
  url: (message, button) => follow(button.value, deeds),
  copy_text: (message, button) => copy(button.value),
};

function inlineButton(message, button) {
  const run = (event) => (ACTIONS[button.action] ?? notHere)(message, button, event.currentTarget);
  return make("button", { type: "button", text: button.text, class: styleOf(button), onclick: run });
}

const styleOf = (button) => (STYLES.includes(button.style) ? button.style : null);
const notHere = () => toast("The demo does not have this kind of button.");

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${text}`);
  } catch {
    toast(`Copy it by hand: ${text}`);
  }
}

// The button stays alive while it waits, as in a real chat: a double tap is a thing to try.
async function press(message, button, element) {
  element.setAttribute("aria-busy", "true");
  const told = await act({ do: "tap", uid, message_id: message.message_id, data: button.value });
  if (!told || answered.delete(told.query_id)) return element.removeAttribute("aria-busy");
  pressed.set(told.query_id, element);
  return setTimeout(() => release(told.query_id), PRESS_MS);
}

function release(queryId) {
  const element = pressed.get(queryId);
  pressed.delete(queryId);
  if (element && ![...pressed.values()].includes(element)) element.removeAttribute("aria-busy");
  return Boolean(element);
}

function showAnswer(news) {
  if (!release(news.query_id)) answered.add(news.query_id);
  if (news.text) (news.show_alert ? alertBox : toast)(news.text);
}

function showTyping() {
  clearTimeout(typingTimer);
  at("doing").textContent = "is writing";
  typingTimer = setTimeout(stopTyping, TYPING_MS);
}

function stopTyping() {
  clearTimeout(typingTimer);
  at("doing").textContent = "";
}

function toBottom() {
  at("log").scrollTop = at("log").scrollHeight;
  atBottom = true;
}

function watchBottom() {
  const log = at("log");
  log.addEventListener("scroll", () => {
    atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM_PX;
  });
  new ResizeObserver(() => { if (atBottom) toBottom(); }).observe(log);
}

function showEmpty() {
  const log = at("log");
  log.querySelector(".empty")?.remove();
  if (log.childElementCount) return;
  log.append(make("div", { class: "empty" },
    make("p", { text: "Nothing here yet. Say hello to the firm's payment desk." }),
    make("button", { type: "button", class: "strong", text: "Start", onclick: () => say("/start") })));
}

export async function say(text) {
  closeMenu();
  return act({ do: "say", uid, text });
}

function showKeyboard(keyboard) {
  const place = at("keyboard");
  place.hidden = !keyboard;
  place.replaceChildren(...(keyboard?.rows ?? []).map((row) =>
    make("div", { class: "row" }, ...row.map((button) => replyButton(button, keyboard.one_time)))));
  at("message").placeholder = keyboard?.placeholder ?? "Write a message";
}

function replyButton(button, oneTime) {
  const shares = button.action === "request_contact";
  const run = async () => {
    const told = shares ? await act({ do: "contact", uid }) : await say(button.text);
    if (told && oneTime) showKeyboard(null);
    at("message").focus();
  };
  return make("button", { type: "button", text: button.text, class: styleOf(button), onclick: run });
}

function showCommands(commands) {
  at("menu-button").hidden = !commands.length;
  at("menu").replaceChildren(...commands.map(({ command, description }) =>
    make("button", { type: "button", onclick: () => { say(`/${command}`); at("message").focus(); } },
      make("strong", { text: `/${command}` }), make("span", { text: description }))));
}

function closeMenu() {
  at("menu").hidden = true;
  at("menu-button").setAttribute("aria-expanded", "false");
}

function toggleMenu() {
  const opens = at("menu").hidden;
  at("menu").hidden = !opens;
  at("menu-button").setAttribute("aria-expanded", String(opens));
  if (opens) at("menu").querySelector("button")?.focus();
}

export function wireChat() {
  watchBottom();
  at("menu-button").addEventListener("click", toggleMenu);
  at("menu").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeMenu();
    at("menu-button").focus();
  });
  at("composer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = at("message").value;
    if (!text.trim()) return;
    at("message").value = "";
    if (!await say(text)) at("message").value ||= text;
  });
}
