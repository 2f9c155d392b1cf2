// States over time, as a ribbon of words below a plot. The pattern of a piece repeats what its colour says.

import {h, put, s} from "./dom.js";
import {PLOT_GUTTER} from "./plot.js";

const HEIGHT = 18;

/** A ribbon: its element, and set(pieces, min, max) with pieces [{from, to, word, kind}], in seconds. */
export function ribbon(title) {
  const strip = s("svg", {class: "strip", height: HEIGHT, role: "img", "aria-label": title});
  const element = h("div", {class: "ribbon"}, h("span", {class: "ribbon-title"}, title), strip);
  element.style.setProperty("--gutter", `${PLOT_GUTTER}px`);

  return {
    element,
    set(pieces, min, max) {
      const width = Math.max(1, strip.clientWidth);
      const x = time => (Math.min(max, Math.max(min, time)) - min) / Math.max(1e-9, max - min) * width;
      const drawn = [];
      for (const piece of pieces) {
        const left = x(piece.from);
        const wide = x(piece.to) - left;
        if (wide <= 0) continue;
        drawn.push(s("g", {class: `piece k-${piece.kind}`},
          s("title", {}, piece.word),
          s("rect", {x: left.toFixed(1), width: Math.max(1, wide).toFixed(1), height: HEIGHT}),
          wide > piece.word.length * 7 + 8 ? s("text", {x: (left + 4).toFixed(1), y: HEIGHT - 5}, piece.word) : null));
      }
      put(strip, drawn);
      const last = pieces[pieces.length - 1];
      strip.setAttribute("aria-label", last ? `${title}: now ${last.word}` : `${title}: no samples yet`);
    },
  };
}

/** Joins consecutive samples of one state: times in seconds, states by kind; a piece lasts until the next begins. */
export function pieces(times, kinds, words, end) {
  const list = [];
  let last = null;
  times.forEach((time, i) => {
    const kind = kinds[i];
    if (last) last.to = time;
    if (last?.kind === kind) return;
    last = kind === null || kind === undefined ? null : {from: time, to: time, kind, word: words[kind] ?? String(kind)};
    if (last) list.push(last);
  });
  if (last) last.to = Math.max(end, last.to);
  return list;
}
