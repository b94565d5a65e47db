// A model at a glance: what serves, whether it still sees what it was trained on, who was told, and its versions.
import { find, get, modelPath, post } from "./api.js";
import { announce, empty, h, panel, table } from "./document.js";
import { aliasChips, count, moment, number, phase, severity, when } from "./words.js";

const tile = (title, value, note) => h("div", { class: "tile" }, h("p", { class: "tile-title" }, title), h("p", { class: "tile-value" }, value), note && h("p", { class: "faint" }, note));

async function tiles(name) {
  const [model, watch, { challenges }] = await Promise.all([get(modelPath(name)), find(`${modelPath(name)}/watch`), get(`${modelPath(name)}/challenges`)]);
  const serving = model.aliases.champion ?? model.latest_version;
  const challenge = challenges.find((each) => ["testing", "canary", "promoting", "watching", "rolling_back"].includes(each.phase)) ?? challenges[0];
  return h("div", { class: "tiles" },
    tile("Serves", `version ${serving}`, aliasChips(model.aliases)),
    tile("Drift", watch === null ? "not watched" : severity(watch.status.state), watch !== null && watch.status.since && ["changed ", when(watch.status.since)]),
    tile("Challenger", challenge === undefined ? "none" : phase(challenge.phase), challenge !== undefined && `version ${challenge.challenger_version}, ${count(challenge.evidence.labels)} labels`));
}

// What became of telling it, by webhook and by mail.
function told(alert) {
  const ways = [["webhook", alert], ["mail", alert.mail]].filter(([, notice]) => notice.outcome !== "nobody to tell");
  return ways.length === 0 ? "nobody to tell" : ways.map(([way, notice]) => `${way}: ${notice.outcome || "to be sent"}`).join("; ");
}

async function watchPanel(name, again) {
  const found = await find(`${modelPath(name)}/watch`);
  if (found === null) {
    return empty("This model is not watched", "A watch looks at its predictions again and again, and tells when they drift away from what it was trained on.",
      `scoreway watch set ${name} --window 1h --every 1m`);
  }
  const { watch, status } = found;
  const act = async (verb, body, said) => {
    await post(`${modelPath(name)}/watch:${verb}`, { who: "console", ...body });
    announce(said);
    await again();
  };
  const isSilent = status.silent_until !== null && new Date(status.silent_until) > new Date();
  return [
    h("p", null, severity(status.state), status.since && [" since ", moment(status.since)], status.looked && h("span", { class: "faint" }, " \u00b7 looked ", when(status.looked), `, ${count(status.rows)} rows of version ${status.version}`)),
    status.fault && h("div", { class: "problem" }, h("p", null, status.fault)),
    status.reasons.length > 0 && h("ul", { class: "reasons" }, status.reasons.map((reason) => h("li", null, reason))),
    status.acknowledged_by && h("p", { class: "faint" }, `Acknowledged by ${status.acknowledged_by}${status.note ? `: ${status.note}` : ""}.`),
    isSilent && h("p", { class: "faint" }, `Silenced by ${status.silenced_by} until `, moment(status.silent_until), status.note && `: ${status.note}`, "."),
    actions(status, isSilent, act),
    h("h3", null, "Alerts"),
    status.alerts.length === 0 ? h("p", { class: "faint" }, "There was none yet.") :
      table("Alerts, the last first", [
        { title: "When", cell: (alert) => moment(alert.time) }, { title: "From", cell: (alert) => severity(alert.from) }, { title: "To", cell: (alert) => severity(alert.to) },
        { title: "Version", number: true, cell: (alert) => alert.version }, { title: "What", cell: (alert) => alert.event },
        { title: "Why", cell: (alert) => alert.reasons.slice(0, 3).join("; ") + (alert.reasons.length > 3 ? `; and ${alert.reasons.length - 3} more` : "") },
        { title: "Told", cell: told }], [...status.alerts].reverse()),
    h("p", { class: "faint" }, `Window ${watch.window}, every ${watch.interval_seconds} s, against ${watch.against === "" ? "the version's reference" : `the same window ${watch.against} before`}.`)];
}

function actions(status, isSilent, act) {
  const note = h("input", { type: "text", placeholder: "A note, kept with it", "aria-label": "Note", maxlength: "500" });
  const length = h("select", { "aria-label": "For how long" }, [["3600", "1 hour"], ["14400", "4 hours"], ["86400", "1 day"], ["604800", "1 week"]].map(([value, text]) => h("option", { value }, text)));
  const fault = h("p", { class: "fault", role: "alert" });
  const button = (text, work, strong) => h("button", { type: "button", class: strong ? "strong" : "plain", onclick: async (event) => {
    event.target.disabled = true;
    fault.textContent = "";
    try {
      await work();
    } catch (problem) {
      fault.textContent = problem.message;
      event.target.disabled = false;
    }
  } }, text);
  return h("div", { class: "actions" }, note,
    status.state !== "quiet" && !status.acknowledged_by && button("Acknowledge", () => act("acknowledge", { note: note.value }, "Acknowledged"), true),
    isSilent ? button("End the silence", () => act("silence", { seconds: 0, note: note.value }, "The silence has ended"))
      : [length, button("Silence", () => act("silence", { seconds: Number(length.value), note: note.value }, "Silenced"))],
    fault);
}

async function versions(name) {
  const [{ versions: found }, { aliases }] = await Promise.all([get(`${modelPath(name)}/versions`, { limit: 50 }), get(modelPath(name))]);
  const of = (version) => Object.fromEntries(Object.entries(aliases).filter(([, number_]) => number_ === version));
  return table("Versions", [
    { title: "Version", cell: (version) => version.version },
    { title: "Aliases", cell: (version) => aliasChips(of(version.version)) },
    { title: "Made", cell: (version) => when(version.created) },
    { title: "From", cell: (version) => [version.source_library, version.source_library_version].filter(Boolean).join(" ") },
    { title: "Parent", number: true, optional: true, cell: (version) => version.parent_version ?? "" },
    { title: "Metrics", optional: true, cell: (version) => Object.entries(version.metrics ?? {}).slice(0, 4).map(([key, value]) => `${key} ${number(value)}`).join(", ") },
    { title: "Answers as its library", optional: true, cell: (version) => (version.parity ? `${version.parity.passed ? "yes" : "no"}, ${count(version.parity.rows)} rows` : "") }],
    [...found].sort((a, b) => b.version - a.version));
}

export function showOverview(name) {
  return [panel(null, () => tiles(name), "bare"), panel("Drift watch", (again) => watchPanel(name, again)), panel("Versions", () => versions(name))];
}
