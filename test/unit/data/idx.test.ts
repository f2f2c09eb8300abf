/** IDX files, gzipped or not, in pieces of any size; what is refused about them. */
import { gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { type IdxOptions, readIdx } from '../../../src/data/idx.js';
import { idx, joined, numbers } from './arrays.js';
import { inPieces, refusalOf } from './support.js';

const read = (bytes: Uint8Array, options?: IdxOptions) => readIdx(memoryFile('x/a.idx.gz', bytes), options);
const refusal = (bytes: Uint8Array, options?: IdxOptions) => refusalOf(() => read(bytes, options));

const pictures = idx(0x08, [3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

test('pictures of bytes stay bytes, and keep their shape', async () => {
  const expected = { kind: 'numbers', name: 'a', width: 4, shape: [2, 2], missing: 0 };
  const values = Uint8Array.from({ length: 12 }, (_, i) => i + 1);
  expect(await read(pictures)).toEqual({ ...expected, values });
  expect(await read(gzipSync(pictures))).toEqual({ ...expected, values });
});

test('the same in pieces of any size', async () => {
  for (const bytes of [pictures, gzipSync(pictures)]) {
    for (let size = 1; size < bytes.length; size++) {
      const { values } = await readIdx(inPieces('a', bytes, size));
      expect(Array.from(values)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }
  }
});

test.each<[number, string, number[], unknown]>([
  [0x08, '>u1', [0, 255], Uint8Array.of(0, 255)],
  [0x09, '>i1', [-128, 127], Int8Array.of(-128, 127)],
  [0x0b, '>i2', [-300, 300], Int16Array.of(-300, 300)],
  [0x0c, '>i4', [-70_000, 70_000], Int32Array.of(-70_000, 70_000)],
  [0x0d, '>f4', [1.5, NaN], Float32Array.of(1.5, NaN)],
  [0x0e, '>f8', [0.1, -1e300], Float64Array.of(0.1, -1e300)],
])('type 0x%s is %s', async (code, type, values, expected) => {
  const column = await read(idx(code, [2], numbers(values, type)));
  expect(column).toEqual({
    kind: 'numbers',
    name: 'a',
    width: 1,
    values: expected,
    missing: values.filter(Number.isNaN).length,
  });
});

test('no more rows than asked for are read', async () => {
  let asked = 0;
  const many = inPieces('a', idx(0x08, [1000, 100], new Uint8Array(100_000)), 100);
  const counting = {
    ...many,
    stream: () =>
      many.stream().pipeThrough(new TransformStream({ transform: (chunk, c) => (asked++, c.enqueue(chunk)) })),
  };
  const { values } = await readIdx(counting, { limit: 5 });
  expect(values.length).toBe(500);
  expect(asked).toBeLessThan(20);
  expect((await read(gzipSync(pictures), { limit: 3 })).values.length).toBe(12);
});

test('a header that claims more than the stream has sets nothing aside for it', async () => {
  const claim = idx(0x08, [2 ** 21, 2 ** 10], [1, 2, 3]);
  const found = { ...inPieces('a', claim, 8) };
  expect(await refusalOf(() => readIdx(found))).toBe(
    'a: found the end after 3 bytes of values, expected 2147483648 bytes, as the header says.',
  );
});

test.each<[string, Uint8Array, string]>([
  ['nothing', joined(), 'byte 0: found the end, expected the header of an IDX file.'],
  ['half a header', pictures.slice(0, 9), 'byte 9: found the end, expected the header of an IDX file.'],
  ['another file', joined('hello world'), 'byte 0: found no IDX file, expected two zeros and a type.'],
  ['another type', idx(0x0a, [1], [1]), 'byte 0: found no IDX file, expected two zeros and a type.'],
  ['no dimension', idx(0x08, [], [1]), 'byte 3: found 0 dimensions, expected 1 to 8.'],
  ['9 dimensions', idx(0x08, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1]), 'byte 3: found 9 dimensions, expected 1 to 8.'],
  ['no row', idx(0x08, [0, 4], []), 'byte 4: found an empty file (0 × 4), expected values.'],
  [
    'values that are missing',
    pictures.slice(0, -1),
    'byte 4: found 3 × 2 × 2 values in a file of 27 bytes, expected as many as are in it.',
  ],
  [
    'a value too many',
    joined(pictures, [0]),
    'found more than 12 bytes of values, expected as many as the header says.',
  ],
  [
    '2^64 values',
    idx(0x08, [2 ** 32 - 1, 2 ** 32 - 1], [1]),
    'byte 4: found 4294967295 × 4294967295 values in a file of 13 bytes',
  ],
  [
    '2^32 gzipped values',
    gzipSync(idx(0x08, [2 ** 16, 2 ** 16], [1])),
    'byte 4: found 65536 × 65536 values in a file of',
  ],
  [
    'infinity',
    idx(0x0d, [2, 1], numbers([0, Infinity], '>f4')),
    'row 1: found Infinity, expected a number that is not infinite.',
  ],
  ['half a gzip', gzipSync(pictures).slice(0, -9), 'found damaged gzip'],
  [
    'a gzip of the wrong checksum',
    gzipSync(pictures).map((byte, i, all) => (i === all.length - 8 ? byte ^ 1 : byte)),
    'found damaged gzip',
  ],
])('%s is refused', async (_, bytes, sentence) => expect(await refusal(bytes)).toContain(sentence));

test('a gzip that unpacks to more than its header says is not unpacked to its end', async () => {
  const bomb = gzipSync(joined(idx(0x08, [10], []), new Uint8Array(2 ** 26)));
  let pieces = 0;
  const file = inPieces('a', bomb, 1024);
  const counting = {
    ...file,
    stream: () =>
      file.stream().pipeThrough(new TransformStream({ transform: (chunk, c) => (pieces++, c.enqueue(chunk)) })),
  };
  expect(await refusalOf(() => readIdx(counting))).toContain('found more than 10 bytes of values');
  expect(pieces).toBeLessThan(bomb.length / 1024 / 2);
});
