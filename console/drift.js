// What the model sees and says, beside its reference: column by column, the gravest first.
import { get, modelPath } from "./api.js";
import { distributionChart, distributionLegend } from "./charts.js";
import { choice, empty, h, panel, replace, table } from "./document.js";
import { count, moment, number, percent, severity } from "./words.js";

const WINDOWS = [["1000", "newest 1,000"], ["10000", "newest 10,000"], ["100000", "newest 100,000"], ["1h", "last hour"], ["1d", "last day"], ["7d", "last 7 days"]];
const AGAINST = [["", "its reference"], ["1d", "the day before"], ["7d", "the week before"]];
const GRAVITY = ["alarm", "warning", "quiet"];
const SHOWN = 24;

const STATISTICS = [["Stability index (PSI)", "psi"], ["Jensen-Shannon distance", "jensen_shannon"], ["Kolmogorov-Smirnov", "ks"], ["Wasserstein, normed", "wasserstein_normed"],
  ["Chi-square", "chi_square"], ["p, adjusted", "adjusted_p_value"]];

function columnCard(column) {
  const level = column.role === "output" ? "output" : "input";
  const sides = [["Missing", percent(column.reference_missing), percent(column.missing)], ["Distinct", count(Math.round(column.reference_distinct)), count(Math.round(column.distinct))]];
  if (column.kind === "number") sides.unshift(["Median", number(column.reference_median), number(column.median)], ["Mean", number(column.reference_mean), number(column.mean)]);
  return h("article", { class: "card column", "data-column": column.column, "data-state": column.state },
    h("header", null, h("h3", null, column.column, h("span", { class: "faint" }, ` ${level}`)), severity(column.state)),
    column.shares === null ? h("p", { class: "faint" }, "One side has no cells to compare.") : distributionChart(column.column, column.shares, column.kind === "number"),
    h("p", { class: "reason" }, column.reasons.length > 0 ? column.reasons.join("; ") : column.psi === null ? "" : `PSI ${number(column.psi, 2)}`),
    h("details", { class: "numbers" }, h("summary", null, "Statistics"),
      table(`Statistics of ${column.column}`, [{ title: "", cell: ([title]) => title }, { title: "Reference", number: true, cell: ([, then]) => then }, { title: "Now", number: true, cell: ([, , now]) => now }], sides),
      h("dl", { class: "pairs" }, STATISTICS.filter(([, key]) => column[key] !== undefined && column[key] !== null).map(([title, key]) => [h("dt", null, title), h("dd", null, number(column[key], 3))]),
        !column.exact && [h("dt", null, "From sketches, shares within"), h("dd", null, number(column.rank_error, 2))])));
}

async function report(name, window_, against) {
  let drift;
  try {
    drift = await get(`${modelPath(name)}/drift`, { window: window_, against });
  } catch (fault) {
    if (fault.status !== 404) throw fault;
    return empty("There is nothing to compare with", `${fault.message}${fault.place ? ` (${fault.place})` : ""}`, `scoreway drift ${name} --learn 5000`);
  }
  const { report: found } = drift;
  if (found.rows === 0) return empty("No predictions in this window", "What a server answers is logged where it runs with --log-predictions.", "scoreway serve --log-predictions");
  const columns = [...found.columns].sort((a, b) => GRAVITY.indexOf(a.state) - GRAVITY.indexOf(b.state) || (b.psi ?? -1) - (a.psi ?? -1));
  const bad = columns.filter((column) => column.state !== "quiet").length;
  const reference = drift.reference === "sample" ? "a sample of its training data" : drift.reference === "log" ? "its first logged rows" : `the same window ${drift.reference} before`;
  const cards = h("div", { class: "cards" }, columns.slice(0, SHOWN).map(columnCard));
  return [
    h("p", { class: "summary" }, severity(found.state), ` ${bad === 0 ? "None" : bad} of ${columns.length} columns ${bad > 1 ? "are" : "is"} out of order in version ${drift.version}.`),
    h("p", { class: "faint" }, `${count(found.rows)} rows, `, moment(found.from), " to ", moment(found.to), `, against ${count(found.reference_rows)} of ${reference}.`,
      !found.enough_rows && " Of so few rows nothing is said."),
    distributionLegend(), cards,
    columns.length > SHOWN && h("button", { type: "button", class: "plain", onclick: (event) => { cards.append(...columns.slice(SHOWN).map(columnCard)); event.target.remove(); } }, `Show all ${columns.length} columns`),
    found.not_compared.length > 0 && h("p", { class: "faint" }, `Not compared, as only one side has them: ${found.not_compared.join(", ")}.`)];
}

export function showDrift(name) {
  const wish = { window: "1000", against: "" };
  const place = h("div");
  const ask = () => replace(place, panel(null, () => report(name, wish.window, wish.against)));
  ask();
  return [h("div", { class: "choices" }, choice("Window", WINDOWS, wish.window, (value) => { wish.window = value; ask(); }),
    choice("Against", AGAINST, wish.against, (value) => { wish.against = value; ask(); })), place];
}
