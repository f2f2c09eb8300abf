/**
 * Real data for test/integration/, from a folder that is no part of the project: the one that IDLI_TEST_DATA names,
 * else ../shared/data. Parsed, put in a seeded order, scaled. Runs in Node only.
 *
 * It refuses what it does not recognise: a row of another length, a text where a number should be, a file cut short.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Matrix, matrix, matrixFromRows } from '../../src/core/matrix.js';
import { numpyRandom } from '../../src/core/random.js';
import { takeRows } from '../../src/core/task.js';

/** x (rows, columns), and the class of each row as a number. */
export interface Dataset {
  readonly x: Matrix;
  readonly labels: readonly number[];
  /** What the numbers stand for. */
  readonly classes: readonly string[];
}

export interface DataFolder {
  readonly path: string;
  /** Whether it was asked for by name, so that a file missing in it is an error. */
  readonly isDemanded: boolean;
}

export function dataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): DataFolder {
  const named = environment['IDLI_TEST_DATA'];
  const path = named ? resolve(named) : join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
  return { path, isDemanded: Boolean(named) };
}

/** What is wrong with a folder that does not hold these files; undefined where it does. */
export function lackOf({ path, isDemanded }: DataFolder, files: readonly string[]): string | undefined {
  const missing = files.filter((file) => !existsSync(join(path, file)));
  if (missing.length === 0) return undefined;
  return isDemanded
    ? `IDLI_TEST_DATA names ${path}, which has no ${missing.join(', no ')}`
    : `absent (set IDLI_TEST_DATA to a folder with ${files.join(', ')})`;
}

/** A table of numbers under a header, with the class in words in the last column. */
export function readCsv({ path }: DataFolder, file: string): Dataset {
  const [header, ...lines] = readFileSync(join(path, file), 'utf8').trim().split(/\r?\n/);
  const columns = header!.split(',').length;
  const cells = lines.map((line) => line.split(','));
  const names = cells.map((row) => row.at(-1)!);
  const classes = [...new Set(names)].sort();
  const x = cells.map((row, r) => {
    const numbers = row.slice(0, -1).map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
    if (row.length !== columns || !numbers.every(Number.isFinite)) {
      throw new Error(`${file}, line ${r + 2}: expected ${columns - 1} numbers and a class, found ${lines[r]!}`);
    }
    return numbers;
  });
  return { x: matrixFromRows(x), labels: names.map((name) => classes.indexOf(name)), classes };
}

/** Pictures and their digits in MNIST's IDX format, gzipped: a row of bytes each, from 0 to 255. */
export function readDigits({ path }: DataFolder, images: string, labels: string): Dataset {
  const pictures = readIdx(join(path, images), 3);
  const digits = readIdx(join(path, labels), 1);
  const [rows, height, width] = pictures.shape as [number, number, number];
  if (digits.shape[0] !== rows) throw new Error(`${labels} has not one label for each picture of ${images}`);
  return {
    x: matrix(rows, height * width, Float64Array.from(pictures.values)),
    labels: Array.from(digits.values),
    classes: Array.from('0123456789'),
  };
}

/** Bytes with their shape: two zeros, the type (8 is a byte), the number of dimensions, each as a big-endian u32. */
function readIdx(path: string, dimensions: number): { readonly shape: number[]; readonly values: Uint8Array } {
  const bytes = gunzipSync(readFileSync(path));
  if (bytes.readUInt32BE(0) !== 0x800 + dimensions) {
    throw new Error(`${path} is no IDX file of bytes in ${dimensions} dimensions`);
  }
  const shape = Array.from({ length: dimensions }, (_, d) => bytes.readUInt32BE(4 + 4 * d));
  const values = bytes.subarray(4 + 4 * dimensions);
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) throw new Error(`${path} holds ${values.length} bytes, its header says ${size}`);
  return { shape, values };
}

/** The rows in another order, which follows from the seed alone. */
export function permuted({ x, labels, classes }: Dataset, seed: number): Dataset {
  const order = permutation(labels.length, seed);
  return { x: takeRows(x, order), labels: order.map((row) => labels[row]!), classes };
}

/** The same rows with each other's labels: there is nothing left to learn. */
export function withShuffledLabels({ labels, ...rest }: Dataset, seed: number): Dataset {
  return { ...rest, labels: permutation(labels.length, seed).map((row) => labels[row]!) };
}

/** The data `folds` times, each time with another of so many parts as its last rows. */
export function foldsOf({ x, labels, classes }: Dataset, folds: number): Dataset[] {
  return Array.from({ length: folds }, (_, fold) => {
    const first = Math.floor((fold * labels.length) / folds);
    const order = labels.map((_, row) => (row + first) % labels.length);
    return { x: takeRows(x, order), labels: order.map((row) => labels[row]!), classes };
  });
}

/** The first rows only. */
export function firstRows({ x, labels, classes }: Dataset, rows: number): Dataset {
  const values = x.values.subarray(0, rows * x.columns);
  return { x: matrix(rows, x.columns, values), labels: labels.slice(0, rows), classes };
}

/** Each column less its mean, over its deviation, both of the first `trainRows` rows only. */
export function standardized({ rows, columns, values }: Matrix, trainRows: number): Matrix {
  const result = matrix(rows, columns);
  for (let column = 0; column < columns; column++) {
    const of = (row: number) => values[row * columns + column]!;
    const { mean, deviation } = moments(trainRows, of);
    for (let row = 0; row < rows; row++) result.values[row * columns + column] = (of(row) - mean) / deviation;
  }
  return result;
}

/** All values less their mean, over their deviation: for pictures, whose borders never change. */
export function standardizedAsOne({ rows, columns, values }: Matrix, trainRows: number): Matrix {
  const { mean, deviation } = moments(trainRows * columns, (i) => values[i]!);
  return matrix(
    rows,
    columns,
    values.map((value) => (value - mean) / deviation),
  );
}

/** A column that never changes is left as wide as it is. */
function moments(count: number, of: (i: number) => number): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += of(i);
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (of(i) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / count) || 1 };
}

/** Fisher and Yates's shuffle of 0 … length − 1. */
export function permutation(length: number, seed: number): number[] {
  const random = numpyRandom(seed);
  const order = Array.from({ length }, (_, i) => i);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
