// The phone: the prompt, the balance and the text messages of one line, and which line is in the hand.

import { act, announce, at, clock, kes, local, make } from "./dom.js";

let own = null; // the persona's own number
let shown = null; // the number of the line in the hand
let owner = "";
let openPrompt = ""; // the prompt on the screen, so that a redraw does not empty the PIN field
const phones = new Map();

export function showPhone(state) {
  own = shown = state.me.phone;
  owner = state.me.name;
  openPrompt = "";
  phones.clear();
  for (const phone of state.phones) phones.set(phone.msisdn, phone);
  redraw();
}

// News of other personas' phones come too; they are not for this hand.
export function phoneNews({ phone }, others) {
  if (phone.msisdn !== own && others.includes(phone.msisdn)) return;
  const known = phones.get(phone.msisdn);
  phones.set(phone.msisdn, phone);
  if (phone.prompt && !known?.prompt) ring(phone);
  redraw();
}

// A number typed into the chat may belong to nobody here; its phone is then put into the hand.
function ring(phone) {
  if (!phones.get(shown)?.prompt) shown = phone.msisdn;
  const { amount_kes: amount, business_name: business } = phone.prompt;
  announce(`The phone ${local(phone.msisdn)} asks: pay ${kes(amount)} to ${business}?`);
}

function redraw() {
  const phone = phones.get(shown);
  at("owner").textContent = shown === own ? `${owner}'s phone` : "Another phone";
  drawLines();
  drawPrompt(phone.prompt);
  at("balance").textContent = kes(phone.balance_kes);
  if (document.activeElement !== at("balance-input")) at("balance-input").value = phone.balance_kes;
  drawSms(phone.sms);
  const ringing = [...phones.values()].some((any) => any.prompt);
  at("ringing").hidden = at("call").hidden = !ringing;
}

function drawLines() {
  const single = phones.size < 2;
  at("line").hidden = single;
  at("number").textContent = single ? local(shown) : "";
  const choices = [...phones.values()].map(({ msisdn, prompt }) =>
    make("option", { value: msisdn, text: `${local(msisdn)}${prompt ? " (asks)" : ""}` }));
  at("line").replaceChildren(...choices);
  at("line").value = shown;
}

function drawPrompt(prompt) {
  const id = prompt ? prompt.checkout_request_id : "";
  at("prompt").hidden = !prompt;
  at("home").hidden = Boolean(prompt);
  if (id === openPrompt) return;
  openPrompt = id;
  at("pin").value = "";
  if (!prompt) return;
  at("prompt-title").textContent = `Pay ${kes(prompt.amount_kes)}?`;
  at("prompt-to").textContent = prompt.business_name;
  at("prompt-account").textContent = prompt.account;
  tick();
}

function drawSms(messages) {
  at("no-sms").hidden = messages.length > 0;
  const newestFirst = [...messages].reverse();
  at("sms").replaceChildren(...newestFirst.map(({ at: when, text }) =>
    make("li", {}, make("time", { datetime: when, text: clock(when) }), make("p", { text }))));
}

export function tick() {
  const prompt = phones.get(shown)?.prompt;
  if (!prompt) return;
  const left = Math.max(0, Math.round((new Date(prompt.closes_at) - Date.now()) / 1000));
  at("prompt-left").textContent = `Goes away in ${left} s`;
}

const answer = (deed, more = {}) => act({ do: deed, phone: shown, ...more });

function drawKeypad() {
  const digit = (text) => make("button", { type: "button", text, onclick: () => type(text) });
  const erase = () => { at("pin").value = at("pin").value.slice(0, -1); };
  at("keypad").append(
    ..."123456789".split("").map(digit),
    make("button", { type: "button", text: "Clear", onclick: () => { at("pin").value = ""; } }),
    digit("0"),
    make("button", { type: "button", text: "⌫", "aria-label": "Delete digit", onclick: erase }),
  );
}

function type(digit) {
  if (at("pin").value.length < at("pin").maxLength) at("pin").value += digit;
}

export function wirePhone() {
  drawKeypad();
  at("prompt").addEventListener("submit", (event) => {
    event.preventDefault();
    const pin = at("pin").value;
    at("pin").value = "";
    answer("pin", { pin });
  });
  at("prompt-cancel").addEventListener("click", () => answer("cancel"));
  at("prompt-ignore").addEventListener("click", () => answer("ignore"));
  at("balance-form").addEventListener("submit", (event) => {
    event.preventDefault();
    at("balance-input").blur();
    answer("balance", { balance_kes: at("balance-input").valueAsNumber });
  });
  at("line").addEventListener("change", () => {
    shown = at("line").value;
    redraw();
  });
}
