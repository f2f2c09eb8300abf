/**
 * Bytes that nobody wrote on purpose, and bytes that somebody did: random ones, and files that were right before bits were turned, pieces
 * cut out, put in, repeated or swapped, and numbers put in that claim far more than there is. It knows no format.
 */
import fc from 'fast-check';
import type { Bytes } from '../../unit/data/arrays.js';

/** What a size, a count or an offset may claim, in eight bytes; a width takes the lowest of them. */
const CLAIMS = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  2n ** 40n,
  2n ** 63n,
  2n ** 64n - 1n,
];

type Edit = (bytes: Uint8Array) => Uint8Array;

const join = (...parts: readonly ArrayLike<number>[]) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

/** Places are shares of the length, so that an edit means something for every file. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (share: number, bytes: Uint8Array) =>
  Math.min(Math.floor(share * bytes.length), Math.max(bytes.length - 1, 0));

const flip = fc.tuple(place, fc.nat(7)).map(([share, bit]): Edit => (bytes) => {
  const result = bytes.slice();
  if (result.length > 0) result[at(share, result)]! ^= 1 << bit;
  return result;
});
const cut = fc.tuple(place, fc.nat(40)).map(([share, length]): Edit => (bytes) => {
  const start = at(share, bytes);
  return join(bytes.subarray(0, start), bytes.subarray(start + length));
});
const end = place.map(
  (share): Edit =>
    (bytes) =>
      bytes.slice(0, at(share, bytes)),
);
const insert = fc.tuple(place, fc.uint8Array({ maxLength: 16 })).map(
  ([share, more]): Edit =>
    (bytes) =>
      join(bytes.subarray(0, at(share, bytes)), more, bytes.subarray(at(share, bytes))),
);
const repeat = fc
  .tuple(place, fc.nat(64), fc.integer({ min: 1, max: 50 }))
  .map(([share, length, times]): Edit => (bytes) => {
    const start = at(share, bytes);
    const piece = bytes.subarray(start, start + length);
    return join(bytes.subarray(0, start), ...Array.from({ length: times }, () => piece), bytes.subarray(start));
  });
const swap = fc.tuple(place, place, fc.nat(32)).map(([one, other, length]): Edit => (bytes) => {
  const [first, second] = [at(one, bytes), at(other, bytes)].sort((a, b) => a - b) as [number, number];
  if (first + length > second) return bytes;
  const piece = (start: number) => bytes.subarray(start, start + length);
  const between = bytes.subarray(first + length, second);
  return join(bytes.subarray(0, first), piece(second), between, piece(first), bytes.subarray(second + length));
});
const claim = fc
  .tuple(place, fc.constantFrom(...CLAIMS), fc.constantFrom(1, 2, 4, 8), fc.boolean())
  .map(([share, value, width, isLittle]): Edit => (bytes) => {
    const result = bytes.slice();
    const start = at(share, result);
    for (let i = 0; i < width && start + i < result.length; i++) {
      const shift = BigInt(8 * (isLittle ? i : width - 1 - i));
      result[start + i] = Number((value >> shift) & 0xffn);
    }
    return result;
  });

/** One of the files after one to four edits. */
export function edited(files: readonly Uint8Array[]): fc.Arbitrary<Bytes> {
  const edit = fc.oneof(flip, cut, end, insert, repeat, swap, claim, claim);
  return fc
    .tuple(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([file, edits]) => Uint8Array.from(edits.reduce((bytes, change) => change(bytes), file)));
}

/** Any bytes, more often behind the first ones of a real file. */
export function randomBytes(files: readonly Uint8Array[]): fc.Arbitrary<Bytes> {
  const any = fc.uint8Array({ maxLength: 400 });
  return fc.oneof(
    any.map((bytes) => Uint8Array.from(bytes)),
    fc
      .tuple(fc.constantFrom(...files), fc.nat(64), any)
      .map(([file, head, rest]) => join(file.subarray(0, head), rest)),
  );
}

/** The usual mixture for a format of bytes. */
export function hostileBytes(
  files: readonly Uint8Array[],
  ...made: readonly fc.Arbitrary<Bytes>[]
): fc.Arbitrary<Bytes> {
  return fc.oneof({ weight: 6, arbitrary: edited(files) }, { weight: 1, arbitrary: randomBytes(files) }, ...made);
}
