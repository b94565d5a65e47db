// The package in Node, beside scikit-learn's answers. $PACKAGE is its folder, $SAVED one with the models as `scoreway convert` writes them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const of = (file) => import(pathToFileURL(join(process.env.PACKAGE, file)));
const { load, ScorewayError, hasSimd } = await of("index.js");
const { loadInWorker } = await of("in_worker.js");

const wine = (file) => readFileSync(join(root, "examples/wine", file));
const lines = (text) => text.toString().trim().split("\n");
const rows = lines(wine("rows.jsonl")).map((line) => JSON.parse(line));
const [header, ...expected] = lines(wine("expected.csv")).map((line) => line.split(","));
const saved = (name) => readFileSync(join(process.env.SAVED, `${name}.scoreway`));

function assertExpected(answers) {
  assert.equal(answers.length, expected.length);
  answers.forEach((answer, i) => {
    assert.equal(answer.predict, expected[i][0]);
    header.slice(1).forEach((name, j) => assert.ok(Math.abs(answer[name] - Number(expected[i][j + 1])) < 1e-12));
  });
}

for (const simd of [true, false]) {
  test(`rows get the library's answers, ${simd ? "with" : "without"} SIMD`, async () => {
    assert.ok(hasSimd());
    const model = await load(saved("wine"), { simd });
    assertExpected(model.answer(rows));
    assert.deepEqual(model.predict(rows), expected.map((cells) => cells[0]));
    assert.deepEqual(model.classes, ["barbera", "barolo", "grignolino"]);
    const proba = model.predictProba(rows[0]);
    assert.ok(Math.abs(proba[1] - Number(expected[0][2])) < 1e-12 && proba.length === 3);
  });
}

test("what a model saves is the model", async () => {
  const model = await load(saved("wine"));
  assert.deepEqual(Buffer.from(model.save()), saved("wine"));
});

test("a table answers as its rows do", async () => {
  const model = await load(saved("wine"));
  const byRow = model.answer(rows);
  const columns = Object.fromEntries(model.signature.inputs.map(({ name }) => [name, rows.map((row) => row[name])]));
  const answer = model.answerTable(columns);
  assert.deepEqual([...answer.predict], byRow.map((row) => row.predict));
  assert.ok(answer.proba_barolo instanceof Float64Array);
  assert.deepEqual([...answer.proba_barolo], byRow.map((row) => row.proba_barolo));
  const typed = await load(saved("linear"));
  const table = { a: Float64Array.of(1, 2, 3), b: Int32Array.of(4, 5, 6) };
  const alone = [0, 1, 2].map((i) => typed.predict({ a: table.a[i], b: table.b[i] }));
  assert.deepEqual([...Object.values(typed.answerTable(table))[0]], alone);
  assert.throws(() => typed.answerTable({ a: [1, 2], b: [1] }), { code: "INVALID_ARGUMENT", message: /column 'b' has 1 rows/ });
  assert.throws(() => typed.answerTable({ a: [1, null], b: [1, 2] }), { code: "INVALID_ARGUMENT", message: /row 2, column 'a'/ });
  assert.throws(() => typed.answerTable({ a: [1, "x"], b: [1, 2] }), { code: "INVALID_ARGUMENT", message: /row 2, column 'a'/ });
});

test("what is wrong is an error that says what and where", async () => {
  const model = await load(saved("linear"));
  assert.throws(() => model.predict({ a: 1 }), (error) => error instanceof ScorewayError && /'b'/.test(error.message));
  assert.throws(() => model.predict({ a: "x", b: 1 }), { code: "INVALID_ARGUMENT", message: /column 'a'/ });
  assert.throws(() => model.predict({ a: NaN, b: 1 }), { code: "INVALID_ARGUMENT", message: /column 'a'/ });
  assert.throws(() => model.predict([{ a: 1, b: 1 }, { a: 1, b: 1, c: 1 }]), { message: /row 2, unknown column 'c'/ });
  assert.throws(() => model.predict({ a: {}, b: 1 }), { code: "INVALID_ARGUMENT" });
  assert.throws(() => model.predictProba({ a: 1, b: 1 }), { message: /gives no probabilities/ });
  assert.equal(typeof model.predict({ a: 1, b: 2n }), "number"); // it answers after errors
  model.free();
  assert.throws(() => model.predict({ a: 1, b: 1 }), { message: /was freed/ });
});

test("bytes that are no model are refused, and leave nothing behind", async () => {
  await assert.rejects(load(new Uint8Array()), { code: "UNSUPPORTED" });
  await assert.rejects(load(wine("model.pkl")), { code: "UNSUPPORTED", message: /`scoreway convert MODEL model.scoreway`/ });
  await assert.rejects(load("model.pkl"), { code: "INVALID_ARGUMENT" });
  let state = 1;
  const random = () => (state = (state * 48271) % 0x7fffffff);
  for (let i = 0; i < 300; ++i) {
    const damaged = Uint8Array.from(saved("wine"));
    for (let j = 0; j < 5; ++j) damaged[random() % damaged.length] = random();
    await load(damaged.subarray(0, i % 2 === 0 ? damaged.length : random() % damaged.length)).then(
      (model) => model.predict([{ alcohol: 13 }]), (error) => assert.ok(error instanceof ScorewayError && error.code !== "INTERNAL", error));
  }
});

test("a model in a worker answers the same", async () => {
  const model = await loadInWorker(saved("wine"));
  try {
    assertExpected(await model.answer(rows));
    assert.equal(model.signature.inputs.length, 7);
    assert.deepEqual((await model.answerTable({ alcohol: Float64Array.of(13) })).predict.length, 1);
    await assert.rejects(model.predict({ smell: 1 }), { name: "ScorewayError", code: "INVALID_ARGUMENT", message: /unknown column 'smell'/ });
  } finally {
    await model.free();
  }
  await assert.rejects(model.predict({}), { message: /was freed/ });
  await assert.rejects(loadInWorker(wine("model.pkl")), { code: "UNSUPPORTED" });
});

test("texts of any script, and none that are broken", async () => {
  const model = await load(saved("wine"));
  assert.equal(typeof model.predict({ colour: "深い🍷" }), "string");
  if (String.prototype.isWellFormed) assert.throws(() => model.predict({ colour: "\ud800" }), { code: "INVALID_ARGUMENT" });
});

test("outputs can be chosen", async () => {
  const model = await load(saved("wine"), { outputs: ["proba_barolo", "predict"] });
  assert.deepEqual(Object.keys(model.answer(rows[0])), ["proba_barolo", "predict"]);
  await assert.rejects(load(saved("wine"), { outputs: ["proba_merlot"] }), { code: "INVALID_ARGUMENT" });
});
