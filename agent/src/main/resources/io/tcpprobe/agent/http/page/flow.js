// One flow: what limits it, and every sample of it while the page shows it.

import {AgentError, ask, exec, one, poll} from "./agent.js";
import {fields, grouped} from "./catalog.js";
import {askToSignIn, errorLine, open, showError} from "./dialogs.js";
import {announce, h, put, setText} from "./dom.js";
import * as download from "./download.js";
import {duration, exact, share, time, value} from "./format.js";
import {href} from "./place.js";
import {plot} from "./plot.js";
import {pieces, ribbon} from "./ribbon.js";
import {badge, MEANINGS} from "./verdict.js";

export const title = "Flow";

const KEPT_SAMPLES = 20000;
const FIELDS_SECONDS = 2;
const SAMPLES_SECONDS = 0.5;
const BIN_SECONDS = 0.25;
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

  add(at, get) {
    const last = this.times.length - 1;
    if (last >= 0 && at < this.times[last]) return; // uPlot needs ascending times
    const mss = get("mss") ?? 1448;
    const segments = name => get(name) === null || get(name) === undefined ? null : get(name) * mss;
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
    if (this.raw.length > KEPT_SAMPLES) this.raw.splice(0, n);
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
  const samples = new Samples();
  const stops = [];
  let ended = false;
  let watch = null;
  let from = 0;
  let row = null;
  let gone = false;
  let span = 60;

  const heading = h("h1", {}, `Flow ${id || ""}`);
  const ends = h("p", {class: "ends"}, parameters.get("local") ?? "", parameters.get("remote") ? ` → ${parameters.get("remote")}` : "");
  const verdictBox = h("section", {class: "card", "aria-label": "Verdict"}, h("p", {class: "loading"}, "Loading…"));
  const source = h("p", {class: "dim", role: "status"});
  const error = errorLine();
  const details = h("section", {"aria-label": "All fields"});
  const ceilings = plot(CEILINGS, {title: "What may be in flight, in bytes", scale: "bytes", height: 280, sync: "flow",
    marks: drawMarks(() => samples.marks), summary: summarize, follow: (min, max) => ribbons(min, max)});
  const rtts = plot(TIMES, {title: "Round-trip times", scale: "seconds", height: 190, sync: "flow"});
  const rates = plot(RATES, {title: "Rates", scale: "rate", height: 170, sync: "flow"});
  const limits = ribbon("limited by");
  const recovery = ribbon("recovery");
  const spans = h("div", {class: "spans", role: "group", "aria-label": "Shown time"}, SHOWN_SECONDS.map(seconds =>
    h("button", {type: "button", "aria-pressed": String(seconds === span), on: {click: event => {
      span = seconds;
      event.target.parentNode.querySelectorAll("button").forEach(button => button.setAttribute("aria-pressed", String(button === event.target)));
      draw();
    }}}, seconds ? duration(seconds) : "all")));

  put(view,
    h("div", {class: "head"}, h("div", {}, h("p", {class: "crumb"}, h("a", {href: "#/flows"}, "Flows")), heading, ends),
      h("div", {class: "actions"},
        h("button", {type: "button", on: {click: saveCsv}}, "Samples as CSV"),
        h("button", {type: "button", on: {click: () => row && download.json(`flow-${id}`, row)}}, "Fields as JSON"),
        h("button", {type: "button", on: {click: () => download.svg(`flow-${id}`, ceilings.svg())}}, "Plot as SVG"),
        h("button", {type: "button", class: "danger", id: "delete", on: {click: remove}}, "Delete connection…"))),
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
    const begin = span ? Math.max(end - span, samples.times[0] - 0.001) : samples.times[0] - 0.001;
    [ceilings, rtts, rates].forEach(one => one.range(begin, end));
    ceilings.set([samples.times, ...samples.ceilings]);
    rtts.set([samples.times, ...samples.rtts]);
    rates.set(samples.rates());
    ribbons(begin, end);
  }

  async function begin() {
    try {
      watch = await one(exec("Watches", "watch", String(id)));
    } catch (failed) {
      if (ended) return;
      setText(source, `No single samples: ${failed.message}. The plots show a value every ${FIELDS_SECONDS} s.`);
      return;
    }
    if (ended) {
      end();
      return;
    }
    from = 0;
    stops.push(poll(SAMPLES_SECONDS, () => gone || watch === null ? [] : [exec("Watches", "series", watch, from)], ([answer]) => {
      if (answer === undefined) return;
      if (answer instanceof AgentError) {
        watch = null; // it has ended, or the agent has been restarted
        setText(source, `The samples have ended: ${answer.message}`);
        return;
      }
      take(answer);
    }));
  }

  function take(series) {
    const names = new Map(series.columns.map((name, i) => [name, i]));
    const began = new Date(series.watch.began).getTime() / 1000;
    samples.columns = series.columns;
    for (const sample of series.samples) {
      if (sample[names.get("flow")] !== id) continue;
      samples.raw.push(sample);
      samples.add(began + sample[names.get("time")] / 1e9, name => sample[names.get(name)]);
    }
    from = series.next;
    const flow = series.flows.find(one => one.flowId === id);
    const lost = flow?.lost ? `, ${flow.lost} lost` : "";
    const state = flow && flow.state !== "live" ? `, ${flow.state}${flow.endReason ? `: ${flow.endReason}` : ""}` : "";
    setText(source, `${samples.raw.length.toLocaleString("en-US")} samples since this view opened${lost}${state}`);
    if (series.samples.length) draw();
    if (flow && flow.state !== "live") over(flow.endReason);
  }

  function saveCsv() {
    if (samples.raw.length) download.csv(`flow-${id}`, samples.columns, samples.raw);
    else download.csv(`flow-${id}`, ["time", "inFlight", "cwnd", "ssthresh", "sendWindow", "sendBuffer"],
      samples.times.map((at, i) => [at, ...samples.ceilings.map(list => list[i])]));
  }

  function showVerdict() {
    const receives = row.verdict === "idle" && row.receiverVerdict && row.receiverVerdict !== "idle";
    const evidence = (row.evidence ?? "").split(", ").filter(Boolean);
    put(verdictBox,
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
            return [h("dt", {}, name), h("dd", {}, h("span", {class: "track"}, meter), h("span", {class: "number"}, share(part)))];
          })))));
  }

  function showFields(all) {
    const names = [...all.values()].filter(field => Object.hasOwn(row, field.name) && row[field.name] !== null
      && field.name !== "evidence" && field.name !== "advice");
    put(details, h("h2", {}, "All fields"), h("div", {class: "groups"}, grouped(names).map(([group, list]) =>
      h("section", {class: "card"}, h("h3", {}, group), h("dl", {class: "fields"}, list.map(field => [
        h("dt", {title: `${field.doc}${field.unit ? ` In ${field.unit}.` : ""}${field.origin ? ` From ${field.origin}.` : ""}`}, field.name),
        h("dd", {title: exact(field, row[field.name]), class: field.type === "number" ? "number" : ""}, value(field, row[field.name]))]))))));
  }

  function showRow(found, all) {
    row = found;
    setText(heading, row.process ? `${row.process}` : `Flow ${id}`);
    put(ends, h("code", {}, row.local), " → ", h("code", {}, row.remote), h("span", {class: "dim"},
      ` · ${row.state}${row.congestionControl ? ` · ${row.congestionControl}` : ""} · flow ${id}${row.firstSeen ? ` · since ${time(row.firstSeen)}` : ""}`));
    showVerdict();
    showFields(all);
    if (watch === null && !gone) {
      samples.add(Date.now() / 1000, name => row[name]);
      draw();
    }
  }

  /** The flow has ended: shows how, from the flow log. */
  async function over(reason) {
    if (gone) return;
    gone = true;
    document.getElementById("delete").disabled = true;
    const message = `This flow has ended${reason ? `: ${reason}` : ""}.`;
    announce(message);
    const box = h("p", {class: "notice"}, message, row ? " The values below are the last ones." : "");
    error.before(box);
    const local = row?.local ?? parameters.get("local");
    const remote = row?.remote ?? parameters.get("remote");
    const condition = local && remote ? endpoints(local, remote) : "";
    if (!condition) return;
    try {
      const [found] = await ask([exec("FlowLog", "search", 86400, condition, "", 1)]);
      if (ended || found instanceof AgentError) return;
      const logged = Object.values(found)[0];
      if (!logged) return;
      box.append(` It ended at ${time(logged.ended)}${logged.why ? ` (${logged.why})` : ""}; `,
        h("a", {href: href("history", {since: "1d", where: condition})}, "see it in the history"), ".");
      if (!row) {
        const all = await fields();
        row = logged;
        put(verdictBox, h("h2", {}, "Over its life as sender ", badge(logged.lifeVerdict, logged.lifeShare)));
        showFields(all);
      }
    } catch {
      // what is known is shown; the banner says that the agent does not answer
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
      begin();
      stops.push(poll(FIELDS_SECONDS, () => gone ? [] : [exec("Flows", "page", id - 1, 1)], ([answer]) => {
        if (answer === undefined) return;
        if (answer instanceof AgentError) {
          showError(error, answer.message);
          return;
        }
        const found = Object.values(answer)[0];
        if (found?.flowId === id) showRow(found, all);
        else over("");
      }));
    }, failed => showError(error, failed.message));
  }

  return {
    leave() {
      ended = true;
      stops.forEach(stop => stop());
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
