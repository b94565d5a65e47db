// The console: which page is shown, by what stands behind the # of its address.
import { beginView, hasKey, setKey, whenKeyIsWanted } from "./api.js";
import { announce, h, replace } from "./document.js";
import { showChallenges } from "./challenges.js";
import { showDrift } from "./drift.js";
import { showHistory } from "./history.js";
import { showModels } from "./models.js";
import { showOverview } from "./overview.js";
import { showPerformance } from "./performance.js";

const TABS = [["overview", "Overview", showOverview], ["drift", "Drift", showDrift], ["performance", "Performance", showPerformance],
  ["challenges", "Challengers", showChallenges], ["history", "History", showHistory]];
const main = document.getElementById("main");
const dialog = document.getElementById("key-dialog");
let shown = null;

function show() {
  beginView();
  const [kind, name, tab = "overview"] = location.hash.slice(2).split("/").map(decodeURIComponentOr);
  const found = TABS.find(([id]) => id === tab);
  const isModel = kind === "models" && name && found;
  document.title = isModel ? `${name}: ${found[1]} - Scoreway` : "Scoreway";
  replace(document.getElementById("trail"), isModel && [h("a", { href: "#/" }, "Models"), h("span", { "aria-hidden": "true" }, "/"), h("span", { "aria-current": "page" }, name)]);
  if (isModel) {
    replace(main, h("h1", null, name), tabs(name, tab), h("div", { class: "view" }, found[2](name)));
  } else {
    replace(main, showModels());
  }
  if (shown !== null && shown !== location.hash) {
    announce(document.title);
    main.focus({ preventScroll: shown.split("/")[2] === location.hash.split("/")[2] });
  }
  shown = location.hash;
}

function decodeURIComponentOr(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function tabs(name, current) {
  return h("nav", { class: "tabs", "aria-label": "About this model" }, TABS.map(([id, title]) =>
    h("a", { href: `#/models/${encodeURIComponent(name)}/${id}`, "aria-current": id === current && "page" }, title)));
}

// Gives true once there is a key to try, and false if there will be none.
function askForKey(wasRefused) {
  const field = document.getElementById("key-text");
  document.getElementById("key-fault").textContent = wasRefused ? "The server does not know this key, or its time is over." : "";
  field.value = "";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "use"), { once: true });
    dialog.returnValue = "";
  });
}

dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = document.getElementById("key-text").value.trim();
  if (key === "") return;
  setKey(key);
  dialog.close("use");
});
document.getElementById("key-cancel").addEventListener("click", () => dialog.close("no"));
document.getElementById("key-forget").addEventListener("click", () => {
  setKey("");
  dialog.close("no");
  show();
});
document.getElementById("key").addEventListener("click", async () => {
  if (await askForKey(false)) show();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // what stands behind the # names a page
  main.focus();
});
document.getElementById("refresh").addEventListener("click", () => {
  show();
  announce("Asked again");
});
whenKeyIsWanted(askForKey);
window.addEventListener("hashchange", show);
if (hasKey()) document.getElementById("key").classList.add("has-key");
show();
