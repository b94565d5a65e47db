// What happened to the model since it was registered, the last first.
import { get, modelPath } from "./api.js";
import { empty, h, panel } from "./document.js";
import { badge, moment } from "./words.js";

const KINDS = {
  begun: ["open", "a challenge began"], canary: ["open", "a challenger answers a part of the requests"], promoting: ["open", "a promotion was decided"], promoted: ["good", "a challenger was promoted"], kept: ["good", "the promotion was kept"],
  rejected: ["bad", "a challenger was rejected"], rolling_back: ["middling", "a rollback was decided"], rolled_back: ["bad", "a promotion was rolled back"], stopped: ["open", "a challenge was stopped"],
  would_promote: ["open", "would have promoted"], would_roll_back: ["open", "would have rolled back"],
};

// Moves that were one step, as of champion and challenger that changed places, are one entry.
function inSteps(history) {
  const steps = [];
  for (const { move, challenge } of history) {
    const last = steps.at(-1)?.moves?.at(-1);
    const isSame = move && last && last.who === move.who && last.why === move.why && Math.abs(new Date(last.time) - new Date(move.time)) < 1000;
    if (isSame) steps.at(-1).moves.push(move);
    else steps.push(move ? { moves: [move] } : { challenge });
  }
  return steps;
}

function moved(move) {
  if (move.to === null) return `${move.alias} removed`;
  return move.from === null ? `${move.alias} set to version ${move.to}` : `${move.alias} moved from version ${move.from} to ${move.to}`;
}

function entry({ moves, challenge }) {
  if (challenge) {
    const [kind, text] = KINDS[challenge.kind] ?? ["open", challenge.kind];
    return h("li", null, h("div", { class: "entry-head" }, badge(kind, text), h("span", { class: "faint" }, ` ${challenge.challenger}: version ${challenge.challenger_version} against ${challenge.champion_version} \u00b7 `, moment(challenge.time))),
      challenge.reason && h("p", null, challenge.reason));
  }
  const [{ who, why, time }] = moves;
  return h("li", null, h("div", { class: "entry-head" }, h("span", { class: "chips" }, moves.map((move) => h("span", { class: "chip" }, moved(move)))), h("span", { class: "faint" }, who && ` by ${who}`, " \u00b7 ", moment(time))),
    why && h("p", null, why));
}

export function showHistory(name) {
  return panel(null, async () => {
    const { history } = await get(`${modelPath(name)}/history`, { limit: 200 });
    return history.length === 0 ? empty("Nothing happened yet", "Moves of aliases and challenges are kept here, with who, when and why.") : h("ol", { class: "timeline" }, inSteps(history).map(entry));
  });
}
