// Events: active and past. They arrive as server-sent events while the page is visible, whatever it shows.

import {ask, AgentError, read} from "./agent.js";
import {announce, h, patch, put, setText} from "./dom.js";
import * as download from "./download.js";
import {count, duration, time, value} from "./format.js";
import {table} from "./table.js";
import {badge} from "./verdict.js";

export const title = "Events";

const REOPEN_MILLIS = 5000;
const MAX_PAST = 500;

/** The events that the page knows. */
class Events extends EventTarget {
  active = new Map();
  past = new Map();
  reported = new Map();
  live = false;
  stream = null;

  /**
   * Listens while the page is visible. A browser has six connections to a server, for all its tabs together: a stream of a hidden tab, or
   * of a page that was left and is kept for the way back, would take one of them.
   */
  listen() {
    const adapt = () => document.hidden ? this.close() : this.open();
    document.addEventListener("visibilitychange", adapt);
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("pageshow", adapt);
    adapt();
  }

  close() {
    this.stream?.close();
    this.stream = null;
    this.setLive(false);
  }

  /** Opens the stream, which begins with the active events; one that the agent refused or that broke is opened again. */
  open() {
    if (this.stream) return;
    const stream = new EventSource("/events");
    this.stream = stream;
    this.active.clear();
    const on = (type, handle) => stream.addEventListener(type, message => {
      handle(message.data ? JSON.parse(message.data) : null);
      this.changed();
    });
    stream.addEventListener("open", () => this.setLive(true));
    on("active", event => this.active.set(event.id, event));
    on("raised", event => {
      this.active.set(event.id, event);
      announce(`Event raised: ${event.rule}, ${event.subject}`);
    });
    on("cleared", event => {
      this.active.delete(event.id);
      this.addPast(event);
    });
    on("reset", () => {
      this.active.clear();
      this.past.clear();
      this.readPast();
    });
    stream.addEventListener("error", () => {
      this.setLive(false);
      if (stream.readyState !== EventSource.CLOSED || this.stream !== stream) return;
      this.stream = null;
      setTimeout(() => document.hidden || this.open(), REOPEN_MILLIS);
    });
    this.readPast();
  }

  addPast(event) {
    this.past.set(event.id, event);
    this.reported.set(event.id, event);
    for (const map of [this.past, this.reported]) if (map.size > MAX_PAST) map.delete(Math.min(...map.keys()));
  }

  /** Replaces the past events by those that the agent has, and adds what the stream reports meanwhile: a new agent counts ids from 1. */
  async readPast() {
    const reported = new Map();
    this.reported = reported;
    try {
      const [past] = await ask([read("Events", "Past")]);
      if (past instanceof AgentError || this.reported !== reported) return;
      this.past = new Map(Object.values(past).map(event => [event.id, event]));
      reported.forEach(event => this.addPast(event));
      this.changed();
    } catch {
      // the banner says that the agent does not answer; the stream is opened again
    }
  }

  setLive(now) {
    if (this.live !== now) {
      this.live = now;
      this.changed();
    }
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const events = new Events();

/** Returns the severity as a word with a sign of its own. */
export function severity(event) {
  return h("span", {class: `severity ${event.severity}`}, event.severity === "critical" ? "◆ critical" : "▲ warning");
}

/** Returns an event as a card: what, about what, why and what to do. */
export function card(event) {
  const unit = {unit: event.unit, name: "", type: "number"};
  return h("article", {"data-key": event.id, class: `event ${event.severity}`},
    h("h3", {}, severity(event), " ", event.rule, h("span", {class: "dim"}, ` of ${event.subjectKind} `), h("strong", {}, event.subject)),
    h("p", {}, `${value(unit, event.value)} (threshold ${value(unit, event.threshold)}): ${event.evidence ?? ""} `,
      event.verdict ? badge(event.verdict) : null),
    h("p", {class: "advice"}, event.advice ?? ""),
    h("p", {class: "dim"}, `since ${time(event.raised)}`));
}

function lasted(event) {
  return event.cleared ? (new Date(event.cleared) - new Date(event.raised)) / 1000 : null;
}

export function show(view) {
  const status = h("p", {class: "dim status", role: "status"});
  const active = h("div", {class: "events"});
  const grid = table([
    {key: "raised", label: "raised", text: event => time(event.raised), hint: event => event.raised},
    {key: "lasted", label: "lasted", numeric: true, text: event => lasted(event) === null ? "" : duration(lasted(event))},
    {key: "severity", label: "severity", state: event => event.severity, node: severity},
    {key: "rule", label: "rule", text: event => event.rule},
    {key: "subject", label: "about", text: event => `${event.subjectKind} ${event.subject}`},
    {key: "evidence", label: "evidence", class: "long", text: event => event.evidence ?? ""},
    {key: "verdict", label: "verdict", state: event => String(event.verdict), node: event => badge(event.verdict)},
    {key: "advice", label: "advice", class: "long", text: event => event.advice ?? ""},
  ], {caption: "Past events", key: event => event.id, empty: "No event was cleared since the agent started."});

  put(view,
    h("div", {class: "head"}, h("h1", {}, "Events"), status, h("div", {class: "actions"},
      h("button", {type: "button", on: {click: () => download.json("events", all())}}, "JSON"))),
    h("section", {class: "card"}, h("h2", {}, "Active"), active),
    h("section", {class: "card"}, h("h2", {}, "Past"), grid.element));

  const all = () => [...events.active.values(), ...events.past.values()];

  function refresh() {
    const now = [...events.active.values()].sort((a, b) => b.id - a.id);
    setText(status, `${count(now.length)} active, ${count(events.past.size)} past · ${events.live ? "live" : "not live: the stream is being opened again"}`);
    patch(active, now.length ? now.map(card) : h("p", {class: "empty"}, "No rule holds: nothing is wrong that the agent looks for."));
    grid.update([...events.past.values()].sort((a, b) => b.id - a.id));
  }

  events.addEventListener("change", refresh);
  refresh();
  return {leave: () => events.removeEventListener("change", refresh)};
}
