// run.mjs PACKAGE MODELS NODE_MODULES: the npm package and onnxruntime-web side by side in Chromium, on the models that run.py left in a folder.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { chromium, serve } from "../../bindings/js/tests/serve.mjs";

const [scoreway, models, modules] = process.argv.slice(2);
process.env.NODE_MODULES ??= modules;
const here = dirname(fileURLToPath(import.meta.url));
const ort = join(modules, "onnxruntime-web/dist");

function printSizes() {
  console.log("size, kB".padEnd(44), "raw".padStart(9), "gzip -9".padStart(9), "brotli".padStart(9));
  const files = [...["scoreway", "scoreway-simd"].map((name) => join(scoreway, `${name}.wasm`)),
                 join(ort, "ort-wasm-simd-threaded.wasm")];
  for (const file of files) {
    const bytes = readFileSync(file);
    const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
    console.log(file.split("/").pop().padEnd(44), ...sizes.map((size) => (size / 1000).toFixed(0).padStart(9)));
  }
}

const server = await serve({ "/scoreway/": scoreway, "/ort/": ort, "/page.mjs": join(here, "page.mjs"), "/": models });
const browser = await chromium();
try {
  printSizes();
  console.log("\n" + "in Chromium".padEnd(24), "engine".padEnd(18), "start ms".padStart(9), "load ms".padStart(9), "row us".padStart(9), "rows/s".padStart(12), " largest difference");
  for (const name of JSON.parse(readFileSync(join(models, "models.json")))) {
    let reference;
    for (const [engine, call] of [["scoreway", "ofScoreway(model)"], ["onnxruntime-web", "ofOnnxRuntime(model)"]]) {
      const page = await browser.newPage();
      await page.goto(`${server.url}/models.json`);
      const times = await page.evaluate(`(async () => {
        const { ofScoreway, ofOnnxRuntime } = await import("/page.mjs");
        const model = await (await fetch("/${name}.json")).json();
        return ${call};
      })()`);
      await page.close();
      reference ??= times.answers;
      const difference = Math.max(...times.answers.map((answer, i) => Math.abs(answer - reference[i])));
      console.log(name.padEnd(24), engine.padEnd(18), times.startMs.toFixed(1).padStart(9), times.loadMs.toFixed(1).padStart(9),
                  times.rowUs.toFixed(1).padStart(9), Math.round(times.rowsPerSecond).toLocaleString("en").padStart(12), ` ${difference.toExponential(1)}`);
    }
  }
} finally {
  await browser.close();
  server.close();
}
