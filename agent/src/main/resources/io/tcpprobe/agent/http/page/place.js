// The place in the page is the hash of the URL: "#/flows?where=retrans+%3E+10&by=srtt". Everything that is shown follows from it.

/** Returns the view and its parameters. */
export function current() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return {view: path || "overview", parameters: new URLSearchParams(query ?? "")};
}

/** Returns the hash of a view with parameters; empty ones are left out. */
export function href(view, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== "" && value !== null && value !== undefined) query.set(name, value);
  }
  const text = query.toString();
  return `#/${view}${text ? `?${text}` : ""}`;
}

/** Puts what is shown into the URL, when the view has changed it itself. */
export function note(view, parameters) {
  history.replaceState(null, "", href(view, parameters));
}

/** Goes to a place; replaces the entry in the browser's history if only details change. */
export function go(view, parameters, replace = false) {
  const to = href(view, parameters);
  if (to === location.hash) return;
  if (replace) {
    history.replaceState(null, "", to);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = to;
  }
}
