/**
 * Reads tables in JSON: a list of objects (a column for each key), a list of rows, or an object of columns, such as
 * `{ "x": [[…]], "y": [[…]] }`. A cell is a number, a text, a boolean (0 or 1), null where it is missing, or a list of
 * numbers, nested as the row is shaped: then the column is a block.
 *
 * It refuses what it would have to guess: rows of another length or shape, columns of numbers and texts, names that
 * come twice, infinity (1e999), objects within cells.
 */
import { jsonFault } from '../core/json-keys.js';
import { quoted } from '../core/run-checks.js';
import { counted } from '../core/text.js';
import { MOST_COLUMNS } from './csv-header.js';
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';
import { JsonColumn, Tally } from './json-columns.js';
import type { RawTable } from './raw-table.js';
import type { ReadOptions } from './read-bytes.js';
import { textOf } from './read-text.js';
import { checkLimit } from './rows.js';
import { shortened } from './words.js';

/** Characters: no engine holds a text that is much longer. */
const LONGEST = 2 ** 28;

/** Options of `readJson`. */
export interface JsonOptions extends ReadOptions {
  /** Rows to keep at most. Default: all. */
  readonly limit?: number | undefined;
}

/** @throws DataError if the file cannot be read, or is no table */
export async function readJson(file: DataFile, { limit, ...options }: JsonOptions = {}): Promise<RawTable> {
  checkLimit(limit);
  const value = await parsed(file, options);
  const most = limit ?? Infinity;
  const columns = Array.isArray(value)
    ? fromRows(value.slice(0, most), file.name)
    : fromColumns(value, most, file.name);
  const first = columns[0];
  if (!first || first.rows === 0) throw new DataError(file.name, '', 'no rows', 'at least one');
  const other = columns.find((column) => column.rows !== first.rows);
  if (other) {
    const [found, expected] = [counted(other.rows, 'row'), `${first.rows}, as ${shortened(first.name)} has`];
    throw new DataError(file.name, shortened(other.name), found, expected);
  }
  return { source: file.name, rows: first.rows, columns: columns.map((column) => column.done()), notes: [] };
}

async function parsed(file: DataFile, options: ReadOptions): Promise<unknown> {
  const parts: string[] = [];
  let length = 0;
  for await (const text of textOf(file, options)) {
    length += text.length;
    if (length > LONGEST)
      throw new DataError(file.name, '', `more than ${LONGEST} characters`, 'a smaller file, or a CSV');
    parts.push(text);
  }
  const text = parts.join('');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(
      file.name,
      '',
      `no JSON (${error instanceof Error ? error.message : 'no reason given'})`,
      'JSON',
    );
  }
  const twice = jsonFault(text);
  if (twice?.key !== undefined) {
    const line = text.slice(0, twice.at).split('\n').length;
    throw new DataError(file.name, `line ${line}`, `the name ${quoted(twice.key)} a second time`, 'another');
  }
  return value;
}

function fromRows(rows: readonly unknown[], source: string): JsonColumn[] {
  if (Array.isArray(rows[0])) return fromLists(rows, rows[0].length, source);
  const columns = new Map<string, JsonColumn>();
  const tally = new Tally(source);
  rows.forEach((row, r) => {
    if (!isObject(row)) throw new DataError(source, `[${r}]`, wordFor(row), 'an object, as in the rows before');
    for (const [key, cell] of Object.entries(row)) {
      let column = columns.get(key);
      if (!column) {
        if (columns.size === MOST_COLUMNS) throw tooMany(source, columns.size + 1);
        column = new JsonColumn(source, key, tally, (i) => `[${i}].${shortened(key)}`);
        columns.set(key, column);
      }
      column.add(cell, r);
    }
  });
  for (const column of columns.values()) column.fillTo(rows.length);
  return [...columns.values()];
}

function fromLists(rows: readonly unknown[], width: number, source: string): JsonColumn[] {
  if (width > MOST_COLUMNS) throw tooMany(source, width);
  const tally = new Tally(source);
  const columns = Array.from(
    { length: width },
    (_, c) => new JsonColumn(source, `column${c + 1}`, tally, (r) => `[${r}][${c}]`),
  );
  rows.forEach((row, r) => {
    if (!Array.isArray(row)) throw new DataError(source, `[${r}]`, wordFor(row), 'a list, as in the rows before');
    if (row.length !== width) {
      throw new DataError(source, `[${r}]`, counted(row.length, 'value'), `${width}, as in the first row`);
    }
    columns.forEach((column, c) => column.add(row[c], r));
  });
  return columns;
}

function fromColumns(value: unknown, most: number, source: string): JsonColumn[] {
  if (!isObject(value)) throw new DataError(source, '', wordFor(value), 'a list of rows, or an object of columns');
  const entries = Object.entries(value);
  if (entries.length > MOST_COLUMNS) throw tooMany(source, entries.length);
  const tally = new Tally(source);
  return entries.map(([name, cells]) => {
    if (!Array.isArray(cells)) throw new DataError(source, shortened(name), wordFor(cells), 'a list of values');
    const column = new JsonColumn(source, name, tally, (r) => `${shortened(name)}[${r}]`);
    cells.slice(0, most).forEach((cell, r) => column.add(cell, r));
    return column;
  });
}

function tooMany(source: string, count: number): DataError {
  return new DataError(source, '', `${count} columns`, `at most ${MOST_COLUMNS}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, for sentences; texts shortened. */
function wordFor(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : String(value);
}
