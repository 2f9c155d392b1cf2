// Settings: what each means, where its value comes from; live ones are changed by a user who may write.

import {exec, one, signedIn, write} from "./agent.js";
import {askToSignIn, errorLine, open, showError} from "./dialogs.js";
import {announce, h, put, setText} from "./dom.js";
import {count} from "./format.js";

export const title = "Settings";

const ORIGINS = {default: "default"};

/** Returns the value to send: a number if the setting is one and the text is one; else the agent judges the text. */
function parsed(setting, text) {
  return /^-?\d+\.\.\d+$/.test(setting.range) && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

export function show(view) {
  let ended = false;
  let all = [];
  const status = h("p", {class: "dim status", role: "status"});
  const error = errorLine();
  const place = h("div");
  const filter = h("input", {type: "search", id: "filter", "data-search": true, placeholder: "events, http, probetime …", on: {input: list}});
  const only = h("input", {type: "checkbox", on: {change: list}});

  put(view, h("div", {class: "head"}, h("h1", {}, "Settings"), status),
    h("form", {class: "search", role: "search", on: {submit: event => event.preventDefault()}},
      h("label", {for: "filter"}, "Filter"), filter, h("label", {}, only, " not the default")),
    error, place);

  async function load() {
    try {
      all = Object.values(await one(exec("Settings", "describe")));
    } catch (failed) {
      showError(error, failed.message);
      return;
    }
    if (!ended) list();
  }

  function list() {
    const text = filter.value.trim().toLowerCase();
    const shown = all.filter(one => (!text || `${one.name} ${one.doc}`.toLowerCase().includes(text)) && (!only.checked || one.origin !== "default"));
    setText(status, `${count(shown.length)} of ${count(all.length)}`);
    const groups = groupBy(shown);
    put(place, [...groups].map(([name, list]) => h("section", {class: "card"}, h("h2", {}, name), h("div", {class: "settings"}, list.map(item)))),
      shown.length ? null : h("p", {class: "empty"}, "No setting has this in its name or meaning."));
  }

  /** The settings of the sampler, which have no prefix, come first. */
  function first(setting) {
    return setting.name.includes(".") ? "1" : "0";
  }

  function group(setting) {
    return setting.name.includes(".") ? setting.name.split(".")[0] : "sampler";
  }

  function groupBy(list) {
    const groups = new Map();
    const byName = [...list].sort((a, b) => `${first(a)}${a.name}`.localeCompare(`${first(b)}${b.name}`));
    for (const one of byName) groups.set(group(one), [...groups.get(group(one)) ?? [], one]);
    return groups;
  }

  function item(setting) {
    const unit = setting.unit && setting.value !== "" ? ` ${setting.unit}` : "";
    return h("div", {class: "setting"},
      h("div", {class: "setting-name"}, h("code", {}, setting.name),
        h("span", {class: "dim"}, setting.writable ? "live" : "at start", setting.used ? "" : ", not used by this source")),
      h("div", {class: "setting-value"}, h("strong", {}, setting.value === "" ? "empty" : setting.value), unit,
        h("span", {class: "dim"}, ` ${ORIGINS[setting.origin] ?? `from ${setting.origin}`}${setting.origin === "default" ? "" : `, default ${setting.default === "" ? "empty" : setting.default}`}`)),
      h("div", {class: "setting-doc"}, setting.doc, h("span", {class: "dim"}, ` ${setting.range}${setting.unit ? ` ${setting.unit}` : ""}.`)),
      setting.writable ? h("button", {type: "button", "aria-label": `Change ${setting.name}`, on: {click: () => edit(setting)}}, "Change…") : h("span"));
  }

  async function edit(setting) {
    if (!await askToSignIn() || ended) return;
    const changed = await open(`Change ${setting.name}`, close => {
      const input = h("input", {name: "value", value: setting.value, spellcheck: "false", autocomplete: "off", inputmode: /^-?\d+\.\.\d+$/.test(setting.range) ? "numeric" : "text"});
      const line = errorLine();
      return h("form", {on: {submit: async event => {
        event.preventDefault();
        try {
          await one(write("Settings", setting.name, parsed(setting, input.value.trim())));
          close(input.value.trim());
        } catch (failed) {
          showError(line, failed.status === 403 ? `${signedIn()} may not change settings: ${failed.message}` : failed.message);
        }
      }}},
      h("p", {}, setting.doc),
      h("label", {class: "stacked"}, `Value: ${setting.range}${setting.unit ? ` ${setting.unit}` : ""}`, input),
      h("p", {class: "dim"}, `Default: ${setting.default === "" ? "empty" : setting.default}. The change takes effect at once, survives a restart, and is audited.`),
      line,
      h("div", {class: "actions"}, h("button", {type: "button", on: {click: () => close(undefined)}}, "Cancel"),
        h("button", {type: "submit", class: "primary"}, "Change")));
    });
    if (changed !== undefined) announce(`${setting.name} is now ${changed}`);
    await load();
  }

  put(place, h("p", {class: "loading"}, "Loading…"));
  load();
  return {leave: () => { ended = true; }};
}
