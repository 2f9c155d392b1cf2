// Files made of what is shown.

import {h} from "./dom.js";

function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  const link = h("a", {href: url, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Quotes as RFC 4180; a text that a spreadsheet would compute is made a text by a leading quote. */
function cell(value) {
  if (value === null || value === undefined) return "";
  let text = String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Saves rows as CSV, with the names of the columns in the first line. */
export function csv(name, columns, rows) {
  const lines = [columns, ...rows].map(row => row.map(cell).join(","));
  save(`${name}.csv`, "text/csv", lines.join("\r\n") + "\r\n");
}

export function json(name, value) {
  save(`${name}.json`, "application/json", JSON.stringify(value, null, 1) + "\n");
}

/** Saves records: a JSON object on each line. */
export function lines(name, text) {
  save(`${name}.json`, "application/x-ndjson", text);
}

export function svg(name, element) {
  save(`${name}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(element));
}
