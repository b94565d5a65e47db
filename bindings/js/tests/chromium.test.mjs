// The package in real Chromium: a page that scores as one types, and that never waits for its model. $PACKAGE is the package's folder,
// $SAVED one with the model as `scoreway convert` writes it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium, serve } from "./serve.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
let server, browser, page;

before(async () => {
  server = await serve({ "/node_modules/scoreway/": process.env.PACKAGE, "/wine.scoreway": join(process.env.SAVED, "wine.scoreway"), "/": join(root, "examples/js") });
  browser = await chromium();
});

after(async () => {
  await browser?.close();
  server?.close();
});

test("the page answers while one types, as scikit-learn does", async () => {
  page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error));
  await page.goto(`${server.url}/index.html`);
  await page.waitForSelector("body[data-ready=yes]");
  const rows = readFileSync(join(root, "examples/wine/rows.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const expected = readFileSync(join(root, "examples/wine/expected.csv"), "utf8").trim().split("\n").slice(1).map((line) => line.split(","));
  for (const [i, row] of rows.slice(0, 5).entries()) {
    for (const [name, cell] of Object.entries(row)) await page.fill(`[name=${name}]`, cell === null ? "" : String(cell));
    await page.locator("[name=alcohol]").pressSequentially("");
    await page.waitForFunction((wanted) => document.querySelector("#label").textContent === wanted, expected[i][0]);
    await page.waitForFunction((wanted) => [...document.querySelectorAll("meter")].some((meter) => Math.abs(Number(meter.title) - wanted) < 1e-12),
                               Number(expected[i][2]));
  }
  assert.deepEqual(faults, []);
});

test("the page goes on while the worker is busy", async () => {
  const { ticks, rows } = await page.evaluate(async () => {
    const { loadInWorker } = await import("scoreway/worker");
    const model = await loadInWorker(new URL("wine.scoreway", location.href));
    const columns = { alcohol: new Float64Array(300_000).fill(13) };
    const answered = model.answerTable(columns);
    let ticks = 0;
    const timer = setInterval(() => ++ticks, 1);
    const { predict } = await answered;
    clearInterval(timer);
    await model.free();
    return { ticks, rows: predict.length };
  });
  assert.equal(rows, 300_000);
  assert.ok(ticks >= 10, `the page ran ${ticks} times while the worker scored`);
});

test("with and without SIMD there are the same bits in the browser", async () => {
  const answers = await page.evaluate(async () => {
    const { load } = await import(new URL("./node_modules/scoreway/index.js", location.href).href);
    const bytes = await (await fetch("wine.scoreway")).arrayBuffer();
    const models = await Promise.all([load(bytes), load(bytes, { simd: false })]);
    return models.map((model) => JSON.stringify(model.answer([{ alcohol: 13.2, colour: "deep" }, { hue: 1.1, colour: null }])));
  });
  assert.equal(answers[0], answers[1]);
});
