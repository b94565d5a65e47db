/** A cell of a row. undefined, or no such key: not given; null: missing. An array is a cell of a list. */
export type Cell = number | bigint | string | boolean | null | undefined | ReadonlyArray<string | number>;
export type Row = { readonly [column: string]: Cell };
export type AnswerCell = number | bigint | string | boolean | null;
export type Answer = { [output: string]: AnswerCell };

/** A column of a table: numbers where they lie, or cells, of which null is missing. */
export type Column =
  | Float64Array | Float32Array | BigInt64Array | BigUint64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array
  | ReadonlyArray<Cell>;
/** Numbers with NaN for missing; integers with missing ones, truths and texts as an array with null for missing. */
export type AnswerColumn = Float64Array | Float32Array | BigInt64Array | AnswerCell[];

export type Type = "float32" | "float64" | "int64" | "bool" | "string" | "list";
export interface Input {
  name: string;
  type: Type;
  /** A missing cell is the model's to treat, or else an error. */
  mayBeMissing: boolean;
  used: boolean;
  categories: string[];
}
export interface Output {
  name: string;
  type: Type;
}
export interface Signature {
  inputs: Input[];
  outputs: Output[];
  /** false: the model knows its inputs by position, and their names (x0, x1, ...) are Scoreway's. */
  inputsNamed: boolean;
}

/** What is thrown: the message says what and where; code is "INVALID_ARGUMENT", "UNSUPPORTED", "CORRUPT", "RESOURCE_EXHAUSTED", ... */
export class ScorewayError extends Error {
  readonly code: string;
}

export interface LoadOptions {
  /** The outputs wanted, by name and in this order; by default all. */
  outputs?: string[];
  /** false: the build without SIMD instructions; by default what the machine has. */
  simd?: boolean;
  /** The engine, where it does not lie beside this file. */
  wasm?: URL | BufferSource | WebAssembly.Module;
}

export type Source = ArrayBuffer | ArrayBufferView | Blob | Response | URL;

/** What a model says of itself. */
export interface Described {
  readonly signature: Signature;
  /** Of predictProba's items; null if the model gives no probabilities. */
  readonly classes: string[] | null;
  readonly format: string;
  readonly library: string;
  readonly libraryVersion: string;
  readonly estimator: string;
  /** That its parameters and structures take. */
  readonly bytes: number;
}

/** A model that answers in this thread. Each has a WebAssembly memory of its own, which goes when the model is no longer referred to. */
export class Model implements Described {
  private constructor();
  readonly signature: Signature;
  readonly classes: string[] | null;
  readonly format: string;
  readonly library: string;
  readonly libraryVersion: string;
  readonly estimator: string;
  readonly bytes: number;
  /** All outputs by name. */
  answer(row: Row): Answer;
  answer(rows: readonly Row[]): Answer[];
  /** The prediction; an array of them, if the model predicts several things. */
  predict(row: Row): AnswerCell | AnswerCell[];
  predict(rows: readonly Row[]): (AnswerCell | AnswerCell[])[];
  /** The probabilities of the classes. */
  predictProba(row: Row): number[];
  predictProba(rows: readonly Row[]): number[][];
  /** All outputs of a table by column: the fastest for many rows. */
  answerTable(columns: { readonly [column: string]: Column }): { [output: string]: AnswerColumn };
  /** The model in Scoreway's own format. */
  save(): Uint8Array;
  /** Lets go of the memory at once; the model cannot be asked any more. */
  free(): void;
}

/** Reads a model in Scoreway's own format, which `scoreway convert MODEL model.scoreway` writes of every other. */
export function load(source: Source, options?: LoadOptions): Promise<Model>;

/** Whether this machine has the SIMD instructions of WebAssembly. */
export function hasSimd(): boolean;
