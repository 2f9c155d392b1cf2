// A table whose rows are updated in place: a refresh neither moves the focus nor the selection, and only changed cells are touched.

import {h, put, setText} from "./dom.js";

/**
 * A column: key, label, title (its meaning), numeric, sortable, and one of text(row) and node(row); title of a cell by hint(row).
 *
 * options: caption, key(row), sort() returns {by, descending}, onSort(key), empty (text without rows).
 */
export function table(columns, options) {
  const body = h("tbody");
  const head = h("tr");
  const note = h("p", {class: "empty", hidden: true});
  const element = h("div", {class: "table-box", tabindex: 0, role: "region", "aria-label": options.caption},
    h("table", {}, h("caption", {class: "unseen"}, options.caption), h("thead", {}, head), body), note);
  let shown = new Map();

  const headers = columns.map(column => {
    const content = column.sortable
      ? h("button", {class: "sort", type: "button", title: column.title, "data-focus": `sort ${column.key}`, on: {click: () => options.onSort(column.key)}},
        column.label, h("span", {class: "arrow", "aria-hidden": "true"}))
      : h("span", {title: column.title}, column.label);
    const cell = h("th", {scope: "col", class: column.numeric ? "number" : ""}, content);
    head.append(cell);
    return cell;
  });

  function showSort() {
    const sort = options.sort?.() ?? {};
    columns.forEach((column, i) => {
      if (!column.sortable) return;
      const active = sort.by === column.key;
      if (active) headers[i].setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
      else headers[i].removeAttribute("aria-sort");
      setText(headers[i].querySelector(".arrow"), active ? (sort.descending ? " ▼" : " ▲") : "");
    });
  }

  function make(row) {
    const cells = columns.map(column => h("td", {class: column.class ?? (column.numeric ? "number" : "")}));
    return {tr: h("tr", {}, cells), cells, states: []};
  }

  function fillCell(line, i, column, row) {
    const hint = column.hint?.(row) ?? "";
    const state = column.node ? column.state(row) : column.text(row);
    if (line.states[i] !== state) {
      line.states[i] = state;
      if (column.node) put(line.cells[i], column.node(row));
      else setText(line.cells[i], state);
    }
    if (hint && line.cells[i].title !== hint) line.cells[i].title = hint;
  }

  function update(rows) {
    showSort();
    const next = new Map();
    let place = body.firstChild;
    for (const row of rows) {
      const key = options.key(row);
      const line = shown.get(key) ?? make(row);
      columns.forEach((column, i) => fillCell(line, i, column, row));
      if (options.rowClass) line.tr.className = options.rowClass(row);
      next.set(key, line);
      if (place === line.tr) place = place.nextSibling;
      else body.insertBefore(line.tr, place);
    }
    for (const [key, line] of shown) if (!next.has(key)) line.tr.remove();
    shown = next;
    note.hidden = rows.length > 0;
    setText(note, rows.length ? "" : options.empty ?? "None.");
  }

  /** Moves the focus to the link or button of another row. */
  function move(by) {
    const links = [...body.querySelectorAll("tr")].map(tr => tr.querySelector("a, button")).filter(Boolean);
    const at = links.findIndex(link => link.closest("tr").contains(document.activeElement));
    const to = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
    to?.focus();
    to?.scrollIntoView({block: "nearest"});
  }

  return {element, update, move};
}

/** Sorts rows in the browser, absent values last: for lists that the agent returns as a whole. */
export function sorted(rows, value, descending) {
  const sign = descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = value(one);
    const b = value(other);
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return sign * (typeof a === "string" ? a.localeCompare(b, "en", {numeric: true}) : a - b);
  });
}
