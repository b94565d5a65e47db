import type { Answer, AnswerCell, AnswerColumn, Column, Described, LoadOptions, Row, Source } from "./index.js";

export { ScorewayError } from "./index.js";

/** A model in a worker of its own: the methods of Model, each a promise. */
export interface WorkerModel extends Described {
  answer(row: Row): Promise<Answer>;
  answer(rows: readonly Row[]): Promise<Answer[]>;
  predict(row: Row): Promise<AnswerCell | AnswerCell[]>;
  predict(rows: readonly Row[]): Promise<(AnswerCell | AnswerCell[])[]>;
  predictProba(row: Row): Promise<number[]>;
  predictProba(rows: readonly Row[]): Promise<number[][]>;
  answerTable(columns: { readonly [column: string]: Column }): Promise<{ [output: string]: AnswerColumn }>;
  save(): Promise<Uint8Array>;
  /** Ends the worker; what was asked and not answered is refused. */
  free(): Promise<void>;
}

/** Reads a model in a worker. */
export function loadInWorker(source: Source, options?: LoadOptions): Promise<WorkerModel>;
