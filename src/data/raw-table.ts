/**
 * What every reader gives: rows of named columns, as they stand in the file. Types only. Nothing is encoded, scaled or
 * split yet; that is fitted on the training part alone, later.
 */

/** Numbers as their file holds them: bytes of pictures stay bytes, a CSV's cells are float64. */
export type NumberArray =
  Float64Array | Float32Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array;

/** One column of numbers, or several that belong together, such as the pixels of a picture. */
export interface NumberColumns {
  readonly kind: 'numbers';
  readonly name: string;
  /** Columns; 1 in a CSV. */
  readonly width: number;
  /** What a row is, where it is more than a list: [28, 28] of a grey picture, [28, 28, 3] of one in colour. */
  readonly shape?: readonly number[] | undefined;
  /** (rows, width), row-major. A missing value is NaN. */
  readonly values: NumberArray;
  /** How many values are missing. */
  readonly missing: number;
}

/** One column of texts. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  /** The different texts, in the order in which they came. */
  readonly categories: readonly string[];
  /** (rows) index into `categories`; -1 where the value is missing. */
  readonly codes: Int32Array;
  readonly missing: number;
}

/** A column, or several that belong together. */
export type RawColumn = NumberColumns | TextColumn;

/** Rows of named columns, as they stand in a file. */
export interface RawTable {
  /** The file, or the files, for sentences about it. */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly RawColumn[];
  /** What was noticed without being wrong, one sentence each. */
  readonly notes: readonly string[];
}
