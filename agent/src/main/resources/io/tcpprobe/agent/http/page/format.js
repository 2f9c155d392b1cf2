// Numbers as people read them. The exact value is in the title of the cell.

const grouped = new Intl.NumberFormat("en-US", {maximumFractionDigits: 0});
const PREFIXES = ["", "k", "M", "G", "T", "P"];
export const ABSENT = "–";

function scaled(value, symbol) {
  let step = 0;
  let rest = Math.abs(value);
  while (rest >= 999.5 && step < PREFIXES.length - 1) {
    rest /= 1000;
    step++;
  }
  const digits = step === 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
  return `${value < 0 ? "-" : ""}${rest.toFixed(digits)} ${PREFIXES[step]}${symbol}`.trimEnd();
}

/** Returns a duration: "850 µs", "12.3 ms", "4 min 10 s". */
export function duration(seconds) {
  const one = Math.abs(seconds);
  if (one < 0.9995e-3) return `${trim(seconds * 1e6, 3)} µs`;
  if (one < 0.9995) return `${trim(seconds * 1e3, 3)} ms`;
  if (one < 119.5) return `${trim(seconds, 3)} s`;
  const sign = seconds < 0 ? "-" : "";
  const whole = Math.round(one);
  const minutes = Math.floor(whole / 60);
  if (minutes < 120) return `${sign}${minutes} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
  const hours = Math.floor(minutes / 60);
  return `${sign}${hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`}`;
}

function trim(value, digits) {
  const text = Number(value).toPrecision(digits);
  return text.includes("e") ? String(Math.round(value)) : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Returns a count: "12,345", "1.25 M". */
export function count(value) {
  return Math.abs(value) < 1e7 ? grouped.format(value) : scaled(value, "");
}

/** Returns a rate of something: "0.4/s", "1,234/s". */
function perSecond(value) {
  return value !== 0 && Math.abs(value) < 10 ? `${trim(value, 2)}/s` : `${count(value)}/s`;
}

/** Returns a time of today as "14:03:22", of another day with the date. */
export function time(value) {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  const clock = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString()
    ? clock
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

/** Returns a share given in per mille: "97 %", "0.4 %". */
export function share(perMille) {
  const percent = perMille / 10;
  if (percent > 0 && percent < 0.1) return `${trim(percent, 1)} %`;
  return `${percent > 0 && percent < 10 && percent % 1 ? percent.toFixed(1) : Math.round(percent)} %`;
}

const BY_UNIT = {
  "bytes": value => scaled(value, "B"),
  "bytes/s": value => scaled(value, "B/s"),
  "nanoseconds": value => duration(value / 1e9),
  "microseconds": value => duration(value / 1e6),
  "milliseconds": value => duration(value / 1e3),
  "seconds": value => duration(value),
  "per mille": share,
  "percent": value => `${trim(value, 3)} %`,
  "microseconds/s": value => share(value / 1e3),
  "milliseconds/s": value => share(value),
  "segments/s": perSecond,
  "samples/s": perSecond,
  "per second": perSecond,
  "port": value => String(value),
};

const IDENTIFIERS = new Set(["pid", "uid", "inode", "cookie", "networkNamespace", "localPort", "remotePort", "cgroup", "mark",
  "sndNxt", "sndUna", "rcvNxt", "socketIdf", "sndInitial", "rcvInitial", "flowId"]);

/** Returns a value of a field of the catalog as people read it. */
export function value(field, given) {
  if (given === null || given === undefined) return ABSENT;
  if (field.type === "time") return time(given);
  if (typeof given !== "number") return String(given);
  if (field.name === "ssthresh" && given >= 2147483647) return "not set";
  if (IDENTIFIERS.has(field.name)) return String(given);
  return (BY_UNIT[field.unit] ?? (field.metric === "rate" ? perSecond : count))(given);
}

/** Returns the exact value, with its unit. */
export function exact(field, given) {
  if (given === null || given === undefined) return "absent";
  return field.unit ? `${given} ${field.unit}` : String(given);
}
