// What one can say: the message field, the command menu, the keyboard the bot offers, and a link's Start button.

import { act, at, button, make } from "./dom.js";
import { styleOf } from "./message.js";

const USUAL = "Write a message";

let uid = null;
let commands = [];
let payload = null; // of the deep link by which this page was opened

export const setSpeaker = (speaker) => { uid = speaker; };

export async function say(text) {
  closeMenu();
  return act({ do: "say", uid, text });
}

export function showKeyboard(keyboard) {
  at("keyboard").hidden = !keyboard;
  at("keyboard").replaceChildren(...(keyboard?.rows ?? []).map((row) =>
    make("div", { class: "row" }, ...row.map((each) => replyButton(each, keyboard.one_time)))));
  at("message").placeholder = keyboard?.placeholder ?? USUAL;
}

function replyButton({ text, action, style }, oneTime) {
  const run = async () => {
    const told = action === "request_contact" ? await act({ do: "contact", uid }) : await say(text);
    if (told && oneTime) showKeyboard(null);
    at("message").focus();
  };
  return button(text, run, { class: styleOf(style), "data-action": action });
}

// The menu: all commands by its button, or those that begin with what is being typed.

export function showCommands(known) {
  commands = known;
  at("menu-button").hidden = !commands.length;
  drawMenu("");
}

function drawMenu(typed) {
  const wanted = commands.filter(({ command }) => `/${command}`.startsWith(typed));
  at("menu").replaceChildren(...wanted.map(({ command, description }) =>
    make("button", { type: "button", onclick: () => { say(`/${command}`); at("message").value = ""; at("message").focus(); } },
      make("strong", { text: `/${command}` }), make("span", { text: description }))));
  return wanted.length;
}

export const closeMenu = () => setMenu(false);

function setMenu(open) {
  at("menu").hidden = !open;
  at("menu-button").setAttribute("aria-expanded", String(open));
}

function toggleMenu() {
  const opens = at("menu").hidden;
  drawMenu("");
  setMenu(opens);
  if (opens) at("menu").querySelector("button")?.focus();
}

function offerWhileTyping() {
  const typed = at("message").value;
  setMenu(/^\/\w*$/.test(typed) && drawMenu(typed) > 0);
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function walkMenu(event) {
  const entries = [...at("menu").querySelectorAll("button")];
  const here = entries.indexOf(document.activeElement);
  if (event.key === "Escape") {
    closeMenu();
    at("message").focus();
  } else if (event.key in STEPS && entries.length && !at("menu").hidden) {
    event.preventDefault();
    entries.at((here + STEPS[event.key]) % entries.length).focus();
  }
}

async function send(event) {
  event.preventDefault();
  const text = at("message").value;
  if (!text.trim()) return;
  at("message").value = "";
  if (!await say(text)) at("message").value ||= text;
}

// A deep link: `?start=payload` in this page's own address, as t.me/<bot>?start=payload.

export const linkPayload = () => payload;

function readLink() {
  const given = new URLSearchParams(location.search).get("start");
  payload = /^[\w-]{1,64}$/.test(given ?? "") ? given : null;
  at("start-bar").hidden = !payload;
}

async function startByLink() {
  if (!await say(`/start ${payload}`)) return;
  payload = null;
  at("start-bar").hidden = true;
  history.replaceState(null, "", `?uid=${uid}`);
  at("message").focus();
}

export function wireComposer() {
  readLink();
  at("start").addEventListener("click", startByLink);
  at("menu-button").addEventListener("click", toggleMenu);
  at("menu").addEventListener("keydown", walkMenu);
  at("message").addEventListener("keydown", walkMenu);
  at("message").addEventListener("input", offerWhileTyping);
  at("composer").addEventListener("submit", send);
}
