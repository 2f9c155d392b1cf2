// Overview: what limits the flows of this host now, and the last minutes.

import {AgentError, exec, poll, read} from "./agent.js";
import {h, patch, put} from "./dom.js";
import {ABSENT, count, duration, share, value} from "./format.js";
import {card, events} from "./events.js";
import {href} from "./place.js";
import {plot} from "./plot.js";
import {recordedNow, recordedTime} from "./replay.js";
import {badge, MEANINGS} from "./verdict.js";

export const title = "Overview";

const REFRESH_SECONDS = 2;
const SHOWN_SECONDS = 900;
const SMOOTH_SECONDS = 5;
const SENDER = ["rwnd", "sndbuf", "net", "pacing", "recovery", "local", "app", "idle", "unknown"];
const RECEIVER = ["slowReader", "rcvbuf", "peer", "idle", "unknown"];
const SEGMENTS = ["segsOut", "retrans"];

/** Flows with data that wait for something else than the application that sends them. */
const WAITING = "sendQueue > 0 and not (verdict = app or verdict = idle or verdict = unknown) or receiverVerdict = slowReader or receiverVerdict = rcvbuf";
const WAITING_SHOWN = 5;
const COLUMNS = "local,remote,process,verdict,verdictShare,advice,receiverVerdict,receiverShare,sendQueue,receiveQueue";
const bytesOf = {unit: "bytes", type: "number", name: ""};
const micros = {unit: "microseconds", type: "number", name: ""};
const bytesRate = {unit: "bytes/s", type: "number", name: ""};

/** Totals over time, of which rates are drawn. The agent's ring supplies what was before the page was opened. */
class Totals {
  constructor(names) {
    this.names = names;
    this.rows = [];
  }

  add(seconds, values) {
    const last = this.rows[this.rows.length - 1];
    if (last && seconds <= last[0]) return;
    this.rows.push([seconds, ...values]);
    while (this.rows.length && this.rows[0][0] < seconds - SHOWN_SECONDS) this.rows.shift();
  }

  addTable(history) {
    const places = this.names.map(name => history.columns.indexOf(name));
    for (const row of history.rows) this.add(row[0] / 1000, places.map(place => row[place]));
  }

  /** Returns [times, ...rates], over some seconds each: a rate of a single second jumps. */
  rates() {
    const data = [[], ...this.names.map(() => [])];
    let from = 0;
    for (let i = 1; i < this.rows.length; i++) {
      while (from + 1 < i && this.rows[i][0] - this.rows[from + 1][0] >= SMOOTH_SECONDS) from++;
      const seconds = this.rows[i][0] - this.rows[from][0];
      data[0].push(this.rows[i][0]);
      this.names.forEach((_, at) => {
        const a = this.rows[from][at + 1];
        const b = this.rows[i][at + 1];
        data[at + 1].push(a === null || b === null || b < a ? null : (b - a) / seconds);
      });
    }
    return data;
  }
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}

/** The sums of the groups of the kind role: all flows, the ended ones included. */
function sums(roles, names) {
  return names.map(name => Object.values(roles).reduce((sum, group) => sum + (group[name] ?? 0), 0));
}

/** Segments sent without the retransmissions, as OutSegs of the host. */
function recordedSegments([sent, retransmitted]) {
  return [Math.max(0, sent - retransmitted), retransmitted];
}

function bars(names, counts, field) {
  const most = Math.max(1, ...names.map(name => counts(name)));
  return h("dl", {class: "bars"}, names.filter(name => counts(name) > 0).map(name => {
    const bar = h("span", {class: `bar v-${name}`});
    bar.style.setProperty("--part", `${counts(name) / most * 100}%`);
    return [h("dt", {"data-key": name}, h("a", {href: href("flows", {where: `${field} = ${name}`})}, badge(name)), h("span", {class: "dim meaning"}, ` ${MEANINGS[name]}`)),
      h("dd", {"data-key": `${name} flows`}, h("span", {class: "track"}, bar), h("span", {class: "number"}, count(counts(name))))];
  }));
}

