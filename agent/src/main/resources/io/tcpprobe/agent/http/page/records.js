// Samples of a watch, as the JSON of "tcpprobe records": one line each.

const NANOS = 1e9;
const FIRST_FIELD = 3;

/** The states by their numbers in TCP-MIB. */
const STATES = ["", "closed", "listen", "synSent", "synReceived", "established", "finWait1", "finWait2", "closeWait", "lastAck", "closing", "timeWait"];

function endpoint(text, address, port) {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, colon);
  return {[address]: host.startsWith("[") ? host.slice(1, -1) : host, [port]: Number(text.slice(colon + 1))};
}

/** Records have printable ASCII only: what is not becomes "?". */
function printable(text) {
  return text.replace(/[^ -~]/gu, "?");
}

/** Returns the members of a JSON object. Numbers of 64 bits are signed here and unsigned in records: -1 is the largest one. */
function members(values) {
  return Object.entries(values).map(([name, one]) =>
    `"${name}":${typeof one === "number" && one < 0 ? BigInt.asUintN(64, BigInt(one)) : JSON.stringify(one)}`).join(",");
}

/** Returns seconds with all digits of the nanoseconds: JSON has them as a number. */
function seconds(nanos) {
  const whole = Math.max(0, nanos);
  return `${Math.floor(whole / NANOS)}.${String(whole % NANOS).padStart(9, "0")}`;
}

/**
 * Returns the records of samples.
 *
 * @param flow the flow as a series has it
 * @param beganNanos when the watch began
 * @param columns the names of the values of a sample: the flow's id, the time, what was lost before, and fields
 */
export function records(flow, beganNanos, columns, samples) {
  const identity = members({
    ...endpoint(flow.local, "localAddress", "localPort"),
    ...endpoint(flow.remote, "remoteAddress", "remotePort"),
    firstSeen: flow.firstSeen,
    networkNamespace: flow.networkNamespace,
    ...(Number.isSafeInteger(flow.cookie) ? {cookie: flow.cookie} : {}),
    ...(flow.congestionControl ? {congestionControl: printable(flow.congestionControl)} : {}),
    ...(flow.command ? {command: printable(flow.command)} : {}),
  });
  const begin = Math.min(0, ...samples.slice(0, 1).map(sample => sample[1]));
  return samples.map(sample => {
    const values = {sampled: beganNanos + sample[1]};
    columns.forEach((name, i) => {
      if (i < FIRST_FIELD || sample[i] === null || sample[i] === undefined) return;
      values[name] = name === "state" ? STATES[sample[i]] : sample[i];
    });
    return `{"time":${seconds(sample[1] - begin)},"flow":${flow.flowId},${identity},${members(values)}}\n`;
  }).join("");
}
