// Numbers, times and states as people read them.
import { h, svg } from "./document.js";

const NONE = "\u2013";

export function number(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toPrecision(3).replace(/\.?0+(e|$)/, "$1");
  return Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1))))).toLocaleString("en");
}
export const count = (value) => (value === null || value === undefined ? NONE : value.toLocaleString("en"));
export const percent = (share) => (share === null || share === undefined ? NONE : `${number(share * 100, 3)}\u202f%`);

export function withInterval(measure) {
  if (!measure || measure.value === null) return NONE;
  if (measure.low === null || measure.high === null) return number(measure.value);
  return [number(measure.value), h("span", { class: "faint" }, ` ${number(measure.low, 3)} to ${number(measure.high, 3)}`)];
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value) => String(value).padStart(2, "0");
// In the reader's time zone.
export function clock(date, withSeconds = true) {
  return `${two(date.getHours())}:${two(date.getMinutes())}${withSeconds ? `:${two(date.getSeconds())}` : ""}`;
}
export function day(date) {
  return `${date.getDate()} ${MONTHS[date.getMonth()]}`;
}
function age(date) {
  const seconds = (Date.now() - date) / 1000;
  const ahead = seconds < 0;
  const size = Math.abs(seconds);
  const text = size < 90 ? `${Math.round(size)} s` : size < 5400 ? `${Math.round(size / 60)} min` : size < 129600 ? `${Math.round(size / 3600)} h` : `${Math.round(size / 86400)} days`;
  return ahead ? `in ${text}` : `${text} ago`;
}
export function when(text) {
  if (!text) return NONE;
  const date = new Date(text);
  return h("time", { datetime: text, title: text }, age(date));
}
export function moment(text) {
  if (!text) return NONE;
  const date = new Date(text);
  return h("time", { datetime: text, title: text }, `${day(date)} ${date.getFullYear()}, ${clock(date)}`);
}
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  if (seconds < 1) return `${number(seconds * 1000, 2)} ms`;
  if (seconds < 120) return `${number(seconds, 2)} s`;
  if (seconds < 7200) return `${number(seconds / 60, 2)} min`;
  return seconds < 172800 ? `${number(seconds / 3600, 2)} h` : `${number(seconds / 86400, 2)} days`;
}

// States differ in shape and word, not in colour alone.
const SHAPES = {
  good: () => svg("circle", { cx: 6, cy: 6, r: 4.5 }),
  middling: () => svg("path", { d: "M6 1 11.5 11H.5z" }),
  bad: () => svg("path", { d: "M3.6 .5h4.8l3.1 3.1v4.8l-3.1 3.1H3.6L.5 8.4V3.6z" }),
  open: () => svg("circle", { cx: 6, cy: 6, r: 4, fill: "none", "stroke-width": 2.5, class: "open" }),
};
export function badge(kind, text) {
  return h("span", { class: `badge ${kind}` }, svg("svg", { viewBox: "0 0 12 12", width: 10, height: 10, "aria-hidden": "true" }, SHAPES[kind]()), text);
}
const SEVERITIES = { quiet: "good", warning: "middling", alarm: "bad" };
export const severity = (state) => badge(SEVERITIES[state] ?? "open", state);

const PHASES = {
  testing: ["open", "testing"], canary: ["open", "canary"], promoting: ["open", "promoting"], watching: ["open", "promoted, being watched"], rolling_back: ["middling", "rolling back"],
  kept: ["good", "kept"], rolled_back: ["bad", "rolled back"], rejected: ["bad", "rejected"], stopped: ["open", "stopped"],
};
export const phase = (name) => badge(...(PHASES[name] ?? ["open", name]));

export const METRICS = {
  accuracy: "Accuracy", brier: "Brier score", log_loss: "Log-loss", auc: "Area under the curve",
  rmse: "Root mean square error", mae: "Mean absolute error", bias: "Bias",
};
export const aliasChips = (aliases) =>
  h("span", { class: "chips" }, Object.entries(aliases).map(([alias, version]) => h("span", { class: "chip" }, alias, h("b", null, ` v${version}`))));
