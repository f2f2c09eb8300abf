/**
 * The values of a NumPy array whose header holds: numbers in row-major order, or texts.
 *
 * It refuses infinity, whole numbers that float64 cannot hold, booleans that are neither 0 nor 1, and texts that are none.
 */
import { TextBuilder } from './column-builders.js';
import type { DataError } from './data-error.js';
import type { NpyHeader } from './npy-header.js';
import type { NumberArray } from './raw-table.js';
import { allocate } from './read-bytes.js';

/** Makes the error for a value, by its index in row-major order. */
type RefuseAt = (index: number, found: string, expected: string) => DataError;

type NumberKind = Exclude<NpyHeader['kind'], 'U' | 'S'>;

interface NumberKindRecord {
  readonly make: (length: number, source: string) => NumberArray;
  readonly get: (view: DataView, at: number, isLittleEndian: boolean) => number;
}

const uint8 = (length: number, source: string) => allocate(Uint8Array, length, source);
const float32 = (length: number, source: string) => allocate(Float32Array, length, source);
const float64 = (length: number, source: string) => allocate(Float64Array, length, source);

/** The first half of a 64-bit number, with its sign or without, is the one that counts 2³². */
const wide = (first: number, second: number) => first * 2 ** 32 + second;

const NUMBERS: Readonly<Record<NumberKind, NumberKindRecord>> = {
  b1: { make: uint8, get: (view, at) => view.getUint8(at) },
  u1: { make: uint8, get: (view, at) => view.getUint8(at) },
  i1: { make: (length, source) => allocate(Int8Array, length, source), get: (view, at) => view.getInt8(at) },
  u2: {
    make: (length, source) => allocate(Uint16Array, length, source),
    get: (view, at, little) => view.getUint16(at, little),
  },
  i2: {
    make: (length, source) => allocate(Int16Array, length, source),
    get: (view, at, little) => view.getInt16(at, little),
  },
  u4: {
    make: (length, source) => allocate(Uint32Array, length, source),
    get: (view, at, little) => view.getUint32(at, little),
  },
  i4: {
    make: (length, source) => allocate(Int32Array, length, source),
    get: (view, at, little) => view.getInt32(at, little),
  },
  u8: {
    make: float64,
    get: (view, at, little) =>
      wide(view.getUint32(little ? at + 4 : at, little), view.getUint32(little ? at : at + 4, little)),
  },
  i8: {
    make: float64,
    get: (view, at, little) =>
      wide(view.getInt32(little ? at + 4 : at, little), view.getUint32(little ? at : at + 4, little)),
  },
  f2: { make: float32, get: (view, at, little) => half(view.getUint16(at, little)) },
  f4: { make: float32, get: (view, at, little) => view.getFloat32(at, little) },
  f8: { make: float64, get: (view, at, little) => view.getFloat64(at, little) },
};

/** @param refuse by the index of the value in row-major order */
export function numbersOf(
  bytes: Uint8Array,
  { kind, isLittleEndian, itemSize, isFortran, shape, count, offset }: NpyHeader,
  source: string,
  refuse: RefuseAt,
): { readonly values: NumberArray; readonly missing: number } {
  const { make, get } = NUMBERS[kind as NumberKind];
  const values = make(count, source);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, count * itemSize);
  const placeOf = isFortran ? fortranPlaces(shape) : (i: number) => i;
  let missing = 0;
  for (let i = 0; i < count; i++) {
    const value = get(view, placeOf(i) * itemSize, isLittleEndian);
    if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
      if (Number.isNaN(value)) missing++;
      else if (Math.abs(value) === Infinity) throw refuse(i, String(value), 'a number that is not infinite');
      else if (kind === 'i8' || kind === 'u8')
        throw refuse(i, 'a whole number beyond 2^53', 'one that float64 can hold');
    }
    if (kind === 'b1' && value > 1) throw refuse(i, `the byte ${value}`, 'a boolean: 0 or 1');
    values[i] = value;
  }
  return { values, missing };
}

/** Where a value of row-major order stands in column-major order. Asked for in order, from 0. */
function fortranPlaces(shape: readonly number[]): () => number {
  const strides = shape.map((_, d) => shape.slice(0, d).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  let next = 0;
  return () => {
    const place = next;
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d]!++;
      next += strides[d]!;
      if (index[d]! < shape[d]!) break;
      next -= index[d]! * strides[d]!;
      index[d] = 0;
    }
    return place;
  };
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Texts as NumPy pads them, with zeros at their end: UTF-32 (U), or bytes (S), which are taken for UTF-8. */
export function textsOf(
  bytes: Uint8Array,
  { kind, isLittleEndian, itemSize, count, offset }: NpyHeader,
  source: string,
  refuse: RefuseAt,
): TextBuilder {
  const texts = new TextBuilder(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let row = 0; row < count; row++) {
    const start = offset + row * itemSize;
    if (kind === 'U') {
      texts.add(utf32(view, start, itemSize, isLittleEndian, (found) => refuse(row, found, 'text in UTF-32')));
    } else {
      let end = start + itemSize;
      while (end > start && bytes[end - 1] === 0) end--;
      try {
        texts.add(utf8.decode(bytes.subarray(start, end)));
      } catch (error) {
        throw error instanceof TypeError ? refuse(row, 'bytes that are no UTF-8', 'text') : error;
      }
    }
  }
  return texts;
}

function utf32(
  view: DataView,
  start: number,
  itemSize: number,
  isLittleEndian: boolean,
  refuse: (found: string) => DataError,
): string {
  let end = start + itemSize;
  while (end > start && view.getUint32(end - 4, true) === 0) end -= 4;
  const characters: string[] = [];
  for (let at = start; at < end; at += 4) {
    const code = view.getUint32(at, isLittleEndian);
    if (code > 0x10ffff) throw refuse(`the code 0x${code.toString(16).toUpperCase()}`);
    characters.push(String.fromCodePoint(code));
  }
  return characters.join('');
}
