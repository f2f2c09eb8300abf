/**
 * What the first rows of a CSV file say: what stands between cells, whether the first row is names, and which.
 *
 * It refuses columns without a name or with the name of another, more than 100,000 of them, and options that speak of
 * columns that are not there.
 */
import { quoted } from '../core/run-checks.js';
import { counted } from '../core/text.js';
import { type ColumnKind, numberIn } from './csv-cells.js';
import type { Parse } from './csv-parser.js';
import { DataError } from './data-error.js';

/** More is a file that is no table, or one that no network here takes. */
export const MOST_COLUMNS = 100_000;

/** Rows that show what stands between cells. */
const PREVIEW = 20;

export interface HeaderOptions {
  readonly header?: boolean | undefined;
  readonly columnNames?: readonly string[] | undefined;
  readonly types?: Readonly<Record<string, ColumnKind>> | undefined;
}

export interface Names {
  readonly names: readonly string[];
  /** Whether the first row holds names and no values. */
  readonly isHeader: boolean;
  readonly note: string | undefined;
}

/** @throws DataError */
export function namesOf(
  first: readonly string[],
  line: number,
  source: string,
  options: HeaderOptions,
  isMissing: (cell: string) => boolean,
): Names {
  const { header, columnNames } = options;
  if (first.length > MOST_COLUMNS) {
    throw new DataError(source, `line ${line}`, `${first.length} columns`, `at most ${MOST_COLUMNS}`);
  }
  const isHeader = header ?? !isOfNumbers(first, isMissing);
  const names = columnNames ?? first.map((cell, c) => (isHeader ? cell.trim() : `column${c + 1}`));
  if (names.length !== first.length) {
    const found = `${counted(first.length, 'column')}, but ${counted(names.length, 'name')} in columnNames`;
    throw new DataError(source, `line ${line}`, found, 'a name for each column');
  }
  const seen = new Set<string>();
  names.forEach((name, c) => {
    const place = columnNames ? `columnNames[${c}]` : `line ${line}, column ${c + 1}`;
    if (name === '') throw new DataError(source, place, 'no name', 'a name for each column');
    if (seen.has(name)) {
      throw new DataError(source, place, `the name ${quoted(name)} a second time`, 'another for each column');
    }
    seen.add(name);
  });
  checkTypes(options, names, seen, source);
  const isGuess = header === undefined && !isHeader && !columnNames;
  const note = isGuess
    ? `${source}: the first row is all numbers, so the columns are called column1 and so on.`
    : undefined;
  return { names, isHeader, note };
}

/** What the caller says that a column is. */
export function kindOf(name: string, { types }: HeaderOptions): ColumnKind | undefined {
  return types && Object.hasOwn(types, name) ? types[name] : undefined;
}

export function isEmpty(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === '';
}

/** What cuts the first rows into equally many cells, at least two. Commas are last: they are in numbers and texts too. */
export function delimiterOf(text: string, parse: Parse): string {
  const fits = (delimiter: string) => {
    const [first, ...others] = parse(text.replace(/\r\n?/g, '\n'), delimiter, PREVIEW).filter((row) => !isEmpty(row));
    return first !== undefined && first.length > 1 && others.every((row) => row.length === first.length);
  };
  const most = (delimiter: string) => parse(text.replace(/\r\n?/g, '\n'), delimiter, 1)[0]?.length ?? 0;
  const candidates = ['\t', ';', ','];
  // Where none fits, rows are ragged, and the sentence about that should count cells as a reader would.
  return candidates.find(fits) ?? candidates.reduce((best, next) => (most(next) >= most(best) ? next : best));
}

function checkTypes(
  { types = {} }: HeaderOptions,
  names: readonly string[],
  known: ReadonlySet<string>,
  source: string,
): void {
  for (const [name, kind] of Object.entries(types)) {
    if (!known.has(name)) {
      const few = names.slice(0, 10).map(quoted).join(', ') + (names.length > 10 ? ', …' : '');
      throw new DataError(source, 'types', `the column ${quoted(name)}`, `one that is there (${few})`);
    }
    if (kind !== 'number' && kind !== 'text') {
      throw new DataError(source, `types, column ${quoted(name)}`, quoted(String(kind)), '"number" or "text"');
    }
  }
}

function isOfNumbers(cells: readonly string[], isMissing: (cell: string) => boolean): boolean {
  const values = cells.filter((cell) => !isMissing(cell));
  return values.length > 0 && values.every((cell) => numberIn(cell) !== undefined);
}
