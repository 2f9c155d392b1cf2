// Flows: a table that the agent filters, sorts and pages.

import {AgentError, exec, poll} from "./agent.js";
import {fields, grouped} from "./catalog.js";
import {open} from "./dialogs.js";
import {h, put, setText} from "./dom.js";
import * as download from "./download.js";
import {count, exact, value} from "./format.js";
import {go, href} from "./place.js";
import {table} from "./table.js";
import {badge} from "./verdict.js";

export const title = "Flows";

const DEFAULTS = ["verdict", "local", "remote", "process", "state", "bytesAckedRate", "bytesReceivedRate", "srtt", "retrans",
  "retransRate", "cwnd", "sendQueue"];
const SIZES = [25, 50, 100, 200];
const REFRESH_SECONDS = 2;
const EXAMPLES = ["verdict = rwnd", "retrans > 10", "srtt >= 100ms", "bytesSentRate > 1M", "dport = 443", "state = established and sendQueue > 0"];

const LABELS = {
  bytesAckedRate: "acked/s", bytesSentRate: "sent/s", bytesReceivedRate: "received/s", retransRate: "retrans/s", congestionControl: "cc",
};

function settings(parameters) {
  const columns = (parameters.get("columns") ?? "").split(",").filter(Boolean);
  return {
    where: parameters.get("where") ?? "",
    by: parameters.get("by") ?? "bytesAckedRate",
    descending: parameters.get("order") !== "up",
    offset: Math.max(0, Number.parseInt(parameters.get("offset"), 10) || 0),
    size: SIZES.includes(Number(parameters.get("size"))) ? Number(parameters.get("size")) : 50,
    columns: columns.length ? columns : DEFAULTS,
    chosen: columns.length > 0,
  };
}

/** Returns the parameters of the URL; what is as usual is left out. */
function parametersOf(now) {
  return {
    where: now.where,
    by: now.by === "bytesAckedRate" ? "" : now.by,
    order: now.descending ? "" : "up",
    offset: now.offset || "",
    size: now.size === 50 ? "" : now.size,
    columns: now.chosen ? now.columns.join(",") : "",
  };
}

function flowHref(row) {
  return href("flow", {id: row.flowId, local: row.local, remote: row.remote});
}

function column(field, first) {
  const base = {
    key: field.name,
    label: LABELS[field.name] ?? field.name,
    title: `${field.doc}${field.unit ? ` In ${field.unit}.` : ""}`,
    numeric: field.type === "number",
    sortable: true,
    hint: row => exact(field, row[field.name]),
  };
  if (field.name === "verdict" || field.name === "receiverVerdict" || field.name === "lifeVerdict") {
    const share = {verdict: "verdictShare", receiverVerdict: "receiverShare", lifeVerdict: "lifeShare"}[field.name];
    return {
      ...base,
      state: row => `${row[field.name]} ${row[share]}`,
      node: row => badge(row[field.name], row[share]),
      hint: undefined,
    };
  }
  if (field.name === first) {
    return {...base, class: "address", state: row => `${row.flowId} ${row[field.name]}`,
      node: row => h("a", {href: flowHref(row)}, value(field, row[field.name]))};
  }
  return {...base, class: field.name === "local" || field.name === "remote" ? "address" : undefined,
    text: row => value(field, row[field.name])};
}

