/**
 * The reference's formulas one by one: against values worked out elsewhere (mpmath, by hand) and against their own
 * differences. How they play together is tested in gradient-check.test.ts and reference-training.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS, type ElementwiseActivation, hasSlopeFromOutput } from '../../src/core/activations.js';
import { matrix, matrixFromRows, matrixToRows } from '../../src/core/matrix.js';
import type { Loss } from '../../src/core/training.js';
import { activations, softmax, softmaxGradient } from '../../src/reference/activation.js';
import { dropout } from '../../src/reference/dropout.js';
import { exampleLosses, fusedGradient, fusedLosses, isFused, lossGradient } from '../../src/reference/loss.js';
import { normalDistribution } from '../../src/reference/normal-distribution.js';
import * as normalization from '../../src/reference/normalization.js';
import { penalty, penaltyGradient } from '../../src/reference/regularizer.js';
import { furthest } from '../support/golden.js';

const row = (...values: number[]) => matrixFromRows([values]);
const values = (a: Float64Array) => Array.from(a);
const numbers = (a: { readonly values: Float64Array }) => Array.from(a.values);

describe('activations', () => {
  // z, gelu, its slope and geluTanh, by mpmath with 40 digits.
  const gelus = [
    [-37.5, -1.7270073785932332e-306, -6.476271143055812e-305, 0],
    [-30, -1.472014178144456e-196, -4.416031690708495e-195, 0],
    [-12.25, -1.0289750177950938e-33, -1.2603860032218894e-32, -4.289968154941597e-65],
    [-5, -1.4332578593959695e-6, -7.146946001792295e-6, -2.291796196629506e-7],
    [-2.0625, -0.0403839124804035, -0.07849982194669176, -0.04023176249500668],
    [-2, -0.04550026389635842, -0.0852318010781969, -0.04540230591222498],
    [-1.9375, -0.051037870460211576, -0.09196240807792458, -0.05099368680508616],
    [-1e-8, -4.999999960105772e-9, 0.4999999920211544, -4.999999960105772e-9],
    [0.5, 0.34573123063700656, 0.8674951246561629, 0.34571400982514394],
    [1.9375, 1.8864621295397883, 1.0919624080779247, 1.8865063131949138],
    [3, 2.99595030590511, 1.011945647204184, 2.996362607918227],
    [9, 9, 1, 9],
  ] as const;
  test.each(gelus)('gelu and geluTanh of %s to 13 digits, the left tail too', (z, gelu, slope, geluTanh) => {
    expect(relativeError(activations.gelu.value(z), gelu)).toBeLessThan(1e-13);
    expect(relativeError(activations.gelu.slope(z), slope)).toBeLessThan(1e-13);
    // σ(2u) at z = −12.25 is e^−149: exp makes of the rounding of 149 that many ulps.
    expect(relativeError(activations.geluTanh.value(z), geluTanh)).toBeLessThan(1e-13);
  });

  test('control: ½ (1 + tanh u), as it is often written, has lost its digits at −5', () => {
    const u = Math.sqrt(2 / Math.PI) * (-5 + 0.044715 * (-5) ** 3);
    expect(relativeError(0.5 * -5 * (1 + Math.tanh(u)), -2.291796196629506e-7)).toBeGreaterThan(1e-11);
  });

  test('the normal distribution keeps its digits where z² has to be rounded', () => {
    const tails = [
      [-37.3, 8.205494844930773e-305],
      [-33.1, 1.4859285199642455e-240],
      [-29.7, 3.839307400444862e-194],
      [-20.1, 3.6896808637213897e-90],
    ] as const;
    for (const [z, share] of tails) expect(relativeError(normalDistribution(z), share)).toBeLessThan(2e-15);
  });

  test('the normal distribution has no step where its two formulas meet', () => {
    for (const edge of [-2, 2]) {
      const [inside, outside] = [normalDistribution(edge), normalDistribution(edge * (1 + 1e-15))];
      expect(relativeError(inside, outside)).toBeLessThan(1e-13);
    }
    expect(normalDistribution(0)).toBe(0.5);
  });

  test.each(Object.keys(ACTIVATIONS) as ElementwiseActivation[])('the slope of %s is its difference', (name) => {
    const { value, slope } = activations[name];
    const h = 1e-6;
    for (const z of [-6, -2.5, -1, -0.3, 0.2, 1.1, 2.5, 6]) {
      const difference = (value(z + h) - value(z - h)) / (2 * h);
      expect(Math.abs(slope(hasSlopeFromOutput(name) ? value(z) : z) - difference)).toBeLessThan(1e-9);
    }
  });

  test('no activation overflows at ±1000', () => {
    for (const name of Object.keys(ACTIVATIONS) as ElementwiseActivation[]) {
      for (const z of [-1000, 1000]) {
        const y = activations[name].value(z);
        expect(Number.isFinite(y)).toBe(true);
        expect(Number.isFinite(activations[name].slope(hasSlopeFromOutput(name) ? y : z))).toBe(true);
      }
    }
    expect(activations.softplus.value(-1000)).toBe(0);
    expect(activations.softplus.value(1000)).toBe(1000);
    expect(activations.silu.value(1000)).toBe(1000);
  });

  test('softmax adds up to 1, whatever is added to its row', () => {
    const y = softmax(matrixFromRows([[Math.log(1), Math.log(2), Math.log(5)]]));
    expect(furthest(numbers(y), [1 / 8, 2 / 8, 5 / 8])).toBeLessThan(1e-15);
    const far = softmax(matrixFromRows([[1000, 1001, -1000]]));
    const near = softmax(matrixFromRows([[0, 1, -2000]]));
    expect(numbers(far)).toEqual(numbers(near));
  });

  test('the gradient of softmax, by hand', () => {
    // y ⊙ (dy − Σ dy y) with y = (¼, ¾), dy = (1, 0): (¼ · ¾, −¾ · ¼)
    expect(numbers(softmaxGradient(row(0.25, 0.75), row(1, 0)))).toEqual([0.1875, -0.1875]);
  });
});

describe('losses of one row, by hand', () => {
  const y = row(0.25, 0.75);
  const t = row(1, 0.5);
  const log = Math.log;
  const cases: [Loss, number][] = [
    [{ name: 'halfSumSquaredError' }, 0.5 * (0.5625 + 0.0625)],
    [{ name: 'meanSquaredError' }, 0.5 * (0.5625 + 0.0625)],
    [{ name: 'meanAbsoluteError' }, 0.5 * (0.75 + 0.25)],
    [{ name: 'huber', delta: 0.5 }, 0.5 * (0.5 * (0.75 - 0.25) + 0.5 * 0.0625)],
    [{ name: 'binaryCrossentropy' }, 0.5 * (-log(0.25) - 0.5 * log(0.75) - 0.5 * log(0.25))],
    [{ name: 'categoricalCrossentropy' }, -log(0.25) - 0.5 * log(0.75)],
  ];
  test.each(cases)('%o', (loss, expected) => {
    expect(exampleLosses(loss, y, t)[0]).toBeCloseTo(expected, 14);
  });

  test('sparse is categorical with one-hot rows', () => {
    const both = [{ name: 'sparseCategoricalCrossentropy' }, { name: 'categoricalCrossentropy' }] as const;
    const [sparse, categorical] = both.map((loss, i) => exampleLosses(loss, y, i === 0 ? row(1) : row(0, 1))[0]);
    expect(sparse).toBe(categorical);
    expect(sparse).toBeCloseTo(-log(0.75), 15);
  });

  test('every row by itself', () => {
    const losses = exampleLosses(
      { name: 'meanSquaredError' },
      matrixFromRows([
        [1, 2],
        [3, 3],
      ]),
      matrix(2, 2),
    );
    expect(values(losses)).toEqual([2.5, 9]);
  });

  test('probabilities are clipped at 1e-7, and do not move there', () => {
    const loss: Loss = { name: 'binaryCrossentropy' };
    expect(exampleLosses(loss, row(0), row(1))[0]).toBeCloseTo(-log(1e-7), 12);
    expect(numbers(lossGradient(loss, row(0, 1, 0.5), row(1, 0, 1)))).toEqual([0, 0, -2 / 3]);
    expect(numbers(lossGradient({ name: 'categoricalCrossentropy' }, row(0, 0.5), row(1, 1)))).toEqual([0, -2]);
  });

  test('the gradient of the absolute error is 0 where there is none', () => {
    expect(numbers(lossGradient({ name: 'meanAbsoluteError' }, row(1, 2, 0), row(1, 1, 1)))).toEqual([
      0,
      1 / 3,
      -1 / 3,
    ]);
  });
});

describe('losses from logits', () => {
  const z = matrixFromRows([
    [0.3, -1.2, 2],
    [-0.5, 0.1, 0.7],
  ]);
  const t = matrixFromRows([
    [0.2, 0.3, 0.5],
    [1, 0, 0],
  ]);
  const sigmoids = matrix(2, 3, z.values.map(activations.sigmoid.value));

  test('equal those from probabilities', () => {
    const binary: Loss = { name: 'binaryCrossentropy' };
    const categorical: Loss = { name: 'categoricalCrossentropy' };
    const sparse: Loss = { name: 'sparseCategoricalCrossentropy' };
    const labels = matrixFromRows([[2], [0]]);
    expect(furthest(values(fusedLosses(binary, z, t)), values(exampleLosses(binary, sigmoids, t)))).toBeLessThan(1e-15);
    const y = softmax(z);
    for (const [loss, targets] of [
      [categorical, t],
      [sparse, labels],
    ] as const) {
      expect(furthest(values(fusedLosses(loss, z, targets)), values(exampleLosses(loss, y, targets)))).toBeLessThan(
        1e-14,
      );
      const through = softmaxGradient(y, lossGradient(loss, y, targets));
      expect(furthest(numbers(fusedGradient(loss, z, targets)), numbers(through))).toBeLessThan(1e-15);
    }
  });

  test('stay exact where probabilities have rounded to 0 and 1', () => {
    expect(fusedLosses({ name: 'binaryCrossentropy' }, row(1000, -1000), row(0, 0))[0]).toBe(500);
    expect(fusedLosses({ name: 'sparseCategoricalCrossentropy' }, row(1000, -1000), row(1))[0]).toBe(2000);
    expect(fusedLosses({ name: 'categoricalCrossentropy' }, row(1000, -1000), row(0, 1))[0]).toBe(2000);
    expect(numbers(fusedGradient({ name: 'sparseCategoricalCrossentropy' }, row(1000, -1000), row(1)))).toEqual([
      1, -1,
    ]);
  });

  test('are those of a fitting last activation alone', () => {
    expect(isFused({ name: 'binaryCrossentropy' }, 'sigmoid')).toBe(true);
    expect(isFused({ name: 'binaryCrossentropy' }, 'softmax')).toBe(false);
    expect(isFused({ name: 'categoricalCrossentropy' }, 'softmax')).toBe(true);
    expect(isFused({ name: 'meanSquaredError' }, 'sigmoid')).toBe(false);
    expect(() => fusedLosses({ name: 'meanSquaredError' }, z, t)).toThrow('logits');
  });
});

describe('normalization', () => {
  const x = matrixFromRows([
    [1, 2],
    [3, 8],
  ]);
  const gamma = row(2, 10);
  const beta = row(1, -1);

  test('columns, by hand', () => {
    const { mean, variance } = normalization.columnMoments(x);
    expect([numbers(mean), numbers(variance)]).toEqual([
      [2, 5],
      [1, 9],
    ]);
    const y = normalization.normalizeColumns(x, mean, variance, 0, gamma, beta);
    expect(matrixToRows(y)).toEqual([
      [-1, -11],
      [3, 9],
    ]);
  });

  test('rows, by hand', () => {
    const { mean, variance } = normalization.rowMoments(x);
    expect([numbers(mean), numbers(variance)]).toEqual([
      [1.5, 5.5],
      [0.25, 6.25],
    ]);
    const y = normalization.normalizeRows(x, mean, variance, 0, gamma, beta);
    expect(matrixToRows(y)).toEqual([
      [-1, 9],
      [-1, 9],
    ]);
  });

  test('epsilon is inside the root', () => {
    const xhat = normalization.normalizedColumns(row(6), row(0), row(5), 4);
    expect(numbers(xhat)).toEqual([2]);
  });

  test('nothing comes back through what the moments take away', () => {
    // A constant dy moves all of a column (or row) alike, which normalization undoes.
    const constant = matrixFromRows([
      [5, 5],
      [5, 5],
    ]);
    const { mean, variance } = normalization.columnMoments(x);
    const xhat = normalization.normalizedColumns(x, mean, variance, 0.1);
    expect(numbers(normalization.columnsInputGradient(xhat, constant, variance, 0.1, gamma))).toEqual([0, 0, 0, 0]);
  });

  test('moving averages', () => {
    expect(numbers(normalization.movingAverage(row(1, 0), row(3, 4), 0.75))).toEqual([1.5, 1]);
  });
});

test('dropout scales what it keeps', () => {
  const x = matrixFromRows([
    [1, 2],
    [3, 4],
  ]);
  expect(numbers(dropout(x, 0.75, (element) => element % 3 === 0))).toEqual([4, 0, 0, 16]);
});

test('the penalty and its gradient, by hand', () => {
  const kernel = row(-2, 0, 3);
  expect(penalty(kernel, { l1: 0.5, l2: 2 })).toBe(0.5 * 5 + 2 * 13);
  expect(numbers(penaltyGradient(kernel, { l1: 0.5, l2: 2 }))).toEqual([-8.5, 0, 12.5]);
});

function relativeError(value: number, expected: number): number {
  return expected === 0 ? Math.abs(value) : Math.abs(value / expected - 1);
}
