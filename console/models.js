// The list of models: each with its aliases and, where it is watched, its state.
import { find, get, modelPath } from "./api.js";
import { empty, h, panel, table } from "./document.js";
import { aliasChips, severity, when } from "./words.js";

const PAGE = 100;

// The state comes later, and stays away where the key may not see it.
function stateOf(name) {
  const cell = h("span", { class: "faint" }, "\u2026");
  find(`${modelPath(name)}/watch`)
    .then((found) => cell.replaceChildren(found === null ? "not watched" : severity(found.status.state)), () => cell.replaceChildren("not known"));
  return cell;
}

async function list(pageToken) {
  const { models, next_page_token: next } = await get("v1/models", { limit: PAGE, page_token: pageToken });
  if (models.length === 0) {
    return empty("No model is registered yet", "Push a file in which you saved a trained model, and it is served at once.", "scoreway push NAME model.pkl --alias champion");
  }
  const shown = table("Models", [
    { title: "Model", cell: (model) => h("a", { href: `#/models/${encodeURIComponent(model.name)}/overview` }, model.name) },
    { title: "Drift", cell: (model) => stateOf(model.name) },
    { title: "Aliases", cell: (model) => aliasChips(model.aliases) },
    { title: "Versions", number: true, cell: (model) => model.version_count },
    { title: "Registered", cell: (model) => when(model.created) }], models);
  const more = next && h("button", { type: "button", class: "plain", onclick: async (event) => {
    event.target.disabled = true;
    event.target.replaceWith(...[await list(next)].flat());
  } }, "More models");
  return [shown, more].filter(Boolean);
}

export function showModels() {
  return [h("h1", null, "Models"), panel(null, () => list())];
}
