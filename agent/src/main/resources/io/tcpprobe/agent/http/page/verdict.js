// Verdicts as words; the colour repeats what the word says.

import {h} from "./dom.js";
import {share} from "./format.js";

/** What each verdict means, in a few words. The agent's advice on a flow is longer. */
export const MEANINGS = {
  unknown: "not known yet",
  idle: "nothing to transfer",
  app: "the application limits",
  rwnd: "the receiver's window limits",
  sndbuf: "the send buffer limits",
  net: "the network limits",
  pacing: "a rate limit limits",
  recovery: "waits for timeouts",
  local: "this host's queue limits",
  slowReader: "our application reads slowly",
  rcvbuf: "our receive buffer limits",
  peer: "the peer determines the rate",
};

/** Returns the verdict as a badge: the word, and the share of the window in which it held. */
export function badge(verdict, perMille) {
  if (!verdict) return h("span", {class: "dim"}, "–");
  const known = Object.hasOwn(MEANINGS, verdict);
  return h("span", {class: `badge ${known ? `v-${verdict}` : ""}`, title: known ? MEANINGS[verdict] : verdict},
    verdict,
    typeof perMille === "number" ? h("span", {class: "badge-share"}, share(perMille)) : null);
}
