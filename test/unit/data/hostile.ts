/**
 * A small valid file of every format, each byte of which matters to its reader, for tests that cut and change them; and
 * what a reader may do with the outcome: give a table no larger than the file can hold, or a sentence.
 */
import { encode as encodeJpeg } from 'jpeg-js';
import { gzipSync } from 'fflate';
import { DataError } from '../../../src/data/data-error.js';
import { memoryFile } from '../../../src/data/file.js';
import type { RawTable } from '../../../src/data/raw-table.js';
import { type DataFormat, readData } from '../../../src/data/read.js';
import { type Bytes, idx, npy, numbers, png, zip } from './arrays.js';

export interface Sample {
  readonly name: string;
  readonly format: DataFormat;
  readonly bytes: Bytes;
  /** Whether every shorter file must be refused; text may well be cut at a line. */
  readonly isWhole: boolean;
}

const floats = npy(numbers([1, 2, 3, 4, 5, 6], '<f4'), { type: '<f4', shape: '(3, 2)' });
const texts = npy(numbers([97, 0, 228, 98], '<u4'), { type: '<U2', shape: '(2,)', version: 2 });
const pictures = idx(0x08, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const line = [0, 1, 2, 3, 1, 4, 5, 6];
const jpeg = encodeJpeg(
  { width: 9, height: 8, data: Uint8Array.from({ length: 9 * 8 * 4 }, (_, i) => (i * 29) % 256) },
  40,
).data;
const bytesOf = (text: string) => new TextEncoder().encode(text);

export const SAMPLES: readonly Sample[] = [
  { name: 'csv', format: 'csv', bytes: bytesOf('a,b,ä\r\n1,"x, ""y""",\n-2.5e3,NA,7\n'), isWhole: false },
  { name: 'csv.gz', format: 'csv', bytes: gzipSync(bytesOf('a;b\n1;2\n3;4\n'), { mtime: 0 }), isWhole: true },
  { name: 'json rows', format: 'json', bytes: bytesOf('[{"a": 1, "b": "x"}, {"a": null}]'), isWhole: true },
  { name: 'json columns', format: 'json', bytes: bytesOf('{"x": [[1, 2], [3, 4]], "y": [true, 0]}'), isWhole: true },
  { name: 'npy numbers', format: 'npy', bytes: floats, isWhole: true },
  { name: 'npy texts', format: 'npy', bytes: texts, isWhole: true },
  {
    name: 'npz',
    format: 'npz',
    bytes: zip([
      { name: 'x.npy', bytes: npy([1, 0], { type: '|b1', shape: '(2,)' }) },
      { name: 'y.npy', bytes: texts, isStored: true },
    ]),
    isWhole: true,
  },
  { name: 'idx', format: 'idx', bytes: pictures, isWhole: true },
  { name: 'idx.gz', format: 'idx', bytes: gzipSync(pictures, { mtime: 0 }), isWhole: true },
  { name: 'png', format: 'picture', bytes: png(line, { width: 1, height: 2, colour: 2 }), isWhole: true },
  {
    name: 'png palette',
    format: 'picture',
    bytes: png([0, 1, 0, 2], {
      width: 1,
      height: 2,
      colour: 3,
      palette: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      transparency: [5],
    }),
    isWhole: true,
  },
  { name: 'jpeg', format: 'picture', bytes: Uint8Array.from(jpeg), isWhole: true },
];

/**
 * Whether a file is read or refused as it should be. Any other error than a DataError is thrown on, and so is a table
 * that is larger than the file can hold.
 */
export async function outcomeOf(format: DataFormat | undefined, bytes: Uint8Array): Promise<'read' | 'refused'> {
  try {
    checkSize(await readData(memoryFile('hostile', bytes), { format }), bytes.length);
    return 'read';
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    if (error.message.length > 1000 || !error.message.startsWith('hostile')) throw error;
    return 'refused';
  }
}

/** Deflate packs 1032 bytes into one; JPEG packs 64 pixels into a bit; a number takes 8 bytes, a code 4. */
function checkSize({ rows, columns }: RawTable, size: number): void {
  for (const column of columns) {
    const values = column.kind === 'text' ? column.codes : column.values;
    const width = column.kind === 'text' ? 1 : column.width;
    if (values.length !== rows * width) throw new Error(`${values.length} values in ${rows} rows of ${width}`);
    if (values.byteLength > 8 * 1032 * size) throw new Error(`${values.byteLength} bytes of values from ${size}`);
  }
}
