// The other side of in_worker.js: one model in a thread of its own, asked by messages.
import { load } from "./index.js";

const isNode = typeof process === "object" && typeof process.versions?.node === "string";
const port = isNode ? (await import("node:worker_threads")).parentPort : self;
const DESCRIBED = ["signature", "classes", "format", "library", "libraryVersion", "estimator", "bytes"];
const METHODS = ["answer", "predict", "predictProba", "answerTable", "save"];
let model;

async function answer({ method, argument, options }) {
  if (method === "load") {
    model = await load(argument, options);
    return Object.fromEntries(DESCRIBED.map((name) => [name, model[name]]));
  }
  if (!METHODS.includes(method)) throw new Error(`no method ${method}`);
  return model[method](argument);
}

async function reply({ data }) {
  try {
    port.postMessage({ id: data.id, value: await answer(data) });
  } catch (error) {
    port.postMessage({ id: data.id, error: { message: error.message, code: error.code ?? "INTERNAL" } });
  }
}

if (isNode) port.on("message", (data) => reply({ data }));
else port.onmessage = reply;
