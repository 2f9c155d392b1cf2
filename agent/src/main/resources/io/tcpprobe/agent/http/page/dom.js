// Builds elements. Text is only ever set as text: names of hosts and processes come from strangers.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    } else if (name === "value" || name === "checked") {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Returns an HTML element: h("a", {href: "#/flows", on: {click: f}}, "text", child). */
export function h(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** Returns an SVG element. */
export function s(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Sets the text of a node if it differs, so that selections and screen readers are not disturbed. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Replaces the children of an element. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
}

function setAttributes(element, next) {
  for (const {name} of [...element.attributes]) if (!next.hasAttribute(name)) element.removeAttribute(name);
  for (const {name, value} of next.attributes) {
    if (element.getAttribute(name) === value) continue;
    if (name === "style") element.style.cssText = value; // the policy of the page forbids the attribute
    else element.setAttribute(name, value);
  }
}

/** Returns true if a node can become another by changes of attributes, text and children. */
function alike(node, next) {
  return node.nodeName === next.nodeName && node.dataset?.key === next.dataset?.key;
}

/**
 * Makes the children of an element equal to others, and keeps those that are alike: focus, selection and clicks survive a refresh. What
 * comes and goes within a list has data-key. Listeners are not taken over: for elements without them.
 */
export function patch(element, ...children) {
  const list = children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false)
    .map(child => child instanceof Node ? child : document.createTextNode(String(child)));
  const keyed = new Map([...element.childNodes].filter(node => node.dataset?.key).map(node => [node.dataset.key, node]));
  const kept = new Set(list.map(node => node.dataset?.key).filter(Boolean));
  let place = element.firstChild;
  for (const next of list) {
    while (place?.dataset?.key && !kept.has(place.dataset.key)) place = dropped(place);
    const old = next.dataset?.key ? keyed.get(next.dataset.key) : place;
    if (!old || !alike(old, next)) {
      element.insertBefore(next, place);
      continue;
    }
    if (old === place) place = place.nextSibling;
    else element.insertBefore(old, place);
    if (old instanceof Element) {
      setAttributes(old, next);
      patch(old, ...next.childNodes);
    } else if (old.data !== next.data) {
      old.data = next.data;
    }
  }
  while (place) place = dropped(place);
}

function dropped(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** Reports something to screen readers. */
export function announce(text) {
  setText(document.getElementById("announce"), text);
}
