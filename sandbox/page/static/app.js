// Start here: who is shown, and the stream of news. The picture is fetched whole whenever the stream opens;
// news that came meanwhile are applied afterwards, unless the picture already has them.

import { showProgram, showTracks, showWeather, wireBackstage } from "./backstage.js";
import { CHAT_NEWS, showChat, wireChat } from "./chat.js";
import { linkPayload, wireComposer } from "./composer.js";
import { at, fetchState, initials, make } from "./dom.js";
import { phoneNews, showPhone, tick, wirePhone } from "./phone.js";
import { forget, newsFor, seeAll, unread } from "./unread.js";
import { refreshRelativeTimes } from "./words.js";

let uid = Number(new URLSearchParams(location.search).get("uid")) || null;
let personas = [];
let seen = 0; // the picture holds everything up to this number
let loading = 0; // which request for a picture is the newest
let waiting = null; // news that came while the picture was fetched; null when nothing is being fetched
const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

async function load() {
  const mine = ++loading;
  waiting = [];
  const state = await fetchState(uid) ?? await fetchState(null);
  if (mine !== loading || !state) return;
  show(state);
  const late = waiting;
  waiting = null;
  late.forEach(take);
  if (stream.readyState === EventSource.OPEN) document.body.dataset.ready = "";
}

function show(state) {
  uid = state.me.uid;
  seen = state.number;
  personas = state.personas;
  forget(state.run, state.received);
  seeAll(uid);
  history.replaceState(null, "", linkPayload() ? `?uid=${uid}&start=${linkPayload()}` : `?uid=${uid}`);
  drawPersonas();
  showChat(state);
  showPhone(state);
  showWeather(state.weather);
  showProgram(state.program);
  showTracks(state.tracks);
}

const ANYBODYS = {
  phone: (news) => phoneNews(news, personas.map((persona) => persona.phone)),
  weather: (news) => showWeather(news.weather),
  program: (news) => showProgram(news.program),
};

const OWN = { ...CHAT_NEWS, tracks: (news) => showTracks(news.tracks) };

function take(news) {
  if (waiting) return waiting.push(news);
  if (news.kind in ANYBODYS) return ANYBODYS[news.kind](news);
  if (news.number && news.number <= seen) return null;
  count(news);
  return news.uid === uid ? OWN[news.kind]?.(news) : null;
}

function count(news) {
  if (news.kind !== "message" || !news.message.from_bot) return;
  newsFor(news.uid);
  if (news.uid === uid) seeAll(uid);
  else drawPersonas();
}

function drawPersonas() {
  const focused = at("personas").contains(document.activeElement);
  at("personas").replaceChildren(...personas.map(tab));
  at("desk").setAttribute("aria-labelledby", `tab${uid}`);
  if (focused) at(`tab${uid}`).focus();
}

function tab(persona) {
  const chosen = persona.uid === uid;
  return make("button", {
    type: "button", role: "tab", id: `tab${persona.uid}`, "aria-controls": "desk", "aria-selected": String(chosen),
    tabindex: chosen ? "0" : "-1", onclick: () => become(persona.uid), "data-role": persona.role,
  },
  make("span", { class: "face", "aria-hidden": "true", text: initials(persona.name) }),
  make("span", { class: "who" }, persona.name, make("small", { text: about(persona) })),
  ...badge(unread(persona.uid)));
}

const badge = (count) => (count
  ? [make("span", { class: "count" }, String(count), make("span", { class: "unseen", text: " new" }))]
  : []);

function about({ role, language }) {
  return role === "client" ? `client, ${LANGUAGES.of(language)}` : role;
}

function become(other) {
  if (other === uid) return;
  uid = other;
  load();
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function walkTabs(event) {
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  const here = personas.findIndex((persona) => persona.uid === uid);
  become(personas.at((here + STEPS[event.key]) % personas.length).uid);
}

// On a narrow screen one side is seen at a time.
function turnTo(side) {
  document.body.dataset.side = side;
  for (const button of document.querySelectorAll(".sides button")) {
    button.setAttribute("aria-pressed", String(button.dataset.to === side));
  }
  if (side === "phone" && !at("prompt").hidden) at("pin").focus();
}

wireChat();
wireComposer();
wirePhone();
wireBackstage();
at("personas").addEventListener("keydown", walkTabs);
for (const button of document.querySelectorAll("[data-to]")) {
  button.addEventListener("click", () => turnTo(button.dataset.to));
}
setInterval(() => { tick(); refreshRelativeTimes(); }, 1000);

const stream = new EventSource("/ui/events");
stream.onopen = () => { at("link").textContent = ""; load(); };
stream.onmessage = (event) => take(JSON.parse(event.data));
stream.onerror = () => {
  delete document.body.dataset.ready;
  at("link").textContent = "Connecting again…";
};
