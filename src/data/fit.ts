/**
 * Fits the preprocessing to the training rows, and to no others: scales, what stands in for missing values, categories. What
 * the validation and test rows are like must not be known before they are measured.
 */
import { isFloat32, quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { counted } from '../core/text.js';
import { DataError } from './data-error.js';
import type { MissingRule, Scaling } from './document.js';
import type { CategoryInput, InputEncoding, NumberInput, NumberTarget } from './preprocessing.js';
import type { NumberColumns, RawColumn, TextColumn } from './raw-table.js';

/** More categories are names or numbers of things, which a network cannot learn from. */
const MOST_CATEGORIES = 1000;
/** What a picture's byte is divided by where nothing else is said. */
const BYTE = 255;

export interface FitOptions {
  /** Default: bytes of pictures are divided by 255, and other numbers left alone. */
  readonly normalize?: Scaling | undefined;
  readonly missing: MissingRule;
  readonly unknownCategories: 'refuse' | 'zeros';
}

/** @param rows those to train on */
export function fitInput(column: RawColumn, rows: Int32Array, source: string, options: FitOptions): InputEncoding {
  return column.kind === 'text' ? fitTexts(column, rows, source, options) : fitNumbers(column, rows, source, options);
}

function fitTexts(column: TextColumn, rows: Int32Array, source: string, options: FitOptions): CategoryInput {
  const counts = countsOf(column, rows);
  const categories = inOrder([...counts.keys()]);
  const place = `column ${quoted(column.name)}`;
  if (categories.length > MOST_CATEGORIES) {
    const found = `${categories.length} different texts, for example ${quoted(categories[0]!)}`;
    throw new DataError(source, place, found, `at most ${MOST_CATEGORIES} categories, or its name in data.ignore`);
  }
  if (categories.length === 0) throw new DataError(source, place, 'no value in the rows to train on', 'at least one');
  const imputes = options.missing !== 'refuse' && options.missing !== 'dropRow';
  return {
    kind: 'categories',
    name: column.name,
    categories,
    unknown: options.unknownCategories,
    ...(imputes && { fill: mostFrequent(counts) }),
  };
}

/** How often each text stands in these rows. */
function countsOf({ categories, codes }: TextColumn, rows: Int32Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const code = codes[row]!;
    if (code >= 0) counts.set(categories[code]!, (counts.get(categories[code]!) ?? 0) + 1);
  }
  return counts;
}

/** Numbers by their size, where all are numbers; else texts by their code units, so that it is the same everywhere. */
export function inOrder(texts: readonly string[]): string[] {
  const areNumbers = texts.every((text) => text.trim() !== '' && Number.isFinite(Number(text)));
  const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...texts].sort((a, b) => (areNumbers ? Number(a) - Number(b) || byText(a, b) : byText(a, b)));
}

function mostFrequent<T extends string | number>(counts: ReadonlyMap<T, number>): T {
  const [[best]] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)) as [[T, number]];
  return best;
}

function fitNumbers(column: NumberColumns, rows: Int32Array, source: string, options: FitOptions): NumberInput {
  const { name, width, shape, values } = column;
  const isPicture = values instanceof Uint8Array && shape !== undefined;
  const { normalize = isPicture ? undefined : 'none' } = options;
  const scaling = normalize === undefined ? { shift: 0, scale: BYTE } : scalingOf(column, rows, source, normalize);
  const imputes = options.missing !== 'refuse' && options.missing !== 'dropRow';
  return {
    kind: 'numbers',
    name,
    width,
    ...(shape && { shape }),
    ...scaling,
    ...(imputes && { fill: fills(column, rows, source, options.missing) }),
  };
}

/**
 * Shift and scale of each column; of a picture one for all its pixels, since those at its borders hardly ever change and
 * would be blown up.
 */
function scalingOf(
  column: NumberColumns,
  rows: Int32Array,
  source: string,
  scaling: Scaling,
): Pick<NumberInput, 'shift' | 'scale'> {
  if (scaling === 'none') return { shift: 0, scale: 1 };
  const fitted = (first: number, last: number) => {
    const { shift, scale } = (scaling === 'standard' ? standard : minMax)(column, rows, first, last);
    // Sums of numbers near 1e308 are infinite.
    if (isFloat32(shift) && isFloat32(scale)) return { shift, scale };
    const place = `column ${quoted(column.name)}`;
    throw new DataError(source, place, 'numbers too large to be scaled', 'numbers that float32 can hold');
  };
  if (column.shape) return fitted(0, column.width);
  const all = Array.from({ length: column.width }, (_, c) => fitted(c, c + 1));
  return { shift: all.map(({ shift }) => shift), scale: all.map(({ scale }) => scale) };
}

