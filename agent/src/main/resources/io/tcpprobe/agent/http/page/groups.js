// Groups: all flows by role, port, process, container, pod and prefix of the peer, the ended ones included.

import {AgentError, ask, exec, poll, read} from "./agent.js";
import {h, put, setText} from "./dom.js";
import * as download from "./download.js";
import {count, share, value} from "./format.js";
import {href, note} from "./place.js";
import {sorted, table} from "./table.js";

export const title = "Groups";

const COUNT = /^([A-Z][a-z]+)Groups$/;
const REFRESH_SECONDS = 2;
const bytes = {unit: "bytes", type: "number", name: ""};
const rate = {unit: "bytes/s", type: "number", name: ""};
const micros = {unit: "microseconds", type: "number", name: ""};

/** Returns the condition that the flows of a group meet; "" if there is none. */
export function condition(kind, name) {
  if (name === "other" || name === "unknown") return "";
  if (kind === "role") return name === "client" ? "activeOpen = 1" : "activeOpen = 0";
  if (kind === "port") return /^\d+$/.test(name) ? `sport = ${name} or dport = ${name}` : "";
  if (kind === "process") return /["\\]/.test(name) ? "" : `command = "${name}"`;
  if (kind === "container") return name === "host" || name.endsWith(" (name of container)") || /["\\]/.test(name) ? "" : `container = "${name}"`;
  if (kind === "pod") return name.includes("/") ? `pod = "${name}"` : "";
  return kind === "prefix" ? `dst in ${name}` : "";
}

function add(...numbers) {
  return numbers.reduce((sum, number) => sum + (number ?? 0), 0);
}

export function show(view, parameters) {
  const kind = parameters.get("kind") ?? "process";
  const sort = {by: parameters.get("by") ?? "received", descending: parameters.get("order") !== "up"};
  const tabs = h("div", {class: "tabs", role: "group", "aria-label": "Kind of groups"});
  const status = h("p", {class: "dim status", role: "status"});
  const error = h("p", {class: "error", role: "alert", hidden: true});
  let before = new Map();
  let at = 0;
  let rows = [];

  const number = (key, label, title, text) => ({key, label, title, numeric: true, sortable: true, text: row => text(row[key], row)});
  const columns = [
    {key: "name", label: kind, title: "Name of the group; a link shows its flows.", sortable: true, class: "address", state: row => row.name,
      node: row => condition(kind, row.name) ? h("a", {href: href("flows", {where: condition(kind, row.name)})}, row.name) : h("span", {}, row.name)},
    number("flows", "flows", "Flows now.", count),
    number("opened", "opened", "Flows that were established since the agent started.", count),
    number("failed", "failed", "Connects that failed: refused, timed out, unreachable.", count),
    number("sentRate", "sent/s", "Bytes sent per second.", one => value(rate, one)),
    number("receivedRate", "received/s", "Bytes received per second.", one => value(rate, one)),
    number("sent", "sent", "Bytes sent since the agent started.", one => value(bytes, one)),
    number("received", "received", "Bytes received since the agent started.", one => value(bytes, one)),
    number("ratio", "retransmitted", "Share of the segments sent that were retransmissions.", one => one === null ? "–" : share(one)),
    number("timeouts", "timeouts", "Retransmission timeouts.", one => one === null || one === undefined ? "–" : count(one)),
    number("rttP50", "RTT p50", "Median of the round-trip times since the agent started.", one => value(micros, one)),
    number("rttP99", "RTT p99", "99th percentile of the round-trip times.", one => value(micros, one)),
  ];
  const grid = table(columns, {
    caption: `Groups by ${kind}`,
    key: row => row.number,
    sort: () => sort,
    onSort: key => {
      sort.descending = key === sort.by ? !sort.descending : key !== "name";
      sort.by = key;
      note("groups", {kind, by: key, order: sort.descending ? "" : "up"});
      list();
    },
    empty: "No flow was seen yet.",
  });

  put(view, h("div", {class: "head"}, h("h1", {}, "Groups"), status, h("div", {class: "actions"},
    h("button", {type: "button", on: {click: () => download.csv(`groups-${kind}`, columns.map(one => one.key), rows.map(row => columns.map(one => row[one.key])))}}, "CSV"))),
  tabs, error, grid.element);

  // The kinds that the agent has: it counts the groups of each in an attribute such as PortGroups, which is null if it has none.
  ask([read("Groups")]).then(([counts]) => {
    if (counts instanceof AgentError) return;
    const kinds = Object.keys(counts).filter(name => counts[name] !== null).map(name => COUNT.exec(name)?.[1].toLowerCase()).filter(Boolean).sort();
    put(tabs, kinds.map(one => h("a", {href: href("groups", {kind: one}), "aria-current": one === kind ? "true" : null}, one)));
  }, () => {});

  const stop = poll(REFRESH_SECONDS, () => [exec("Groups", "groups", kind)], ([answer]) => {
    const wrong = answer instanceof AgentError;
    error.hidden = !wrong;
    if (wrong) {
      setText(error, answer.message);
      return;
    }
    const now = Object.values(answer)[0]?.takenNanos / 1e9;
    if (now === at) return; // the same snapshot: its rates are shown already
    const seconds = at ? now - at : 0;
    const next = new Map();
    rows = Object.values(answer).filter(group => group.flows > 0 || group.assigned > 0).map(group => {
      const last = before.get(group.number);
      next.set(group.number, group);
      const grown = name => last && seconds && group[name] !== null && last[name] !== null ? Math.max(0, group[name] - last[name]) / seconds : null;
      return {
        number: group.number, name: group.name, flows: group.flows, opened: group.opened,
        failed: add(group.failedRefused, group.failedTimedOut, group.failedUnreachable, group.failedCancelled, group.failedOther),
        sentRate: grown("bytesSent"), receivedRate: grown("bytesReceived"), sent: group.bytesSent, received: group.bytesReceived,
        ratio: group.segsOut > 0 && group.retrans !== null ? group.retrans / group.segsOut * 1000 : null,
        timeouts: group.timeouts, rttP50: group.rttP50, rttP99: group.rttP99,
      };
    });
    before = next;
    at = now;
    list();
  });

  function list() {
    rows = sorted(rows, row => row[sort.by], sort.descending);
    grid.update(rows);
    setText(status, `${count(rows.length)} groups; counted since the agent started`);
  }
  return {keys: {j: () => grid.move(1), k: () => grid.move(-1)}, leave: stop};
}
