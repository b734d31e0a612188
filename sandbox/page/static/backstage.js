// Behind the scenes: the weather's switches, the program that can be killed, and the strip of its own records.

import { act, at, clock, make } from "./dom.js";

// The weather. The switches are drawn once; afterwards only where they stand changes, so that focus stays.

export function showWeather(switches) {
  if (!at("weather").childElementCount) at("weather").append(...switches.map(drawSwitch));
  for (const each of switches) stand(each);
}

function drawSwitch({ name, title, positions }) {
  return make("fieldset", { id: `switch-${name}` },
    make("legend", { text: title }),
    make("div", { class: "positions" }, ...positions.map((position) => drawPosition(name, position))),
    make("p", { class: "quiet", id: `story-${name}` }));
}

function drawPosition(name, { name: value, label }) {
  const turn = () => act({ do: "turn", switch: name, to: value });
  return make("label", {},
    make("input", { type: "radio", name, value, "aria-describedby": `story-${name}`, onchange: turn }),
    make("span", { text: label }));
}

function stand({ name, stands, positions }) {
  for (const input of at(`switch-${name}`).querySelectorAll("input")) input.checked = input.value === stands;
  at(`switch-${name}`).classList.toggle("rough", stands !== "fine");
  at(`story-${name}`).textContent = positions.find((position) => position.name === stands).story;
}

// The program.

const PROGRAM = {
  running: "It is running.",
  killed: "Down, as after a power cut. It will be back in a moment.",
  starting: "Starting…",
  unknown: "",
};

export function showProgram({ state, killable }) {
  at("program").hidden = !killable;
  at("program-state").textContent = PROGRAM[state];
  at("program-state").dataset.state = state;
  at("kill").disabled = state !== "running";
}

// The strip: what the program's own database says of the newest payment.

let said = "";

export function showTracks([newest]) {
  at("strip").hidden = !newest;
  if (!newest) return;
  at("strip").dataset.tone = newest.tone;
  at("strip-title").textContent = newest.title;
  at("stations").replaceChildren(...newest.stations.map(station));
  const words = [...newest.words].reverse();
  at("strip-word").textContent = words.length ? `${words[0].said}: ${words[0].why}` : "stored, nothing heard yet";
  at("strip-words").replaceChildren(...words.map(row));
  const sentence = `${newest.title}: ${newest.state}.`;
  if (`${newest.id} ${newest.state}` !== said) at("strip-said").textContent = sentence;
  said = `${newest.id} ${newest.state}`;
}

function station({ name, when, tone }) {
  return make("li", { class: when, "data-tone": tone, "aria-current": when === "now" && "step", text: name });
}

function row({ at: when, said: word, before, after, why }) {
  const effect = before === after ? "changed nothing" : `${before} → ${after}`;
  return make("tr", {},
    make("td", {}, make("time", { datetime: when, text: clock(when, { second: "2-digit" }) })),
    make("td", {}, make("code", { text: word })),
    make("td", { text: `${effect}: ${why}` }));
}

export function wireBackstage() {
  at("kill").addEventListener("click", () => act({ do: "kill" }));
}
