/**
 * Reads arrays of NumPy (.npy): numbers of every size, booleans as 0 and 1, texts. The first dimension is rows; what a
 * row is stays its shape. Numbers stay as small as they are, but float16 becomes float32 and int64 float64.
 *
 * It refuses what would change a value: whole numbers beyond 2⁵³, which float64 does not tell apart, and infinity.
 */
import type { DataFile } from './file.js';
import { DataError } from './data-error.js';
import { npyHeader, type NpyHeader, type Refuse, shapeText } from './npy-header.js';
import { numbersOf, textsOf } from './npy-values.js';
import type { NumberColumns, RawColumn, RawTable, TextColumn } from './raw-table.js';
import { firstRows } from './rows.js';
import { readAll, type ReadOptions } from './read-bytes.js';
import { baseName } from './words.js';

/** Options of `readNpy`. */
export interface ArrayOptions extends ReadOptions {
  /** Rows to keep at most. Default: all. */
  readonly limit?: number | undefined;
}

/**
 * One block or one column, named as the file without its ending.
 *
 * @throws DataError if the file cannot be read, or is no array of numbers or texts
 */
export async function readNpy(file: DataFile, { limit, ...options }: ArrayOptions = {}): Promise<RawTable> {
  const bytes = await readAll(file, options);
  const refuse: Refuse = (place, found, expected) => new DataError(file.name, place, found, expected);
  const column = npyColumn(bytes, baseName(file.name).replace(/\.npy$/i, ''), file.name, refuse);
  return firstRows({ source: file.name, rows: rowsOf(column), columns: [column], notes: [] }, limit);
}

export function rowsOf(column: RawColumn): number {
  return column.kind === 'text' ? column.codes.length : column.values.length / column.width;
}

/** @throws DataError */
export function npyColumn(bytes: Uint8Array, name: string, source: string, refuse: Refuse): RawColumn {
  const header = npyHeader(bytes, refuse);
  const isText = header.kind === 'U' || header.kind === 'S';
  return isText ? textColumn(bytes, header, name, source, refuse) : numberColumns(bytes, header, name, source, refuse);
}

function numberColumns(
  bytes: Uint8Array,
  header: NpyHeader,
  name: string,
  source: string,
  refuse: Refuse,
): NumberColumns {
  const row = header.shape.slice(1);
  const width = row.reduce((product, size) => product * size, 1);
  const { values, missing } = numbersOf(bytes, header, source, (index, found, expected) =>
    refuse(`row ${Math.floor(index / width)}${width > 1 ? `, value ${index % width}` : ''}`, found, expected),
  );
  return { kind: 'numbers', name, width, ...(row.length > 1 && { shape: row }), values, missing };
}

function textColumn(bytes: Uint8Array, header: NpyHeader, name: string, source: string, refuse: Refuse): TextColumn {
  if (header.count !== (header.shape[0] ?? 1)) {
    throw refuse('', `texts of shape ${shapeText(header.shape)}`, 'one text in each row');
  }
  return textsOf(bytes, header, source, (row, found, expected) => refuse(`row ${row}`, found, expected)).done(name);
}
