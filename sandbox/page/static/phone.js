// The phone: the prompt, the balance and the text messages of one line, and which line is in the hand.

import { act, announce, at, button, clock, kes, local, make } from "./dom.js";

const CHANGE_MS = 4000;

let own = null; // the persona's own number
let shown = null; // the number of the line in the hand
let owner = "";
let openPrompt = ""; // the prompt on the screen, so that a redraw does not empty the PIN field
let drawn = { line: null, balance: 0, sms: 0 }; // what the screen shows, to see what has changed
let changeTimer = 0;
const phones = new Map();

export function showPhone(state) {
  own = shown = state.me.phone;
  owner = state.me.name;
  openPrompt = "";
  drawn.line = null;
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
  drawBalance(phone.balance_kes);
  drawSms(phone.sms);
  drawn = { line: shown, balance: phone.balance_kes, sms: phone.sms.length };
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
  at("home").inert = Boolean(prompt);
  if (id === openPrompt) return;
  openPrompt = id;
  at("pin").value = "";
  if (!prompt) return;
  at("prompt-title").textContent = `Pay ${kes(prompt.amount_kes)}?`;
  at("prompt-to").textContent = prompt.business_name;
  at("prompt-account").textContent = prompt.account;
  at("prompt-time").max = seconds(prompt.opened_at, new Date(prompt.closes_at));
  tick();
}

const seconds = (from, until) => Math.max(0, Math.round((until - new Date(from)) / 1000));

export function tick() {
  const prompt = phones.get(shown)?.prompt;
  if (!prompt) return;
  const left = seconds(Date.now(), new Date(prompt.closes_at));
  at("prompt-time").value = left;
  at("prompt-left").textContent = `Goes away in ${left} s`;
}

function drawBalance(balance) {
  at("balance").textContent = kes(balance);
  if (document.activeElement !== at("balance-input")) at("balance-input").value = balance;
  const change = balance - drawn.balance;
  if (drawn.line !== shown) at("change").textContent = "";
  else if (change) showChange(change);
}

function showChange(change) {
  clearTimeout(changeTimer);
  at("change").textContent = `${change > 0 ? "+" : "−"}${Math.abs(change).toLocaleString("en-KE")}`;
  at("change").className = change > 0 ? "more" : "less";
  changeTimer = setTimeout(() => { at("change").textContent = ""; }, CHANGE_MS);
}

// Newest first; only what is new is added, so that a screen reader reads no more than that.
function drawSms(messages) {
  at("no-sms").hidden = messages.length > 0;
  const goesOn = drawn.line === shown && messages.length > drawn.sms;
  const same = drawn.line === shown && messages.length === drawn.sms;
  if (same) return;
  if (!goesOn) at("sms").replaceChildren();
  const fresh = goesOn ? messages.slice(drawn.sms) : messages;
  for (const message of fresh) at("sms").prepend(sms(message));
}

const sms = ({ at: when, text }) =>
  make("li", {}, make("time", { datetime: when, text: clock(when) }), make("p", { text }));

const answer = (deed, more = {}) => act({ do: deed, phone: shown, ...more });

function drawKeypad() {
  const digit = (text) => button(text, () => type(text));
  const erase = () => { at("pin").value = at("pin").value.slice(0, -1); };
  at("keypad").append(
    ..."123456789".split("").map(digit),
    button("Clear", () => { at("pin").value = ""; }),
    digit("0"),
    button("⌫", erase, { "aria-label": "Delete digit" }),
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
