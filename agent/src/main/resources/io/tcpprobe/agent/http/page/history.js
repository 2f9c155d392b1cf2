// History: connections that have ended, searched in the agent's flow log.

import {exec, one} from "./agent.js";
import {fields} from "./catalog.js";
import {h, put, setText} from "./dom.js";
import * as download from "./download.js";
import {count, duration, exact, time, value} from "./format.js";
import {go, href} from "./place.js";
import {table} from "./table.js";
import {badge} from "./verdict.js";

export const title = "History";

const PERIODS = {"5m": [300, "5 minutes"], "1h": [3600, "hour"], "6h": [21600, "6 hours"], "1d": [86400, "day"], "7d": [604800, "7 days"]};
const ROWS = [50, 200, 500];
const ORDERS = ["", "bytesAcked", "bytesReceived", "retrans", "srtt", "rttMax", "timeouts", "lifeShare"];
const COLUMNS = ["bytesAcked", "bytesReceived", "retrans", "timeouts", "srtt", "rttMax"];
const EXAMPLES = ["retrans > 10", "lifeVerdict = rwnd and bytesAcked > 1M", "endReason = connectionRefused or endReason = timedOut", "dport = 443"];

function end(row, which) {
  const address = row[`${which}Address`];
  if (address === null || address === undefined) return "–";
  return `${address.includes(":") ? `[${address}]` : address}:${row[`${which}Port`] ?? "*"}`;
}

function lasted(row) {
  return row.firstSeen ? Math.max(0, (new Date(row.ended) - new Date(row.firstSeen)) / 1000) : null;
}

export function show(view, parameters) {
  const now = {
    since: Object.hasOwn(PERIODS, parameters.get("since") ?? "") ? parameters.get("since") : "1h",
    where: parameters.get("where") ?? "",
    by: ORDERS.includes(parameters.get("by") ?? "") ? parameters.get("by") ?? "" : "",
    rows: ROWS.includes(Number(parameters.get("rows"))) ? Number(parameters.get("rows")) : 50,
  };
  let ended = false;
  let found = [];
  const status = h("p", {class: "dim status", role: "status"});
  const error = h("p", {class: "error", id: "history-error", role: "alert", hidden: true});
  const place = h("div");
  const input = h("input", {type: "search", id: "where", value: now.where, spellcheck: "false", autocapitalize: "off", autocomplete: "off", "data-search": true,
    placeholder: "dport = 443 and retrans > 10", "aria-describedby": "history-error"});
  const select = (label, name, options) => h("label", {}, `${label} `, h("select", {"data-focus": name, on: {change: event => search({[name]: event.target.value})}},
    options.map(([key, text]) => h("option", {value: key, selected: String(key) === String(now[name])}, text))));

  function search(what) {
    const next = {...now, where: input.value.trim(), ...what};
    const to = {since: next.since === "1h" ? "" : next.since, where: next.where, by: next.by, rows: Number(next.rows) === 50 ? "" : next.rows};
    if (href("history", to) === href("history", Object.fromEntries(parameters))) load();
    else go("history", to);
  }

  put(view, h("div", {class: "head"}, h("h1", {}, "History"), status),
    h("form", {class: "search", role: "search", on: {submit: event => {
      event.preventDefault();
      search({});
    }}},
    h("label", {for: "where"}, "Search"), input, h("button", {type: "submit", class: "primary"}, "Search"),
    select("Ended within", "since", Object.entries(PERIODS).map(([key, [, text]]) => [key, text])),
    select("First", "by", ORDERS.map(name => [name, name === "" ? "the last that ended" : `largest ${name}`])),
    select("Rows", "rows", ROWS.map(n => [n, n])),
    h("button", {type: "button", on: {click: () => save("csv")}}, "CSV"),
    h("button", {type: "button", on: {click: () => save("json")}}, "JSON")),
    error,
    h("p", {class: "examples"}, "Try ", EXAMPLES.map(text => [h("a", {href: href("history", {...Object.fromEntries(parameters), where: text})}, text), " "]),
      now.where ? h("a", {href: href("history", {...Object.fromEntries(parameters), where: ""})}, "all connections") : null),
    place);

  function save(kind) {
    if (kind === "json") download.json("history", found);
    else download.csv("history", Object.keys(found[0] ?? {}), found.map(row => Object.values(row)));
  }

  async function load() {
    put(place, h("p", {class: "loading"}, "Searching…"));
    let all;
    try {
      all = await fields();
      const answer = await one(exec("FlowLog", "search", PERIODS[now.since][0], now.where, now.by, now.rows));
      found = Object.values(answer).sort((a, b) => a.rank - b.rank);
    } catch (failed) {
      if (ended) return;
      const off = failed.status === 404;
      error.hidden = false;
      input.setAttribute("aria-invalid", String(!off));
      setText(error, off ? "This agent keeps no flow log: see flowlog.days in the settings. An agent inside an application has none." : failed.message);
      setText(status, "");
      put(place);
      return;
    }
    if (ended) return;
    error.hidden = true;
    const field = name => all.get(name);
    const grid = table([
      {key: "ended", label: "ended", text: row => time(row.ended), hint: row => row.ended},
      {key: "lasted", label: "lasted", title: "From when it was first seen to its end.", numeric: true, text: row => lasted(row) === null ? "–" : duration(lasted(row))},
      {key: "local", label: "local", class: "address", text: row => end(row, "local")},
      {key: "remote", label: "remote", class: "address", text: row => end(row, "remote")},
      {key: "process", label: "process", text: row => row.command ? `${row.pid ?? ""}/${row.command}` : "–"},
      ...["container", "pod"].filter(name => found.some(row => row[name])).map(name => ({key: name, label: name, title: field(name)?.doc,
        text: row => row[name] ?? "–"})),
      {key: "endReason", label: "why", title: "Why it ended.", text: row => !row.why ? "–" : row.resetWhy ? `${row.why} (${row.resetWhy})` : row.why},
      {key: "verdict", label: "limited by", title: "What limited it as sender over its life.", state: row => `${row.lifeVerdict} ${row.lifeShare}`,
        node: row => badge(row.lifeVerdict, row.lifeShare)},
      ...COLUMNS.filter(name => all.has(name)).map(name => ({key: name, label: name, title: field(name).doc, numeric: true,
        text: row => value(field(name), row[name]), hint: row => exact(field(name), row[name])})),
    ], {caption: "Ended connections", key: row => row.rank, empty: now.where ? "No connection meets this condition." : "No connection ended in this time."});
    put(place, grid.element);
    grid.update(found);
    setText(status, `${count(found.length)}${found.length === now.rows ? " or more" : ""} connections that ended within the last ${PERIODS[now.since][1]}`);
  }

  load();
  return {leave: () => { ended = true; }};
}
