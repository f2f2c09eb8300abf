/**
 * Reads a file of data whatever it is: by the ending of its name, else by its first bytes. What parses it is loaded by its reader.
 *
 * It refuses files that it does not know, by the endings that it does.
 */
import { readCsv } from './csv.js';
import { DataError } from './data-error.js';
import { readIdx } from './idx.js';
import { readJson } from './json.js';
import { readNpy } from './npy.js';
import { readNpz } from './npz.js';
import { readPicture, resizePicture } from './pictures.js';
import type { DataFile } from './file.js';
import type { NumberColumns, RawTable } from './raw-table.js';
import { chunksOf, type ReadOptions } from './read-bytes.js';
import { baseName } from './words.js';

/** What `readData` knows. */
export type DataFormat = 'csv' | 'json' | 'npy' | 'npz' | 'idx' | 'picture';

/** Options of `readData`. */
export interface ReadDataOptions extends ReadOptions {
  /** Default: by the name, else by the first bytes. */
  readonly format?: DataFormat | undefined;
  /** Rows to keep at most. Default: all. */
  readonly limit?: number | undefined;
}

/**
 * A table of a CSV, TSV, JSON or IDX (gzipped or not), NPY, NPZ, PNG or JPEG; a picture is a table of one row.
 *
 * @throws DataError if the file cannot be read, or is none of these
 */
export async function readData(file: DataFile, options: ReadDataOptions = {}): Promise<RawTable> {
  const { format = await formatOf(file, options.signal), ...rest } = options;
  switch (format) {
    case 'csv':
      return readCsv(file, { ...rest, ...(/\.tsv(\.gz)?$/i.test(file.name) && { delimiter: '\t' }) });
    case 'json':
      return readJson(file, rest);
    case 'npy':
      return readNpy(file, rest);
    case 'npz':
      return readNpz(file, rest);
    case 'idx':
      return tableOf(await readIdx(file, rest), file.name);
    case 'picture': {
      const { width, height, channels, pixels } = resizePicture(await readPicture(file, rest), {});
      const shape = channels === 1 ? [height, width] : [height, width, channels];
      return tableOf(
        { kind: 'numbers', name: 'pixels', width: pixels.length, shape, values: pixels, missing: 0 },
        file.name,
      );
    }
    case undefined:
      throw unknownKind(file.name);
  }
}

/** By the ending of its name, else by its first bytes; undefined for what is neither known by name nor by those. */
export async function formatOf(file: DataFile, signal?: AbortSignal): Promise<DataFormat | undefined> {
  return formatByName(file.name) ?? formatByBytes(await head(file, signal));
}

export function unknownKind(name: string): DataError {
  const expected = 'one that ends with .csv, .tsv, .json, .npy, .npz, .idx, .png or .jpg';
  return new DataError(name, '', 'a file of an unknown kind', expected);
}

const ENDINGS: readonly (readonly [RegExp, DataFormat])[] = [
  [/\.(csv|tsv|txt)(\.gz)?$/i, 'csv'],
  [/\.json(\.gz)?$/i, 'json'],
  [/\.npy$/i, 'npy'],
  [/\.npz$/i, 'npz'],
  [/(\.idx|[-.]idx\d-[a-z]+)(\.gz)?$/i, 'idx'],
  [/\.(png|jpe?g)$/i, 'picture'],
];

function formatByName(name: string): DataFormat | undefined {
  return ENDINGS.find(([ending]) => ending.test(baseName(name)))?.[1];
}

/** Text has no sure sign, and what is gzipped would have to be unpacked: IDX is what is kept so without saying it. */
function formatByBytes(bytes: Uint8Array): DataFormat | undefined {
  const starts = (...values: readonly number[]) => values.every((value, i) => bytes[i] === value);
  if (starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return 'npy';
  if (starts(0x50, 0x4b, 3, 4) || starts(0x50, 0x4b, 5, 6)) return 'npz';
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff)) return 'picture';
  return starts(0, 0, 8) || starts(0x1f, 0x8b) ? 'idx' : undefined;
}

async function head(file: DataFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes: number[] = [];
  for await (const piece of chunksOf(file, { signal })) {
    bytes.push(...piece.subarray(0, 8));
    if (bytes.length >= 8) break;
  }
  return Uint8Array.from(bytes);
}

function tableOf(column: NumberColumns, source: string): RawTable {
  return { source, rows: column.values.length / column.width, columns: [column], notes: [] };
}
