// scoreway convert examples/wine/model.pkl examples/js/wine.scoreway; cd examples/js; npm install scoreway; python3 -m http.server
//
// A form made from the model's signature, whose answer follows what is typed. The model runs in a worker, so that typing never waits for it.
import { loadInWorker } from "scoreway/worker";

const form = document.querySelector("form");
const model = await loadInWorker(new URL("wine.scoreway", location.href));

for (const input of model.signature.inputs) {
  const cell = document.createElement("input");
  cell.name = input.name;
  cell.type = input.type === "string" ? "text" : "number";
  cell.step = "any";
  if (input.categories.length > 0) {
    const list = document.createElement("datalist");
    list.id = `known-${input.name}`;
    list.append(...input.categories.map((category) => new Option(category)));
    cell.setAttribute("list", list.id);
    form.append(list);
  }
  const label = document.createElement("label");
  label.append(input.name, cell);
  form.append(label);
}

/** What is typed as a row; an empty field is a missing cell. */
function typed() {
  const cell = ({ name, type }) => {
    const text = form.elements[name].value;
    return text === "" ? null : type === "string" ? text : Number(text);
  };
  return Object.fromEntries(model.signature.inputs.map((input) => [input.name, cell(input)]));
}

let asked = 0;
async function answer() {
  const number = ++asked;
  const { label, bars, error } = await model.answer(typed()).then(
    (answer) => ({ label: answer[model.signature.outputs[0].name], bars: answer, error: "" }),
    (error) => ({ label: "…", bars: {}, error: error.message }));
  if (number !== asked) return; // something newer was typed
  document.querySelector("#label").textContent = label;
  document.querySelector("#error").textContent = error;
  const probabilities = Object.entries(bars).filter(([name]) => name.startsWith("proba_"));
  document.querySelector("#probabilities").replaceChildren(...probabilities.map(([name, value]) => {
    const row = document.createElement("label");
    row.append(name.slice("proba_".length), Object.assign(document.createElement("meter"), { value, title: value }));
    return row;
  }));
}

form.addEventListener("input", answer);
await answer();
document.body.dataset.ready = "yes";
