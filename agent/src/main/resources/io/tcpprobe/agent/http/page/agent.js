// Requests to the agent: Jolokia's protocol, several requests in one POST. What is done here can be done with curl.

const TIMEOUT_MILLIS = 15000;
const SHORTEST_PAUSE = 50;
const LARGEST_PAUSE = 5000;
const UNAUTHORIZED = 401;

/** Operations that may be done twice without harm. Others are never sent again, since it is not known whether they were done. */
const REPEATABLE = new Set(["query", "describe", "page", "groups", "history", "search", "series"]);

let user = "";
let authorization = "";
let connected = true;
const listeners = new Set();
const refusalListeners = new Set();

/** Why messages are refused, by the poll that sent them; OTHERS for those that are sent once. */
const refusals = new Map();
const OTHERS = "";

/** An error that the agent reported, or that kept a request from it. */
export class AgentError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** True if the agent could not be reached. */
  get unreachable() {
    return this.status === 0;
  }
}

export function read(type, attribute) {
  return {type: "read", mbean: `tcpprobe:type=${type}`, ...(attribute ? {attribute} : {})};
}

export function exec(type, operation, ...args) {
  return {type: "exec", mbean: `tcpprobe:type=${type}`, operation, arguments: args};
}

export function write(type, attribute, value) {
  return {type: "write", mbean: `tcpprobe:type=${type}`, attribute, value};
}

/** Calls a function when the connection is lost or is there again: listener(connected). */
export function onConnection(listener) {
  listeners.add(listener);
}

/** Calls a function when the agent, or a proxy before it, refuses whole messages: listener(why), and listener("") when they are answered again. */
export function onRefusal(listener) {
  refusalListeners.add(listener);
}

function refusal() {
  return refusals.values().next().value ?? "";
}

function setRefusal(sender, why) {
  const before = refusal();
  if (why) refusals.set(sender, why);
  else refusals.delete(sender);
  const now = refusal();
  if (now !== before) refusalListeners.forEach(listener => listener(now));
}

function setConnected(now) {
  if (connected !== now) {
    connected = now;
    listeners.forEach(listener => listener(now));
  }
}

function send(body, header) {
  return fetch("/jolokia", {
    method: "POST",
    body: JSON.stringify(body),
    headers: {"Content-Type": "application/json", ...(header ? {Authorization: header} : {})},
    // With our own header the browser must not ask for a passphrase of its own when this one is wrong.
    credentials: header ? "omit" : "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MILLIS),
  });
}

function repeatable(request) {
  return request.type === "read" || request.type === "version" || (request.type === "exec" && REPEATABLE.has(request.operation));
}

/** Sends again once, if nothing is changed by this: the agent may have closed the connection that was idle. */
async function sendAgain(failed, body, header) {
  if (failed.name === "TimeoutError" || ![body].flat().every(repeatable)) throw failed;
  return send(body, header);
}

async function post(body, header) {
  let response;
  try {
    response = await send(body, header).catch(failed => sendAgain(failed, body, header));
  } catch (failed) {
    setConnected(false);
    const unsure = [body].flat().every(repeatable) ? "" : ", so it is not known whether this was done";
    throw new AgentError(0, `The agent does not answer${unsure}: ${failed.message}`);
  }
  let json;
  try {
    json = await response.json();
  } catch {
    json = null;
  }
  setConnected(true);
  if (json === null) throw new AgentError(response.status, `The agent's answer is not JSON (status ${response.status}).`);
  return {status: response.status, json};
}

function result(answer) {
  return answer.status === 200
    ? answer.value
    : new AgentError(answer.status ?? 500, reason(answer));
}

/** Removes the class of the exception, which Jolokia puts before its message. */
function reason(answer) {
  return String(answer.error ?? "error").replace(/^([\w$]+\.)+[\w$]+ ?: ?/, "");
}

async function answers(requests) {
  const sent = authorization;
  const {status, json} = await post(requests, sent);
  if (status === UNAUTHORIZED && sent && sent === authorization) signOut(); // the passphrase was changed, or the user removed
  if (!Array.isArray(json)) throw result({...json, status: json.status ?? status});
  return json.map(result);
}

/** Sends requests in one message; returns the value of each, or an AgentError in its place. Throws if none was answered. */
export async function ask(requests, sender = OTHERS) {
  try {
    const values = await answers(requests);
    setRefusal(sender, "");
    setRefusal(OTHERS, ""); // it is not repeated, and the agent answers again
    return values;
  } catch (error) {
    if (error instanceof AgentError && !error.unreachable) setRefusal(sender, error.message);
    throw error;
  }
}

/** Sends one request; returns its value, or throws. */
export async function one(request) {
  const [value] = await ask([request]);
  if (value instanceof AgentError) throw value;
  return value;
}

/** Returns the user who is signed in; "" if none is. */
export function signedIn() {
  return user;
}

/** Signs in for as long as the page is open. The passphrase is kept in memory only. Throws if it is wrong. */
export async function signIn(name, passphrase) {
  const bytes = new TextEncoder().encode(`${name}:${passphrase}`);
  const header = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  const {status, json} = await post({type: "version"}, header);
  if (status !== 200) throw new AgentError(status, status === 401 ? "Unknown user or wrong passphrase." : reason(json));
  user = name;
  authorization = header;
  window.dispatchEvent(new Event("session"));
}

export function signOut() {
  user = "";
  authorization = "";
  window.dispatchEvent(new Event("session"));
}

/**
 * Sends requests again and again while the tab is visible; returns a function that ends this.
 *
 * requests() returns the requests of a round; show(values) shows what was answered, and returns true if there is more to ask for at once.
 */
export function poll(seconds, requests, show) {
  const sender = Symbol("poll");
  let timer = 0;
  let ended = false;
  let asking = false;
  let failures = 0;

  async function round() {
    clearTimeout(timer);
    if (ended || asking || document.hidden) return;
    asking = true;
    const begin = performance.now();
    let pause;
    try {
      const list = requests();
      const values = list.length ? await ask(list, sender) : [];
      failures = 0;
      const more = !ended && show(values) === true;
      pause = more ? SHORTEST_PAUSE : Math.max(SHORTEST_PAUSE, seconds * 1000 - (performance.now() - begin));
    } catch (error) {
      if (!(error instanceof AgentError)) console.error(error);
      pause = Math.min(LARGEST_PAUSE, 500 * 2 ** failures++);
    }
    asking = false;
    if (ended) setRefusal(sender, "");
    else timer = setTimeout(round, pause);
  }

  const visible = () => {
    if (!document.hidden) round();
  };
  document.addEventListener("visibilitychange", visible);
  round();
  const stop = () => {
    ended = true;
    setRefusal(sender, "");
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", visible);
  };
  stop.now = round;
  return stop;
}
