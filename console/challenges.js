// Champion against challengers: what the labels have told so far, and how near that is to a decision.
import { get, modelPath } from "./api.js";
import { lineChart } from "./charts.js";
import { empty, h, panel } from "./document.js";
import { count, moment, number, phase } from "./words.js";

const NATURAL = Math.LN10;
const LOSSES = { error: "share of wrong answers", brier: "Brier score", log_loss: "log-loss", absolute_error: "absolute error", squared_error: "squared error" };
const ORDER = ["promoting", "rolling_back", "canary", "testing", "watching"];

const SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
const raised = (power) => [...String(power)].map((digit) => SUPERSCRIPTS[digit]).join("");
const odds = (power) => (power < 0 ? `1:${number(10 ** -power, 1)}` : power < 6 ? number(10 ** power, 1) : `10${raised(Math.round(power))}`);

// The evidence of the test that led to what came after it, kept with the event that ended it.
function evidenceOf(challenge, history) {
  if (challenge.phase === "testing") return { testing: challenge.evidence };
  const mine = history.map((entry) => entry.challenge).filter((event) => event?.challenger === challenge.challenger && new Date(event.time) >= new Date(challenge.started));
  // The first of its canary, where it had one; what came after belongs to that.
  const canary = mine.filter((event) => event.kind === "canary").at(-1);
  if (challenge.phase === "canary") return { testing: canary?.evidence, canary: challenge.evidence };
  const testing = (canary ?? mine.find((event) => ["promoting", "rejected"].includes(event.kind)))?.evidence;
  const isAfter = ["watching", "rolling_back", "kept", "rolled_back"].includes(challenge.phase);
  return { testing: testing ?? (isAfter ? undefined : challenge.evidence), after: isAfter ? challenge.evidence : undefined };
}

function evidenceCharts(title, evidence, policy, names, decides) {
  const trace = evidence?.trace;
  if (!trace || trace.labels.length === 0) return [h("h3", null, title), h("p", { class: "faint" }, "No labels of rows that both have scored came yet.")];
  const points = (key, clip = (value) => value) => trace.labels.map((labels, index) => ({ x: labels, y: clip(trace[key][index]) }));
  const lead = trace.labels.map((labels, index) => ({ x: labels, y: trace.lead[index], low: trace.low[index], high: trace.high[index] }));
  const floor = -2;
  const better = points("better", (value) => Math.max(value / NATURAL, floor)), worse = points("worse", (value) => Math.max(value / NATURAL, floor));
  const level = Math.log10(1 / decides.alpha);
  const top = Math.max(level + 0.5, ...better.map((point) => point.y), ...worse.map((point) => point.y));
  const powers = [];
  for (let power = floor; power <= top; power += Math.max(1, Math.ceil((top - floor) / 6))) powers.push(power);
  return [h("h3", null, title),
    h("p", null, `${names.champion}: ${number(evidence.champion_loss)}, ${names.challenger}: ${number(evidence.challenger_loss)} (${LOSSES[policy.metric]}) over ${count(evidence.labels)} labels; ${count(evidence.unlabelled)} rows had none in time.`),
    h("div", { class: "pair" },
      h("div", null, h("h4", null, "Lead of the challenger"), h("p", { class: "faint" }, "Mean loss of the champion less the challenger's, and what it may truly be."),
        lineChart({ label: `${title}: lead of the challenger over labels`, isTime: false, xText: (x) => `${count(x)} labels`, xTick: count, height: 220, levels: [{ y: 0, text: "even" }], yText: (y) => number(y, 3),
          yRange: rangeOf(lead), series: [{ name: "lead", style: "c0", points: lead }] })),
      h("div", null, h("h4", null, "Evidence"), h("p", { class: "faint" }, `To 1, however often one looks; ${decides.text}`),
        lineChart({ label: `${title}: evidence over labels`, isTime: false, xText: (x) => `${count(x)} labels`, xTick: count, height: 220, levels: [{ y: level, text: `${number(1 / decides.alpha, 3)} to 1` }],
          yRange: [floor, top + 0.2], yTicks: { values: powers, text: odds }, yText: odds,
          series: [{ name: "challenger is better", style: "c2", points: better }, { name: "challenger is worse", style: "c1", points: worse, dashed: true }] })))];
}

// The interval begins with all there is; what matters comes later.
function rangeOf(lead) {
  const late = lead.slice(Math.floor(lead.length / 4));
  const low = Math.min(0, ...late.map((point) => point.low)), high = Math.max(0, ...late.map((point) => point.high));
  const air = (high - low) * 0.08 || 0.1;
  return [low - air, high + air];
}

function card(challenge, history) {
  const { policy } = challenge;
  const names = { champion: `version ${challenge.champion_version}`, challenger: `version ${challenge.challenger_version}` };
  const { testing, canary, after } = evidenceOf(challenge, history);
  const last = history.map((entry) => entry.challenge).find((event) => event?.challenger === challenge.challenger);
  const rules = [["Metric", LOSSES[policy.metric]], ["Labels at least", count(policy.labels_min)], ["Labels at most", policy.labels_max === 0 ? "any" : count(policy.labels_max)], ["Wrong promotions at most", `${number(policy.alpha * 100)}\u202f%`],
    ["Margin", number(policy.margin)], ["Slower at most", policy.latency_ratio_max === 0 ? "any" : `${number(policy.latency_ratio_max)} times`], ["No harm by", policy.segments.join(", ") || "nothing"], ["Canary", policy.canary.map((percent) => `${number(percent)}\u202f%`).join(", ") || "none"], ["Watched after", `${number(policy.watch_s / 3600)} h`], ["Only a rehearsal", policy.dry_run ? "yes" : "no"]];
  return h("section", { class: "panel", "data-challenger": challenge.challenger, "data-phase": challenge.phase },
    h("h2", null, challenge.challenger, h("span", { class: "faint" }, ` ${names.challenger} against ${names.champion}`), " ", phase(challenge.phase)),
    last?.reason && h("p", { class: "reason" }, last.reason),
    h("p", { class: "faint" }, "Begun ", moment(challenge.started), challenge.who && ` by ${challenge.who}`, challenge.why && `: ${challenge.why}`),
    evidenceCharts("While testing", testing, policy, names, { alpha: policy.alpha, text: "at the line it is promoted, or let go." }),
    canary && evidenceCharts("In this step of the canary", canary, policy, names, { alpha: policy.alpha, text: "at the line for worse it is let go." }),
    after && evidenceCharts("Since the promotion", after, policy, names, { alpha: policy.rollback_alpha, text: "at the line for worse it is put back." }),
    h("details", { class: "numbers" }, h("summary", null, "Policy"), h("dl", { class: "pairs" }, rules.map(([title, value]) => [h("dt", null, title), h("dd", null, value)]))));
}

async function all(name) {
  const [{ challenges }, { history }] = await Promise.all([get(`${modelPath(name)}/challenges`), get(`${modelPath(name)}/history`, { limit: 200 })]);
  if (challenges.length === 0) {
    return empty("Nobody challenges this model", "A challenger scores copies of the same requests; when its labels show that it is better, it takes the champion's place.",
      `scoreway challenge start ${name} challenger --metric brier --output proba_1`);
  }
  const rank = ({ phase: each }) => (ORDER.includes(each) ? ORDER.indexOf(each) : ORDER.length);
  return [...challenges].sort((a, b) => rank(a) - rank(b) || new Date(b.started) - new Date(a.started)).map((challenge) => card(challenge, history));
}

export function showChallenges(name) {
  return panel(null, () => all(name), "bare");
}
