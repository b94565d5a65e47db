// Tables by Arrow's C data interface, its structs as 32 bits lay them out (https://arrow.apache.org/docs/format/CDataInterface.html).
import { invalid } from "./errors.js";

const SCHEMA_BYTES = 48;
const ARRAY_BYTES = 64;
const NEVER_CALLED = 1; // what is only lent must look alive
const NULLABLE = 2n;
const FORMATS = new Map([[Float64Array, "g"], [Float32Array, "f"], [BigInt64Array, "l"], [Int32Array, "i"], [Int16Array, "s"], [Int8Array, "c"],
                         [BigUint64Array, "L"], [Uint32Array, "I"], [Uint16Array, "S"], [Uint8Array, "C"]]);
const OUTPUTS = [Float32Array, Float64Array, BigInt64Array];
const BOOL = 3;

/** What of one table is lent to the engine, given back together. */
class Lent {
  constructor(engine) {
    this.engine = engine;
    this.places = [];
  }

  keep(at) {
    this.places.push(at);
    return at;
  }

  zeros(size) {
    const at = this.keep(this.engine.allocate(size));
    this.engine.bytes.fill(0, at, at + size);
    return at;
  }

  bytes(bytes) {
    return this.keep(this.engine.copy(bytes));
  }

  pointers(places) {
    return this.bytes(Uint32Array.from(places));
  }

  schema(format, name, children = []) {
    const at = this.zeros(SCHEMA_BYTES);
    const words = { 0: this.keep(this.engine.copyText(format)), 4: this.keep(this.engine.copyText(name)), 32: this.pointers(children), 40: NEVER_CALLED };
    const view = this.engine.view;
    for (const offset in words) view.setUint32(at + Number(offset), words[offset], true);
    view.setBigInt64(at + 16, NULLABLE, true);
    view.setBigInt64(at + 24, BigInt(children.length), true);
    return at;
  }

  array(length, nulls, buffers, children = []) {
    const at = this.zeros(ARRAY_BYTES);
    const words = { 40: this.pointers(buffers), 44: this.pointers(children), 52: NEVER_CALLED };
    const view = this.engine.view;
    for (const offset in words) view.setUint32(at + Number(offset), words[offset], true);
    [length, nulls, 0, buffers.length, children.length].forEach((value, i) => view.setBigInt64(at + i * 8, BigInt(value), true));
    return at;
  }

  free() {
    for (const at of this.places) this.engine.c.free(at);
  }
}

function validityOf(cells) {
  const bits = new Uint8Array((cells.length + 7) >> 3);
  let nulls = 0;
  for (let i = 0; i < cells.length; ++i) {
    if (cells[i] === null || cells[i] === undefined) ++nulls;
    else bits[i >> 3] |= 1 << (i & 7);
  }
  return { bits, nulls };
}

function textsOf(name, cells) {
  const texts = cells.map((cell, row) => {
    if (cell === null || cell === undefined) return "";
    const text = typeof cell === "string" ? cell : Array.isArray(cell) ? JSON.stringify(cell) : null;
    if (text === null) throw invalid(`row ${row + 1}, column '${name}': ${cell} is no text`);
    if (text.isWellFormed?.() === false) throw invalid(`row ${row + 1}, column '${name}': a text has half of a surrogate pair`);
    return text;
  });
  const encoder = new TextEncoder();
  const pieces = texts.map((text) => encoder.encode(text));
  const offsets = new Int32Array(cells.length + 1);
  pieces.forEach((piece, i) => (offsets[i + 1] = offsets[i] + piece.length));
  const data = new Uint8Array(offsets[cells.length]);
  pieces.forEach((piece, i) => data.set(piece, offsets[i]));
  return { offsets, data };
}

function numbersOf(name, type, cells) {
  const numbers = type === "int64" ? new BigInt64Array(cells.length) : new Float64Array(cells.length);
  cells.forEach((cell, row) => {
    if (cell === null || cell === undefined) return;
    if (typeof cell === "string" || typeof cell === "object") throw invalid(`row ${row + 1}, column '${name}': ${JSON.stringify(cell)} is no number`);
    if (type !== "int64") numbers[row] = Number(cell);
    else if (typeof cell !== "number" || Number.isSafeInteger(cell)) numbers[row] = BigInt(cell);
    else throw invalid(`row ${row + 1}, column '${name}': ${cell} is no whole number`);
  });
  return numbers;
}

