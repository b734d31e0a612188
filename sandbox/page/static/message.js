// One message as an element: who, what it answers, what hangs on it, its words and its buttons.

import { act, at, button, clock, copy, make, toast } from "./dom.js";
import { follow, words } from "./words.js";

const STYLES = ["success", "danger", "primary"];

// `chat` knows uid, bot, messages by id, deeds for words.js, and takes presses.
export function draw(message, chat) {
  const who = message.from_bot ? chat.bot.first_name : "You";
  return make(
    "article",
    { id: `m${message.message_id}`, class: message.from_bot ? "theirs" : "mine", tabindex: "-1" },
    make("div", { class: "bubble" },
      make("span", { class: "unseen", text: `${who}: ` }),
      ...quoted(message, chat),
      ...attachments(message),
      said(message, chat),
      make("p", { class: "note", text: note(message) })),
    ...rows(message, chat),
  );
}

// What a message says in one line: for quotes and pins.
export function gist(message) {
  const named = message.document?.file_name ?? (message.photo ? "Picture" : "");
  return message.text.split("\n").find((line) => line.trim()) ?? named;
}

function quoted(message, chat) {
  const answered = message.reply_to && chat.messages.get(message.reply_to);
  return answered ? [make("p", { class: "quoted", text: gist(answered) })] : [];
}

function said(message, chat) {
  const element = make("div", { class: "words" });
  if (message.contact) element.append(`Contact: ${message.contact.first_name}, ${message.contact.phone_number}`);
  element.append(words(message.text, message.entities, chat.deeds));
  return element;
}

function note(message) {
  const parts = [clock(message.date * 1000), message.edited && "edited", message.protected && "protected"];
  return [...parts, message.effect && "with an effect"].filter(Boolean).join(" · ");
}

function attachments(message) {
  const shown = [];
  if (message.photo) shown.push(picture(message.photo.at(-1), gist(message)));
  if (message.document) shown.push(file(message.document));
  return shown;
}

function picture({ file_id: id, width, height }, text) {
  const src = address(id);
  const open = () => {
    at("viewer-picture").src = src;
    at("viewer-picture").alt = text;
    at("viewer").showModal();
  };
  const image = make("img", { src, alt: text, width, height });
  return make("button", { type: "button", class: "picture", title: "Show it larger", onclick: open }, image);
}

function file({ file_id: id, file_name: name, file_size: size }) {
  return make("a", { class: "file", href: address(id), download: name },
    make("span", { class: "ending", "aria-hidden": "true", text: name.split(".").at(-1).slice(0, 4) }),
    make("span", { text: name }), make("small", { text: bytes(size) }));
}

const address = (id) => `/ui/files/${encodeURIComponent(id)}`;
const bytes = (count) => (count < 1024 ? `${count} B` : `${Math.ceil(count / 1024)} kB`);

function rows(message, chat) {
  if (!message.rows.length) return [];
  const drawn = message.rows.map((row) =>
    make("div", { class: "row" }, ...row.map((each) => inlineButton(message, each, chat))));
  return [make("div", { class: "buttons" }, ...drawn)];
}

const ACTIONS = {
  callback_data: (message, { value }, element, chat) => press(message, value, element, chat),
  url: (message, { value }, element, chat) => follow(value, chat.deeds),
  copy_text: (message, { value }) => copy(value),
};

function inlineButton(message, { text, action, value, style }, chat) {
  const run = (event) =>
    (ACTIONS[action] ?? notHere)(message, { value }, event.currentTarget, chat);
  return button(text, run, { class: styleOf(style), "data-action": action });
}

export const styleOf = (style) => (STYLES.includes(style) ? style : null);
const notHere = () => toast("The demo does not have this kind of button.");

// The button stays alive while it waits, as in a real chat: a double tap is a thing to try.
async function press(message, data, element, chat) {
  element.setAttribute("aria-busy", "true");
  const told = await act({ do: "tap", uid: chat.uid, message_id: message.message_id, data });
  chat.pressed(told?.query_id, element);
}