interface Fitted {
  readonly shift: number;
  readonly scale: number;
}

/** Mean, and deviation over n (as scikit-learn's StandardScaler); a column that does not vary is only shifted. */
function standard({ values, width }: NumberColumns, rows: Int32Array, first: number, last: number): Fitted {
  let count = 0;
  let mean = 0;
  let squares = 0;
  // Welford (1962): no digits are lost where the mean is large.
  for (const row of rows) {
    for (let i = row * width + first; i < row * width + last; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      count++;
      const difference = value - mean;
      mean += difference / count;
      squares += difference * (value - mean);
    }
  }
  return { shift: mean, scale: (count > 0 && Math.sqrt(squares / count)) || 1 };
}

function minMax({ values, width }: NumberColumns, rows: Int32Array, first: number, last: number): Fitted {
  let least = Infinity;
  let most = -Infinity;
  for (const row of rows) {
    for (let i = row * width + first; i < row * width + last; i++) {
      const value = values[i]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return most > least ? { shift: least, scale: most - least } : { shift: most === least ? least : 0, scale: 1 };
}

function fills(column: NumberColumns, rows: Int32Array, source: string, rule: MissingRule): number[] {
  const { values, width, name } = column;
  return Array.from({ length: width }, (_, c) => {
    const known = Float64Array.from(rows, (row) => values[row * width + c]!).filter((value) => !Number.isNaN(value));
    if (known.length === 0) {
      throw new DataError(source, `column ${quoted(name)}`, 'no value in the rows to train on', 'at least one');
    }
    return fillOf(known, rule);
  });
}

function fillOf(known: Float64Array, rule: MissingRule): number {
  if (rule === 'mean') return known.reduce((sum, value) => sum + value, 0) / known.length;
  if (rule === 'median') {
    known.sort();
    const middle = known.length >> 1;
    return known.length % 2 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
  }
  const counts = new Map<number, number>();
  for (const value of known) counts.set(value, (counts.get(value) ?? 0) + 1);
  return mostFrequent(counts);
}

/** Targets of a regression, scaled for the training; what is predicted is scaled back. */
export function fitNumberTarget(
  columns: readonly RawColumn[],
  rows: Int32Array,
  source: string,
  scaling: Scaling,
): NumberTarget {
  const numbers = columns.map((column) => {
    if (column.kind === 'numbers') return column;
    const found = `${quoted(column.name)}, a column of texts (for example ${quoted(column.categories[0] ?? '')})`;
    throw new RunError('data.target', found, 'numbers, or a loss for classes such as sparseCategoricalCrossentropy');
  });
  const fitted = numbers.map((column) => scalingOf(column, rows, source, scaling));
  const spread = (value: number | readonly number[], width: number) =>
    typeof value === 'number' ? Array.from({ length: width }, () => value) : value;
  return {
    kind: 'numbers',
    names: numbers.flatMap(({ name, width }) =>
      width === 1 ? [name] : Array.from({ length: width }, (_, c) => `${name} ${c}`),
    ),
    columns: numbers.map(({ name, width }) => ({ name, width })),
    shift: numbers.flatMap(({ width }, i) => spread(fitted[i]!.shift, width)),
    scale: numbers.flatMap(({ width }, i) => spread(fitted[i]!.scale, width)),
  };
}

/** Rows without a missing value in these columns. */
export function completeRows(columns: readonly RawColumn[], rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !columns.some((c) => isMissing(c, row)));
}

export function isMissing(column: RawColumn, row: number): boolean {
  if (column.missing === 0) return false;
  if (column.kind === 'text') return column.codes[row]! < 0;
  for (let c = 0; c < column.width; c++) if (Number.isNaN(column.values[row * column.width + c]!)) return true;
  return false;
}

/** @throws DataError for the first missing value in these rows */
export function refuseMissing(columns: readonly RawColumn[], rows: Int32Array, source: string, advice: string): void {
  for (const column of columns) {
    const row = column.missing === 0 ? undefined : rows.find((one) => isMissing(column, one));
    if (row === undefined) continue;
    const place = `row ${row + 1}, column ${quoted(column.name)}`;
    const others = column.missing > 1 ? ` (${counted(column.missing, 'such value')} in the column)` : '';
    throw new DataError(source, place, `a missing value${others}`, advice);
  }
}
