// Listeners: the queues of the listening sockets, and what they dropped.

import {AgentError, poll, read} from "./agent.js";
import {h, put, setText} from "./dom.js";
import * as download from "./download.js";
import {count} from "./format.js";
import {href, note} from "./place.js";
import {sorted, table} from "./table.js";

export const title = "Listeners";

const REFRESH_SECONDS = 2;

function number(one) {
  return one === null || one === undefined ? "–" : count(one);
}

export function show(view, parameters) {
  const sort = {by: parameters.get("by") ?? "rank", descending: parameters.get("order") === "down"};
  const status = h("p", {class: "dim status", role: "status"});
  const error = h("p", {class: "error", role: "alert", hidden: true});
  let rows = [];
  const of = (key, label, title) => ({key, label, title, numeric: true, sortable: true, text: row => number(row[key])});
  const columns = [
    {key: "local", label: "address", title: "The address and port; a link shows the flows of this port.", sortable: true, class: "address",
      state: row => row.local, node: row => h("a", {href: href("flows", {where: `sport = ${row.local.split(":").pop()}`})}, row.local)},
    {key: "pid", label: "pid", title: "The process that has it open.", numeric: true, sortable: true, text: row => row.pid === null ? "–" : String(row.pid)},
    {key: "queue", label: "queue", title: "Established connections that wait to be accepted, and how many may.", numeric: true, sortable: true,
      state: row => `${row.queue}/${row.queueLimit}`,
      node: row => {
        const full = row.queue > row.queueLimit ? " full" : "";
        return h("span", {class: full ? "over" : ""}, `${number(row.queue)} of ${number(row.queueLimit)}${full}`);
      }},
    of("waiting", "waiting", "Connections that wait to be accepted or are half open."),
    of("connections", "connections", "Accepted connections that are established."),
    of("syns", "SYNs", "SYNs received, those that were sent again included."),
    of("established", "established", "Connections that were established."),
    of("accepted", "accepted", "Connections that a process has accepted."),
    of("overflows", "overflows", "SYNs and ACKs that were dropped because the accept queue was full."),
    of("dropped", "dropped", "Connections that were dropped from the backlog, or drops of the socket."),
  ];
  const grid = table(columns, {
    caption: "Listening sockets", key: row => `${row.local} ${row.rank}`, sort: () => sort,
    onSort: key => {
      sort.descending = key !== sort.by || !sort.descending;
      sort.by = key;
      note("listeners", {by: key, order: sort.descending ? "down" : ""});
      list();
    },
    rowClass: row => row.queue > row.queueLimit || row.overflows > 0 ? "attention" : "",
    empty: "No socket listens in this network namespace.",
  });

  put(view, h("div", {class: "head"}, h("h1", {}, "Listeners"), status, h("div", {class: "actions"},
    h("button", {type: "button", on: {click: () => download.csv("listeners", Object.keys(rows[0] ?? {}), rows.map(row => Object.values(row)))}}, "CSV"))),
  error, grid.element);
  const stop = poll(REFRESH_SECONDS, () => [read("Listeners", "All")], ([answer]) => {
    const wrong = answer instanceof AgentError;
    error.hidden = !wrong;
    if (wrong) {
      setText(error, answer.message);
      return;
    }
    rows = Object.values(answer);
    list();
  });

  function list() {
    rows = sorted(rows, row => row[sort.by], sort.descending);
    grid.update(rows);
    const full = rows.filter(row => row.queue > row.queueLimit).length;
    setText(status, `${count(rows.length)} listeners${full ? `, ${full} with a full queue` : ""}`);
  }
  return {keys: {j: () => grid.move(1), k: () => grid.move(-1)}, leave: stop};
}
