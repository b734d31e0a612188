// The words of a message: text and entities (offsets in UTF-16 units, as in JavaScript) as elements.

import { make, toast } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

const SPECIAL = {
  text_link: (entity, act) => link(entity.url, act),
  bot_command: (entity, act, text) => command(text, act),
  date_time: (entity, act, text) => moment(entity, text),
  spoiler: () => spoiler(),
};

// `act.say(text)` sends, `act.bot` is the bot's user name.
export function words(text, entities, act) {
  const outerFirst = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const whole = document.createDocumentFragment();
  fill(whole, text, 0, text.length, outerFirst, act);
  return whole;
}

// Writes text[start:end] into `parent`; takes the entities that begin there off the list.
function fill(parent, text, start, end, entities, act) {
  let position = start;
  while (entities.length && entities[0].offset < end) {
    const entity = entities.shift();
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < position || stop <= entity.offset) continue;
    parent.append(text.slice(position, entity.offset));
    const element = elementOf(entity, act, text.slice(entity.offset, stop));
    if (entity.type === "date_time" && element.textContent) skipInside(entities, stop);
    else fill(element, text, entity.offset, stop, entities, act);
    parent.append(element);
    position = stop;
  }
  parent.append(text.slice(position, end));
}

function skipInside(entities, stop) {
  while (entities.length && entities[0].offset < stop) entities.shift();
}

function elementOf(entity, act, text) {
  if (entity.type in SPECIAL) return SPECIAL[entity.type](entity, act, text);
  return make(TAGS[entity.type] ?? "span");
}

// Links lead nowhere: nothing on this page leaves the computer. A deep link to the bot starts it.
function link(url, act) {
  const run = () => follow(url, act);
  return make("button", { type: "button", class: "link", title: url, onclick: run });
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

function command(text, act) {
  return make("button", { type: "button", class: "link", onclick: () => act.say(text) });
}

function spoiler() {
  const reveal = (event) => event.currentTarget.removeAttribute("aria-label");
  return make("button", { type: "button", class: "spoiler", "aria-label": "Hidden text, show it", onclick: reveal });
}

const PARTS = {
  w: { weekday: "short" },
  d: { day: "numeric", month: "numeric", year: "2-digit" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
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
