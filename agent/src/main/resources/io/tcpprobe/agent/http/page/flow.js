// One flow: what limits it, and every sample of it while the page shows it.

import {AgentError, ask, exec, one, poll} from "./agent.js";
import {fields, grouped} from "./catalog.js";
import {askToSignIn, errorLine, open, showError} from "./dialogs.js";
import {announce, h, patch, put, setText} from "./dom.js";
import * as download from "./download.js";
import {count, duration, exact, share, time, value} from "./format.js";
import {href} from "./place.js";
import {extremes, plot} from "./plot.js";
import {records} from "./records.js";
import {recordedNow} from "./replay.js";
import {pieces, ribbon} from "./ribbon.js";
import {badge, MEANINGS} from "./verdict.js";

export const title = "Flow";

const KEPT_SAMPLES = 20000;
const FIELDS_SECONDS = 2;
const SAMPLES_SECONDS = 0.5;
const BIN_SECONDS = 0.25;
const RETRY_MILLIS = 10000;
const MISSING_ROUNDS = 3;
const LOG_SECONDS = 1;
const LOG_ROUNDS = 10;
const NO_SSTHRESH = 2147483647;
const SHOWN_SECONDS = [15, 60, 300, 0];

const CEILINGS = [
  {label: "in flight", color: "s1", width: 2},
  {label: "cwnd", color: "s2"},
  {label: "ssthresh", color: "s3", dash: "dashed"},
  {label: "send window", color: "s4", dash: "dash-dot"},
  {label: "send buffer", color: "s5", dash: "dotted"},
];
const TIMES = [
  {label: "RTT", color: "s2", width: 1},
  {label: "srtt", color: "s1", width: 2},
  {label: "min RTT", color: "s3", dash: "dashed"},
  {label: "RTO", color: "s4", dash: "dash-dot", off: true},
];
const BAND = ["max of 1 s", "min of 1 s"];
const BAND_SECONDS = 1;
const TIMES_AND_BAND = [...TIMES, ...BAND.map(label => ({label, color: "s2", width: 0}))];
const RATES = [
  {label: "acknowledged", color: "s1", width: 2},
  {label: "received", color: "s3", dash: "dashed", width: 2},
];
const CHRONO = ["no data to send", "busy", "receiver's window", "send buffer"];
const CA_STATES = ["open", "disorder", "CWR", "recovery", "loss"];
const SHARES = ["app", "rwnd", "sndbuf", "net", "pacing", "recovery", "local"];

/** The samples of the flow, by column; times in seconds since 1970. */
class Samples {
  times = [];
  ceilings = CEILINGS.map(() => []);
  rtts = TIMES.map(() => []);
  acked = [];
  received = [];
  chrono = [];
  caState = [];
  marks = [];
  raw = [];
  columns = [];
  total = 0;

  add(at, get) {
    const last = this.times.length - 1;
    if (last >= 0 && at < this.times[last]) return; // uPlot needs ascending times
    const mss = get("mss") ?? null;
    const segments = name => mss === null || get(name) === null || get(name) === undefined ? null : get(name) * mss;
    this.times.push(at);
    [segments("inFlight"), segments("cwnd"), get("ssthresh") >= NO_SSTHRESH ? null : segments("ssthresh"), get("sendWindow") ?? null,
      get("sendBuffer") ?? null].forEach((number, i) => this.ceilings[i].push(number));
    ["rttLast", "srtt", "minRtt", "rto"].forEach((name, i) => this.rtts[i].push(get(name) === null || get(name) === undefined ? null : get(name) / 1e6));
    this.acked.push(get("bytesAcked") ?? null);
    this.received.push(get("bytesReceived") ?? null);
    this.chrono.push(get("chronoType") ?? null);
    this.caState.push(get("caState") ?? null);
    this.mark(at, get);
    if (this.times.length > KEPT_SAMPLES) this.drop(KEPT_SAMPLES / 10);
  }

  /** Keeps a row as the agent returned it, and counts it. */
  keep(row) {
    this.total++;
    this.raw.push(row);
    if (this.raw.length > KEPT_SAMPLES) this.raw.splice(0, KEPT_SAMPLES / 10);
  }

