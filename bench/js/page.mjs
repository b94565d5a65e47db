// What bench/js/run.mjs measures, inside the page: of one model the time to load it, of one row and of many, by either engine.
const milliseconds = async (work) => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

async function timesOf({ start, load, row, table }, model) {
  const startMs = await milliseconds(start);
  const loadMs = await milliseconds(() => load(model));
  for (let i = 0; i < 300; ++i) await row(i);
  const rowUs = [];
  for (let repeat = 0; repeat < 7; ++repeat) {
    rowUs.push((await milliseconds(async () => {
      for (let i = 0; i < 500; ++i) await row(i);
    })) * 2);
  }
  await table();
  const tableMs = [];
  for (let repeat = 0; repeat < 7; ++repeat) tableMs.push(await milliseconds(table));
  return { startMs, loadMs, rowUs: median(rowUs), rowsPerSecond: model.rows / (median(tableMs) / 1000), answers: await table() };
}

/** The rows as columns; made here, as both read them. */
function columnsOf(model) {
  return Object.fromEntries(model.inputs.map(({ name, type, values }) => [name, type === "string" ? values : Float64Array.from(values, (value) => value ?? NaN)]));
}

export async function ofScoreway(model) {
  const { load } = await import("/scoreway/index.js");
  const columns = columnsOf(model);
  const rows = Array.from({ length: 500 }, (_, i) => Object.fromEntries(model.inputs.map(({ name, values }) => [name, values[i]])));
  let loaded;
  return timesOf({
    start: async () => (await load(await (await fetch("/small.scoreway")).arrayBuffer())).free(),
    load: async () => (loaded = await load(await (await fetch(`/${model.name}.scoreway`)).arrayBuffer())),
    row: (i) => loaded.answer(rows[i % 500]),
    table: () => Array.from(loaded.answerTable(columns)[model.output]),
  }, model);
}

export async function ofOnnxRuntime(model) {
  const ort = await import("/ort/ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.wasm.numThreads = 1;
  const columns = columnsOf(model);
  const tensors = (begin, end) => Object.fromEntries(model.inputs.map(({ name, type }) => [
    name, new ort.Tensor(type === "string" ? "string" : "float64", columns[name].slice(begin, end), [end - begin, 1])]));
  const rows = Array.from({ length: 500 }, (_, i) => i);
  const create = async (url) => ort.InferenceSession.create(new Uint8Array(await (await fetch(url)).arrayBuffer()), { executionProviders: ["wasm"] });
  let session;
  return timesOf({
    start: async () => (await create("/small.onnx")).release(),
    load: async () => (session = await create(`/${model.name}.onnx`)),
    row: (i) => session.run(tensors(rows[i % 500], rows[i % 500] + 1)),
    table: async () => Array.from((await session.run(tensors(0, model.rows)))[model.output].data, Number),
  }, model);
}
