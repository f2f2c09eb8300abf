/**
 * Targets: classes to numbers, to columns or to 0 and 1, and back to names; numbers scaled, and scaled back. Which it is follows
 * from the loss, the model's outputs and the kind of the column.
 */
import type { Table } from '../core/examples.js';
import { type Matrix, matrix } from '../core/matrix.js';
import { isFloat32, quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import type { Loss } from '../core/training.js';
import { DataError } from './data-error.js';
import type { Scaling } from './document.js';
import { fitNumberTarget, inOrder } from './fit.js';
import { targetColumns } from './match.js';
import type { ClassTarget, NumberTarget, Preprocessing, TargetEncoding } from './preprocessing.js';
import type { NumberColumns, RawColumn, RawTable } from './raw-table.js';
import { allocate } from './read-bytes.js';
import { allRows, tooLarge } from './apply.js';

export interface TargetOptions {
  readonly loss: Loss['name'];
  /** Units of the last layer, and where the run says so. */
  readonly outputs: number;
  readonly units: string;
  readonly targetNormalize: Scaling;
}

/**
 * How the targets are encoded. The names of the classes are those of all rows, since a model has an output for each; what
 * numbers are scaled by follows from the rows to train on alone.
 * @param rows all that are used; `trained`, those to train on
 * @throws RunError where the classes do not fit the last layer
 */
export function fitTarget(
  columns: readonly RawColumn[],
  { rows, trained }: { readonly rows: Int32Array; readonly trained: Int32Array },
  source: string,
  options: TargetOptions,
): TargetEncoding {
  if (!areClasses(columns, rows, options)) return fitNumberTarget(columns, trained, source, options.targetNormalize);
  if (options.targetNormalize !== 'none') {
    throw new RunError(
      'data.targetNormalize',
      `"${options.targetNormalize}" for classes`,
      'a target of numbers, or none',
    );
  }
  return fitClasses(columns[0]!, rows, options);
}

/**
 * Whether the targets are the class of each row: one column, of texts whatever the loss; of numbers where the loss is one
 * for classes, or where there are several outputs.
 */
export function areClasses(
  columns: readonly RawColumn[],
  rows: Int32Array,
  { loss, outputs }: Pick<TargetOptions, 'loss' | 'outputs'>,
): boolean {
  const [column] = columns;
  if (!column || columns.length > 1 || (column.kind === 'numbers' && column.width > 1)) return false;
  if (column.kind === 'text' || loss === 'sparseCategoricalCrossentropy') return true;
  if (loss === 'categoricalCrossentropy') return outputs > 1;
  if (outputs > 1) {
    // One column cannot be the numbers that several outputs predict; it may be the number of the one that is 1.
    return rows.every((row) => isLabel(column.values[row]!, outputs));
  }
  // Shares between 0 and 1 are targets of the binary loss as they are.
  return loss === 'binaryCrossentropy' && !areShares(column, rows);
}

function isLabel(value: number, classes: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < classes;
}

/** Whether there are numbers between 0 and 1, and none beyond. */
function areShares({ values }: NumberColumns, rows: Int32Array): boolean {
  const isWithin = rows.every((row) => values[row]! >= 0 && values[row]! <= 1);
  return isWithin && rows.some((row) => values[row] !== 0 && values[row] !== 1);
}

function fitClasses(column: RawColumn, rows: Int32Array, { loss, outputs, units }: TargetOptions): ClassTarget {
  if (column.kind === 'numbers' && outputs > MOST_CLASSES) {
    throw new RunError(units, `${outputs} for classes that are numbers`, `at most ${MOST_CLASSES}, one for each class`);
  }
  const classes = classNames(column, rows, outputs);
  const names = classes.slice(0, 10).map(quoted).join(', ') + (classes.length > 10 ? ', …' : '');
  const found = `${outputs} for the ${classes.length} classes of ${quoted(column.name)} (${names})`;
  if (classes.length < 2) throw new RunError('data.target', `one class alone (${names})`, 'at least two to tell apart');
  const isBinary = outputs === 1 && loss !== 'sparseCategoricalCrossentropy';
  if (isBinary && classes.length > 2) {
    throw new RunError(units, found, `${classes.length}, with "softmax", and a loss for several classes`);
  }
  if (!isBinary && classes.length !== outputs)
    throw new RunError(units, found, `${classes.length}, one for each class`);
  const encoding = isBinary ? 'binary' : loss === 'sparseCategoricalCrossentropy' ? 'number' : 'oneHot';
  return { kind: 'classes', name: column.name, classes, encoding, outputs };
}

/** In the order of their numbers: texts by their code units, numbers by size; what are class numbers already stays so. */
function classNames(column: RawColumn, rows: Int32Array, outputs: number): string[] {
  if (column.kind === 'text') {
    const codes = new Set<number>();
    for (const row of rows) codes.add(column.codes[row]!);
    return inOrder(Array.from(codes, (code) => column.categories[code]!));
  }
  const values = new Set<number>();
  for (const row of rows) {
    values.add(column.values[row]!);
    if (values.size > MOST_CLASSES) {
      const expected = `classes, at most ${MOST_CLASSES}, or a loss for numbers such as meanSquaredError`;
      throw new RunError(
        'data.target',
        `${quoted(column.name)} with more than ${MOST_CLASSES} different values`,
        expected,
      );
    }
  }
  const count = Math.max(outputs, 2);
  if (Array.from(values).every((value) => isLabel(value, count)))
    return Array.from({ length: count }, (_, label) => String(label));
  return Array.from(values)
    .sort((a, b) => a - b)
    .map(String);
}

const MOST_CLASSES = 100_000;

/** The class of each of these rows. @throws DataError for a class that is not among those of the training */
export function classNumbers(target: ClassTarget, column: RawColumn, rows: Int32Array, source: string): Int32Array {
  const labels = new Map(target.classes.map((name, label) => [name, label]));
  const textOf =
    column.kind === 'text'
      ? (row: number) => column.categories[column.codes[row]!]
      : (row: number) => (Number.isNaN(column.values[row]!) ? undefined : String(column.values[row]));
  return Int32Array.from(rows, (row) => {
    const text = textOf(row);
    const label = text === undefined ? undefined : labels.get(text);
    if (label !== undefined) return label;
    const place = `row ${row + 1}, column ${quoted(target.name)}`;
    if (text === undefined)
      throw new DataError(source, place, 'a missing value', 'a class; missing: "dropRow" leaves such rows out');
    throw new DataError(
      source,
      place,
      `the class ${quoted(text)}, which no row of the training has`,
      `one of ${target.classes.slice(0, 10).map(quoted).join(', ')}`,
    );
  });
}

/** y (rows, outputs), or (rows, 1) of class numbers. */
export function encodeTarget(
  target: TargetEncoding,
  columns: readonly RawColumn[],
  rows: Int32Array,
  source: string,
): Table {
  if (target.kind === 'numbers') return encodeNumbers(target, columns, rows, source);
  const labels = classNumbers(target, columns[0]!, rows, source);
  if (target.encoding !== 'oneHot') return { rows: rows.length, columns: 1, values: labels };
  // How many there are is only said, by a run or a file.
  const y = matrix(rows.length, target.outputs, allocate(Float64Array, rows.length * target.outputs, source));
  labels.forEach((label, row) => (y.values[row * target.outputs + label] = 1));
  return y;
}

function encodeNumbers(
  { names, shift, scale }: NumberTarget,
  columns: readonly RawColumn[],
  rows: Int32Array,
  source: string,
): Table {
  const width = names.length;
  const y = matrix(rows.length, width);
  let first = 0;
  for (const column of columns) {
    if (column.kind === 'text') throw new DataError(source, `column ${quoted(column.name)}`, 'texts', 'numbers');
    for (let r = 0; r < rows.length; r++) {
      for (let c = 0; c < column.width; c++) {
        const value = column.values[rows[r]! * column.width + c]!;
        if (Number.isNaN(value)) {
          throw new DataError(
            source,
            `row ${rows[r]! + 1}, column ${quoted(column.name)}`,
            'a missing value',
            'a number; missing: "dropRow" leaves such rows out',
          );
        }
        const scaled = (value - shift[first + c]!) / scale[first + c]!;
        if (!isFloat32(scaled)) throw tooLarge(column.name, rows[r]!, value, source);
        y.values[r * width + first + c] = scaled;
      }
    }
    first += column.width;
  }
  return y;
}

/**
 * The targets of a table that has them, encoded as in the training.
 * @throws DataError for a column that is not there, a class that no row of the training has, a missing value
 */
export function applyTarget(preprocessing: Preprocessing, table: RawTable): Table {
  const columns = targetColumns(preprocessing, table);
  return encodeTarget(preprocessing.target, columns, allRows(table.rows), table.source);
}

/** The class that the model finds likeliest, by name, one for each row; undefined where it predicts numbers. */
export function labelsOf({ target }: Preprocessing, { rows, columns, values }: Matrix): string[] | undefined {
  if (target.kind === 'numbers') return undefined;
  return Array.from({ length: rows }, (_, row) => {
    if (columns === 1) return target.classes[values[row]! > 0.5 ? 1 : 0]!;
    let best = 0;
    for (let c = 1; c < columns; c++) if (values[row * columns + c]! > values[row * columns + best]!) best = c;
    return target.classes[best]!;
  });
}

/** Predictions in the units of the targets, as they stand in the data. */
export function unscaleTarget({ target }: Preprocessing, predictions: Matrix): Matrix {
  if (target.kind === 'classes') return predictions;
  const { rows, columns, values } = predictions;
  const unscaled = matrix(rows, columns);
  for (let i = 0; i < values.length; i++) {
    unscaled.values[i] = values[i]! * target.scale[i % columns]! + target.shift[i % columns]!;
  }
  return unscaled;
}