  /** Interrupts the lines: there are no samples until the next one. */
  gap() {
    const last = this.times.length - 1;
    if (last < 0) return;
    this.times.push(this.times[last]);
    [...this.ceilings, ...this.rtts, this.acked, this.received, this.chrono, this.caState].forEach(list => list.push(null));
  }

  mark(at, get) {
    const now = {retrans: get("retrans") ?? 0, timeouts: get("timeouts") ?? 0, closed: get("sendWindow") === 0};
    if (this.before) {
      if (now.timeouts > this.before.timeouts) this.marks.push({at, kind: "timeout"});
      else if (now.retrans > this.before.retrans) this.marks.push({at, kind: "retransmission"});
      if (now.closed && !this.before.closed) this.marks.push({at, kind: "zero window"});
    }
    this.before = now;
  }

  drop(n) {
    [this.times, ...this.ceilings, ...this.rtts, this.acked, this.received, this.chrono, this.caState].forEach(list => list.splice(0, n));
    this.marks = this.marks.filter(mark => mark.at >= this.times[0]);
  }

  /** Returns rates over bins of a quarter of a second. */
  rates() {
    const data = [[], [], []];
    let from = 0;
    for (let i = 1; i < this.times.length; i++) {
      const seconds = this.times[i] - this.times[from];
      if (seconds < BIN_SECONDS) continue;
      data[0].push(this.times[i]);
      [this.acked, this.received].forEach((list, at) =>
        data[at + 1].push(list[i] === null || list[from] === null ? null : Math.max(0, list[i] - list[from]) / seconds));
      from = i;
    }
    return data;
  }
}

