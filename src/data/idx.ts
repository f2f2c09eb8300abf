/**
 * Reads IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist/), gzipped or not, as it comes: one typed array, of
 * bytes where the file has bytes. The first dimension is rows.
 *
 * It refuses headers that say more, or less, than the file holds: the array grows with the values that come.
 */
import { counted } from '../core/text.js';
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';
import type { NumberArray, NumberColumns } from './raw-table.js';
import { allocate, chunksOf, joined, MOST_BYTES, type ReadOptions } from './read-bytes.js';
import { checkLimit, isFloat, missingIn } from './rows.js';
import { gunzipped } from './gunzip.js';
import { baseName } from './words.js';
import { DEFLATE_RATIO } from './zip.js';

const MOST_DIMENSIONS = 8;

/** Bytes that are set aside at once. */
const FIRST_BUFFER = 1024 ** 2;

interface Type {
  readonly bytes: number;
  readonly read: (view: DataView, count: number, source: string) => NumberArray;
}

/** Big-endian values, by the third byte of the file. */
const TYPES: ReadonlyMap<number, Type> = new Map<number, Type>([
  [0x08, { bytes: 1, read: (view, count) => new Uint8Array(view.buffer, view.byteOffset, count) }],
  [0x09, { bytes: 1, read: (view, count) => new Int8Array(view.buffer, view.byteOffset, count) }],
  [0x0b, swapped(2, Int16Array, (view, at) => view.getInt16(at))],
  [0x0c, swapped(4, Int32Array, (view, at) => view.getInt32(at))],
  [0x0d, swapped(4, Float32Array, (view, at) => view.getFloat32(at))],
  [0x0e, swapped(8, Float64Array, (view, at) => view.getFloat64(at))],
]);

/** Options of `readIdx`. */
export interface IdxOptions extends ReadOptions {
  /** Rows to read at most; the file is read no further. Default: all. */
  readonly limit?: number | undefined;
}

/**
 * A block named as the file, without its endings.
 *
 * @throws DataError if the file cannot be read, or is no IDX
 */
export async function readIdx(file: DataFile, { limit, ...options }: IdxOptions = {}): Promise<NumberColumns> {
  checkLimit(limit);
  const reader = new IdxReader(file, limit);
  for await (const piece of gunzipped(file, chunksOf(file, options))) {
    reader.push(piece.bytes, piece.isPacked);
    if (reader.isDone) break;
  }
  return reader.end();
}

class IdxReader {
  /** The limit ends the reading; without it, one more byte would be one too many. */
  isDone = false;
  private head = new Uint8Array(0);
  private type: Type | undefined;
  private shape: readonly number[] = [];
  private values = new Uint8Array(0);
  private length = 0;
  /** Bytes of values that the header says, and that are kept. */
  private claimed = 0;
  private wanted = 0;

  constructor(
    private readonly file: DataFile,
    private readonly limit: number | undefined,
  ) {}

  push(bytes: Uint8Array, isPacked: boolean): void {
    if (this.type) {
      this.keep(bytes);
      return;
    }
    this.head = joined([this.head, bytes]);
    const rest = this.readHeader(this.head, isPacked);
    if (rest) this.keep(rest);
  }

  end(): NumberColumns {
    if (!this.type) throw this.refusal(`byte ${this.head.length}`, 'the end', 'the header of an IDX file');
    if (this.length < this.wanted) {
      const found = `the end after ${counted(this.length, 'byte')} of values`;
      throw this.refusal('', found, `${this.claimed} bytes, as the header says`);
    }
    const [rows, ...row] = this.shape;
    const width = row.reduce((product, size) => product * size, 1);
    const kept = Math.min(rows!, this.limit ?? Infinity);
    const view = new DataView(this.values.buffer, 0, this.length);
    const values = this.type.read(view, kept * width, this.file.name);
    const infinite = isFloat(values) ? values.findIndex((value) => Math.abs(value) === Infinity) : -1;
    if (infinite >= 0) {
      throw this.refusal(
        `row ${Math.floor(infinite / width)}`,
        String(values[infinite]),
        'a number that is not infinite',
      );
    }
    const name = baseName(this.file.name)
      .replace(/\.gz$/i, '')
      .replace(/\.idx$/i, '');
    return { kind: 'numbers', name, width, ...(row.length > 1 && { shape: row }), values, missing: missingIn(values) };
  }

  /** What stands behind the header, once that is whole. */
  private readHeader(bytes: Uint8Array, isPacked: boolean): Uint8Array | undefined {
    if (bytes.length < 4) return undefined;
    const [zero, zeroToo, code, dimensions] = bytes as unknown as [number, number, number, number];
    const type = TYPES.get(code);
    if (zero !== 0 || zeroToo !== 0 || !type) throw this.refusal('byte 0', 'no IDX file', 'two zeros and a type');
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw this.refusal('byte 3', counted(dimensions, 'dimension'), `1 to ${MOST_DIMENSIONS}`);
    }
    const offset = 4 + 4 * dimensions;
    if (bytes.length < offset) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.shape = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d));
    this.claimed = this.shape.reduce((product, size) => product * size, type.bytes);
    const shape = this.shape.join(' × ');
    if (this.claimed === 0) throw this.refusal('byte 4', `an empty file (${shape})`, 'values');
    const { size } = this.file;
    const possible = size === undefined ? Infinity : isPacked ? size * DEFLATE_RATIO : size - offset;
    if (this.claimed > possible) {
      throw this.refusal('byte 4', `${shape} values in a file of ${size} bytes`, 'as many as are in it');
    }
    this.wanted = (this.claimed / this.shape[0]!) * Math.min(this.shape[0]!, this.limit ?? Infinity);
    if (this.wanted > MOST_BYTES)
      throw this.refusal('byte 4', `${shape} values`, `at most ${MOST_BYTES} bytes of them`);
    this.type = type;
    this.values = new Uint8Array(Math.min(this.wanted, FIRST_BUFFER));
    return bytes.subarray(offset);
  }

  private keep(bytes: Uint8Array): void {
    const room = this.wanted - this.length;
    if (bytes.length > room && this.wanted === this.claimed) {
      throw this.refusal('', `more than ${counted(this.claimed, 'byte')} of values`, 'as many as the header says');
    }
    const kept = bytes.subarray(0, room);
    if (this.length + kept.length > this.values.length) {
      const length = Math.min(this.wanted, Math.max(2 * this.values.length, this.length + kept.length));
      const grown = allocate(Uint8Array, length, this.file.name);
      grown.set(this.values.subarray(0, this.length));
      this.values = grown;
    }
    this.values.set(kept, this.length);
    this.length += kept.length;
    this.isDone = this.length === this.wanted && this.wanted < this.claimed;
  }

  private refusal(place: string, found: string, expected: string): DataError {
    return new DataError(this.file.name, place, found, expected);
  }
}

function swapped<T extends NumberArray>(
  bytes: number,
  constructor: { readonly name: string; readonly BYTES_PER_ELEMENT: number; new (length: number): T },
  get: (view: DataView, at: number) => number,
): Type {
  return {
    bytes,
    read: (view, count, source) => {
      const values = allocate(constructor, count, source);
      for (let i = 0; i < count; i++) values[i] = get(view, i * bytes);
      return values;
    },
  };
}
