// wasm.mjs PACKAGE node|table|chromium: the npm package as a door. Of each line, {"artifact": path, "rows": [...]}, the
// answers as a line, {"rows": [...]} or {"error": text}. What JSON cannot say of numbers goes as {"number": text}, both ways.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

import { chromium, serve } from "../../bindings/js/tests/serve.mjs";

/** Runs in Node or in the page. */
async function answersOf(load, bytes, rows, asTable) {
  const cellOf = (cell) => (cell?.number === undefined ? cell : /^-?\d+$/.test(cell.number) ? BigInt(cell.number) : Number(cell.number));
  const told = (cell) => (typeof cell === "bigint" || (typeof cell === "number" && !Number.isFinite(cell)) ? { number: String(cell) } : cell);
  const typed = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cellOf(cell)])));
  const model = await load(bytes);
  let answers;
  if (asTable) {
    const columns = Object.fromEntries(Object.keys(typed[0]).map((name) => [name, typed.map((row) => row[name])]));
    const table = Object.entries(model.answerTable(columns)).map(([name, cells]) => [name, [...cells]]);
    answers = typed.map((_, i) => Object.fromEntries(table.map(([name, cells]) => [name, cells[i]])));
  } else {
    answers = model.answer(typed);
  }
  model.free();
  return answers.map((answer) => Object.fromEntries(Object.entries(answer).map(([name, cell]) => [name, told(cell)])));
}

const [scoreway, mode] = process.argv.slice(2);
let ask;
let close = () => {};
if (mode === "chromium") {
  const server = await serve({ "/scoreway/": scoreway, "/artifact/": "/" });
  const browser = await chromium();
  const page = await browser.newPage();
  await page.goto(`${server.url}/scoreway/package.json`);
  await page.evaluate(`globalThis.answersOf = ${answersOf}`);
  ask = (question) => page.evaluate(async ({ artifact, rows }) => {
    const { load } = await import("/scoreway/index.js");
    return answersOf(load, await fetch(`/artifact${encodeURI(artifact)}`), rows, false);
  }, question);
  close = async () => {
    await browser.close();
    server.close();
  };
} else {
  const { load } = await import(pathToFileURL(join(scoreway, "index.js")));
  ask = async ({ artifact, rows }) => answersOf(load, readFileSync(artifact), rows, mode === "table");
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await ask(JSON.parse(line)).then((rows) => ({ rows }), (error) => ({ error: error.message }));
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await close();
