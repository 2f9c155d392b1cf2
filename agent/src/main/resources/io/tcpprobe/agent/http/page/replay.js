// The bar of a recording: play, pause, speed, and the position.

import {AgentError, exec, one, poll, read, signedIn} from "./agent.js";
import {askToSignIn, errorLine, showError} from "./dialogs.js";
import {announce, h, put, setText} from "./dom.js";

const REFRESH_SECONDS = 1;
const SEEKING_MILLIS = 100;
const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 60];

let shown = null;
let latest = null;
let receivedAt = 0;

/** Returns the recorded time now, in seconds since 1970 as the times of flows show it; null if no recording is played. */
export function recordedNow() {
  if (!latest) return null;
  const passed = latest.Playing && !latest.Seeking ? (performance.now() - receivedAt) / 1000 * latest.Speed : 0;
  return new Date(latest.Began).getTime() / 1000 + Math.min(latest.Position + passed, latest.Length ?? Infinity);
}

/** Returns a time of the rows, in nanoseconds, in seconds since 1970. */
export function recordedTime(rowNanos) {
  return new Date(latest.Began).getTime() / 1000 + (rowNanos - latest.BeganNanos) / 1e9;
}

/** Returns a position: "12:34", "1:02:03". */
export function position(seconds) {
  const whole = Math.floor(seconds);
  const two = number => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** Returns a position for screen readers: "12 minutes 34 seconds". */
function spoken(seconds) {
  const whole = Math.floor(seconds);
  return [[Math.floor(whole / 3600), "hours"], [Math.floor(whole / 60) % 60, "minutes"], [whole % 60, "seconds"]]
    .filter(([number, unit]) => number || unit === "seconds").map(([number, unit]) => `${number} ${unit}`).join(" ");
}

/** Shows the bar; moved() is called when another position was sought, also by others. */
export async function showReplay(place, moved) {
  if (shown) return;
  const state = await one(read("Replay"));
  if (shown) return; // by another call meanwhile
  shown = place;
  latest = state;
  receivedAt = performance.now();
  new Bar(place, moved);
}

/** Removes the bar: the agent plays no recording. */
export function hideReplay() {
  latest = null;
  if (!shown) return;
  shown.hidden = true;
  put(shown);
  shown.dispatchEvent(new Event("hide"));
  shown = null;
}

class Bar {
  /** The position that is to be sought next; null if there is none. */
  wanted = null;

  /** The position that was sought last. */
  sought = null;

  /** True while a seek is carried out. */
  busy = false;

  /** True while the slider is moved. */
  held = false;

  constructor(place, moved) {
    this.moved = moved;
    this.seeks = latest.Seeks;
    this.toggle = h("button", {type: "button", class: "play", on: {click: () => this.change(latest.Playing ? "pause" : "play")}});
    this.slider = h("input", {type: "range", min: 0, "aria-label": "Position", on: {
      input: () => this.drag(),
      change: () => this.release(),
      pointerup: () => setTimeout(() => { this.held = false; }), // without a change if it was dragged back
    }});
    this.text = h("span", {class: "position"});
    this.speed = h("select", {"aria-label": "Speed", on: {change: () => this.change("speed", Number(this.speed.value))}});
    this.error = errorLine();
    put(place, h("strong", {class: "recording"}, "Recording"), this.toggle, this.slider, this.text, this.speed, this.error);
    place.hidden = false;
    this.update(latest);
    const stop = poll(REFRESH_SECONDS, () => [read("Replay")], ([state]) => {
      if (!(state instanceof AgentError)) this.update(state);
    });
    place.addEventListener("hide", stop, {once: true});
  }

  update(state) {
    latest = state;
    receivedAt = performance.now();
    const length = state.Length ?? 0;
    setText(this.toggle, state.Playing ? "Pause" : "Play");
    this.slider.disabled = state.Length === null;
    this.slider.max = String(length);
    this.slider.step = length > 120 ? "1" : "0.1";
    if (!this.held && this.wanted === null) {
      this.slider.value = String(state.Position);
      this.showPosition(state.Position);
    }
    if (Number(this.speed.value) !== state.Speed || !this.speed.options.length) {
      const speeds = SPEEDS.includes(state.Speed) ? SPEEDS : [...SPEEDS, state.Speed].sort((a, b) => a - b);
      put(this.speed, speeds.map(factor => h("option", {value: factor, selected: factor === state.Speed}, `${factor}×`)));
    }
    if (!state.Seeking && this.wanted === null && state.Seeks !== this.seeks) {
      this.seeks = state.Seeks;
      this.moved();
    }
  }

  showPosition(seconds) {
    const length = latest.Length;
    setText(this.text, `${position(seconds)}${length === null ? "" : ` of ${position(length)}`}${latest.Seeking ? " …" : ""}`);
    this.slider.setAttribute("aria-valuetext", `${spoken(seconds)}${length === null ? "" : ` of ${spoken(length)}`}`);
  }

  drag() {
    this.held = true;
    const seconds = Number(this.slider.value);
    this.showPosition(seconds);
    if (signedIn()) this.seek(seconds);
  }

  async release() {
    const seconds = Number(this.slider.value);
    if (seconds !== this.sought && await askToSignIn()) await this.seek(seconds);
    this.held = false;
    this.update(latest);
  }

  /** Seeks a position. One seek is carried out at a time; of those that are wanted meanwhile, the last one is next. */
  async seek(seconds) {
    this.wanted = seconds;
    this.sought = seconds;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.wanted !== null) {
        const to = this.wanted;
        this.wanted = null;
        await one(exec("Replay", "seek", to));
        await this.reached();
      }
      showError(this.error, "");
      announce(`Position ${spoken(latest.Position)}`);
    } catch (failed) {
      this.wanted = null;
      this.failed("seek", failed);
    }
    this.busy = false;
    this.sought = null;
    this.update(latest);
  }

  /** Waits until the agent has reached the position, or another one is wanted. */
  async reached() {
    while (this.wanted === null) {
      this.update(await one(read("Replay")));
      if (!latest.Seeking) return;
      await new Promise(resolve => { setTimeout(resolve, SEEKING_MILLIS); });
    }
  }

  async change(operation, ...values) {
    try {
      if (await askToSignIn()) {
        await one(exec("Replay", operation, ...values));
        showError(this.error, "");
        await this.reached();
      }
    } catch (failed) {
      this.failed(operation, failed);
    }
    put(this.speed);
    this.update(latest);
  }

  failed(operation, failed) {
    showError(this.error, failed.status === 403 ? `${signedIn()} may not ${operation} the recording: ${failed.message}` : failed.message);
  }
}
