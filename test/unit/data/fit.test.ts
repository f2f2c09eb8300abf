/** What is fitted to the rows to train on: scales against their plain formulas, what stands in for missing values. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeRows, fitInput, type FitOptions, inOrder } from '../../../src/data/fit.js';
import type { NumberInput } from '../../../src/data/preprocessing.js';
import type { NumberArray, NumberColumns, TextColumn } from '../../../src/data/raw-table.js';
import { missingIn } from '../../../src/data/rows.js';
import { refusalOf } from './support.js';

const OPTIONS: FitOptions = { missing: 'refuse', unknownCategories: 'refuse' };

function numbers(values: NumberArray | readonly number[], width = 1, shape?: readonly number[]): NumberColumns {
  const array = Array.isArray(values) ? Float64Array.from(values) : (values as NumberArray);
  return { kind: 'numbers', name: 'n', width, ...(shape && { shape }), values: array, missing: missingIn(array) };
}

function texts(values: readonly (string | null)[]): TextColumn {
  const categories = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value)));
  return { kind: 'text', name: 't', categories, codes, missing: values.filter((value) => value === null).length };
}

const all = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row);
const fit = (column: NumberColumns, rows: Int32Array, options: Partial<FitOptions>) =>
  fitInput(column, rows, 'f.csv', { ...OPTIONS, ...options }) as NumberInput;

describe('standard', () => {
  test('mean and deviation over n are those of the plain formulas', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }),
        (list) => {
          const { shift, scale } = fit(numbers(list), all(list.length), { normalize: 'standard' });
          const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
          const deviation = Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length);
          const size = Math.max(...list.map(Math.abs), 1e-9);
          expect(Math.abs((shift as number[])[0]! - mean)).toBeLessThan(1e-12 * size);
          // A column that does not vary, to all digits, is divided by 1.
          if (deviation > 1e-9 * size) expect((scale as number[])[0]! / deviation).toBeCloseTo(1, 6);
        },
      ),
    );
  });

  test('a large mean costs no digits', () => {
    const { scale } = fit(numbers([1e9 + 1, 1e9 + 2, 1e9 + 3]), all(3), { normalize: 'standard' });
    expect((scale as number[])[0]).toBeCloseTo(Math.sqrt(2 / 3), 12);
  });

  test('it is of the given rows alone, of each column on its own, and passes missing values over', () => {
    const block = numbers([1, 10, 3, NaN, 5, 30, 1e9, 1e9], 2);
    const { shift } = fit(block, all(3), { normalize: 'standard', missing: 'mean' });
    expect(shift).toEqual([3, 20]);
    expect(fit(block, all(4), { normalize: 'standard' }).shift).not.toEqual([3, 20]);
  });

  test('of a picture it is one for all pixels, so that a border that never changes is not blown up', () => {
    const pixels = Uint8Array.of(0, 100, 0, 200);
    const picture = fit(numbers(pixels, 2, [1, 2]), all(2), { normalize: 'standard' });
    expect(picture).toMatchObject({ shift: 75, shape: [1, 2] });
    expect(picture.scale).toBeCloseTo(Math.sqrt((75 ** 2 + 25 ** 2 + 75 ** 2 + 125 ** 2) / 4), 12);
    expect(fit(numbers(pixels, 2), all(2), { normalize: 'standard' }).shift).toEqual([0, 150]);
  });
});

test('a column that does not vary is divided by 1', () => {
  for (const normalize of ['standard', 'minMax'] as const) {
    expect(fit(numbers([0.1, 0.1, 0.1]), all(3), { normalize })).toMatchObject({ shift: [0.1], scale: [1] });
  }
});

test('minMax: from the least to the largest of the given rows', () => {
  expect(fit(numbers([2, 6, 4, 100]), all(3), { normalize: 'minMax' })).toMatchObject({ shift: [2], scale: [4] });
});

test('bytes of pictures are divided by 255 where nothing is said; other numbers are left alone', () => {
  expect(fit(numbers(Uint8Array.of(1, 2), 2, [1, 2]), all(1), {})).toMatchObject({ shift: 0, scale: 255 });
  expect(fit(numbers(Float32Array.of(1, 2), 2, [1, 2]), all(1), {})).toMatchObject({ shift: 0, scale: 1 });
  expect(fit(numbers(Uint8Array.of(1, 2)), all(2), {})).toMatchObject({ shift: 0, scale: 1 });
});

test('numbers that no scaling survives are refused', async () => {
  const huge = numbers([1.5e308, -1.5e308, 1.5e308]);
  for (const normalize of ['standard', 'minMax'] as const) {
    expect(await refusalOf(() => Promise.resolve().then(() => fit(huge, all(3), { normalize })))).toBe(
      'f.csv, column "n": found numbers too large to be scaled, expected numbers that float32 can hold.',
    );
  }
});

describe('what stands in for a missing value', () => {
  test.each([
    ['mean', [3], 'a'],
    ['median', [2], 'a'],
    ['mostFrequent', [2], 'a'],
  ] as const)('%s, of the given rows', (missing, fill, category) => {
    const column = numbers([2, NaN, 2, 5, 3, 1000]);
    expect(fit(column, Int32Array.of(0, 1, 2, 3), { missing }).fill).toEqual(fill);
    const words = texts(['b', 'a', 'a', null, 'b', 'b']);
    expect(fitInput(words, all(4), 'f.csv', { ...OPTIONS, missing })).toMatchObject({ fill: category });
  });

  test('the middle of an even number of values is the mean of two; of equally frequent ones the least is taken', () => {
    expect(fit(numbers([1, 2, 4, 9]), all(4), { missing: 'median' }).fill).toEqual([3]);
    expect(fit(numbers([7, 3, 3, 7]), all(4), { missing: 'mostFrequent' }).fill).toEqual([3]);
  });

  test('a column without a value among the given rows has nothing', async () => {
    for (const column of [numbers([NaN, 1]), texts([null, 'a'])]) {
      const attempt = () => fitInput(column, all(1), 'f.csv', { ...OPTIONS, missing: 'mostFrequent' });
      expect(await refusalOf(() => Promise.resolve().then(attempt))).toBe(
        `f.csv, column "${column.name}": found no value in the rows to train on, expected at least one.`,
      );
    }
  });

  test('rows are complete where no value of theirs is missing', () => {
    expect(Array.from(completeRows([numbers([1, NaN, 3, 4]), texts(['a', 'b', null, 'd'])], 4))).toEqual([0, 3]);
  });
});

test('categories are those of the given rows, in order', () => {
  const column = texts(['pear', 'apple', 'pear', 'fig']);
  expect(fitInput(column, all(3), 'f.csv', OPTIONS)).toMatchObject({ categories: ['apple', 'pear'] });
});

test('more than a thousand categories are refused', async () => {
  const column = texts(Array.from({ length: 1001 }, (_, row) => `name ${row}`));
  const attempt = () => Promise.resolve().then(() => fitInput(column, all(1001), 'f.csv', OPTIONS));
  expect(await refusalOf(attempt)).toMatch(/^f\.csv, column "t": found 1001 different texts, for example "name 0"/);
});

test('names are in the order of numbers where all are numbers, else of their code units', () => {
  expect(inOrder(['10', '9', '-1', '1e1'])).toEqual(['-1', '9', '10', '1e1']);
  expect(inOrder(['10', '9', 'a', 'B'])).toEqual(['10', '9', 'B', 'a']);
});
