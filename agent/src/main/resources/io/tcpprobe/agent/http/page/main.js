// The frame: menu, the view that the URL names, keys, and the connection to the agent.

import * as about from "./about.js";
import {AgentError, onConnection, onRefusal, one, poll, read} from "./agent.js";
import {forget} from "./catalog.js";
import * as counters from "./counters.js";
import {showKeys, showSession} from "./dialogs.js";
import {announce, h, put, setText} from "./dom.js";
import * as eventsView from "./events.js";
import * as flow from "./flow.js";
import * as flows from "./flows.js";
import * as groups from "./groups.js";
import * as history from "./history.js";
import * as listeners from "./listeners.js";
import * as overview from "./overview.js";
import {current, href} from "./place.js";
import {hideReplay, showReplay} from "./replay.js";
import * as settings from "./settings.js";

const VIEWS = {overview, flows, groups, listeners, events: eventsView, history, counters, settings, about};
const ALL = {...VIEWS, flow};
const READ_ONCE = new Set(["history", "settings", "about"]);
const RETRY_SECONDS = 1;
const SETTLE_MILLIS = 1000;

const view = document.getElementById("view");
const banner = document.getElementById("banner");
const links = new Map();
let left = () => {};
let keys = {};
let shownView = "";
let started = null;
let stopRetry = null;

function menu() {
  const nav = document.getElementById("nav");
  Object.entries(VIEWS).forEach(([name, module], i) => {
    const badge = name === "events" ? h("span", {class: "count", hidden: true}) : null;
    const link = h("a", {href: href(name), title: `Key ${i + 1}`}, module.title, badge);
    links.set(name, link);
    nav.append(link);
  });
  const {events} = eventsView;
  const badge = nav.querySelector(".count");
  events.addEventListener("change", () => {
    const active = events.active.size;
    badge.hidden = active === 0;
    setText(badge, String(active));
    badge.setAttribute("aria-label", `${active} active`);
  });
}

/** Returns a selector of the element that has the focus, to find its successor when the view is built again. */
function focused() {
  const element = document.activeElement;
  if (!element || !view.contains(element)) return "";
  return element.id ? `#${CSS.escape(element.id)}` : element.dataset.focus ? `[data-focus="${CSS.escape(element.dataset.focus)}"]` : "";
}

/** Builds the view that the URL names. If only details of it have changed, focus and scroll position stay. */
function route(restarted = false) {
  const {view: name, parameters} = current();
  const module = Object.hasOwn(ALL, name) ? ALL[name] : null;
  const focus = name === shownView ? focused() : "";
  left(restarted);
  keys = {};
  left = () => {};
  view.style.minHeight = name === shownView ? `${view.offsetHeight}px` : "";
  setTimeout(() => { view.style.minHeight = ""; }, SETTLE_MILLIS);
  put(view);
  view.dataset.view = name;
  for (const [one, link] of links) {
    if (one === name || (one === "flows" && name === "flow")) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({block: "nearest", inline: "nearest"});
    } else {
      link.removeAttribute("aria-current");
    }
  }
  if (!module) {
    put(view, h("h1", {}, "No such view"), h("p", {}, h("a", {href: "#/overview"}, "Overview")));
    return;
  }
  document.title = `${module.title}${document.getElementById("host").textContent ? ` ${document.getElementById("host").textContent}` : ""} · tcpprobe`;
  const shown = module.show(view, parameters);
  left = shown.leave;
  keys = shown.keys ?? {};
  if (focus) setTimeout(() => view.querySelector(focus)?.focus({preventScroll: true}));
  if (shownView !== "" && shownView !== name) {
    window.scrollTo(0, 0);
    view.focus({preventScroll: true});
  }
  shownView = name;
}

async function facts() {
  const agent = await one(read("Agent", ["HostName", "StartedAt", "Source"]));
  setText(document.getElementById("host"), `on ${agent.HostName}`);
  if (agent.Source === "replay") await showReplay(document.getElementById("replay"), moved);
  else hideReplay();
  const restarted = started !== null && started !== agent.StartedAt;
  started = agent.StartedAt;
  return restarted;
}

/** The recording is at another position: what is shown is about the time before. */
function moved() {
  eventsView.events.close();
  eventsView.events.open();
  route();
}

/** Asks until there is an answer: not every view does. */
function retry() {
  stopRetry ??= poll(RETRY_SECONDS, () => [read("Agent", ["StartedAt"])], () => {});
}

/** Returns true if the view shows nothing new unless it is built again. */
function unfinished() {
  return READ_ONCE.has(shownView) || view.querySelector(".loading") !== null;
}

/** While the agent does not answer, the banner says so; when it answers again, everything is as new if it was restarted. */
function connection(connected) {
  banner.hidden = connected;
  document.body.classList.toggle("stale", !connected);
  if (!connected) {
    setText(banner, "The agent does not answer. What you see is old; this page goes on when it answers again.");
    retry();
    return;
  }
  stopRetry?.();
  stopRetry = null;
  announce("The agent answers again.");
  facts().then(restarted => {
    if (restarted) {
      forget();
      document.querySelectorAll("dialog").forEach(dialog => dialog.close()); // what they ask was about the other agent
    }
    if (restarted || unfinished()) route(restarted);
  }, () => {});
}

/** While messages are refused, the banner says why: what is shown does not change then. */
function refusal(why) {
  banner.hidden = !why;
  document.body.classList.toggle("stale", Boolean(why));
  setText(banner, why ? `The agent refuses requests: ${why.replace(/\.$/, "")}. The values are old; this page tries again.` : "");
  if (why) {
    retry();
    return;
  }
  stopRetry?.();
  stopRetry = null;
  if (unfinished()) route();
}

function key(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const target = event.target;
  if (target instanceof HTMLElement && target.closest("input, select, textarea")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const names = Object.keys(VIEWS);
  const number = Number(event.key);
  if (event.key === "/") view.querySelector("[data-search]")?.focus();
  else if (event.key === "?") showKeys();
  else if (number >= 1 && number <= names.length) location.hash = href(names[number - 1]);
  else if (Object.hasOwn(keys, event.key)) keys[event.key]();
  else return;
  event.preventDefault();
}

menu();
showSession(document.getElementById("session"));
onConnection(connection);
onRefusal(refusal);
eventsView.events.listen();
window.addEventListener("hashchange", () => route());
document.addEventListener("keydown", key);
facts().then(() => route(), failed => {
  route();
  if (!(failed instanceof AgentError)) throw failed;
});