/** [schema, array] of a column. */
function lendColumn(lent, name, type, cells) {
  const format = FORMATS.get(cells.constructor);
  if (format !== undefined) return [lent.schema(format, name), lent.array(cells.length, 0, [0, lent.bytes(cells)])];
  if (!Array.isArray(cells)) throw invalid(`column '${name}': an array or a typed array is a column`);
  const { bits, nulls } = validityOf(cells);
  const validity = nulls > 0 ? lent.bytes(bits) : 0;
  if (nulls === cells.length) return [lent.schema("n", name), lent.array(cells.length, nulls, [])];
  if (type === "string" || type === "list") {
    const { offsets, data } = textsOf(name, cells);
    return [lent.schema("u", name), lent.array(cells.length, nulls, [validity, lent.bytes(offsets), lent.bytes(data)])];
  }
  const numbers = numbersOf(name, type, cells);
  return [lent.schema(FORMATS.get(numbers.constructor), name), lent.array(cells.length, nulls, [validity, lent.bytes(numbers)])];
}

/** Of an answer's child: where its buffers lie, its rows and nulls. */
function childOf(engine, answer, i) {
  const view = engine.view;
  const at = view.getUint32(view.getUint32(answer + 44, true) + i * 4, true);
  const buffers = view.getUint32(at + 40, true);
  return { rows: Number(view.getBigInt64(at, true)), nulls: Number(view.getBigInt64(at + 8, true)), offset: Number(view.getBigInt64(at + 16, true)),
           buffer: (j) => view.getUint32(buffers + j * 4, true) };
}

function readColumn(engine, child, type) {
  const { rows, nulls, offset, buffer } = child;
  const validity = buffer(0);
  const bit = (at, row) => (engine.bytes[at + ((row + offset) >> 3)] >> ((row + offset) & 7)) & 1;
  const isNull = (row) => nulls !== 0 && validity !== 0 && bit(validity, row) === 0;
  const cells = (read) => Array.from({ length: rows }, (_, row) => (isNull(row) ? null : read(row)));
  if (type === BOOL) return cells((row) => bit(buffer(1), row) === 1);
  const kind = OUTPUTS[type];
  if (kind === undefined) {
    const at = (row) => Number(engine.view.getBigInt64(buffer(1) + (row + offset) * 8, true)); // "U": large texts
    return cells((row) => engine.textOf(buffer(2) + at(row), at(row + 1) - at(row)));
  }
  const begin = buffer(1) + offset * kind.BYTES_PER_ELEMENT;
  const numbers = new kind(engine.c.memory.buffer.slice(begin, begin + rows * kind.BYTES_PER_ELEMENT));
  if (nulls === 0 || validity === 0) return numbers;
  if (kind === BigInt64Array) return cells((row) => numbers[row]);
  for (let row = 0; row < rows; ++row) if (isNull(row)) numbers[row] = NaN;
  return numbers;
}

function readAnswer(engine, answer, outputs) {
  return Object.fromEntries(outputs.map(({ name, type }, i) => [name, readColumn(engine, childOf(engine, answer, i), type)]));
}

function release(engine, struct, offset) {
  const function_ = engine.view.getUint32(struct + offset, true);
  if (function_ !== 0) engine.c.__indirect_function_table.get(function_)(struct);
}

export function answerTable(engine, session, signature, outputs, columns) {
  const types = new Map(signature.inputs.map((input) => [input.name, input.type]));
  const names = Object.keys(columns);
  const rows = names.length > 0 ? columns[names[0]].length : 0;
  const odd = names.find((name) => columns[name].length !== rows);
  if (odd !== undefined) throw invalid(`column '${odd}' has ${columns[odd].length} rows, the first has ${rows}`);
  return engine.run((c) => {
    const lent = new Lent(engine);
    try {
      const pairs = names.map((name) => lendColumn(lent, name, types.get(name), columns[name]));
      const schema = lent.schema("+s", "", pairs.map((pair) => pair[0]));
      const table = lent.array(rows, 0, [0], pairs.map((pair) => pair[1]));
      const answerSchema = lent.zeros(SCHEMA_BYTES);
      const answer = lent.zeros(ARRAY_BYTES);
      engine.check(c.sw_session_predict_arrow(session, schema, table, answerSchema, answer, engine.slot));
      try {
        return readAnswer(engine, answer, outputs);
      } finally {
        release(engine, answer, 52);
        release(engine, answerSchema, 40);
      }
    } finally {
      lent.free();
    }
  });
}
