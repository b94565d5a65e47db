// The console in real Chromium, over a server with predictions, labels, a watch in alarm and a challenger. $SCOREWAY is the binary, $NODE_MODULES
// has playwright-core.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium } from "../../bindings/js/tests/serve.mjs";

const wine = join(dirname(fileURLToPath(import.meta.url)), "../../examples/wine");
const folder = mkdtempSync(join(tmpdir(), "console-"));
const registry = ["--registry", join(folder, "registry.db")];
const servers = [];
let browser, url;

const scoreway = (...words) => execFileSync(process.env.SCOREWAY, [...words, ...registry], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

async function until(what, happened) {
  for (let i = 0; i < 400; ++i) {
    const found = await happened();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`did not come: ${what}`);
}

async function start(...more) {
  const file = join(folder, `address-${servers.length}`);
  servers.push(spawn(process.env.SCOREWAY, ["serve", "--port", "0", "--address-file", file, ...registry, ...more], { stdio: "ignore" }));
  const address = await until("the server listens", () => existsSync(file) && readFileSync(file, "utf8").trim());
  return `http://${address}`;
}

async function call(path, body, method = "POST") {
  const answer = await fetch(url + path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

// A page that fails the test by what it complains of, or asks others.
async function open(path, options = {}) {
  const page = await browser.newPage(options);
  const faults = [];
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("console", (message) => message.type() === "error" && !/status of 40[134]/.test(message.text()) && faults.push(message.text()));
  page.on("request", (request) => !request.url().startsWith(new URL(page.url() === "about:blank" ? path : page.url()).origin) && faults.push(`asks ${request.url()}`));
  await page.goto(path);
  return { page, faults };
}

before(async () => {
  const [head, ...lines] = readFileSync(join(wine, "rows.csv"), "utf8").trim().split("\n");
  writeFileSync(join(folder, "sample.csv"), [head, ...Array(10).fill(lines).flat()].join("\n"));
  scoreway("push", "wine", join(wine, "model.pkl"), "--sample", join(folder, "sample.csv"), "--alias", "champion");
  scoreway("push", "wine", join(wine, "model.pkl"), "--alias", "challenger");
  url = await start("--log-predictions", "--challenge-interval", "0.2s");
  await call("/v1/models/wine/challenges/challenger", { policy: { metric: "error" } }, "PUT");
  const labels = readFileSync(join(wine, "expected.csv"), "utf8").trim().split("\n").slice(1).map((line) => line.split(",")[0]);
  // Far from where the model has learned.
  const rows = readFileSync(join(wine, "rows.jsonl"), "utf8").trim().split("\n").map((line) => ({ ...JSON.parse(line), alcohol: 99 }));
  for (let turn = 0; turn < 12; ++turn) {
    const { prediction_id } = await call("/v1/models/wine:predict", { rows });
    await call("/v1/models/wine/labels", { labels: labels.map((label, row) => ({ prediction_id, row: row + 1, label })) });
  }
  await call("/v1/models/wine/watch", { window: "200", interval_seconds: 1, rise_after: 1 }, "PUT");
  await until("the watch is in alarm", async () => (await (await fetch(`${url}/v1/models/wine/watch`)).json()).status.state === "alarm");
  browser = await chromium();
});

after(async () => {
  await browser?.close();
  for (const server of servers) server.kill();
  rmSync(folder, { recursive: true });
});

test("from the list to what is wrong with a model", async () => {
  const { page, faults } = await open(`${url}/ui/`);
  const row = page.locator("tbody tr", { hasText: "wine" });
  await row.getByText("alarm").waitFor();
  assert.match(await row.innerText(), /champion v1/);
  await row.getByRole("link", { name: "wine" }).click();
  await page.getByRole("heading", { name: "Drift watch" }).waitFor();
  await page.locator(".reasons li", { hasText: "alcohol: PSI" }).waitFor();
  await page.getByRole("row", { name: "alarm" }).getByText("drift", { exact: true }).first().waitFor();
  await page.getByRole("link", { name: "Drift" }).click();
  const alcohol = page.locator(".column[data-column=alcohol]");
  await alcohol.locator("rect.now").last().waitFor();
  assert.equal(await page.locator(".column").first().getAttribute("data-state"), "alarm");
  assert.equal(await page.locator(".column[data-column=colour]").getAttribute("data-state"), "quiet");
  // The chart's own numbers.
  await alcohol.getByText("As a table").click();
  assert.match(await alcohol.getByRole("row", { name: "99" }).innerText(), /0\s*%\s*100\s*%/);
  assert.deepEqual(faults, []);
  await page.close();
});

test("an alarm is acknowledged and the watch silenced", async () => {
  const { page, faults } = await open(`${url}/ui/#/models/wine/overview`);
  await page.getByLabel("Note", { exact: true }).fill("looking into it");
  await page.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await page.getByText("Acknowledged by console: looking into it.").waitFor();
  await page.getByRole("button", { name: "Silence", exact: true }).click();
  await page.getByText("Silenced by console until").waitFor();
  const { status } = await (await fetch(`${url}/v1/models/wine/watch`)).json();
  assert.equal(status.acknowledged_by, "console");
  assert.ok(new Date(status.silent_until) > new Date());
  await page.getByRole("button", { name: "End the silence", exact: true }).click();
  await page.getByRole("button", { name: "Silence", exact: true }).waitFor();
  assert.deepEqual(faults, []);
  await page.close();
});

test("a metric over time can be walked through by keys", async () => {
  const { page, faults } = await open(`${url}/ui/#/models/wine/performance`);
  const chart = page.locator("[data-chart='Accuracy over time']");
  await chart.locator("path.line").first().waitFor({ state: "attached" });
  assert.deepEqual((await chart.locator(".legend span").allInnerTexts()).map((text) => text.trim()), ["v1", "v2, copies"]);
  await chart.locator(".walk").focus();
  await page.keyboard.press("Home");
  const start = await chart.locator("output").innerText();
  await page.keyboard.press("End");
  const end = await chart.locator("output").innerText();
  assert.match(start, /v1 [01]/);
  assert.notEqual(start, end);
  await page.getByLabel("Metric", { exact: true }).selectOption("brier");
  await page.locator("[data-chart='Brier score over time']").waitFor();
  await page.getByLabel("Input", { exact: true }).selectOption("colour");
  await page.getByRole("region", { name: "Accuracy by colour" }).getByRole("rowheader", { name: "deep" }).waitFor();
  assert.deepEqual(faults, []);
  await page.close();
});

test("a challenger's evidence over its labels", async () => {
  const { page, faults } = await open(`${url}/ui/#/models/wine/challenges`);
  await until("there is evidence", async () => {
    await page.getByRole("button", { name: "Refresh", exact: true }).click();
    await page.locator("[data-challenger]").waitFor();
    return (await page.locator("[data-chart^='While testing: evidence'] path.line").count()) === 2;
  });
  await page.getByText("200 to 1").first().waitFor();
  await page.getByRole("link", { name: "History" }).click();
  await page.getByText("a challenge began").waitFor();
  assert.deepEqual(faults, []);
  await page.close();
});

test("it fits a phone", async () => {
  const { page } = await open(`${url}/ui/#/models/wine/drift`, { viewport: { width: 360, height: 700 } });
  for (const tab of ["drift", "performance", "challenges", "overview", "history"]) {
    await page.goto(`${url}/ui/#/models/wine/${tab}`);
    await page.waitForFunction(() => document.querySelectorAll("[aria-busy]").length === 0);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, tab);
  }
  await page.close();
});

test("where keys are asked for, the page asks for one, and keeps it in the tab", async () => {
  const place = await start("--require-key");
  const { key } = JSON.parse(scoreway("keys", "create", "page", "--role", "predict", "--json"));
  const { page, faults } = await open(`${place}/ui/`);
  await page.getByLabel("Key", { exact: true }).fill("sw_0_0");
  await page.getByRole("button", { name: "Use it", exact: true }).click();
  await page.getByText("does not know this key").waitFor();
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Use it", exact: true }).click();
  await page.getByRole("link", { name: "wine" }).click();
  await page.getByRole("link", { name: "Drift" }).click();
  await page.getByText("The key does not allow this.").waitFor();
  assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
  assert.deepEqual(faults, []);
  await page.close();
});
