// The functions that models reach, in WebAssembly and on this machine: the same bits. $MATH_BITS is tests/math_bits.cc compiled for the machine,
// and $MATH_BITS.wasm for WebAssembly.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { WASI } from "node:wasi";

const program = process.env.MATH_BITS;
const options = { encoding: "utf8", maxBuffer: 2 ** 30 };

async function inWebAssembly(...words) {
  const folder = mkdtempSync(join(tmpdir(), "math-bits-"));
  try {
    const out = openSync(join(folder, "out"), "w");
    const wasi = new WASI({ version: "preview1", args: [program, ...words], stdout: out, returnOnExit: true });
    const { instance } = await WebAssembly.instantiate(readFileSync(`${program}.wasm`), wasi.getImportObject());
    assert.equal(wasi.start(instance), 0);
    closeSync(out);
    return readFileSync(join(folder, "out"), "utf8").trim().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const onThisMachine = (...words) => execFileSync(program, words, options).trim().split("\n");
const different = (left, right) => left.filter((line, i) => line !== right[i]);

test("functions of models have the bits of the machine's", async () => {
  const right = onThisMachine();
  const names = new Set(different(right, await inWebAssembly()).map((line) => line.split(" ")[0]));
  assert.ok(right.length > 1000);
  const failures = [];
  for (const name of names) {
    const wrong = different(await inWebAssembly(name), onThisMachine(name));
    failures.push(`${name}: ${wrong.length} answers, such as ${wrong.slice(0, 3).join(", ")}`);
  }
  assert.deepEqual(failures, []);
});
