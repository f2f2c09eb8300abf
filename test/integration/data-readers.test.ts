/**
 * The readers of src/data on real files, held against the tests' own readers (test/support/data.ts), which share nothing
 * with them. The data is no part of the project; where it is absent, a test says so by its name.
 */
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { DataFile } from '../../src/data/file.js';
import type { NumberColumns, RawTable, TextColumn } from '../../src/data/raw-table.js';
import { readIdx } from '../../src/data/idx.js';
import { readData } from '../../src/data/read.js';
import { dataFolder, type Dataset, lackOf, readCsv, readDigits } from '../support/data.js';

const FOLDER = dataFolder();
const IMAGES = 'mnist/t10k-images-idx3-ubyte.gz';
const LABELS = 'mnist/t10k-labels-idx1-ubyte.gz';

function fileOf(name: string): DataFile {
  const path = join(FOLDER.path, name);
  return {
    name,
    size: statSync(path).size,
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
  };
}

/** The columns of numbers row by row, and the last column as words. */
function rowsOf({ rows, columns }: RawTable) {
  const numbers = columns.slice(0, -1) as readonly NumberColumns[];
  const words = columns.at(-1) as TextColumn;
  return {
    x: Array.from({ length: rows }, (_, r) => numbers.map(({ values }) => values[r]!)),
    words: Array.from(words.codes, (code) => words.categories[code]!),
  };
}

function expected({ x, labels, classes }: Dataset) {
  return {
    x: Array.from({ length: x.rows }, (_, r) => Array.from(x.values.subarray(r * x.columns, (r + 1) * x.columns))),
    words: labels.map((label) => classes[label]!),
  };
}

/** Absent data is said by the name of a test; data that was asked for must be there. */
function withData(name: string, files: readonly string[], tests: () => void): void {
  const lack = lackOf(FOLDER, files);
  if (lack === undefined) describe(name, tests);
  else {
    test(`${name}: ${lack}`, () => {
      if (FOLDER.isDemanded) throw new Error(lack);
    });
  }
}

for (const name of ['iris.csv', 'breast_cancer.csv']) {
  withData(name, [name], () => {
    test('every cell; control: another one is seen', async () => {
      const table = await readData(fileOf(name));
      expect(rowsOf(table)).toEqual(expected(readCsv(FOLDER, name)));
      expect(table.notes).toEqual([]);
      (table.columns[0] as NumberColumns).values[7]! += 1e-9;
      expect(rowsOf(table)).not.toEqual(expected(readCsv(FOLDER, name)));
    });
  });
}

withData('diabetes.csv', ['diabetes.csv'], () => {
  test('all of its columns are numbers', async () => {
    const { rows, columns } = await readData(fileOf('diabetes.csv'));
    expect([rows, columns.length, columns.map(({ kind, missing }) => [kind, missing])]).toEqual([
      442,
      11,
      Array(11).fill(['numbers', 0]),
    ]);
  });
});

withData('MNIST', [IMAGES, LABELS], () => {
  test('every pixel and every digit, and the first ones alone', async () => {
    const { x, labels } = readDigits(FOLDER, IMAGES, LABELS);
    const images = await readIdx(fileOf(IMAGES));
    const digits = await readIdx(fileOf(LABELS));
    expect([images.name, images.shape, images.width]).toEqual(['t10k-images-idx3-ubyte', [28, 28], 784]);
    expect(images.values).toBeInstanceOf(Uint8Array);
    expect(images.values.length).toBe(x.values.length);
    expect(images.values.findIndex((value, i) => value !== x.values[i])).toBe(-1);
    expect(Array.from(digits.values)).toEqual(labels);
    const few = await readIdx(fileOf(IMAGES), { limit: 10 });
    expect(Array.from(few.values)).toEqual(Array.from(images.values.slice(0, 7840)));
  });
});
