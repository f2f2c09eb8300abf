/**
 * The shapes in which data comes in: rows of numbers, and examples of inputs with their targets.
 * Types only; they are checked in task-checks.ts.
 */

/** Rows of numbers in any typed array, row-major; a Matrix is one. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
}

/** x (rows, inputs), y (rows, outputs), or (rows, 1) with class numbers; `weights` (rows) count in the loss. */
export interface Examples {
  readonly x: Table;
  readonly y: Table;
  readonly weights?: ArrayLike<number> | undefined;
}

/** Where a task's data comes from, for the sentences about it: `data.x`, or plain `x`. */
export interface Source extends Examples {
  /** `data.` in a run, empty in a call. */
  readonly prefix: string;
}

/** A table as nested rows, all of one length. */
export type Rows = readonly (readonly number[])[];

/** Examples as nested rows; `sampleWeight` says how much each row counts in the loss (1 where left out). */
export interface ExampleRows {
  readonly x: Rows;
  readonly y: Rows;
  readonly sampleWeight?: readonly number[] | undefined;
}