/** Draws marks at the bottom of the plot: each kind has its own shape. */
function drawMarks(marks) {
  return (u, color) => {
    const {ctx, bbox} = u;
    ctx.save();
    for (const mark of marks()) {
      const x = u.valToPos(mark.at, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      const y = bbox.top + bbox.height - 6;
      ctx.strokeStyle = ctx.fillStyle = color(mark.kind === "zero window" ? "s4" : "bad");
      ctx.lineWidth = 1.5;
      ctx.setLineDash([]);
      ctx.beginPath();
      if (mark.kind === "retransmission") {
        ctx.moveTo(x - 4, y + 4);
        ctx.lineTo(x + 4, y + 4);
        ctx.lineTo(x, y - 4);
        ctx.fill();
      } else if (mark.kind === "timeout") {
        ctx.moveTo(x - 4, y - 4);
        ctx.lineTo(x + 4, y + 4);
        ctx.moveTo(x - 4, y + 4);
        ctx.lineTo(x + 4, y - 4);
        ctx.stroke();
      } else {
        ctx.arc(x, y, 3.5, 0, 7);
        ctx.stroke();
      }
    }
    ctx.restore();
  };
}

export function show(view, parameters) {
  const id = Number(parameters.get("id"));
  const recorded = recordedNow() !== null;
  const samples = new Samples();
  const stops = [];
  let ended = false;
  let watch = null;
  let watchBegan = null;
  let watched = null;
  let watchFailed = "";
  let beginning = false;
  let retryAt = 0;
  let from = 0;
  let drawn = 0;
  let missed = 0;
  let missing = 0;
  let row = null;
  let gone = false;
  let span = 60;

  const recordsButton = h("button", {type: "button", disabled: true, title: "For ./tcpprobe report FILE and ./tcpprobe plot FILE",
    on: {click: saveRecords}}, "Samples as records");
  const heading = h("h1", {}, `Flow ${id || ""}`);
  const ends = h("p", {class: "ends"}, parameters.get("local") ?? "", parameters.get("remote") ? ` → ${parameters.get("remote")}` : "");
  const verdictBox = h("section", {class: "card", "aria-label": "Verdict"}, h("p", {class: "loading"}, "Loading…"));
  const source = h("p", {class: "dim", role: "status"});
  const error = errorLine();
  const details = h("section", {"aria-label": "All fields"});
  const ceilings = plot(CEILINGS, {title: "What may be in flight, in bytes", scale: "bytes", height: 280, sync: "flow",
    marks: drawMarks(() => samples.marks), summary: summarize, follow: (min, max) => ribbons(min, max)});
  const rtts = plot(TIMES_AND_BAND, {title: "Round-trip times", scale: "seconds", height: 190, sync: "flow", band: BAND});
  const rates = plot(RATES, {title: "Rates", scale: "rate", height: 170, sync: "flow"});
  const limits = ribbon("limited by");
  const recovery = ribbon("recovery");
  const spans = h("div", {class: "spans", role: "group", "aria-label": "Shown time"}, SHOWN_SECONDS.map(seconds =>
    h("button", {type: "button", "aria-pressed": String(seconds === span), on: {click: event => {
      span = seconds;
      ceilings.unzoom();
      event.target.parentNode.querySelectorAll("button").forEach(button => button.setAttribute("aria-pressed", String(button === event.target)));
      draw();
    }}}, seconds ? duration(seconds) : "all")));

  put(view,
    h("div", {class: "head"}, h("div", {}, h("p", {class: "crumb"}, h("a", {href: "#/flows"}, "Flows")), heading, ends),
      h("div", {class: "actions"},
        h("button", {type: "button", on: {click: saveCsv}}, "Samples as CSV"),
        recordsButton,
        h("button", {type: "button", on: {click: () => row && download.json(`flow-${id}`, row)}}, "Fields as JSON"),
        h("button", {type: "button", on: {click: () => download.svg(`flow-${id}`, ceilings.svg())}}, "Plot as SVG"),
        h("button", {type: "button", class: "danger", id: "delete", disabled: recorded, on: {click: remove}}, "Delete connection…"))),
    error, verdictBox,
    h("section", {class: "card", "aria-label": "Plots"},
      h("div", {class: "plot-head"}, source, spans),
      ceilings.element, limits.element, recovery.element,
      h("p", {class: "legend-note dim"}, "▲ retransmission   ✕ timeout   ○ the peer's window became 0. Drag to zoom, double-click to see all again."),
      rtts.element, rates.element),
    details);

  function summarize(data) {
    const last = data[0].length - 1;
    return last < 0 ? "No samples yet." : `${data[0].length} samples. Now: ${CEILINGS.map((one, i) =>
      `${one.label} ${data[i + 1][last] ?? "unknown"} bytes`).join(", ")}.`;
  }

  function ribbons(min, max) {
    limits.set(pieces(samples.times, samples.chrono, CHRONO, max), min, max);
    recovery.set(pieces(samples.times, samples.caState, CA_STATES, max), min, max);
  }

  function draw() {
    const end = samples.times[samples.times.length - 1];
    if (end === undefined) return;
    drawn = performance.now();
    const begin = span ? Math.max(end - span, samples.times[0] - 0.001) : samples.times[0] - 0.001;
    [ceilings, rtts, rates].forEach(one => one.range(begin, end));
    ceilings.set([samples.times, ...samples.ceilings]);
    rtts.set([samples.times, ...samples.rtts, ...extremes(samples.times, samples.rtts[0], BAND_SECONDS)]);
    rates.set(samples.rates());
  }

  /** Begins a watch, also again after it ended: it ends when the tab was hidden for long. Called only if the id is still that of this flow. */
  async function begin() {
    beginning = true;
    try {
      const number = await one(exec("Watches", "watch", String(id)));
      watch = number;
      samples.raw = []; // records are those of one watch, with one origin of time
      recordsButton.disabled = true;
      watchBegan = null;
      from = 0;
      if (watchFailed) samples.gap();
      watchFailed = "";
    } catch (failed) {
      if (recorded && !samples.times.length) await past();
      noWatch(recorded ? `A recording has no single samples: a value every 5 s before this view was opened, one every ${FIELDS_SECONDS} s since then.`
        : `No single samples: ${failed.message}. The plots show a value every ${FIELDS_SECONDS} s.`);
      retryAt = performance.now() + RETRY_MILLIS;
    }
    beginning = false;
    if (ended) end();
  }

  /** Adds what the agent's history of the last minutes has of the flow, if it was one of the busiest. */
  async function past() {
    const [history] = await ask([exec("History", "history", String(id))]).catch(() => [null]);
    if (!history || history instanceof AgentError || ended) return;
    const names = new Map(history.columns.map((name, i) => [name, i]));
    for (const values of history.rows) {
      samples.add(values[0] / 1000, name => name === "mss" ? row.mss : values[names.get(name)]);
    }
    draw();
  }

  function noWatch(message) {
    watch = null;
    watchFailed = message;
    if (!ended && !gone) setText(source, message);
  }

  /** Returns true if an answer is about the watch that this view began: another agent may have one of the same number. */
  function ours(series) {
    watchBegan ??= series.watch.beganNanos;
    const flow = series.flows.find(one => one.flowId === id);
    return series.watch.beganNanos === watchBegan && series.watch.target === String(id) && (!flow || isThis(flow));
  }

  /** Shows samples; returns true if there are more. */
  function take(series) {
    const names = new Map(series.columns.map((name, i) => [name, i]));
    const began = new Date(series.watch.began).getTime() / 1000;
    samples.columns = series.columns;
    for (const sample of series.samples) {
      if (sample[names.get("flow")] !== id) continue;
      samples.keep(sample);
      samples.add(began + sample[names.get("time")] / 1e9, name => sample[names.get(name)]);
    }
    from = series.next;
    missed += series.missed;
    const flow = series.flows.find(one => one.flowId === id);
    watched = flow ?? watched;
    recordsButton.disabled = !watched || !samples.raw.length;
    const lost = (flow?.lost ? `, ${count(flow.lost)} lost` : "") + (missed ? `, ${count(missed)} missed` : "");
    const state = flow && flow.state !== "live" ? `, ${flow.state}${flow.endReason ? `: ${flow.endReason}` : ""}` : "";
    setText(source, `${samples.total.toLocaleString("en-US")} samples since this view opened${lost}${state}`);
    if (series.samples.length && (!series.more || performance.now() - drawn > SAMPLES_SECONDS * 1000)) draw();
    if (series.more) return true;
    if (flow && flow.state !== "live") over(flow.endReason);
    return false;
  }

  function saveCsv() {
    if (samples.raw.length) download.csv(`flow-${id}`, samples.columns, samples.raw);
    else download.csv(`flow-${id}`, ["time", "inFlight", "cwnd", "ssthresh", "sendWindow", "sendBuffer"],
      samples.times.map((at, i) => [at, ...samples.ceilings.map(list => list[i])]));
  }

  function saveRecords() {
    download.lines(`flow-${id}-records`, records(watched, watchBegan, samples.columns, samples.raw));
  }

  function showVerdict() {
    const receives = row.verdict === "idle" && row.receiverVerdict && row.receiverVerdict !== "idle";
    const evidence = (row.evidence ?? "").split(", ").filter(Boolean);
    patch(verdictBox,
      h("div", {class: "verdict"},
        h("div", {},
          h("h2", {}, "As sender ", badge(row.verdict, row.verdictShare)),
          h("p", {}, MEANINGS[row.verdict] ?? "", row.networkCause ? `: ${row.networkCause}` : "",
            typeof row.verdictConfidence === "number" ? h("span", {class: "dim"}, ` · confidence ${share(row.verdictConfidence)}`) : null),
          h("h2", {}, "As receiver ", badge(row.receiverVerdict, row.receiverShare)),
          h("p", {}, MEANINGS[row.receiverVerdict] ?? ""),
          row.lifeVerdict ? h("p", {class: "dim"}, `Over its life as sender: ${row.lifeVerdict}${typeof row.lifeShare === "number" ? ` ${share(row.lifeShare)}` : ""}`) : null),
        h("div", {},
          h("h2", {}, "What to do"),
          h("p", {class: "advice"}, row.advice ?? (receives ? "Look at the sender." : "Nothing to do.")),
          h("h2", {}, "Evidence"),
          evidence.length ? h("ul", {class: "evidence"}, evidence.map(text => h("li", {}, text))) : h("p", {class: "dim"}, "None yet.")),
        h("div", {},
          h("h2", {}, "Shares of the window"),
          h("dl", {class: "shares"}, SHARES.filter(name => typeof row[`${name}Share`] === "number").map(name => {
            const part = row[`${name}Share`];
            const meter = h("span", {class: `bar v-${name}`});
            meter.style.setProperty("--part", `${part / 10}%`);
            return [h("dt", {"data-key": name}, name), h("dd", {"data-key": `${name} share`}, h("span", {class: "track"}, meter), h("span", {class: "number"}, share(part)))];
          })))));
  }

  function showFields(all) {
    const names = [...all.values()].filter(field => Object.hasOwn(row, field.name) && row[field.name] !== null
      && field.name !== "evidence" && field.name !== "advice");
    patch(details, h("h2", {}, "All fields"), h("div", {class: "groups"}, grouped(names).map(([group, list]) =>
      h("section", {class: "card", "data-key": group}, h("h3", {}, group), h("dl", {class: "fields"}, list.map(field => [
        h("dt", {"data-key": field.name, title: `${field.doc}${field.unit ? ` In ${field.unit}.` : ""}${field.origin ? ` From ${field.origin}.` : ""}`}, field.name),
        h("dd", {"data-key": `${field.name} value`, title: exact(field, row[field.name]), class: field.type === "number" ? "number" : ""}, value(field, row[field.name]))]))))));
  }

  function showRow(found, all) {
    row = found;
    setText(heading, row.process ? `${row.process}` : `Flow ${id}`);
    patch(ends, h("code", {}, row.local), " → ", h("code", {}, row.remote), h("span", {class: "dim"},
      ` · ${row.state}${row.congestionControl ? ` · ${row.congestionControl}` : ""} · flow ${id}${row.firstSeen ? ` · since ${time(row.firstSeen)}` : ""}`));
    showVerdict();
    showFields(all);
    if (watch !== null || gone) return;
    if (watchFailed) {
      const at = new Date(row.sampled).getTime() / 1000; // the agent's clock, as for the samples of a watch
      if (at !== samples.times[samples.times.length - 1]) {
        samples.add(at, name => row[name]);
        draw();
      }
    }
    if (!beginning && performance.now() >= retryAt) begin();
  }

  /** Returns true if these are the endpoints that the URL names, or that were shown first: each agent counts its flow ids from 1. */
  function isThis(found) {
    const local = parameters.get("local") ?? row?.local;
    const remote = parameters.get("remote") ?? row?.remote;
    return (!local || found.local === local) && (!remote || found.remote === remote);
  }

  /** Returns true if a row of the flow log is about the flow that was shown. */
  function wasThis(logged) {
    return !row || Math.abs(new Date(logged.firstSeen) - new Date(row.firstSeen)) < 1000;
  }

  /** Searches the end of the flow in the flow log, where it may come a little later; null if it is not there. */
  async function logged(condition) {
    for (let round = 0; round < LOG_ROUNDS && !ended; round++) {
      if (round) await new Promise(resolve => { setTimeout(resolve, LOG_SECONDS * 1000); });
      const found = await one(exec("FlowLog", "search", 86400, condition, "", 20));
      const match = Object.values(found).sort((a, b) => a.rank - b.rank).find(wasThis);
      if (match) return match;
    }
    return null;
  }

  /** The flow has ended, or its id is that of another one now: shows how it ended, from the flow log. */
  async function over(reason, message = `This flow has ended${reason ? `: ${reason}` : ""}.`) {
    if (gone) return;
    gone = true;
    document.getElementById("delete").disabled = true;
    announce(message);
    const box = h("p", {class: "notice"}, message, row ? " The values below are the last ones." : "");
    error.before(box);
    if (!row) put(verdictBox, h("p", {class: "empty"}, "Nothing is known of it."));
    const local = row?.local ?? parameters.get("local");
    const remote = row?.remote ?? parameters.get("remote");
    const condition = local && remote ? endpoints(local, remote) : "";
    if (!condition) return;
    try {
      const [now] = await ask([exec("Flows", "query", condition, "", true, 0, 1, "local,remote")]);
      const other = now instanceof AgentError ? null : Object.values(now.flows)[0];
      if (ended) return;
      if (other && other.flowId !== id) {
        box.append(" ", h("a", {href: href("flow", {id: other.flowId, local: other.local, remote: other.remote})},
          `Flow ${other.flowId} has the same endpoints`), ".");
      }
      const found = await logged(condition);
      if (ended || !found) return;
      box.append(` ${row ? "It" : "The last one with these endpoints"} ended at ${time(found.ended)}${found.why ? ` (${found.why})` : ""}; `,
        h("a", {href: href("history", {since: "1d", where: condition})}, "see it in the history"), ".");
      if (!row) {
        const all = await fields();
        row = found;
        put(verdictBox, h("h2", {}, "Over its life as sender ", badge(found.lifeVerdict, found.lifeShare)));
        showFields(all);
      }
    } catch {
      // what is known is shown; the agent may keep no flow log, and the banner says if it does not answer
    }
  }

  async function remove() {
    if (!await askToSignIn() || ended) return;
    let found;
    try {
      found = await one(exec("Flows", "deleteFlow", id, true));
    } catch (failed) {
      showError(error, `It cannot be deleted: ${failed.message}`);
      return;
    }
    const deleted = await open("Delete this connection?", close => {
      const line = errorLine();
      return [
        h("dl", {class: "fields"}, [["local", found.local], ["remote", found.remote], ["state", found.state], ["uid", found.uid],
          ["process", row?.process ?? "unknown"]].map(([name, text]) => [h("dt", {}, name), h("dd", {}, String(text))])),
        h("p", {}, "The program that has it open gets ECONNABORTED, the peer a reset. This cannot be undone."),
        line,
        h("div", {class: "actions"},
          h("button", {type: "button", autofocus: true, on: {click: () => close(false)}}, "Keep it"),
          h("button", {type: "button", class: "danger", on: {click: async () => {
            try {
              // after a restart of the agent the id may be that of another connection
              const again = await one(exec("Flows", "deleteFlow", id, true));
              if (again.cookie !== found.cookie) throw new AgentError(409, `Flow ${id} is another connection now; nothing was deleted.`);
              await one(exec("Flows", "deleteFlow", id, false));
              close(true);
            } catch (failed) {
              showError(line, failed.message);
            }
          }}}, "Delete it"))];
    });
    showError(error, "");
    if (deleted) announce("The connection was deleted.");
  }

  function end() {
    if (watch !== null) ask([exec("Watches", "unwatch", watch)]).catch(() => {});
    watch = null;
  }

  if (!id) {
    showError(error, "This place names no flow.");
  } else {
    fields().then(all => {
      if (ended) return;
      stops.push(poll(FIELDS_SECONDS, () => gone ? [] : [exec("Flows", "page", id - 1, 1)], ([answer]) => {
        if (answer === undefined) return;
        if (answer instanceof AgentError) {
          showError(error, answer.message);
          return;
        }
        const found = Object.values(answer)[0];
        if (found?.flowId !== id) miss();
        else if (isThis(found)) showRow(found, all);
        else over("", `Flow ${id} is another connection now: the agent was restarted.`);
      }));
      stops.push(poll(SAMPLES_SECONDS, () => gone || watch === null ? [] : [exec("Watches", "series", watch, from)], ([answer]) => {
        if (answer === undefined || watch === null) return false;
        if (answer instanceof AgentError || !ours(answer)) {
          noWatch(`The samples have ended${answer instanceof AgentError ? `: ${answer.message}` : "."}`);
          return false;
        }
        return take(answer);
      }));
    }, failed => showError(error, failed.message));
  }

  /** The flow is not there any more: the watch reports how it ended, after its last samples. */
  function miss() {
    if (watch !== null && ++missing <= MISSING_ROUNDS) return;
    over("", row ? undefined : "There is no such flow: it has ended, or the agent was restarted.");
  }

  return {
    leave(restarted) {
      ended = true;
      stops.forEach(stop => stop());
      if (restarted) watch = null; // the new agent may have another watch of this number
      end();
      [ceilings, rtts, rates].forEach(one => one.destroy());
    },
  };
}

/** Returns the condition that finds a connection by its endpoints in the flow log; "" if one of them cannot be read. */
export function endpoints(local, remote) {
  const parts = [local, remote].map(end => /^\[?([0-9a-fA-F:.]+)(?:%\d+)?\]?:(\d+)$/.exec(end));
  return parts.every(Boolean)
    ? `src = ${parts[0][1]} and sport = ${parts[0][2]} and dst = ${parts[1][1]} and dport = ${parts[1][2]}`
    : "";
}
