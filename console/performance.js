// How well the model has done, as far as labels have come: over time with its promotions, now, by class and by the values of an input.
import { get, modelPath } from "./api.js";
import { lineChart } from "./charts.js";
import { choice, empty, h, panel, replace, table } from "./document.js";
import { METRICS, count, duration, number, percent, withInterval } from "./words.js";

const WINDOWS = [["1h", "last hour"], ["1d", "last day"], ["7d", "last 7 days"], ["30d", "last 30 days"], ["10000", "newest 10,000"]];
const STRETCHES = 60;
const VERSIONS_MAX = 5;
const STYLES = 5;
const SPANS = { "1h": 3600e3, "1d": 86400e3, "7d": 7 * 86400e3, "30d": 30 * 86400e3 };

// Versions that answered of late, the newest last, and challengers that scored copies.
function linesOf(model, history, challenges) {
  const answered = [model.aliases.champion ?? model.latest_version];
  for (const { move } of history) {
    if (move?.alias === "champion") answered.push(...[move.to, move.from].filter(Boolean));
  }
  const versions = [...new Set(answered)].slice(0, VERSIONS_MAX).sort((a, b) => a - b);
  const shadows = challenges.filter((each) => ["testing", "canary", "watching"].includes(each.phase)).map((each) => (each.phase === "testing" ? each.challenger_version : each.champion_version));
  return [...versions.map((version) => ({ version, shadow: false })), ...[...new Set(shadows)].map((version) => ({ version, shadow: true }))];
}

// Stretches lie between two changes of the champion; those that reach over one would stand where their version did not answer.
function between(stretches, changes) {
  const at = (text) => new Date(text).getTime();
  return stretches.filter((stretch) => !changes.some((change) => at(stretch.from) < change && change < at(stretch.to)));
}

async function overTime(name, window_) {
  const [model, { history }, { challenges }] = await Promise.all([get(modelPath(name)), get(`${modelPath(name)}/history`, { limit: 200 }), get(`${modelPath(name)}/challenges`)]);
  const measured = await Promise.all(linesOf(model, history, challenges).map(async (each) => ({
    ...each, found: await get(`${modelPath(name)}/performance`, { version: each.version, window: window_, stretches: STRETCHES, shadow: each.shadow || undefined }) })));
  const lines = measured.filter(({ found }) => found.stretches.length > 0);
  if (lines.length === 0) {
    return empty("No labels in this window", "Tell what turned out to be true, by the prediction's id or your own key; each line needs at least 20 rows.",
      `curl -X POST ../v1/models/${name}/labels -d '{"labels":[{"key":"order-17","label":1}]}'`);
  }
  const metrics = Object.keys(METRICS).filter((metric) => lines.some(({ found }) => found.stretches.some((stretch) => stretch.metrics[metric])));
  const earliest = SPANS[window_] === undefined ? Math.min(...lines.map(({ found }) => new Date(found.stretches[0].from).getTime())) : Date.now() - SPANS[window_];
  const first = Math.min(...lines.map(({ found }) => new Date(found.stretches[0].from).getTime()));
  const marks = [
    ...history.filter(({ move }) => move?.alias === "champion" && move.from && move.to).map(({ move }) => ({ x: new Date(move.time).getTime(), text: `v${move.to} champion` })),
    ...lines.filter(({ shadow }) => !shadow).flatMap(({ found }) => found.changes.filter((change) => change.detector === "adwin").map((change) => ({ x: new Date(change.time).getTime(), text: "errors changed" }))),
  ].filter((mark) => mark.x >= Math.max(earliest, first)).sort((a, b) => a.x - b.x);
  const changes = history.filter(({ move }) => move?.alias === "champion" && move.from && move.to).map(({ move }) => new Date(move.time).getTime());
  const place = h("div");
  const draw = (metric) => replace(place, lineChart({
    label: `${METRICS[metric]} over time`, marks, breaks: changes,
    series: lines.map(({ version, shadow, found }) => ({
      name: shadow ? `v${version}, copies` : `v${version}`, style: `c${(version - 1) % STYLES}`, dashed: shadow,
      points: between(found.stretches, shadow ? [] : changes).filter((stretch) => stretch.metrics[metric] && stretch.metrics[metric].value !== null).map((stretch) => ({
        x: (new Date(stretch.from).getTime() + new Date(stretch.to).getTime()) / 2, y: stretch.metrics[metric].value,
        low: stretch.metrics[metric].low ?? NaN, high: stretch.metrics[metric].high ?? NaN })) })) }));
  draw(metrics[0]);
  return [h("div", { class: "choices" }, choice("Metric", metrics.map((metric) => [metric, METRICS[metric]]), metrics[0], draw)), place,
    h("p", { class: "faint" }, "Each point is a stretch of the same number of labelled rows, the band its interval at 95\u202f%. Dashed lines are copies that a challenger scored in shadow.")];
}

