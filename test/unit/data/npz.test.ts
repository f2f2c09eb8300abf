/** Archives that NumPy wrote, and others made byte by byte; what is refused about them. */
import { expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { type NpzOptions, readNpz } from '../../../src/data/npz.js';
import { type Bytes, fromBase64, joined, npy, numbers, zip, type ZipPart } from './arrays.js';
import { NUMPY } from './samples.js';
import { cellsOf, refusalOf } from './support.js';

const read = (bytes: Uint8Array, options?: NpzOptions) => readNpz(memoryFile('a.npz', bytes), options);
const refusal = (bytes: Uint8Array, options?: NpzOptions) => refusalOf(() => read(bytes, options));

const array = (...values: number[]) => npy(numbers(values, '<f4'), { type: '<f4', shape: `(${values.length},)` });
const part = (name: string, lie: ZipPart['lie'] = {}, bytes: Bytes = array(1, 2)) => ({ name, bytes, lie });

test('what NumPy wrote, stored and deflated: a block or a column for each array', async () => {
  const stored = await read(fromBase64(NUMPY.npz));
  expect([stored.rows, stored.columns]).toEqual([
    3,
    [
      { kind: 'numbers', name: 'x', width: 2, values: Uint8Array.of(0, 1, 2, 3, 4, 5), missing: 0 },
      { kind: 'text', name: 'y', categories: ['a', 'b'], codes: Int32Array.of(0, 1, 0), missing: 0 },
    ],
  ]);
  const packed = await read(fromBase64(NUMPY.npzPacked));
  expect([packed.rows, packed.columns]).toEqual([
    3,
    [
      { kind: 'numbers', name: 'x', width: 4, shape: [2, 2], values: new Float32Array(12), missing: 0 },
      { kind: 'numbers', name: 'y', width: 1, values: Float64Array.of(1, 0, 1), missing: 0 },
    ],
  ]);
});

test('control: archives of the tests’ own are right unless they lie', async () => {
  const bytes = zip([part('a.npy'), { ...part('b.npy'), isStored: true }, part('readme.txt')], 'a comment');
  const table = await read(bytes);
  expect(cellsOf(table)).toEqual({ a: [1, 2], b: [1, 2] });
  expect(table.notes).toEqual(['a.npz: 1 file left out, being no array.']);
  expect(cellsOf(await read(bytes, { limit: 1, arrays: ['b'] }))).toEqual({ b: [1] });
});

test('arrays of different lengths are taken by name, and else refused', async () => {
  const bytes = zip([part('x.npy'), part('y.npy'), part('z.npy', {}, array(1, 2, 3))]);
  expect(await refusal(bytes)).toBe(
    'a.npz: found arrays of different lengths (x 2, y 2, z 3), expected the names of those to take.',
  );
  expect(cellsOf(await read(bytes, { arrays: ['y', 'x'] }))).toEqual({ y: [1, 2], x: [1, 2] });
  expect(await refusal(bytes, { arrays: ['w'] })).toBe(
    'a.npz: found no array "w", expected one that is there ("x", "y", "z").',
  );
});

const bomb = () => zip([part('a.npy', { size: 2 ** 31 }, new Uint8Array(1000))]);

test.each<[string, Uint8Array, string]>([
  ['no archive', joined('PK\x03\x04'), 'found no end of a ZIP archive, expected a whole one.'],
  ['an archive of nothing', zip([]), 'found no arrays, expected files that end with .npy.'],
  ['a name that comes twice', zip([part('a.npy'), part('a.npy')]), 'entry "a.npy": found its name a second time'],
  [
    'a size that deflate cannot reach',
    bomb(),
    'bytes that are said to hold 2147483648, expected a size that they can have.',
  ],
  [
    'a size that is too large',
    zip([part('a.npy', { size: 500 })]),
    'entry "a.npy": found 136 bytes, expected 500, as the directory says.',
  ],
  ['a size that is too small', zip([part('a.npy', { size: 100 })]), 'entry "a.npy": found'],
  [
    'a wrong checksum',
    zip([part('a.npy', { crc: 1 })]),
    'entry "a.npy": found damaged bytes, expected bytes with the checksum',
  ],
  [
    'encryption',
    zip([part('a.npy', { flags: 1 })]),
    'entry "a.npy": found encrypted bytes, expected an archive without a password.',
  ],
  [
    'another method',
    zip([part('a.npy', { method: 12 })]),
    'entry "a.npy": found packing method 12, expected stored or deflated bytes.',
  ],
  [
    'ZIP64',
    zip([part('a.npy', { size: 0xffffffff })]),
    'entry "a.npy": found ZIP64, expected an archive of less than 2048.0 MiB.',
  ],
  ['an entry outside', zip([part('a.npy', { header: 2 ** 30 })]), 'found no entry at byte 1073741824'],
  [
    'bytes outside',
    zip([part('a.npy', { packed: 2 ** 20, size: 2 ** 20 })]),
    'entry "a.npy": found bytes that lie outside',
  ],
  [
    'two entries in one place',
    zip([part('a.npy'), { ...part('b.npy', { header: 0, localName: 'b.npy' }) }]),
    'found another name at byte 0',
  ],
  [
    'another name inside',
    zip([part('a.npy', { localName: 'b.npy' })]),
    'found another name at byte 0, expected the same',
  ],
  [
    'no array within',
    zip([part('a.npy', {}, joined('hello'))]),
    'array "a", byte 0: found no NumPy array, expected \\x93NUMPY.',
  ],
  ['a pickle within', zip([part('a.npy', {}, fromBase64(NUMPY.objects))]), 'array "a": found Python objects'],
])('%s is refused', async (_, bytes, sentence) => expect(await refusal(bytes)).toContain(sentence));

test('entries that overlap are refused: one stream of bytes would be unpacked many times', async () => {
  // The second entry's header stands within the first one's stored bytes.
  const inner = zip([{ name: 'b.npy', bytes: array(1), isStored: true }]);
  const local = inner.subarray(0, inner.length - 22 - 46 - 5);
  const outer = { name: 'a.npy', bytes: joined(local), isStored: true };
  const bytes = zip([outer, { name: 'b.npy', bytes: array(1), isStored: true, lie: { header: 30 + 5 } }]);
  expect(await refusal(bytes)).toBe('a.npz, entry "b.npy": found bytes of entry "a.npy", expected its own.');
});