export function show(view, parameters) {
  const now = settings(parameters);
  let stop = () => {};
  let ended = false;
  let last = {rows: [], matched: 0, total: 0};
  let grid = null;

  const input = h("input", {
    type: "search", id: "where", name: "where", value: now.where, spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    "data-search": true, placeholder: "dport = 443 and verdict = rwnd and retrans > 10", "aria-describedby": "where-error",
  });
  const error = h("p", {class: "error", id: "where-error", role: "alert", hidden: true});
  const status = h("p", {class: "dim status", role: "status"});
  const place = h("div");
  const pages = h("div", {class: "pages"});
  const change = (what, replace) => go("flows", parametersOf({...now, ...what}), replace);

  put(view,
    h("div", {class: "head"}, h("h1", {}, "Flows"), status),
    h("form", {
      class: "search", role: "search",
      on: {
        submit: event => {
          event.preventDefault();
          change({where: input.value.trim(), offset: 0});
        },
      },
    },
    h("label", {for: "where"}, "Search"), input,
    h("button", {type: "submit", class: "primary"}, "Search"),
    h("button", {type: "button", on: {click: chooseColumns}}, "Columns…"),
    h("button", {type: "button", on: {click: () => save("csv")}}, "CSV"),
    h("button", {type: "button", on: {click: () => save("json")}}, "JSON")),
    error,
    h("p", {class: "examples"}, "Try ", EXAMPLES.map(text => [h("a", {href: href("flows", parametersOf({...now, where: text, offset: 0}))}, text), " "]),
      now.where ? h("a", {href: href("flows", parametersOf({...now, where: "", offset: 0}))}, "all flows") : null),
    place, pages);

  const searched = () => {
    if (input.value === "" && now.where !== "") change({where: "", offset: 0});
  };
  input.addEventListener("search", searched);

  const toLast = () => last.matched > 0 && change({offset: Math.floor((last.matched - 1) / now.size) * now.size});
  const firstPage = h("button", {type: "button", "data-focus": "first", on: {click: () => change({offset: 0})}}, "First");
  const lastPage = h("button", {type: "button", "data-focus": "last", on: {click: toLast}}, "Last");
  const previous = h("button", {type: "button", "data-focus": "previous", on: {click: () => change({offset: Math.max(0, now.offset - now.size)})}}, "← Previous");
  const next = h("button", {type: "button", "data-focus": "next", on: {click: () => change({offset: now.offset + now.size})}}, "Next →");
  const where = h("span", {class: "dim"});
  put(pages, firstPage, previous, where, next, lastPage,
    h("label", {}, "Rows ", h("select", {"data-focus": "size", on: {change: event => change({size: Number(event.target.value), offset: 0})}},
      SIZES.map(size => h("option", {value: size, selected: size === now.size}, size)))));

  function save(kind) {
    const names = ["flowId", ...new Set([...now.columns, now.by])];
    if (kind === "csv") download.csv("flows", names, last.rows.map(row => names.map(name => row[name])));
    else download.json("flows", last.rows.map(row => Object.fromEntries(names.map(name => [name, row[name]]))));
  }

  async function chooseColumns() {
    const all = await fields();
    const boxes = new Map();
    const chosen = await open("Columns", close => h("form", {
      on: {
        submit: event => {
          event.preventDefault();
          close([...boxes].filter(([, box]) => box.checked).map(([name]) => name));
        },
      },
    },
    h("div", {class: "choices"}, grouped([...all.values()]).map(([group, list]) => h("fieldset", {}, h("legend", {}, group),
      list.map(field => {
        const box = h("input", {type: "checkbox", checked: now.columns.includes(field.name)});
        boxes.set(field.name, box);
        return h("label", {title: `${field.doc}${field.unit ? ` In ${field.unit}.` : ""}`}, box, field.name);
      })))),
    h("div", {class: "actions"},
      h("button", {type: "button", on: {click: () => close([])}}, "As usual"),
      h("button", {type: "button", on: {click: () => close(undefined)}}, "Cancel"),
      h("button", {type: "submit", class: "primary"}, "Show"))));
    if (chosen === undefined || ended) return;
    const kept = [...now.columns.filter(name => chosen.includes(name)), ...chosen.filter(name => !now.columns.includes(name))].slice(0, 50);
    change({columns: kept, chosen: kept.length > 0 && kept.join() !== DEFAULTS.join(), offset: 0});
  }

  function asked(known) {
    const extra = {verdict: "verdictShare", receiverVerdict: "receiverShare", lifeVerdict: "lifeShare"};
    return [...new Set([...known, ...known.map(name => extra[name]).filter(Boolean), "local", "remote"])].join(",");
  }

  function result(answer) {
    const wrong = answer instanceof AgentError;
    error.hidden = !wrong;
    setText(error, wrong ? answer.message : "");
    input.setAttribute("aria-invalid", String(wrong));
    if (wrong) {
      setText(status, "");
      return;
    }
    const rows = Object.values(answer.flows).sort((a, b) => a.rank - b.rank);
    last = {rows, matched: answer.matched, total: answer.total};
    grid.update(rows);
    setText(status, now.where ? `${count(answer.matched)} of ${count(answer.total)} flows` : `${count(answer.total)} flows`);
    const end = now.offset + rows.length;
    setText(where, rows.length ? `${count(now.offset + 1)}–${count(end)} of ${count(answer.matched)}` : "no rows");
    firstPage.disabled = previous.disabled = now.offset === 0;
    lastPage.disabled = next.disabled = end >= answer.matched;
  }

  fields().then(all => {
    if (ended) return;
    const known = [...new Set([...now.columns, now.by])].filter(name => all.has(name)); // the order is explained by a column
    const first = ["local", "remote", "process"].find(name => known.includes(name)) ?? known[0];
    grid = table(known.map(name => column(all.get(name), first)), {
      caption: "Flows",
      key: row => row.flowId,
      sort: () => now,
      onSort: key => change({by: key, descending: key === now.by ? !now.descending : all.get(key).type === "number", offset: 0}),
      empty: now.where ? "No flow meets this condition." : "There are no flows.",
    });
    put(place, grid.element);
    stop = poll(REFRESH_SECONDS,
      () => [exec("Flows", "query", now.where, now.by, now.descending, now.offset, now.size, asked(known))],
      ([answer]) => result(answer));
  }, failed => {
    error.hidden = false;
    setText(error, failed.message);
  });
  put(place, h("p", {class: "loading"}, "Loading…"));

  return {
    keys: {
      j: () => grid?.move(1),
      k: () => grid?.move(-1),
      n: () => next.disabled || next.click(),
      p: () => previous.disabled || previous.click(),
    },
    leave() {
      ended = true;
      stop();
    },
  };
}