async function now(name, window_) {
  const found = await get(`${modelPath(name)}/performance`, { window: window_ });
  if (found.labelled === 0) return empty("Nothing is measured yet", `${count(found.predictions)} predictions of version ${found.version} in this window, none with a label.`);
  const metrics = Object.keys(METRICS).filter((metric) => found.metrics[metric]);
  return [
    h("p", { class: "summary" }, `Version ${found.version}: ${count(found.predictions)} predictions, ${count(found.labelled)} with a label`, !found.whole && ", the newest of the window", `, which came after ${duration(found.label_delay_median_seconds)} (median).`),
    table("Metrics", [
      { title: "Metric", cell: (metric) => METRICS[metric] }, { title: "Measured, 95\u202f%", number: true, cell: (metric) => withInterval(found.metrics[metric]) },
      ...(found.estimate ? [{ title: "Estimate of the unlabelled", number: true, cell: (metric) => withInterval(found.estimate[metric]) }] : [])], metrics),
    found.metrics.classes?.length > 0 && [h("h3", null, "Classes"), table("Classes", [
      { title: "Class", cell: (one) => one.class }, { title: "Rows", number: true, cell: (one) => count(one.support) }, { title: "Precision, 95\u202f%", number: true, cell: (one) => withInterval(one.precision) },
      { title: "Recall, 95\u202f%", number: true, cell: (one) => withInterval(one.recall) }, { title: "F1", number: true, cell: (one) => number(one.f1) }], found.metrics.classes)]];
}

async function segments(name, window_) {
  const { inputs } = (await get(`${modelPath(name)}:inspect`)).model.signature;
  if (inputs.length === 0) return h("p", { class: "faint" }, "The model names no inputs.");
  const place = h("div");
  const ask = (input) => replace(place, panel(null, async () => {
    const found = await get(`${modelPath(name)}/performance`, { window: window_, segment: input });
    if (found.segments.length === 0) return h("p", { class: "faint" }, "No labels in this window.");
    const main = found.task === "classification" ? "accuracy" : "rmse";
    return table(`${METRICS[main]} by ${input}`, [
      { title: input, cell: (segment) => segment.value }, { title: "Rows", number: true, cell: (segment) => count(segment.metrics.rows) },
      { title: "Share", number: true, cell: (segment) => percent(segment.metrics.rows / found.labelled) },
      { title: `${METRICS[main]}, 95\u202f%`, number: true, cell: (segment) => withInterval(segment.metrics[main]) },
      ...(found.task === "classification" ? [{ title: "Brier score, 95\u202f%", number: true, cell: (segment) => withInterval(segment.metrics.brier) }] : [])], found.segments);
  }, "bare"));
  ask(inputs[0].name);
  return [h("div", { class: "choices" }, choice("Input", inputs.map((input) => [input.name, input.name]), inputs[0].name, ask)), place];
}

export function showPerformance(name) {
  const place = h("div");
  const ask = (window_) => replace(place, panel("Over time", () => overTime(name, window_)), panel("Of the version that serves", () => now(name, window_)), panel("By an input", () => segments(name, window_)));
  ask("7d");
  return [h("div", { class: "choices" }, choice("Window", WINDOWS, "7d", ask)), place];
}
