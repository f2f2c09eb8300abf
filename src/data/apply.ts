/**
 * Applies a preprocessing to rows: what the model sees of them. The rows may be those of its training, or any that come later;
 * columns are found by name, and where a file has no names, by place.
 */
import type { Table } from '../core/examples.js';
import { isFloat32, quoted } from '../core/run-checks.js';
import { counted } from '../core/text.js';
import { DataError } from './data-error.js';
import { inputColumns } from './match.js';
import {
  type CategoryInput,
  type InputEncoding,
  type NumberInput,
  type Preprocessing,
  widthOf,
} from './preprocessing.js';
import type { NumberColumns, RawColumn, RawTable, TextColumn } from './raw-table.js';
import { allocate } from './read-bytes.js';

/** Up to so many values inputs are float64, so that the reference sees what the file says; above, float32. */
const FLOAT64_VALUES = 2 ** 22;

/**
 * The inputs of all rows.
 * @throws DataError for a column that is not there or is of another kind, a category that was not there in training, a missing
 * value that nothing stands in for
 */
export function applyInputs(preprocessing: Pick<Preprocessing, 'inputs' | 'nameless'>, table: RawTable): Table {
  const columns = inputColumns(preprocessing, table);
  return encodeInputs(preprocessing.inputs, columns, table.source, allRows(table.rows));
}

export function allRows(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}

/** The inputs of these rows, x (rows, inputs), in the order of the encodings. */
export function encodeInputs(
  inputs: readonly InputEncoding[],
  columns: readonly RawColumn[],
  source: string,
  rows: Int32Array,
): Table {
  const width = inputs.reduce((sum, input) => sum + widthOf(input), 0);
  const hasBytes = columns.some((column) => column.kind === 'numbers' && column.values instanceof Uint8Array);
  const isLarge = hasBytes || rows.length * width > FLOAT64_VALUES;
  const values = allocate<Float32Array | Float64Array>(
    isLarge ? Float32Array : Float64Array,
    rows.length * width,
    source,
  );
  let first = 0;
  inputs.forEach((input, i) => {
    const target = { values, width, first, rows, source };
    const column = columns[i]!;
    if (input.kind === 'numbers') writeNumbers(input, numbersOf(input, column, source), target);
    else writeCategories(input, textsOf(input, column, source), target);
    first += widthOf(input);
  });
  return { rows: rows.length, columns: width, values };
}

interface Target {
  readonly values: Float32Array | Float64Array;
  readonly width: number;
  /** The encoding's first column. */
  readonly first: number;
  readonly rows: Int32Array;
  readonly source: string;
}

function numbersOf({ name, width, shape }: NumberInput, column: RawColumn, source: string): NumberColumns {
  const place = `column ${quoted(column.name)}`;
  if (column.kind === 'text') {
    // A column without a single value is of any kind.
    if (column.categories.length === 0 && width === 1) {
      const values = new Float64Array(column.codes.length).fill(NaN);
      return { kind: 'numbers', name, width: 1, values, missing: values.length };
    }
    const [text] = column.categories;
    const found = text === undefined ? 'no value at all' : `texts, for example ${quoted(text)}`;
    throw new DataError(source, place, found, 'numbers, as in the training');
  }
  const hasShape = !shape || !column.shape || column.shape.join() === shape.join();
  if (column.width === width && hasShape) return column;
  const expected = shape ? `${shape.join(' × ')}, as in the training` : `${width}, as in the training`;
  throw new DataError(
    source,
    place,
    column.shape ? `${column.shape.join(' × ')} numbers a row` : counted(column.width, 'number') + ' a row',
    expected,
  );
}

/** A column of numbers may be what a category is written as. */
function textsOf({ name }: CategoryInput, column: RawColumn, source: string): TextColumn {
  if (column.kind === 'text') return column;
  if (column.width > 1)
    throw new DataError(source, `column ${quoted(name)}`, `${column.width} numbers a row`, 'one text');
  const categories = new Map<number, number>();
  const codes = Int32Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return -1;
    if (!categories.has(value)) categories.set(value, categories.size);
    return categories.get(value)!;
  });
  return { kind: 'text', name, categories: Array.from(categories.keys(), String), codes, missing: column.missing };
}

function writeNumbers({ name, width, shift, scale, fill }: NumberInput, column: NumberColumns, target: Target): void {
  const { values, first, rows } = target;
  const each = (value: number | readonly number[]) =>
    Float64Array.from({ length: width }, (_, c) => (typeof value === 'number' ? value : value[c]!));
  const [from, by] = [each(shift), each(scale)];
  for (let r = 0; r < rows.length; r++) {
    const read = rows[r]! * width;
    const written = r * target.width + first;
    for (let c = 0; c < width; c++) {
      let value = column.values[read + c]!;
      if (Number.isNaN(value)) {
        if (!fill) throw missingValue(name, rows[r]!, target.source);
        value = fill[c]!;
      }
      const scaled = (value - from[c]!) / by[c]!;
      if (!isFloat32(scaled)) throw tooLarge(name, rows[r]!, value, target.source);
      values[written + c] = scaled;
    }
  }
}

function writeCategories({ name, categories, fill, unknown }: CategoryInput, column: TextColumn, target: Target): void {
  const { values, first, rows, source } = target;
  const places = new Map(categories.map((category, i) => [category, i]));
  const placeOf = column.categories.map((category) => places.get(category));
  for (let r = 0; r < rows.length; r++) {
    const code = column.codes[rows[r]!]!;
    if (code < 0 && fill === undefined) throw missingValue(name, rows[r]!, source);
    const place = code < 0 ? places.get(fill!) : placeOf[code];
    if (place !== undefined) values[r * target.width + first + place] = 1;
    else if (unknown === 'refuse') {
      throw new DataError(
        source,
        `row ${rows[r]! + 1}, column ${quoted(name)}`,
        `${quoted(column.categories[code]!)}, which no row of the training has`,
        'a category of the training, or unknownCategories: "zeros" in the run',
      );
    }
  }
}

/** What float32 cannot hold would be infinite on the GPU. */
export function tooLarge(name: string, row: number, value: number, source: string): DataError {
  const place = `row ${row + 1}, column ${quoted(name)}`;
  return new DataError(source, place, String(value), 'a number that float32 can hold, also when it is scaled');
}

function missingValue(name: string, row: number, source: string): DataError {
  const expected = 'a value, or a rule in the run: missing: "dropRow", "mean", "median" or "mostFrequent"';
  return new DataError(source, `row ${row + 1}, column ${quoted(name)}`, 'a missing value', expected);
}
