import { describe, expect, test } from 'vitest';
import { matrix, matrixFromRows, matrixToRows } from '../../src/core/matrix.js';
import { parseRun } from '../../src/core/run.js';
import { activations } from '../../src/reference/activation.js';
import { denseForward } from '../../src/reference/dense.js';
import {
  addRow,
  columnSums,
  product,
  productTransposedLeft,
  productTransposedRight,
} from '../../src/reference/matrix.js';
import { trainReference } from '../../src/reference/training.js';
import { article } from '../../src/runs/article.js';
import { furthest, golden, PUBLISHED } from '../support/golden.js';

describe("the article's run", () => {
  const trained = trainReference(parseRun(article));

  test('reproduces the published table to its eight digits', () => {
    expect(Array.from(trained.predictions.values, (value) => value.toFixed(8))).toEqual(PUBLISHED);
  });

  test("has NumPy's losses in every epoch to 1e-12", () => {
    expect(trained.history.loss).toHaveLength(50);
    expect(furthest(trained.history.loss, golden.half_sum_squared_error)).toBeLessThan(1e-12);
    expect(furthest(trained.history['meanAbsoluteError']!, golden.mean_absolute_error)).toBeLessThan(1e-12);
  });

  test("ends with NumPy's weights and predictions to 1e-12", () => {
    expect(furthest(Array.from(trained.predictions.values), golden.predictions_of_epoch_50)).toBeLessThan(1e-12);
    trained.weights.forEach(({ kernel }, l) => {
      expect(furthest(matrixToRows(kernel!).flat(), golden.final_kernels[l]!.flat())).toBeLessThan(1e-12);
    });
  });

  test('control: another seed is another training', () => {
    const { history } = trainReference(parseRun({ ...article, model: { ...article.model, seed: 2 } }));
    expect(furthest(history.loss, golden.half_sum_squared_error)).toBeGreaterThan(1e-3);
  });
});

test('products and sums of 2 × 3 and 3 × 2, by hand', () => {
  const a = matrixFromRows([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const b = matrixFromRows([
    [1, -1],
    [0, 2],
    [3, 1],
  ]);
  const expected = [
    [10, 6],
    [22, 12],
  ];
  expect(matrixToRows(product(a, b))).toEqual(expected);
  expect(matrixToRows(productTransposedLeft(transposed(a), b))).toEqual(expected);
  expect(matrixToRows(productTransposedRight(a, transposed(b)))).toEqual(expected);
  expect(matrixToRows(columnSums(a))).toEqual([[5, 7, 9]]);
  expect(matrixToRows(addRow(b, matrixFromRows([[10, 20]])))).toEqual([
    [11, 19],
    [10, 22],
    [13, 21],
  ]);
});

test('long sums lose no term: whole numbers come out exact', () => {
  const n = 5000;
  const ones = matrix(n, 1, new Float64Array(n).fill(1));
  const counting = matrix(
    n,
    1,
    Float64Array.from({ length: n }, (_, i) => i + 1),
  );
  const row = matrix(1, n, counting.values);
  const total = (n * (n + 1)) / 2;
  const squares = (n * (n + 1) * (2 * n + 1)) / 6;
  expect(columnSums(counting).values[0]).toBe(total);
  expect(product(row, counting).values[0]).toBe(squares);
  expect(productTransposedLeft(ones, counting).values[0]).toBe(total);
  expect(productTransposedRight(row, row).values[0]).toBe(squares);
});

test('NaN and infinity are not lost in a product with zeros', () => {
  const broken = matrixFromRows([[NaN], [Infinity]]);
  expect(product(matrixFromRows([[0, 1]]), broken).values[0]).toBeNaN();
  expect(product(matrixFromRows([[1, 0]]), matrixFromRows([[1], [Infinity]])).values[0]).toBeNaN();
});

test('sigmoid saturates to 0 and 1 without overflow', () => {
  const x = matrixFromRows([[-1000], [-40], [0], [40], [1000]]);
  const y = denseForward(x, { kernel: matrix(1, 1, Float64Array.of(1)), bias: undefined }, 'sigmoid');
  expect(Array.from(y.values)).toEqual([0, Math.exp(-40), 0.5, 1, 1]);
  for (const z of [-38, -30, -20, -16]) expect(activations.sigmoid.value(z) / Math.exp(z)).toBeCloseTo(1, 6);
});

function transposed(a: ReturnType<typeof matrix>) {
  return matrixFromRows(
    Array.from({ length: a.columns }, (_, column) =>
      Array.from({ length: a.rows }, (_, row) => a.values[row * a.columns + column]!),
    ),
  );
}
