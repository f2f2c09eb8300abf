/** Any file of data, by its name or its first bytes. */
import { gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { readData, type ReadDataOptions } from '../../../src/data/read.js';
import { fromBase64, idx, joined, png } from './arrays.js';
import { NUMPY } from './samples.js';
import { refusalOf } from './support.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const files: [string, Uint8Array, string[]][] = [
  ['a.csv', bytesOf('a,b;c\n1,2\n3,4\n'), ['a', 'b;c']],
  ['a.CSV.gz', gzipSync(bytesOf('a,b\n1,2\n3,4\n')), ['a', 'b']],
  ['a.tsv', bytesOf('a;b\tc\n1\t2\n3\t4\n'), ['a;b', 'c']],
  ['a.json', bytesOf('{"a": [1, 2], "b": [3, 4]}'), ['a', 'b']],
  ['a.npy', fromBase64(NUMPY.float32), ['a']],
  ['https://x.org/a.npz?raw=1', fromBase64(NUMPY.npz), ['x', 'y']],
  ['x/t10k-labels-idx1-ubyte.gz', gzipSync(idx(8, [2], [1, 2])), ['t10k-labels-idx1-ubyte']],
  ['a.png', png([0, 1], { width: 1, height: 1, colour: 0 }), ['pixels']],
];

test.each(files)('%s by its name', async (name, bytes, columns) => {
  const table = await readData(memoryFile(name, bytes));
  expect(table.columns.map((column) => column.name)).toEqual(columns);
  expect(table.source).toBe(name);
  expect((await readData(memoryFile(name, bytes), { limit: 1 })).rows).toBe(1);
});

test.each(files.slice(4).filter(([name]) => !name.endsWith('gz')))('%s by its first bytes', async (_, bytes) => {
  expect((await readData(memoryFile('data', bytes))).rows).toBeGreaterThan(0);
});

test('what neither says is refused, unless the format is given', async () => {
  const file = memoryFile('data', 'a\n1\n');
  expect(await refusalOf(() => readData(file))).toBe(
    'data: found a file of an unknown kind, expected one that ends with .csv, .tsv, .json, .npy, .npz, .idx, .png or .jpg.',
  );
  expect((await readData(file, { format: 'csv' })).rows).toBe(1);
  expect(await refusalOf(() => readData(memoryFile('', joined())))).toContain('a file of an unknown kind');
  const options: ReadDataOptions = { limit: 1.5 };
  expect(await refusalOf(() => readData(memoryFile('a.csv', 'a\n1\n'), options))).toContain(
    'the limit of rows: found 1.5',
  );
});
