// The words of a message: text and entities (offsets in UTF-16 units, as in JavaScript) as elements.

import { button, copy, make, toast } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", pre: "pre", blockquote: "blockquote",
};

const SPECIAL = {
  text_link: (entity, act) => link(entity.url, act),
  code: (entity, act, text) => make("button", { type: "button", class: "code", title: "Copy", onclick: () => copy(text) }),
  date_time: (entity, act, text) => moment(entity, text),
  spoiler: () => spoiler(),
  expandable_blockquote: () => make("blockquote", { class: "folded" }),
};

// What an element gets once its words are in it.
const FINISH = { expandable_blockquote: foldable };

// In these nothing is found that carries no mark.
const VERBATIM = new Set(["code", "pre", "text_link", "date_time"]);

// `act.say(text)` sends, `act.bot` is the bot's user name.
export function words(text, entities, act) {
  const outerFirst = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const whole = document.createDocumentFragment();
  fill(whole, text, 0, text.length, outerFirst, { act, verbatim: false });
  return whole;
}

// Writes text[start:end] into `parent`; takes the entities that begin there off the list.
function fill(parent, text, start, end, entities, how) {
  let position = start;
  while (entities.length && entities[0].offset < end) {
    const entity = entities.shift();
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < position || stop <= entity.offset) continue;
    parent.append(...found(text.slice(position, entity.offset), how));
    parent.append(written(entity, text, stop, entities, how));
    position = stop;
  }
  parent.append(...found(text.slice(position, end), how));
}

function written(entity, text, stop, entities, how) {
  const element = (SPECIAL[entity.type] ?? plain)(entity, how.act, text.slice(entity.offset, stop));
  const verbatim = how.verbatim || VERBATIM.has(entity.type);
  if (element.textContent) skipInside(entities, stop);
  else fill(element, text, entity.offset, stop, entities, { ...how, verbatim });
  FINISH[entity.type]?.(element);
  return element;
}

const plain = (entity) => make(TAGS[entity.type] ?? "span");

function skipInside(entities, stop) {
  while (entities.length && entities[0].offset < stop) entities.shift();
}

// Chat programs find commands and addresses by themselves, marked or not.
const FINDABLE = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)]|(?<![\w/@.])\/[a-z0-9_]{1,32}(?![\w/])/g;

function found(text, { act, verbatim }) {
  if (verbatim) return [text];
  const parts = [];
  let position = 0;
  for (const match of text.matchAll(FINDABLE)) {
    parts.push(text.slice(position, match.index), reference(match[0], act));
    position = match.index + match[0].length;
  }
  return [...parts, text.slice(position)];
}

function reference(text, act) {
  const element = text.startsWith("/") ? command(text, act) : link(text, act);
  element.textContent = text;
  return element;
}

// Links lead nowhere: nothing on this page leaves the computer. A deep link to the bot starts it.
function link(url, act) {
  return make("button", { type: "button", class: "link", title: url, onclick: () => follow(url, act) });
}

export function follow(url, act) {
  const start = deepLink(url, act.bot);
  if (start) act.say(start);
  else toast(`The demo opens no addresses: ${url}`);
}

function deepLink(url, bot) {
  const found = /^(?:https:\/\/t\.me\/(\w+)|tg:\/\/resolve\?domain=(\w+))(?:[?&]start=([\w-]{1,64}))?$/.exec(url);
  if (!found || (found[1] ?? found[2]).toLowerCase() !== bot.toLowerCase()) return null;
  return found[3] ? `/start ${found[3]}` : "/start";
}

const command = (text, act) => make("button", { type: "button", class: "link", onclick: () => act.say(text) });

function spoiler() {
  const reveal = (event) => event.currentTarget.removeAttribute("aria-label");
  return make("button", { type: "button", class: "spoiler", "aria-label": "Hidden text, show it", onclick: reveal });
}

function foldable(element) {
  const more = button("Show all", () => {
    const folded = element.classList.toggle("folded");
    more.textContent = folded ? "Show all" : "Show less";
    more.setAttribute("aria-expanded", String(!folded));
  }, { class: "plain", "aria-expanded": "false" });
  element.append(more);
}

const PARTS = {
  w: { weekday: "short" },
  d: { day: "numeric", month: "numeric", year: "2-digit" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

// A time in the reader's own zone; without a format the text stays as the sender wrote it.
function moment(entity, text) {
  const when = new Date(entity.unix_time * 1000);
  const element = make("time", { datetime: when.toISOString(), title: `${when.toLocaleString()} (sent as ${text})` });
  const format = entity.date_time_format;
  if (format === "r") {
    element.dataset.relative = entity.unix_time;
    element.textContent = relative(entity.unix_time);
  } else if (format) {
    const options = Object.assign({}, ...[...format].map((letter) => PARTS[letter] ?? {}));
    element.textContent = when.toLocaleString([], options);
  }
  return element;
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const SPEAKER = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

function relative(unix) {
  const away = unix - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, seconds]) => Math.abs(away) >= seconds) ?? UNITS[3];
  return SPEAKER.format(Math.round(away / size), unit);
}

export function refreshRelativeTimes() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    element.textContent = relative(Number(element.dataset.relative));
  }
}
