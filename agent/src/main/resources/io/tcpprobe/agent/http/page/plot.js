// Plots over time, drawn by uPlot.

import {h, s, setText} from "./dom.js";
import {count, duration, share} from "./format.js";

const GUTTER = 74;
const DRAG_PIXELS = 5;

/** How the numbers of an axis are written. */
export const SCALES = {
  bytes: value => si(value, "B"),
  rate: value => si(value, "B/s"),
  seconds: value => value === 0 ? "0" : duration(value),
  perMille: share,
  count,
};

function si(value, symbol) {
  const one = Math.abs(value);
  const [by, prefix] = one >= 1e9 ? [1e9, "G"] : one >= 1e6 ? [1e6, "M"] : one >= 1e3 ? [1e3, "k"] : [1, ""];
  return `${Number((value / by).toPrecision(3))} ${prefix}${symbol}`;
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const DASHES = {solid: [], dashed: [7, 4], dotted: [2, 3], "dash-dot": [8, 3, 2, 3]};

/** The range of time that was chosen by dragging, and the plots that show it: those with the same name for sync, or one plot alone. */
class Zoom {
  static all = new Map();
  range = null;
  plots = new Set();

  static of(name) {
    if (!name) return new Zoom();
    if (!Zoom.all.has(name)) Zoom.all.set(name, new Zoom());
    return Zoom.all.get(name);
  }

  set(range) {
    this.range = range;
    this.plots.forEach(redraw => redraw());
  }

  leave(redraw) {
    this.plots.delete(redraw);
    if (!this.plots.size) this.range = null;
  }
}

/**
 * A plot: its element, set(data) with [seconds, ...values], svg() as an element, destroy().
 *
 * series: [{label, color (name of a CSS variable), dash, width, off, points}]; options: title, scale (of SCALES), height, marks(plot, context),
 * top: the least that the axis reaches to; band: [label of the upper series, label of the lower one], between which the plot is filled;
 * summary(data) returns a text for screen readers, follow(min, max) is called when the range of time changes.
 */
export function plot(series, options) {
  const write = SCALES[options.scale];
  const holder = h("div", {class: "plot"});
  const text = h("p", {class: "unseen"});
  const zoomed = h("span", {class: "dim"});
  const element = h("figure", {class: "figure"}, h("figcaption", {}, options.title, zoomed), holder, text);
  const zoom = Zoom.of(options.sync);
  let data = [[], ...series.map(() => [])];
  let drawn = null;
  let range = null;

  function create() {
    drawn?.destroy();
    const axis = {
      stroke: color("dim"),
      grid: {stroke: color("line"), width: 1},
      ticks: {stroke: color("line"), width: 1},
      font: "12px system-ui, sans-serif",
    };
    drawn = new window.uPlot({
      width: Math.max(240, holder.clientWidth || 600),
      height: options.height ?? 220,
      cursor: {
        points: {size: 6},
        drag: {x: true, y: false, dist: DRAG_PIXELS},
        sync: options.sync ? {key: options.sync} : undefined,
        bind: {dblclick: () => () => zoom.set(null)},
      },
      legend: {live: true},
      padding: [10, 26, 0, 0],
      scales: {
        x: {range: (_, min, max) => zoom.range ?? range ?? [min, max]},
        y: {range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(options.top ?? 0, max > 0 ? max * 1.08 : 1)]},
      },
      axes: [
        {...axis, size: 34, values: [
          [86400, "{YYYY}-{MM}-{DD}", null, null, null, null, null, null, 1],
          [60, "{HH}:{mm}", null, null, null, null, null, null, 1],
          [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
          [0.001, ":{ss}.{fff}", null, null, null, null, null, null, 1],
        ]},
        {...axis, size: GUTTER, values: (_, ticks) => ticks.map(write)},
      ],
      series: [
        {value: "{HH}:{mm}:{ss}.{fff}", label: "Time"},
        ...series.map(one => ({
          label: one.label,
          stroke: color(one.color),
          width: one.width ?? 1.5,
          dash: DASHES[one.dash ?? "solid"],
          show: !one.off,
          spanGaps: false,
          points: {show: one.points ?? false, size: 4},
          value: (_, value) => value === null || value === undefined ? "–" : write(value),
        })),
      ],
      bands: options.band ? [{series: options.band.map(label => series.findIndex(one => one.label === label) + 1),
        fill: `${color(series.find(one => one.label === options.band[0]).color)}33`}] : [],
      hooks: {
        draw: options.marks ? [u => options.marks(u, color)] : [],
        setSelect: [u => {
          if (u.select.width > 0) zoom.set([u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")]);
        }],
        setScale: [(u, key) => {
          if (key !== "x") return;
          const {min, max} = u.scales.x;
          setText(zoomed, zoom.range ? `, zoomed to ${clock(min)}–${clock(max)}` : "");
          options.follow?.(min, max);
        }],
      },
    }, data, holder);
  }

  /** Draws the data, unless a range is just being chosen. */
  function redraw() {
    if (drawn && drawn.select.width === 0) drawn.setData(data);
  }
  zoom.plots.add(redraw);

  const themes = matchMedia("(prefers-color-scheme: dark)");
  themes.addEventListener("change", create);
  const sizes = new ResizeObserver(() => {
    const width = Math.max(240, holder.clientWidth);
    if (drawn && Math.abs(width - drawn.width) > 1) drawn.setSize({width, height: options.height ?? 220});
  });
  sizes.observe(holder);

  return {
    element,
    set(next) {
      data = next;
      if (!drawn && holder.isConnected) create();
      else redraw();
      if (options.summary) text.textContent = options.summary(data);
    },
    /** Shows this range of time instead of all, unless another was chosen by dragging. */
    range(min, max) {
      range = [min, max];
    },
    /** Shows all again that range() names. */
    unzoom() {
      zoom.set(null);
    },
    svg() {
      return asSvg(series, data, options.title, write);
    },
    destroy() {
      zoom.leave(redraw);
      drawn?.destroy();
      drawn = null;
      sizes.disconnect();
      themes.removeEventListener("change", create);
    },
  };
}

/** Returns the largest and the smallest value of the time around each one: half the seconds before and after it. */
export function extremes(times, values, seconds) {
  const most = sliding(times, values, seconds / 2, (one, other) => one >= other);
  const least = sliding(times, values, seconds / 2, (one, other) => one <= other);
  return [most, least];
}

function sliding(times, values, reach, beats) {
  const candidates = []; // places in ascending time, each beaten by the one before
  let first = 0;
  let next = 0;
  return times.map((time, at) => {
    for (; next < times.length && times[next] <= time + reach; next++) {
      if (values[next] === null) continue;
      while (candidates.length > first && beats(values[next], values[candidates.at(-1)])) candidates.pop();
      candidates.push(next);
    }
    while (first < candidates.length && times[candidates[first]] < time - reach) first++;
    return values[at] === null || first === candidates.length ? null : values[candidates[first]];
  });
}

/** Draws the data again as SVG, for a file: black on white, the lines in the colours of the page. */
function asSvg(series, data, title, write) {
  const [width, height, left, top, right, bottom] = [960, 420, 90, 40, 20, 60];
  const times = data[0];
  const from = times[0] ?? 0;
  const to = Math.max(times[times.length - 1] ?? 1, from + 0.001);
  const largest = Math.max(1e-9, ...series.map((_, i) => data[i + 1].reduce((most, value) => Math.max(most, value ?? 0), 0)));
  const x = time => left + (time - from) / (to - from) * (width - left - right);
  const y = value => height - bottom - value / largest * (height - top - bottom);
  const picture = s("svg", {xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height,
    "font-family": "sans-serif", "font-size": 12});
  picture.append(s("rect", {width, height, fill: "#fff"}), s("text", {x: left, y: 22, "font-size": 15}, title));
  for (let i = 0; i <= 4; i++) {
    const value = largest * i / 4;
    picture.append(
      s("line", {x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: "#ddd"}),
      s("text", {x: left - 8, y: y(value) + 4, "text-anchor": "end"}, write(value)));
    const time = from + (to - from) * i / 4;
    picture.append(s("text", {x: x(time), y: height - bottom + 18, "text-anchor": "middle"},
      new Date(time * 1000).toLocaleTimeString("en-GB")));
  }
  series.forEach((one, i) => {
    let path = "";
    let pen = false;
    data[i + 1].forEach((value, at) => {
      if (value === null || value === undefined) {
        pen = false;
        return;
      }
      path += `${pen ? "L" : "M"}${x(times[at]).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = true;
    });
    const stroke = color(one.color);
    picture.append(
      s("path", {d: path, fill: "none", stroke, "stroke-width": one.width ?? 1.5, "stroke-dasharray": DASHES[one.dash ?? "solid"].join(" ")}),
      s("line", {x1: left + i * 150, x2: left + i * 150 + 24, y1: height - 20, y2: height - 20, stroke, "stroke-width": 3}),
      s("text", {x: left + i * 150 + 30, y: height - 16}, one.label));
  });
  return picture;
}

/** The width of the space left of a plot, for what is drawn below it with the same scale. */
export const PLOT_GUTTER = GUTTER;
