/**
 * What a table is like, as plain data of bounded size: its columns, its first rows as they stand in the file, a few of its pictures.
 * It judges nothing; suggest.ts does.
 */
import { evenly } from '../../../core/text.js';
import type { NumberColumns, RawColumn, RawTable, TextColumn } from '../../../data/raw-table.js';
import { isMissing } from '../../../data/fit.js';

/** Columns that are looked at, and those of the first rows; more are only counted. */
export const MOST_COLUMNS = 500;
const MOST_SHOWN = 40;
const MOST_ROWS = 12;
const MOST_PICTURES = 24;
/** Different values are counted up to here. */
const MOST_DISTINCT = 1001;
const LONGEST_CELL = 60;

export interface NumberFacts {
  readonly kind: 'numbers';
  readonly name: string;
  readonly width: number;
  readonly shape: readonly number[] | undefined;
  readonly missing: number;
  /** Different values, at most 1,001; undefined of several columns together. */
  readonly distinct: number | undefined;
  readonly isWhole: boolean;
  readonly isBytes: boolean;
  /** Whether each row has a single 1 among zeros. */
  readonly isOneHot: boolean;
  /** Of the values that are there; NaN where there are none. */
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export interface TextFacts {
  readonly kind: 'text';
  readonly name: string;
  readonly missing: number;
  /** Different texts that rows have. */
  readonly distinct: number;
  /** The text that most rows have, and how many. */
  readonly most: string;
  readonly mostCount: number;
}

export type ColumnFacts = NumberFacts | TextFacts;

export interface TableFacts {
  readonly source: string;
  readonly rows: number;
  /** The first of them. */
  readonly columns: readonly ColumnFacts[];
  readonly columnCount: number;
  /** Cells of the first rows and columns; null where a value is missing. */
  readonly head: readonly (readonly (string | null)[])[];
  readonly pictures: PictureFacts | undefined;
  readonly notes: readonly string[];
}

export interface PictureFacts {
  readonly height: number;
  readonly width: number;
  /** 1 or 3. */
  readonly channels: number;
  /** One after the other, bytes as in the file. */
  readonly pixels: Uint8Array;
  /** What stands in the other column; empty where there is none. */
  readonly labels: readonly string[];
}

export function factsOf({ source, rows, columns, notes }: RawTable): TableFacts {
  const shown = columns.slice(0, MOST_SHOWN);
  return {
    source,
    rows,
    columns: columns.slice(0, MOST_COLUMNS).map((column) => columnFacts(column, rows)),
    columnCount: columns.length,
    head: Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, row) => shown.map((column) => cellOf(column, row))),
    pictures: picturesOf(columns, rows),
    notes,
  };
}

function columnFacts(column: RawColumn, rows: number): ColumnFacts {
  return column.kind === 'text' ? textFacts(column) : numberFacts(column, rows);
}

function textFacts({ name, categories, codes, missing }: TextColumn): TextFacts {
  const counts = new Uint32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  let most = 0;
  counts.forEach((count, code) => {
    if (count > counts[most]!) most = code;
  });
  const distinct = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  return { kind: 'text', name, missing, distinct, most: cut(categories[most] ?? ''), mostCount: counts[most] ?? 0 };
}

function numberFacts({ name, width, shape, values, missing }: NumberColumns, rows: number): NumberFacts {
  const different = new Set<number>();
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  let isWhole = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
    isWhole &&= Number.isInteger(value);
    if (width === 1 && different.size < MOST_DISTINCT) different.add(value);
  }
  return {
    kind: 'numbers',
    name,
    width,
    shape,
    missing,
    distinct: width === 1 ? different.size : undefined,
    isWhole: isWhole && count > 0,
    isBytes: values instanceof Uint8Array,
    isOneHot: width > 1 && !shape && isOneHot(values, width, rows),
    min: count > 0 ? min : NaN,
    mean: sum / count,
    max: count > 0 ? max : NaN,
  };
}

function isOneHot(values: NumberColumns['values'], width: number, rows: number): boolean {
  for (let row = 0; row < rows; row++) {
    let ones = 0;
    for (let c = 0; c < width; c++) {
      const value = values[row * width + c]!;
      if (value === 1) ones++;
      else if (value !== 0) return false;
    }
    if (ones !== 1) return false;
  }
  return rows > 0;
}

function cellOf(column: RawColumn, row: number): string | null {
  if (column.kind === 'text') {
    const code = column.codes[row]!;
    return code < 0 ? null : cut(column.categories[code]!);
  }
  if (column.width === 1) return isMissing(column, row) ? null : String(column.values[row]);
  const first = column.values.subarray(row * column.width, row * column.width + Math.min(4, column.width));
  return `${Array.from(first, String).join(', ')}${column.width > 4 ? ', …' : ''}`;
}

function cut(text: string): string {
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}

/** Some pictures, evenly spread over the rows, where a column holds such. */
function picturesOf(columns: readonly RawColumn[], rows: number): PictureFacts | undefined {
  const column = columns.find((one): one is NumberColumns => one.kind === 'numbers' && isPicture(one));
  if (!column) return undefined;
  const [height, width, channels = 1] = column.shape as readonly [number, number, number?];
  const chosen = evenly(rows, MOST_PICTURES);
  // Numbers that are no bytes are brought into their range.
  const { min, max } = column.values instanceof Uint8Array ? { min: 0, max: 255 } : numberFacts(column, rows);
  const pixels = new Uint8Array(chosen.length * column.width);
  chosen.forEach((row, i) => {
    for (let p = 0; p < column.width; p++) {
      const value = column.values[row * column.width + p]!;
      pixels[i * column.width + p] = max > min ? Math.round((255 * (value - min)) / (max - min)) : 0;
    }
  });
  const label = columns.find((one) => one !== column);
  return { height, width, channels, pixels, labels: label ? chosen.map((row) => cellOf(label, row) ?? '') : [] };
}

function isPicture({ shape, width }: NumberColumns): boolean {
  if (!shape || width > 2 ** 18) return false;
  const [height, breadth, channels = 1] = shape;
  return shape.length <= 3 && height! > 1 && breadth! > 1 && (channels === 1 || channels === 3);
}
