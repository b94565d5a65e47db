// A model in a worker, so that a page never waits for it. The same methods as a Model's, each a promise.
import { ScorewayError } from "./errors.js";
import { bytesOfUrl } from "./engine.js";

export { ScorewayError } from "./errors.js";

const isNode = typeof process === "object" && typeof process.versions?.node === "string";

async function startWorker() {
  const url = new URL("./worker.js", import.meta.url);
  if (!isNode) return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const { Worker: NodeWorker } = await import("node:worker_threads");
  const worker = new NodeWorker(url);
  worker.addEventListener = (kind, listener) => worker.on(kind, (data) => listener(kind === "message" ? { data } : data));
  return worker;
}

class WorkerModel {
  #worker;
  #waiting = new Map();
  #next = 0;
  #ended = null;

  constructor(worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#settle(data));
    worker.addEventListener("error", (error) => this.#end(new ScorewayError(`the worker failed: ${error.message}`, "INTERNAL")));
  }

  answer(rows) {
    return this.ask({ method: "answer", argument: rows });
  }

  predict(rows) {
    return this.ask({ method: "predict", argument: rows });
  }

  predictProba(rows) {
    return this.ask({ method: "predictProba", argument: rows });
  }

  answerTable(columns) {
    return this.ask({ method: "answerTable", argument: columns });
  }

  save() {
    return this.ask({ method: "save" });
  }

  /** Ends the worker; what was asked and not answered is refused. */
  async free() {
    this.#end(new ScorewayError("the model was freed", "INVALID_ARGUMENT"));
    await this.#worker.terminate();
  }

  ask(question) {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...question });
    });
  }

  #settle({ id, value, error }) {
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) reject(new ScorewayError(error.message, error.code));
    else resolve(value);
  }

  #end(error) {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

export async function loadInWorker(source, options = {}) {
  const model = new WorkerModel(await startWorker());
  try {
    const argument = source instanceof Response ? await source.arrayBuffer() : source instanceof URL ? await bytesOfUrl(source) : source;
    Object.assign(model, await model.ask({ method: "load", argument, options }));
    return model;
  } catch (error) {
    await model.free();
    throw error;
  }
}
