import { describe, expect, test } from 'vitest';
import { initialWeights, type LayerWeights } from '../../src/core/initializers.js';
import { matrix, matrixFromRows, matrixToRows } from '../../src/core/matrix.js';
import { parseRun, type Run } from '../../src/core/run.js';
import { activations } from '../../src/reference/activation.js';
import { columnSums, product, productTransposedLeft, productTransposedRight } from '../../src/reference/matrix.js';
import { denseForward } from '../../src/reference/dense.js';
import { halfSumSquaredError } from '../../src/reference/loss.js';
import { trainReference } from '../../src/reference/network.js';
import { article } from '../../src/runs/article.js';
import { golden, PUBLISHED } from '../support/golden.js';
import { makeRun } from '../support/runs.js';

describe("the article's run", () => {
  const trained = trainReference(parseRun(article));

  test('reproduces the published table to its eight digits', () => {
    expect(Array.from(trained.predictions.values, (value) => value.toFixed(8))).toEqual(PUBLISHED);
  });

  test("has NumPy's losses in every epoch to 1e-12", () => {
    expect(trained.history.loss).toHaveLength(50);
    expect(furthest(trained.history.loss, golden.half_sum_squared_error)).toBeLessThan(1e-12);
    expect(furthest(trained.history.meanAbsoluteError, golden.mean_absolute_error)).toBeLessThan(1e-12);
  });

  test("ends with NumPy's weights and predictions to 1e-12", () => {
    expect(furthest(Array.from(trained.predictions.values), golden.predictions_of_epoch_50)).toBeLessThan(1e-12);
    trained.weights.forEach(({ kernel }, l) => {
      expect(furthest(matrixToRows(kernel).flat(), golden.final_kernels[l]!.flat())).toBeLessThan(1e-12);
    });
  });
});

describe('one step changes every weight by learningRate times the finite difference of the loss', () => {
  const hidden = { units: 4, activation: 'sigmoid' } as const;
  const shapes = {
    'sigmoid, with biases': { batch: 5, inputs: 3, layers: [hidden, { units: 2, activation: 'sigmoid' as const }] },
    'linear output': { batch: 5, inputs: 3, layers: [hidden, { units: 2 }] },
    'one layer': { batch: 3, inputs: 2, layers: [{ units: 1, activation: 'sigmoid' as const }] },
    'three layers, one without bias': {
      batch: 4,
      inputs: 2,
      layers: [hidden, { ...hidden, useBias: false }, { units: 3 }],
    },
  };
  test.each(Object.entries(shapes))('%s', (_, shape) => {
    const run = makeRun({ ...shape, learningRate: 1 });
    expect(gradientError(run, trainReference(run).weights)).toBeLessThan(1e-8);
  });

  test('control: a gradient of the wrong sign is reported', () => {
    const run = makeRun({ ...shapes['linear output'], learningRate: 1 });
    const start = initialWeights(run);
    const wrong = trainReference(run).weights.map(({ kernel, bias }, l) => ({
      kernel: { ...kernel, values: kernel.values.map((w, i) => 2 * start[l]!.kernel.values[i]! - w) },
      bias,
    }));
    expect(gradientError(run, wrong)).toBeGreaterThan(1e-3);
  });
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

test('sigmoid saturates to 0 and 1 without overflow', () => {
  const x = matrixFromRows([[-1000], [-40], [0], [40], [1000]]);
  const y = denseForward(x, { kernel: matrix(1, 1, Float64Array.of(1)), bias: undefined }, 'sigmoid');
  expect(Array.from(y.values)).toEqual([0, Math.exp(-40), 0.5, 1, 1]);
  for (const z of [-38, -30, -20, -16]) expect(activations.sigmoid.value(z) / Math.exp(z)).toBeCloseTo(1, 6);
});

function furthest(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

/** The largest difference between the step that was taken and central differences of the loss. */
function gradientError(run: Run, after: readonly LayerWeights[]): number {
  const h = 1e-5;
  let error = 0;
  initialWeights(run).forEach((_, l) => {
    for (const part of ['kernel', 'bias'] as const) {
      after[l]![part]?.values.forEach((value, i) => {
        const start = initialWeights(run)[l]![part]!.values[i]!;
        const loss = (change: number) => {
          const weights = initialWeights(run);
          weights[l]![part]!.values[i] = start + change;
          return lossOf(run, weights);
        };
        const slope = (loss(h) - loss(-h)) / (2 * h);
        error = Math.max(error, Math.abs(start - value - run.training.optimizer.learningRate * slope));
      });
    }
  });
  return error;
}

function lossOf(run: Run, weights: readonly LayerWeights[]): number {
  const y = run.model.layers.reduce(
    (x, { activation }, l) => denseForward(x, weights[l]!, activation),
    matrixFromRows(run.data.x),
  );
  return halfSumSquaredError(y, matrixFromRows(run.data.y));
}
