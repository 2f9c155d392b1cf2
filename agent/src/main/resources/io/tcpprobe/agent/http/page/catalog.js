// The values that a flow has: names, units and meaning come from the agent, so the page has no list of its own. Only their order on
// the page is decided here.

import {exec, one} from "./agent.js";

const GROUPS = [
  ["Identity", /^(local|remote|process|state|congestionControl|activeOpen|firstSeen|sampled|pid|command|uid|localAddress(Type)?|localPort|remoteAddress(Type)?|remotePort|networkNamespace|cgroup|container|pod|interface|inode|cookie|mark|tos|endReason|resetReason|options|queuedFlags|socketError|userLocks)$/],
  ["Verdict", /^(verdict.*|networkCause|receiverVerdict|receiverShare|life.*|.*Share|evidence|advice)$/],
  ["Rates", /Rate$/],
  ["Round-trip times", /^(srtt|rttvar|minRtt|rtt.*|rto|ato|receiveRtt|handshakeTime|bbrMinRtt)$/],
  ["Loss and recovery", /^(retrans.*|lost|timeout.*|fastRetransmits|dsackDups|dup.*|reorder.*|backoff|probes|zeroWindow.*|outOfOrder|frto|congestionSignals|rehash|sacked|caState)$/],
  ["Windows", /^(cwnd.*|ssthresh|sendWindow.*|inFlight|unacked|receiveWindow.*|receiveSsthresh|receiveSpace|rwinLimits|senderLimits|slowStarts|congestionAvoids|chronoType|appLimited|busyTime|rwndLimited|sndbufLimited|maxPacingRate|bbr.*)$/],
  ["Queues and buffers", /^(sendQueue|notSent|sendBuffer|sendMemory.*|receiveQueue|receiveBuffer|receiveMemory|backlogMemory|drops|noSpace)$/],
  ["Bytes and segments", /^(bytes.*|segs.*|dataSegs.*|delivered.*|receivedCe|segmentsSeen|length|mss|receiveMss|advertisedMss|pmtu|snd.*|rcv.*|socketIdf)$/],
];

const TRUE_GAUGES_NAMED_RATE = new Set(["pacingRate", "deliveryRate", "maxPacingRate"]);

let loaded = null;

/** Returns all values of a flow by name; asks the agent once. */
export async function fields() {
  if (!loaded) {
    loaded = one(exec("Flows", "describe")).then(rows => new Map(Object.values(rows).sort((a, b) => a.rank - b.rank).map(row => [row.name, row])));
    loaded.catch(() => { loaded = null; });
  }
  return loaded;
}

/** Forgets them: another agent may have others. */
export function forget() {
  loaded = null;
}

function groupOf(field) {
  if (field.metric === "rate" || TRUE_GAUGES_NAMED_RATE.has(field.name)) return "Rates";
  const found = GROUPS.find(([, names]) => names.test(field.name));
  return found ? found[0] : "Other";
}

/** Returns the fields in groups: [[title, [field]]]. */
export function grouped(all) {
  const groups = new Map([...GROUPS.map(([title]) => title), "Other"].map(title => [title, []]));
  for (const field of all) groups.get(groupOf(field)).push(field);
  return [...groups].filter(([, list]) => list.length);
}
