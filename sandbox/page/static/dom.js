// Small helpers for the page: making elements from text alone, talking to the server, saying things.

export const at = (id) => document.getElementById(id);

// Everything foreign goes in as text; nothing here ever parses markup.
export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export const button = (text, onclick, more = {}) => make("button", { type: "button", text, onclick, ...more });

export const kes = (amount) => `KES ${Number(amount).toLocaleString("en-KE")}`;

export const clock = (moment, more = {}) =>
  new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...more });

// 254712000101 as people in Kenya write it.
export const local = (msisdn) => `0${msisdn.slice(3, 6)} ${msisdn.slice(6, 9)} ${msisdn.slice(9)}`;

// "Wanjiru & Otieno Advocates" as WO: what stands in the place of a portrait.
export const initials = (name) => (name.match(/\b\p{Lu}/gu) ?? ["?"]).slice(0, 2).join("");

const TOAST_MS = 4500;

export function toast(text) {
  const shown = make("p", { text });
  at("toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}

export function alertBox(text) {
  at("alert-text").textContent = text;
  if (!at("alert").open) at("alert").showModal();
}

export const announce = (text) => { at("announcer").textContent = text; };

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${text}`);
  } catch {
    toast(`Copy it by hand: ${text}`);
  }
}

// Does a deed; null when the server refused it, which the person is told.
export async function act(deed) {
  try {
    const answer = await fetch("/ui/act", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Demo": "1" },
      body: JSON.stringify(deed),
    });
    const told = await answer.json();
    if (told.ok) return told;
    toast(told.error);
  } catch {
    toast("The demo does not answer. Is it still running?");
  }
  return null;
}

export async function fetchState(uid) {
  const answer = await fetch(`/ui/state${uid ? `?uid=${encodeURIComponent(uid)}` : ""}`);
  return answer.ok ? answer.json() : null;
}