/** Returns a flow with data that wait: who, since what, how much and what to do. */
function waitingFlow(flow) {
  const receives = !flow.sendQueue || flow.receiverVerdict === "slowReader" || flow.receiverVerdict === "rcvbuf";
  const verdict = receives ? badge(flow.receiverVerdict, flow.receiverShare) : badge(flow.verdict, flow.verdictShare);
  const waits = receives ? `${value(bytesOf, flow.receiveQueue)} to be read` : `${value(bytesOf, flow.sendQueue)} to be sent or acknowledged`;
  return h("li", {"data-key": flow.flowId},
    h("a", {href: href("flow", {id: flow.flowId, local: flow.local, remote: flow.remote})}, `${flow.local} – ${flow.remote}`), " ", verdict,
    h("span", {class: "dim"}, ` ${flow.process ? `${flow.process}, ` : ""}${waits}`),
    h("p", {class: "advice"}, receives ? `${capital(MEANINGS[flow.receiverVerdict] ?? "not known yet")}.` : flow.advice ?? ""));
}

export function show(view) {
  const tiles = h("div", {class: "tiles"});
  const waiting = h("ol", {class: "waiting"});
  const moreWaiting = h("p");
  const senders = h("div");
  const receivers = h("div");
  const states = h("div");
  const active = h("div", {class: "events"});
  const health = h("dl", {class: "fields"});
  const problems = h("div");
  const throughput = plot([{label: "sent", color: "s1", width: 2}, {label: "received", color: "s3", dash: "dashed", width: 2}],
    {title: "Throughput of all flows", scale: "rate", height: 190, sync: "overview"});
  const ratio = plot([{label: "retransmitted", color: "bad", width: 2}], {title: "Retransmitted share of the segments sent", scale: "perMille", top: 10, height: 170, sync: "overview"});
  const rtts = plot([{label: "median", color: "s1", width: 2}, {label: "p90", color: "s2", dash: "dashed"}, {label: "p99", color: "s4", dash: "dotted"}],
    {title: "Smoothed round-trip times of the flows", scale: "seconds", height: 170, sync: "overview"});

  const bytes = new Totals(["bytesSent", "bytesReceived"]);
  const segments = new Totals(["OutSegs", "RetransSegs"]);
  const times = [[], [], [], []];
  let filled = false;
  let usage = null;
  let sinceBoot = null;

  put(view, h("h1", {class: "unseen"}, "Overview"), tiles,
    h("section", {class: "card", "aria-label": "Active events"}, h("h2", {}, h("a", {href: "#/events"}, "Active events")), active),
    h("section", {class: "card", "aria-label": "Flows with data that wait"}, h("h2", {}, "Flows with data that wait"), waiting, moreWaiting),
    h("div", {class: "columns"},
      h("section", {class: "card"}, h("h2", {}, "What limits the senders"), senders),
      h("section", {class: "card"}, h("h2", {}, "What limits the receivers"), receivers, h("h2", {}, "Flows by state"), states)),
    h("section", {class: "card", "aria-label": "The last 15 minutes"}, throughput.element, ratio.element, rtts.element),
    h("section", {class: "card"}, h("h2", {}, "The agent"), problems, health));

  function tile(name, number, note, link, bad) {
    return h("div", {class: `tile${bad ? " bad" : ""}`}, h("span", {class: "name"}, link ? h("a", {href: link}, name) : name),
      h("span", {class: "figure-number"}, number), h("span", {class: "dim"}, note ?? ""));
  }

  function addTimes(seconds, values) {
    const last = times[0][times[0].length - 1];
    if (last !== undefined && seconds <= last) return;
    [seconds, ...values].forEach((number, i) => times[i].push(number));
    while (times[0][0] < seconds - SHOWN_SECONDS) times.forEach(list => list.shift());
  }

  function fillFrom([host, summary, ...roles]) {
    filled = true;
    if (!(host instanceof AgentError) && recordedNow() === null) segments.addTable(host);
    if (!(summary instanceof AgentError)) {
      const places = ["srttP50", "srttP90", "srttP99"].map(name => summary.columns.indexOf(name));
      summary.rows.forEach(row => addTimes(row[0] / 1000, places.map(place => row[place] === null ? null : row[place] / 1e6)));
    }
    const known = roles.filter(one => !(one instanceof AgentError));
    fillSums(known, bytes.names, (at, sum) => bytes.add(at, sum));
    if (recordedNow() !== null) fillSums(known, SEGMENTS, (at, sum) => segments.add(at, recordedSegments(sum)));
  }

  /** Adds the sums of all roles, at the times when all of them were recorded. */
  function fillSums(tables, names, add) {
    const all = new Map();
    for (const table of tables) {
      const places = names.map(name => table.columns.indexOf(name));
      for (const row of table.rows) {
        const sum = all.get(row[0]) ?? [...names.map(() => 0), 0];
        places.forEach((place, i) => { sum[i] += row[place] ?? 0; });
        sum[names.length]++;
        all.set(row[0], sum);
      }
    }
    [...all].sort((a, b) => a[0] - b[0]).filter(([, sum]) => sum[names.length] === tables.length)
      .forEach(([at, sum]) => add(at / 1000, sum.slice(0, names.length)));
  }

  function refresh([flows, roles, tcp, agent, log, web, waitingFlows]) {
    showWaiting(waitingFlows);
    const failed = [flows, roles, tcp, agent, waitingFlows].find(one => one instanceof AgentError);
    if (failed) {
      patch(problems, h("p", {class: "error", role: "alert"}, failed.message));
      return;
    }
    const uptime = agent.UptimeMillis / 1000;
    const recorded = recordedNow();
    const now = recorded ?? new Date(agent.StartedAt).getTime() / 1000 + uptime; // the agent's clock, not the browser's
    // The sums change with the snapshot, which may be older than this answer.
    const takenNanos = Object.values(roles)[0]?.takenNanos;
    // The groups may be of an earlier snapshot than the flows; then this time is too late.
    const boot = recorded === null ? now - (flows.SnapshotAgeMillis / 1000 + takenNanos / 1e9) : recordedTime(0);
    sinceBoot = Math.min(sinceBoot ?? boot, boot);
    const taken = takenNanos / 1e9 + sinceBoot;
    bytes.add(taken, sums(roles, bytes.names));
    if (recorded === null) segments.add(now, [tcp.OutSegs, tcp.RetransSegs]); // those of this host
    else segments.add(taken, recordedSegments(sums(roles, SEGMENTS)));
    addTimes(now, [flows.MedianSrttMicros, flows.P90SrttMicros, flows.P99SrttMicros].map(one => one === null ? null : one / 1e6));
    const rates = bytes.rates();
    const last = list => list[list.length - 1];
    const lost = segments.rates();
    const shares = lost[1].map((sent, i) => { // OutSegs has no retransmissions
      const all = sent === null || lost[2][i] === null ? 0 : sent + lost[2][i];
      return all > 0 ? lost[2][i] / all * 1000 : null;
    });
    const oldest = Math.min(...[rates[0], lost[0], times[0]].filter(list => list.length).map(list => list[0]));
    [throughput, ratio, rtts].forEach(one => one.range(Math.min(oldest, now - 10), now));
    throughput.set(rates);
    ratio.set([lost[0], shares]);
    rtts.set(times);
    const critical = [...events.active.values()].some(event => event.severity === "critical");
    patch(tiles,
      tile("Flows", count(flows.Count), `${count((recorded === null ? flows.SocketsByState : flows.FlowsByState).established)} established`, "#/flows"),
      tile("Sent", value(bytesRate, last(rates[1])), "all flows", href("flows", {by: "bytesSentRate"})),
      tile("Received", value(bytesRate, last(rates[2])), "all flows", href("flows", {by: "bytesReceivedRate"})),
      tile("Retransmitted", last(shares) === null || last(shares) === undefined ? ABSENT : share(last(shares)), "of the segments sent", href("flows", {by: "retransRate"}), last(shares) >= 50),
      tile("RTT", value(micros, flows.MedianSrttMicros), `p99 ${value(micros, flows.P99SrttMicros)}`, href("flows", {by: "srtt"})),
      tile("Events", count(events.active.size), critical ? "critical" : "active", "#/events", events.active.size > 0));
    const sender = name => flows[`Senders${capital(name)}`] ?? 0;
    const receiver = name => flows[`Receivers${capital(name)}`] ?? 0;
    patch(senders, flows.WindowMillis === null ? h("p", {class: "empty"}, "Verdicts need two snapshots; they come with the next refresh.") : bars(SENDER, sender, "verdict"));
    patch(receivers, bars(RECEIVER, receiver, "receiverVerdict"));
    patch(states, h("p", {class: "states"}, Object.entries(flows.FlowsByState).filter(([, n]) => n > 0).map(([state, n]) =>
      h("a", {class: "chip", "data-key": state, href: href("flows", {where: `state = ${state}`})}, `${state} `, h("strong", {}, count(n))))));
    showHealth(flows, agent, log, web, uptime);
  }

  function showWaiting(answer) {
    if (answer instanceof AgentError) return;
    const flows = Object.values(answer.flows).sort((a, b) => a.rank - b.rank);
    patch(waiting, flows.map(waitingFlow));
    const more = answer.matched - flows.length;
    patch(moreWaiting, flows.length === 0 ? h("span", {class: "empty"}, "None: what is sent is limited by the applications that send it.")
      : more > 0 ? h("a", {href: href("flows", {where: WAITING, by: "sendQueue"})}, `${count(more)} more`) : null);
  }

  function showHealth(flows, agent, log, listens, uptime) {
    const cpu = usage && agent.JvmUptimeMillis > usage.uptime ? (agent.CpuMillis - usage.cpu) / (agent.JvmUptimeMillis - usage.uptime) * 1000 : null;
    usage = {cpu: agent.CpuMillis, uptime: agent.JvmUptimeMillis};
    const rows = [
      ["version", agent.Version],
      ["source", agent.Source],
      ["snapshot", `${duration(flows.SnapshotAgeMillis / 1000)} old, read in ${value(micros, agent.SnapshotMicros)}`],
      ["up", duration(uptime)],
      ["processor", cpu === null ? ABSENT : `${share(cpu)} of a core`],
      ["memory", agent.ResidentBytes < 0 ? ABSENT : value({unit: "bytes", type: "number", name: ""}, agent.ResidentBytes)],
      ["flow log", log instanceof AgentError ? "off" : `${count(log.Written)} connections${log.Dropped ? `, ${count(log.Dropped)} not written` : ""}`],
    ];
    if (!(listens instanceof AgentError)) {
      for (const [name, text] of Object.entries(listens)) rows.push([name, text || "closed, as it is set"]);
    }
    patch(health, rows.map(([name, text]) => [h("dt", {}, name), h("dd", {}, String(text))]));
    patch(problems, agent.SourcesRefused ? h("p", {class: "notice"}, `Not used: ${agent.SourcesRefused}`) : null,
      agent.SnapshotFailures > 0 ? h("p", {class: "notice"}, `${count(agent.SnapshotFailures)} reads of the source have failed.`) : null,
      flows.maxflowReached > 0 ? h("p", {class: "notice"}, `New flows were skipped ${count(flows.maxflowReached)} times: see maxflows in the settings.`) : null);
  }

  function showEvents() {
    const now = [...events.active.values()].sort((a, b) => b.id - a.id);
    patch(active, now.length ? now.slice(0, 5).map(card) : h("p", {class: "empty"}, "None."),
      now.length > 5 ? h("p", {}, h("a", {href: "#/events"}, `${count(now.length - 5)} more`)) : null);
  }

  events.addEventListener("change", showEvents);
  showEvents();
  put(tiles, h("p", {class: "loading"}, "Loading…"));

  const every = () => [read("Flows"), exec("Groups", "groups", "role"), read("Tcp", ["OutSegs", "RetransSegs"]), read("Agent"), read("FlowLog"),
    read("Settings", ["snmp.listen", "http.listen", "jmx.listen"]), exec("Flows", "query", WAITING, "sendQueue", true, 0, WAITING_SHOWN, COLUMNS)];
  const stop = poll(REFRESH_SECONDS, () => filled ? every()
    : [exec("History", "history", "host"), exec("History", "history", "summary"), exec("History", "history", "role:client"),
      exec("History", "history", "role:server"), exec("History", "history", "role:unknown"), exec("History", "history", "role:other"), ...every()],
  values => {
    if (!filled) fillFrom(values.splice(0, 6));
    refresh(values);
  });

  return {
    leave() {
      stop();
      events.removeEventListener("change", showEvents);
      [throughput, ratio, rtts].forEach(one => one.destroy());
    },
  };
}
