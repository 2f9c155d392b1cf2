// Dialogs. The browser's own element keeps the focus inside and gives it back.

import {signIn, signOut, signedIn} from "./agent.js";
import {h, put} from "./dom.js";

let number = 0;

/** Opens a dialog; build(close) returns its content. Returns a promise of what close() was given; undefined if it was cancelled. */
export function open(title, build) {
  return new Promise(resolve => {
    const id = `dialog-${++number}`;
    let value;
    const close = result => {
      value = result;
      dialog.close();
    };
    const dialog = h("dialog", {"aria-labelledby": id}, h("h2", {id}, title));
    dialog.append(...[build(close)].flat());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(value);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Returns a line for errors, which screen readers announce. */
export function errorLine() {
  return h("p", {class: "error", role: "alert", hidden: true});
}

export function showError(line, text) {
  line.hidden = !text;
  line.textContent = text;
}

/** Asks for a user and a passphrase; returns true if somebody is signed in then. */
export async function askToSignIn() {
  if (signedIn()) return true;
  const done = await open("Sign in", close => {
    const name = h("input", {name: "user", autocomplete: "off", autocapitalize: "off", spellcheck: "false", required: true});
    const passphrase = h("input", {type: "password", name: "passphrase", autocomplete: "off", required: true});
    const error = errorLine();
    const submit = h("button", {class: "primary", type: "submit"}, "Sign in");
    return h("form", {
      on: {
        submit: async event => {
          event.preventDefault();
          submit.disabled = true;
          try {
            await signIn(name.value, passphrase.value);
            close(true);
          } catch (failed) {
            showError(error, failed.message);
            passphrase.value = "";
            passphrase.focus();
          }
          submit.disabled = false;
        },
      },
    },
    h("p", {class: "dim"}, "Changes need a user of the agent with write access: ", h("code", {}, "tcpprobe user add NAME --write"),
      ". The passphrase is kept in this page only, until you sign out or close it."),
    h("label", {class: "stacked"}, "User", name),
    h("label", {class: "stacked"}, "Passphrase", passphrase),
    error,
    h("div", {class: "actions"}, h("button", {type: "button", on: {click: () => close(false)}}, "Cancel"), submit));
  });
  return done === true;
}

/** Shows who is signed in, with a button to change that. */
export function showSession(place) {
  const refresh = () => put(place, signedIn()
    ? [h("span", {class: "who"}, signedIn()), h("button", {
      class: "quiet",
      on: {
        click: signOut,
      },
    }, "Sign out")]
    : h("button", {class: "quiet", on: {click: askToSignIn}}, "Sign in"));
  window.addEventListener("session", refresh);
  refresh();
}

const KEYS = [
  ["/", "search"],
  ["j, k", "next and previous row"],
  ["Enter", "open the row"],
  ["n, p", "next and previous page"],
  ["1 … 9", "the views, in the order of the menu"],
  ["?", "this list"],
  ["Esc", "close a dialog, leave a field"],
];

export function showKeys() {
  return open("Keys", close => [
    h("dl", {class: "keys"}, KEYS.map(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)])),
    h("div", {class: "actions"}, h("button", {class: "primary", on: {click: () => close()}}, "Close"))]);
}
