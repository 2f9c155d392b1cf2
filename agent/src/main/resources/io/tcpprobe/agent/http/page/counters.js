// Host counters: the kernel's own, with their rates; what has just changed is marked.

import {AgentError, poll, read} from "./agent.js";
import {h, put, setText} from "./dom.js";
import * as download from "./download.js";
import {count} from "./format.js";
import {note} from "./place.js";
import {sorted, table} from "./table.js";

export const title = "Host counters";

const REFRESH_SECONDS = 2;
const GAUGES = new Set(["CurrEstab", "MPCurrEstab", "RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn"]);

function perSecond(one) {
  if (one === null) return "–";
  return one === 0 ? "0" : one < 10 ? one.toPrecision(2) : count(one);
}

export function show(view, parameters) {
  const sort = {by: parameters.get("by") ?? "", descending: parameters.get("order") !== "up"};
  let before = new Map();
  let first = new Map();
  let at = 0;
  let rows = [];
  const status = h("p", {class: "dim status", role: "status"});
  const error = h("p", {class: "error", role: "alert", hidden: true});
  const filter = h("input", {type: "search", id: "filter", "data-search": true, value: parameters.get("filter") ?? "",
    placeholder: "Retrans, Listen, Timeout …", on: {input: change}});
  const zeros = h("input", {type: "checkbox", checked: parameters.get("zeros") === "1", on: {change}});
  const grid = table([
    {key: "name", label: "counter", sortable: true, class: "address", text: row => row.name},
    {key: "group", label: "group", sortable: true, text: row => row.group},
    {key: "value", label: "value", numeric: true, sortable: true, text: row => row.value === null ? "–" : count(row.value), hint: row => String(row.value)},
    {key: "rate", label: "per second", numeric: true, sortable: true, class: "number", state: row => `${row.rate}`,
      node: row => h("span", {class: row.rate > 0 ? "changed" : ""}, row.rate > 0 ? "▲ " : "", row.gauge ? "gauge" : perSecond(row.rate))},
    {key: "since", label: "since opened", title: "Growth since this view was opened.", numeric: true, sortable: true, text: row => row.gauge || row.since === null ? "–" : count(row.since)},
  ], {
    caption: "Host counters", key: row => `${row.group} ${row.name}`, sort: () => sort,
    onSort: key => {
      sort.descending = key === sort.by ? !sort.descending : key !== "name" && key !== "group";
      sort.by = key;
      change();
    },
    rowClass: row => row.rate > 0 ? "fresh" : "", empty: "No counter has this in its name.",
  });

  put(view, h("div", {class: "head"}, h("h1", {}, "Host counters"), status),
    h("form", {class: "search", role: "search", on: {submit: event => event.preventDefault()}},
      h("label", {for: "filter"}, "Filter"), filter, h("label", {}, zeros, " also zeros"),
      h("button", {type: "button", on: {click: () => download.csv("counters", ["group", "name", "value"], rows.map(row => [row.group, row.name, row.value]))}}, "CSV")),
    error, grid.element);

  function change() {
    note("counters", {by: sort.by, order: sort.descending ? "" : "up", filter: filter.value.trim(), zeros: zeros.checked ? 1 : ""});
    list();
  }

  function list() {
    const text = filter.value.trim().toLowerCase();
    const shown = rows.filter(row => (zeros.checked || row.value) && (!text || row.name.toLowerCase().includes(text)));
    grid.update(sort.by ? sorted(shown, row => row[sort.by], sort.descending) : shown);
    setText(status, `${count(shown.length)} of ${count(rows.length)}; ${count(rows.filter(row => row.rate > 0).length)} have changed`);
  }

  const stop = poll(REFRESH_SECONDS, () => [read("Tcp"), read("TcpExt")], answers => {
    const wrong = answers.find(one => one instanceof AgentError);
    error.hidden = !wrong;
    if (wrong) {
      setText(error, wrong.message);
      return;
    }
    const now = performance.now() / 1000;
    const next = new Map();
    rows = answers.flatMap((counters, i) => Object.entries(counters).map(([name, value]) => {
      const group = i ? "TcpExt" : "Tcp";
      const key = `${group} ${name}`;
      next.set(key, value);
      if (!first.has(key)) first.set(key, value);
      const last = before.get(key);
      const gauge = GAUGES.has(name);
      return {group, name, value, gauge, rate: gauge || last === undefined || value === null ? null : Math.max(0, value - last) / (now - at),
        since: value === null ? null : value - first.get(key)};
    }));
    rows = sorted(sorted(rows, row => row.name, false), row => row.group, false);
    before = next;
    at = now;
    list();
  });
  return {leave: stop};
}
