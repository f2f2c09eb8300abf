/**
 * Reads archives of NumPy arrays (.npz, as numpy.savez writes them): a block or a column for each array, by its name.
 * Only the arrays asked for are unpacked.
 *
 * It refuses arrays of different lengths, unless it is told which to take: a table has one number of rows.
 */
import { quoted } from '../core/run-checks.js';
import { counted } from '../core/text.js';
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';
import { type ArrayOptions, npyColumn, rowsOf } from './npy.js';
import type { RawTable } from './raw-table.js';
import { firstRows } from './rows.js';
import { readAll } from './read-bytes.js';
import { shortened } from './words.js';
import { zipEntries } from './zip.js';

/** Options of `readNpz`. */
export interface NpzOptions extends ArrayOptions {
  /** Names of the arrays to take, in this order. Default: all, in the order of the archive. */
  readonly arrays?: readonly string[] | undefined;
}

/** @throws DataError if the file cannot be read, or an array in it */
export async function readNpz(file: DataFile, { arrays, limit, ...options }: NpzOptions = {}): Promise<RawTable> {
  const bytes = await readAll(file, options);
  const entries = zipEntries(bytes, file.name);
  const found = new Map(
    entries.filter(({ name }) => /.\.npy$/.test(name)).map((entry) => [entry.name.slice(0, -'.npy'.length), entry]),
  );
  const names = arrays ?? [...found.keys()];
  if (names.length === 0) throw new DataError(file.name, '', 'no arrays', 'files that end with .npy');
  const columns = [];
  for (const name of names) {
    const entry = found.get(name);
    if (!entry) {
      const there = [...found.keys()].slice(0, 10).map(quoted).join(', ');
      throw new DataError(file.name, '', `no array ${quoted(name)}`, `one that is there (${there})`);
    }
    const place = `array ${quoted(name)}`;
    const refuse = (where: string, what: string, expected: string) =>
      new DataError(file.name, where ? `${place}, ${where}` : place, what, expected);
    columns.push(npyColumn(await entry.bytes(), name, file.name, refuse));
  }
  const rows = rowsOf(columns[0]!);
  const other = columns.find((column) => rowsOf(column) !== rows);
  if (other) {
    const lengths = columns.slice(0, 10).map((column) => `${shortened(column.name)} ${rowsOf(column)}`);
    throw new DataError(
      file.name,
      '',
      `arrays of different lengths (${lengths.join(', ')})`,
      'the names of those to take',
    );
  }
  const strays = entries.length - found.size;
  const notes = strays > 0 ? [`${file.name}: ${counted(strays, 'file')} left out, being no array.`] : [];
  return firstRows({ source: file.name, rows, columns, notes }, limit);
}
