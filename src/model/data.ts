/**
 * The data that callers bring (nested rows, flat lists, typed arrays) as the tables that a task takes. Typed arrays
 * are not copied. Every refusal is a RunError that names the argument: `x`, `y`, `validationData.x`, …
 */
import type { ExampleRows, Source, Table } from '../core/examples.js';
import { matrixFromRows, matrixToRows } from '../core/matrix.js';
import { checkRows, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { checkTable } from '../core/task-checks.js';
import { counted } from '../core/text.js';

/** A typed array of numbers. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Numbers one after the other, row by row. */
export type FlatList = TypedArray | readonly number[];

/** Numbers row by row, with the shape said: [rows, columns], or [rows] for one column. */
export interface ShapedData {
  readonly data: FlatList;
  readonly shape: readonly number[];
}

/**
 * Numbers in rows and columns: nested rows; or one flat list, row by row, where the columns are known (those of x are
 * the model's inputs, those of y one or the model's outputs); or a flat list with its shape; or a Matrix. All finite,
 * as float32 has them. Typed arrays are used as they are: leave them unchanged while a training is under way.
 */
export type Data = readonly (readonly number[] | TypedArray)[] | FlatList | ShapedData | Table;

/** One number for each row. */
export type RowWeights = FlatList;

/** Examples as a caller brings them. */
export interface ExampleData {
  readonly x: Data;
  readonly y: Data;
  /** How much each row counts in the loss, at least 0; 1 where left out. */
  readonly sampleWeight?: RowWeights | undefined;
}

/** What the data has to fit. */
export interface Sizes {
  readonly inputs: number;
  readonly outputs: number;
}

const EXPECTED = 'rows of numbers, a typed array, or { data, shape }';

/** @param prefix what stands before `x` and `y` in the sentences about them */
export function sourceOf(prefix: string, { x, y, sampleWeight }: ExampleData, sizes: Sizes): Source {
  const inputs = inputTable(`${prefix}x`, x, sizes.inputs);
  const targets = tableOf(`${prefix}y`, y, (length) => targetColumns(prefix, length, inputs.rows, sizes.outputs));
  if (sampleWeight === undefined) return { prefix, x: inputs, y: targets };
  const field = `${prefix}sampleWeight`;
  if (!isFlat(sampleWeight)) {
    throw new RunError(field, describe(sampleWeight), `a list of numbers, one for each row of ${prefix}x`);
  }
  checkTable(field, { rows: 1, columns: sampleWeight.length, values: sampleWeight });
  return { prefix, x: inputs, y: targets, weights: sampleWeight };
}

/** x (rows, inputs) */
export function inputTable(field: string, x: Data, inputs: number): Table {
  const table = tableOf(field, x, (length) => {
    if (length % inputs === 0) return inputs;
    throw new RunError(field, counted(length, 'number'), `a multiple of ${inputs}, the inputs of the model`);
  });
  if (table.columns === inputs) return table;
  throw new RunError(field, counted(table.columns, 'column'), `${inputs}, the inputs of the model`);
}

/** Examples as a run document carries them. */
export function exampleRows({ x, y, weights }: Source): ExampleRows {
  return { x: matrixToRows(x), y: matrixToRows(y), ...(weights && { sampleWeight: Array.from(weights) }) };
}

/** Whether an argument is data and not, for example, options. */
export function isData(value: unknown): value is Data {
  return isList(value) || (isObject(value) && ('data' in value || 'values' in value));
}

/**
 * @param columnsOf how many columns a flat list of so many numbers has; throws where they do not fit
 * @throws RunError for what is no table of numbers
 */
export function tableOf(field: string, data: unknown, columnsOf: (length: number) => number): Table {
  if (isList(data)) {
    if (data.length === 0) throw new RunError(field, 'no rows', 'at least one');
    if (!isFlat(data)) return nestedTable(field, data);
    const columns = columnsOf(data.length);
    return flatTable(field, data, data.length / columns, columns);
  }
  if (!isObject(data)) throw new RunError(field, describe(data), EXPECTED);
  if ('shape' in data) return shapedTable(field, data);
  if ('values' in data) {
    const { rows, columns } = data;
    if (!isCount(rows) || !isCount(columns)) throw new RunError(field, describe(data), EXPECTED);
    return flatTable(`${field}.values`, data['values'], rows, columns);
  }
  throw new RunError(field, describe(data), EXPECTED);
}

function nestedTable(field: string, data: readonly unknown[]): Table {
  for (let r = 0; r < data.length; r++) {
    if (!isList(data[r])) throw new RunError(`${field}[${r}]`, describe(data[r]), 'a list of numbers');
  }
  // Rows may be typed arrays, which both functions take as they take lists.
  const rows = data as readonly (readonly number[])[];
  checkRows(field, rows);
  return matrixFromRows(rows);
}

function shapedTable(field: string, { data, shape }: Record<string, unknown>): Table {
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > 2 || !shape.every(isCount)) {
    const found = Array.isArray(shape) ? `[${shape.map(describe).join(', ')}]` : describe(shape);
    throw new RunError(`${field}.shape`, found, '[rows, columns] or [rows], whole numbers of at least 1');
  }
  const [rows, columns = 1] = shape;
  return flatTable(`${field}.data`, data, rows!, columns);
}

function flatTable(field: string, values: unknown, rows: number, columns: number): Table {
  if (!isFlat(values)) throw new RunError(field, describe(values), 'a typed array, or a flat list of numbers');
  checkLength(field, values.length, rows, columns);
  // As one long row, so that a sentence names the place in the flat list.
  checkTable(field, { rows: 1, columns: values.length, values });
  return { rows, columns, values };
}

/** @throws RunError where a flat list has not the numbers of so many rows and columns */
export function checkLength(field: string, length: number, rows: number, columns: number): void {
  if (length === rows * columns) return;
  const expected = `${rows * columns}, for ${counted(rows, 'row')} of ${counted(columns, 'number')}`;
  throw new RunError(field, counted(length, 'number'), expected);
}

function targetColumns(prefix: string, length: number, rows: number, outputs: number): number {
  if (length === rows) return 1;
  if (length === rows * outputs) return outputs;
  const expected =
    outputs === 1
      ? `${rows}, one for each row of ${prefix}x`
      : `${rows} or ${rows * outputs}: 1 or ${outputs} for each row of ${prefix}x`;
  throw new RunError(`${prefix}y`, counted(length, 'number'), expected);
}

/** A list or typed array, of whatever. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || isTyped(value);
}

function isTyped(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** A typed array, or a list that does not begin with another. */
function isFlat(value: unknown): value is FlatList {
  return isTyped(value) || (Array.isArray(value) && !isList(value[0]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1;
}
