/** What test/support/data.ts reads and what it refuses, on files of its own; the real ones may be absent. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { matrix } from '../../src/core/matrix.js';
import {
  dataFolder,
  type Dataset,
  foldsOf,
  lackOf,
  permuted,
  readCsv,
  readDigits,
  standardized,
  standardizedAsOne,
  withShuffledLabels,
} from '../support/data.js';

const path = mkdtempSync(join(tmpdir(), 'idli-data-'));
afterAll(() => rmSync(path, { recursive: true }));
const folder = dataFolder({ IDLI_TEST_DATA: path });

function written(file: string, content: string | Uint8Array): string {
  writeFileSync(join(path, file), content);
  return file;
}

test('a folder that is named must have the files; another may lack them, and says how to name one', () => {
  written('here.csv', 'a,b\n');
  expect(lackOf(folder, ['here.csv'])).toBeUndefined();
  expect(lackOf(folder, ['here.csv', 'there.csv'])).toBe(`IDLI_TEST_DATA names ${path}, which has no there.csv`);
  expect(dataFolder({}).isDemanded).toBe(false);
  expect(lackOf({ path, isDemanded: false }, ['there.csv'])).toBe(
    'absent (set IDLI_TEST_DATA to a folder with there.csv)',
  );
});

test('a table: its numbers, and its classes in alphabetical order', () => {
  const file = written('flowers.csv', 'length,width,name\r\n1,2.5,rose\r\n-3,4e1,aster\r\n');
  const { x, labels, classes } = readCsv(folder, file);
  expect([x.rows, x.columns, Array.from(x.values)]).toEqual([2, 2, [1, 2.5, -3, 40]]);
  expect([labels, classes]).toEqual([
    [1, 0],
    ['aster', 'rose'],
  ]);
});

test.each(['1,rose', '1,2,3,rose', '1,two,rose', '1,,rose'])('a row that is none is refused by its line: %s', (row) => {
  const file = written('bad.csv', `length,width,name\n1,2,rose\n${row}\n`);
  expect(() => readCsv(folder, file)).toThrow(`bad.csv, line 3: expected 2 numbers and a class, found ${row}`);
});

test('pictures and digits; files that are cut short or do not belong together are refused', () => {
  const header = (...sizes: number[]) => [0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size])];
  const idx = (name: string, bytes: number[]) => written(name, gzipSync(Uint8Array.from(bytes)));
  const images = idx('images.gz', [...header(2, 1, 3), 0, 1, 2, 253, 254, 255]);
  const labels = idx('labels.gz', [...header(2), 7, 0]);
  const { x, labels: digits } = readDigits(folder, images, labels);
  expect([x.rows, x.columns, Array.from(x.values)]).toEqual([2, 3, [0, 1, 2, 253, 254, 255]]);
  expect(digits).toEqual([7, 0]);
  expect(() => readDigits(folder, idx('short.gz', [...header(2, 1, 3), 0, 1]), labels)).toThrow(
    /holds 2 bytes.*says 6/,
  );
  expect(() => readDigits(folder, labels, labels)).toThrow(/no IDX file of bytes in 3 dimensions/);
  expect(() => readDigits(folder, images, idx('one.gz', [...header(1), 7]))).toThrow(/not one label for each picture/);
});

/** Ten rows of two columns, each with its number as its label. */
const data: Dataset = {
  x: matrix(
    10,
    2,
    Float64Array.from({ length: 20 }, (_, i) => Math.floor(i / 2) + 100 * (i % 2)),
  ),
  labels: Array.from({ length: 10 }, (_, row) => row),
  classes: [],
};
const firstColumn = ({ x }: Dataset) => Array.from({ length: x.rows }, (_, row) => x.values[row * x.columns]);
const inOrder = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

test('a permutation keeps rows and labels together, follows from its seed, and loses none', () => {
  const shuffled = permuted(data, 1);
  expect(firstColumn(shuffled)).toEqual(shuffled.labels);
  expect(inOrder(shuffled.labels)).toEqual(data.labels);
  expect(shuffled.labels).not.toEqual(data.labels);
  expect(permuted(data, 1)).toEqual(shuffled);
  expect(permuted(data, 2).labels).not.toEqual(shuffled.labels);
  // The control of real-data.test.ts: the same rows, the same labels, and no longer together.
  const mixed = withShuffledLabels(data, 1);
  expect([firstColumn(mixed), inOrder(mixed.labels)]).toEqual([data.labels, data.labels]);
  expect(mixed.labels).not.toEqual(data.labels);
});

test('folds: every row is among the last of one of them', () => {
  const folds = foldsOf(data, 5);
  expect(folds.map(({ labels }) => labels.slice(-2))).toEqual([
    [8, 9],
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ]);
  for (const fold of folds) expect(firstColumn(fold)).toEqual(fold.labels);
});

test('scaled by the rows to train on: what is held back has no part in it', () => {
  const { values } = standardized(data.x, 8);
  const column = Array.from({ length: 10 }, (_, row) => values[2 * row]!);
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  expect(mean(column.slice(0, 8))).toBeCloseTo(0, 12);
  expect(mean(column.slice(0, 8).map((value) => value ** 2))).toBeCloseTo(1, 12);
  const other = matrix(10, 2, data.x.values.slice());
  other.values.fill(1e6, 16);
  expect(standardized(other, 8).values.subarray(0, 16)).toEqual(values.subarray(0, 16));
  expect(standardizedAsOne(other, 8).values.subarray(0, 16)).toEqual(
    standardizedAsOne(data.x, 8).values.subarray(0, 16),
  );
  // A column that never changes cannot be divided by its deviation.
  expect(standardized(matrix(3, 1, Float64Array.of(5, 5, 7)), 2).values).toEqual(Float64Array.of(0, 0, 2));
});
