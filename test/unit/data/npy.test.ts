/** Arrays that NumPy wrote, and others made byte by byte; what is refused about them. */
import { describe, expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { readNpy } from '../../../src/data/npy.js';
import { fromBase64, joined, npy, numbers } from './arrays.js';
import { NUMPY } from './samples.js';
import { refusalOf } from './support.js';

const read = (bytes: Uint8Array, limit?: number) => readNpy(memoryFile('folder/a.npy', bytes), { limit });
const refusal = (bytes: Uint8Array) => refusalOf(() => readNpy(memoryFile('a.npy', bytes)));

describe('what NumPy wrote', () => {
  test('float32 with a missing value', async () => {
    const table = await read(fromBase64(NUMPY.float32));
    expect(table).toEqual({
      source: 'folder/a.npy',
      rows: 2,
      columns: [{ kind: 'numbers', name: 'a', width: 2, values: Float32Array.of(1.5, -2, 3, NaN), missing: 1 }],
      notes: [],
    });
  });

  test('column-major, big-endian, in three dimensions', async () => {
    const { rows, columns } = await read(fromBase64(NUMPY.fortran));
    expect(rows).toBe(2);
    expect(columns).toEqual([
      {
        kind: 'numbers',
        name: 'a',
        width: 12,
        shape: [3, 4],
        values: Int16Array.from({ length: 24 }, (_, i) => i),
        missing: 0,
      },
    ]);
  });

  test('texts, in UTF-32 and in bytes', async () => {
    const [unicode] = (await read(fromBase64(NUMPY.unicode))).columns;
    expect(unicode).toMatchObject({ kind: 'text', categories: ['ä€😀', '', 'setosa'], codes: Int32Array.of(0, 1, 2) });
    const [bytes] = (await read(fromBase64(NUMPY.bytes))).columns;
    expect(bytes).toMatchObject({ kind: 'text', categories: ['ab', 'c'], codes: Int32Array.of(0, 1), missing: 0 });
  });

  test('float16 becomes float32, int64 float64, a single value one row', async () => {
    const [float16] = (await read(fromBase64(NUMPY.float16))).columns;
    expect(float16).toMatchObject({ values: Float32Array.of(1, -0.3330078125, 65504, 2 ** -24) });
    const [int64] = (await read(fromBase64(NUMPY.int64))).columns;
    expect(int64).toMatchObject({ values: Float64Array.of(2 ** 53 - 1, 1 - 2 ** 53, 5) });
    const scalar = await read(fromBase64(NUMPY.scalar));
    expect([scalar.rows, scalar.columns[0]]).toMatchObject([1, { width: 1, values: Float64Array.of(7.5) }]);
  });

  test('objects and records are refused', async () => {
    expect(await refusal(fromBase64(NUMPY.objects))).toBe(
      'a.npy: found Python objects, which are pickled programs, expected numbers or texts (array.astype, then numpy.save).',
    );
    expect(await refusal(fromBase64(NUMPY.records))).toBe(
      'a.npy, byte 10: found records of several fields, expected one type for the whole array.',
    );
  });
});

test('all versions of the header say the same', async () => {
  for (const version of [1, 2, 3] as const) {
    const bytes = npy(numbers([1, 2, 3], '<f4'), { type: '<f4', shape: '(3,)', version });
    expect((await read(bytes)).columns[0]).toMatchObject({ values: Float32Array.of(1, 2, 3) });
  }
});

test('the first rows alone; texts and missing values that are not in them are gone', async () => {
  const table = await read(fromBase64(NUMPY.float32), 1);
  expect([table.rows, table.columns[0]]).toMatchObject([1, { values: Float32Array.of(1.5, -2), missing: 0 }]);
  const texts = await read(fromBase64(NUMPY.unicode), 1);
  expect(texts.columns[0]).toMatchObject({ categories: ['ä€😀'], codes: Int32Array.of(0) });
});

const plain = (type: string, shape: string, bytes: Uint8Array | readonly number[], header?: string) =>
  npy(bytes, { type, shape, ...(header !== undefined && { header }) });
const four = [0, 0, 128, 63];

test.each<[string, Uint8Array, string]>([
  ['nothing', joined(), 'byte 0: found no NumPy array, expected \\x93NUMPY.'],
  [
    'a pickle',
    joined([0x80, 3]),
    'byte 0: found a pickle, which is a program, expected an array (saved by numpy.save).',
  ],
  ['another version', joined([0x93], 'NUMPY', [9, 0]), 'byte 6: found version 9, expected version 1, 2 or 3.'],
  [
    'a long header',
    joined([0x93], 'NUMPY', [2, 0, 0, 0, 0, 1]),
    'byte 8: found a header of 16777216 bytes, expected at most 65536.',
  ],
  [
    'a missing value',
    plain('<f4', '(2,)', four),
    'byte 128: found 4 bytes of values for shape (2,) of "<f4", expected 8.',
  ],
  [
    'a value too many',
    plain('<f4', '()', [...four, 0]),
    'byte 128: found 5 bytes of values for shape () of "<f4", expected 4.',
  ],
  [
    '2^40 values',
    plain('<f8', '(1099511627776,)', four),
    'byte 128: found 4 bytes of values for shape (1099511627776,) of "<f8", expected 8796093022208.',
  ],
  [
    '2^80 values',
    plain('|u1', '(1099511627776, 1099511627776)', four),
    'byte 128: found 4 bytes of values for shape (1099511627776, 1099511627776) of "|u1", expected 1.2089258196146292e+24.',
  ],
  [
    '2^40 texts of no length',
    plain('<U0', '(1099511627776,)', []),
    'values of type "<U0", expected f2, f4, f8, i1 … i8, u1 … u8, b1, or texts U and S.',
  ],
  ['no values', plain('<f4', '(0, 4)', []), 'found an empty array of shape (0, 4), expected values.'],
  ['a negative size', plain('<f4', '(-1,)', four), 'found the shape "(-1,)", expected at most 64 whole numbers.'],
  ['complex numbers', plain('<c8', '(1,)', [...four, ...four]), 'found values of type "<c8", expected f2, f4, f8,'],
  ['dates', plain('<M8[D]', '(1,)', [...four, ...four]), 'found values of type "<M8[D]", expected f2, f4, f8,'],
  ['no order of bytes', plain('|f4', '(1,)', four), 'found values of type "|f4", expected f2, f4, f8,'],
  [
    'infinity',
    plain('<f4', '(2, 2)', numbers([0, 1, 2, -Infinity], '<f4')),
    'row 1, value 1: found -Infinity, expected a number that is not infinite.',
  ],
  [
    '2^53',
    plain('<i8', '(1,)', numbers([2 ** 53], '<i8')),
    'row 0: found a whole number beyond 2^53, expected one that float64 can hold.',
  ],
  [
    'a large unsigned',
    plain('>u8', '(1,)', numbers([2 ** 63], '>u8')),
    'row 0: found a whole number beyond 2^53, expected one that float64 can hold.',
  ],
  ['a boolean of 2', plain('|b1', '(2,)', [1, 2]), 'row 1: found the byte 2, expected a boolean: 0 or 1.'],
  [
    'texts in two columns',
    plain('|S1', '(1, 2)', [65, 66]),
    'found texts of shape (1, 2), expected one text in each row.',
  ],
  ['no UTF-8', plain('|S1', '(1,)', [0xff]), 'row 0: found bytes that are no UTF-8, expected text.'],
  ['no character', plain('<U1', '(1,)', [0, 0, 0x11, 0]), 'row 0: found the code 0x110000, expected text in UTF-32.'],
  [
    'a name twice',
    plain('', '', four, "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"),
    'expected a dictionary of',
  ],
  [
    'a program',
    plain('', '', four, "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,), }"),
    'expected a dictionary of',
  ],
  ['no shape', plain('', '', four, "{'descr': '<f4', 'fortran_order': False, }"), 'expected a dictionary of'],
])('%s is refused', async (_, bytes, sentence) => expect(await refusal(bytes)).toContain(sentence));
