import { Engine, bytesOfUrl, hasSimd, moduleOf } from "./engine.js";
import { ScorewayError, invalid } from "./errors.js";
import { rolesOf } from "./roles.js";
import { answerTable } from "./table.js";

const INT64 = 2;
const BOOL = 3;
const STRING = 4;
const LIST = 5;
const TYPES = ["float32", "float64", "int64", "bool", "string", "list"];
const MISSING = Symbol("missing");

/** A model that answers in this thread; see index.d.ts. */
export class Model {
  #engine;
  #model;
  #session;
  #places = new Map();
  #outputs;
  #roles;

  constructor(engine, model) {
    this.#engine = engine;
    this.#model = model;
    engine.run((c) => {
      engine.check(c.sw_session_new(model, engine.slot + 4, engine.slot));
      this.#session = engine.view.getUint32(engine.slot + 4, true);
      this.#describe(c);
    });
    this.#roles = rolesOf(this.#outputs.map((output) => output.name));
  }

  #describe(c) {
    const told = (at) => this.#engine.textAt(at);
    const inputs = [];
    for (let i = 0; i < c.sw_model_input_count(this.#model); ++i) {
      const categories = [];
      for (let j = 0; j < c.sw_model_input_category_count(this.#model, i); ++j) categories.push(told(c.sw_model_input_category(this.#model, i, j)));
      const name = told(c.sw_model_input_name(this.#model, i));
      this.#places.set(name, i);
      inputs.push({ name, type: TYPES[c.sw_model_input_type(this.#model, i)], mayBeMissing: c.sw_model_input_may_be_missing(this.#model, i) === 1,
                    used: c.sw_model_input_used(this.#model, i) === 1, categories });
    }
    const outputs = [];
    this.#outputs = [];
    for (let i = 0; i < c.sw_model_output_count(this.#model); ++i) {
      const output = { name: told(c.sw_model_output_name(this.#model, i)), type: c.sw_model_output_type(this.#model, i) };
      this.#outputs.push(output);
      outputs.push({ name: output.name, type: TYPES[output.type] });
    }
    this.signature = { inputs, outputs, inputsNamed: c.sw_model_inputs_named(this.#model) === 1 };
    this.format = told(c.sw_model_format(this.#model));
    this.library = told(c.sw_model_library(this.#model));
    this.libraryVersion = told(c.sw_model_library_version(this.#model));
    this.estimator = told(c.sw_model_estimator(this.#model));
    this.bytes = c.sw_model_bytes(this.#model) >>> 0;
  }

  get classes() {
    return this.#roles.probabilities.length > 0 ? [...this.#roles.classes] : null;
  }

  answer(rows) {
    return Array.isArray(rows) ? rows.map((row, i) => this.#row(row, i)) : this.#row(rows);
  }

  predict(rows) {
    const names = this.#namesOf(this.#roles.predictions, "predictions");
    return this.#pick(rows, (answer) => (names.length === 1 ? answer[names[0]] : names.map((name) => answer[name])));
  }

  predictProba(rows) {
    const names = this.#namesOf(this.#roles.probabilities, "probabilities");
    return this.#pick(rows, (answer) => names.map((name) => answer[name]));
  }

  answerTable(columns) {
    const { engine, session, outputs } = this.#alive();
    return answerTable(engine, session, this.signature, outputs, columns);
  }

  save() {
    const { engine } = this.#alive();
    return engine.run((c) => {
      engine.check(c.sw_model_save(this.#model, engine.slot + 4, engine.slot + 8, engine.slot));
      const at = engine.view.getUint32(engine.slot + 4, true);
      const saved = engine.bytes.slice(at, at + engine.view.getUint32(engine.slot + 8, true));
      c.sw_bytes_free(at);
      return saved;
    });
  }

  free() {
    this.#engine = null;
  }

  #alive() {
    if (this.#engine === null) throw invalid("the model was freed");
    return { engine: this.#engine, session: this.#session, outputs: this.#outputs };
  }

  #namesOf(places, what) {
    if (places.length === 0) {
      throw invalid(`the model gives no ${what}; its outputs are ${this.#outputs.slice(0, 10).map((output) => output.name).join(", ")}`);
    }
    return places.map((i) => this.#outputs[i].name);
  }

  #pick(rows, choose) {
    const answer = this.answer(rows);
    return Array.isArray(rows) ? answer.map(choose) : choose(answer);
  }

  #row(row, number) {
    const { engine } = this.#alive();
    try {
      return engine.run((c) => {
        c.sw_row_clear(this.#session);
        for (const name in row) this.#set(c, engine, name, row[name]);
        engine.check(c.sw_row_predict(this.#session, engine.slot));
        return this.#read(c, engine);
      });
    } catch (error) {
      if (number === undefined || !(error instanceof ScorewayError)) throw error;
      throw new ScorewayError(`row ${number + 1}, ${error.message}`, error.code);
    }
  }

  #set(c, engine, name, cell) {
    const place = this.#places.get(name);
    if (place === undefined) throw invalid(`unknown column '${name}'; the model takes ${[...this.#places.keys()].slice(0, 10).join(", ")}`);
    const value = cell === null ? MISSING : cell;
    let code = 0;
    switch (typeof value) {
      case "number":
        code = c.sw_row_set_number(this.#session, place, value, engine.slot);
        break;
      case "string": {
        const [at, size] = engine.lend(value);
        code = c.sw_row_set_text(this.#session, place, at, size, engine.slot);
        break;
      }
      case "boolean":
        code = c.sw_row_set_bool(this.#session, place, value ? 1 : 0, engine.slot);
        break;
      case "bigint":
        if (BigInt.asIntN(64, value) !== value) throw invalid(`column '${name}': ${value} is no integer of 64 bits`);
        code = c.sw_row_set_int64(this.#session, place, value, engine.slot);
        break;
      case "undefined": // not given
        return;
      case "symbol":
        code = c.sw_row_set_missing(this.#session, place, engine.slot);
        break;
      default: {
        if (!Array.isArray(value) && !ArrayBuffer.isView(value)) throw invalid(`column '${name}': an object is no cell`);
        const [at, size] = engine.lend(JSON.stringify(Array.from(value)));
        code = c.sw_row_set_text(this.#session, place, at, size, engine.slot);
      }
    }
    if (code !== 0) engine.check(code);
  }

  #read(c, engine) {
    const answer = {};
    for (let i = 0; i < this.#outputs.length; ++i) {
      const { name, type } = this.#outputs[i];
      answer[name] = c.sw_row_is_missing(this.#session, i) !== 0 ? null : this.#cell(c, engine, i, type);
    }
    return answer;
  }

  #cell(c, engine, output, type) {
    if (type === STRING || type === LIST) {
      const at = c.sw_row_text(this.#session, output, engine.slot);
      return engine.textOf(at, engine.view.getUint32(engine.slot, true));
    }
    if (type === BOOL) return c.sw_row_number(this.#session, output) !== 0;
    if (type !== INT64) return c.sw_row_number(this.#session, output);
    const whole = c.sw_row_int64(this.#session, output);
    return BigInt.asIntN(54, whole) === whole ? Number(whole) : whole;
  }
}

/** Reads a model in an instance of the module. */
export async function loadIn(module, source, options) {
  const bytes = await bytesOf(source);
  const engine = await Engine.start(await module);
  return engine.run((c) => {
    const artifact = engine.copy(bytes);
    const asked = writeOptions(engine, options);
    engine.check(c.sw_model_load(artifact, bytes.byteLength, asked, engine.slot + 4, engine.slot));
    c.free(artifact);
    return new Model(engine, engine.view.getUint32(engine.slot + 4, true));
  });
}

/** sw_load_options as 32 bits lay them out; they live as long as the instance. */
function writeOptions(engine, { outputs }) {
  if (outputs === undefined) return 0;
  const size = 32;
  const at = engine.allocate(size);
  const names = outputs.map((name) => engine.copyText(name));
  const list = engine.allocate(names.length * 4);
  engine.bytes.fill(0, at, at + size);
  const view = engine.view;
  names.forEach((name, i) => view.setUint32(list + i * 4, name, true));
  view.setUint32(at, size, true);
  view.setUint32(at + 24, list, true);
  view.setUint32(at + 28, names.length, true);
  return at;
}

async function bytesOf(source) {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return source;
  if (typeof Response !== "undefined" && source instanceof Response) return new Uint8Array(await source.arrayBuffer());
  if (typeof Blob !== "undefined" && source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (source instanceof URL) return bytesOfUrl(source);
  throw invalid("a model is read of bytes, a Blob, a Response or a URL");
}

/** The function `load` of a build of the engine, whose files are `plain` and `simd`. */
export function loader(plain, simd) {
  return (source, options = {}) => {
    const module = moduleOf(options.wasm ?? (options.simd !== false && hasSimd() ? simd : plain));
    return loadIn(module, source, options);
  };
}
