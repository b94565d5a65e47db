// One instance of the engine: WebAssembly with a memory of its own, into which one model is read. What a model takes is given back as a whole
// with its instance, and a fault ends that model alone.
import { ScorewayError } from "./errors.js";

// A function of one instruction of 128 bits, which only those take that have them.
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

export const hasSimd = () => WebAssembly.validate(SIMD);

const isNode = typeof process === "object" && typeof process.versions?.node === "string";

/** The bytes behind a URL, of a file in Node, too. */
export async function bytesOfUrl(url) {
  if (isNode && url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
  }
  const response = await fetch(url);
  if (!response.ok) throw new ScorewayError(`${url}: status ${response.status}`, response.status === 404 ? "NOT_FOUND" : "UNAVAILABLE");
  return new Uint8Array(await response.arrayBuffer());
}

async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof URL && !(isNode && source.protocol === "file:") && WebAssembly.compileStreaming) {
    const response = fetch(source);
    // Servers that do not say application/wasm are served, too.
    return WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await bytesOfUrl(source)));
  }
  return WebAssembly.compile(source instanceof URL ? await bytesOfUrl(source) : source);
}

const compiled = new Map();

/** The module of a URL, compiled once; or of bytes, or a module. */
export function moduleOf(source) {
  if (!(source instanceof URL)) return compile(source);
  if (!compiled.has(source.href)) {
    const module = compile(source);
    compiled.set(source.href, module);
    module.catch(() => compiled.delete(source.href));
  }
  return compiled.get(source.href);
}

/** The system, of which the engine needs next to nothing: random numbers for hash tables. The rest is not there. */
async function systemOf(module, instance) {
  const notThere = 52;
  const random = globalThis.crypto ?? (await import("node:crypto")).webcrypto; // Node 18 has it there alone
  const functions = {
    random_get: (at, size) => {
      for (let done = 0; done < size; done += 65536) {
        random.getRandomValues(new Uint8Array(instance().exports.memory.buffer, at + done, Math.min(65536, size - done)));
      }
      return 0;
    },
    proc_exit: () => {
      throw new WebAssembly.RuntimeError("the engine ended");
    },
  };
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === "function") (imports[from] ??= {})[name] = functions[name] ?? (() => notThere);
  }
  return imports;
}

export class Engine {
  #bytes = new Uint8Array();
  #view = new DataView(new ArrayBuffer(0));
  #encoder = new TextEncoder();
  #decoder = new TextDecoder();
  #text = 0;
  #textBytes = 0;
  #ended = null;

  static async start(module) {
    const engine = new Engine();
    const instance = await WebAssembly.instantiate(module, await systemOf(module, () => instance));
    engine.c = instance.exports;
    engine.c._initialize?.();
    engine.slot = engine.allocate(16); // for what a function gives through a pointer
    return engine;
  }

  get bytes() {
    if (this.#bytes.buffer !== this.c.memory.buffer) this.#bytes = new Uint8Array(this.c.memory.buffer);
    return this.#bytes;
  }

  get view() {
    if (this.#view.buffer !== this.c.memory.buffer) this.#view = new DataView(this.c.memory.buffer);
    return this.#view;
  }

  allocate(size) {
    const at = this.c.malloc(Math.max(size, 1)) >>> 0;
    if (at === 0) throw new ScorewayError("out of memory", "RESOURCE_EXHAUSTED");
    return at;
  }

  /** Runs what calls the engine. A fault in it becomes an error, and the engine is not asked again. */
  run(work) {
    if (this.#ended) throw this.#ended;
    try {
      return work(this.c);
    } catch (error) {
      if (error instanceof ScorewayError) throw error;
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      this.#ended = this.#reason(error);
      throw this.#ended;
    }
  }

  /** Runs a function whose last argument is the error and which gives a code; throws what the error says. */
  check(code, errorSlot = this.slot) {
    if (code === 0) return;
    const error = this.view.getUint32(errorSlot, true);
    const text = this.textAt(this.c.sw_error_text(error));
    this.c.sw_error_free(error);
    throw new ScorewayError(text, this.textAt(this.c.sw_code_name(code)));
  }

  /** The text that ends with a NUL there. */
  textAt(at) {
    if (at === 0) return "";
    const bytes = this.bytes;
    let end = (at >>>= 0);
    while (bytes[end] !== 0) ++end;
    return this.#decoder.decode(bytes.subarray(at, end));
  }

  textOf(at, size) {
    return this.#decoder.decode(this.bytes.subarray(at >>> 0, (at >>> 0) + size));
  }

  /** Writes a text where the next call will overwrite it: [where, bytes]. */
  lend(text) {
    if (text.isWellFormed?.() === false) throw new ScorewayError("a text has half of a surrogate pair", "INVALID_ARGUMENT");
    const most = text.length * 3;
    if (most > this.#textBytes) {
      if (this.#text !== 0) this.c.free(this.#text);
      this.#text = 0;
      this.#textBytes = 0;
      this.#text = this.allocate(most * 2);
      this.#textBytes = most * 2;
    }
    return [this.#text, this.#encoder.encodeInto(text, this.bytes.subarray(this.#text, this.#text + most)).written];
  }

  /** A copy of bytes, to be freed by the caller. */
  copy(bytes) {
    const at = this.allocate(bytes.byteLength);
    this.bytes.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    return at;
  }

  /** A text that ends with a NUL, to be freed by the caller. */
  copyText(text) {
    return this.copy(this.#encoder.encode(text + "\0"));
  }

  #reason(error) {
    let words = "";
    try {
      words = this.textAt(this.c.scoreway_last_words());
    } catch {
      // It cannot even say so.
    }
    if (/bad_alloc|length_error|out of memory/.test(words)) return new ScorewayError("out of memory", "RESOURCE_EXHAUSTED");
    if (error instanceof RangeError) return new ScorewayError("nested too deeply for the stack", "RESOURCE_EXHAUSTED");
    return new ScorewayError(`a fault in the engine: ${words || error.message}`, "INTERNAL");
  }
}
