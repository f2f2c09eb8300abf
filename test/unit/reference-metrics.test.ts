/**
 * The metrics of the reference on tables small enough to work out by hand, in one batch and in several.
 */
import { describe, expect, test } from 'vitest';
import { matrixFromRows } from '../../src/core/matrix.js';
import { numpyRandom } from '../../src/core/random.js';
import type { Loss, Metric } from '../../src/core/training.js';
import { EpochMetrics } from '../../src/reference/metrics.js';

type Rows = readonly (readonly number[])[];

const MEAN: Loss = { name: 'meanSquaredError' };
const SPARSE: Loss = { name: 'sparseCategoricalCrossentropy' };

/** The metric of all rows, fed in batches of `batchSize`. */
function measure(metric: Metric, y: Rows, targets: Rows, loss: Loss = MEAN, batchSize = y.length) {
  const metrics = new EpochMetrics([metric], loss, y[0]!.length);
  for (let start = 0; start < y.length; start += batchSize) {
    const part = (rows: Rows) => matrixFromRows(rows.slice(start, start + batchSize));
    metrics.add(part(y), part(targets));
  }
  return { value: metrics.logs()[metric.name], confusion: metrics.confusionMatrix() };
}

describe('classes', () => {
  const y = [
    [0.5, 0.3, 0.2],
    [0.4, 0.4, 0.2], // two largest: the first counts
    [0.1, 0.2, 0.7],
    [0.4, 0.5, 0.1],
  ];
  const labels = [[0], [1], [2], [2]];
  const oneHot = labels.map(([label]) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));

  test('accuracy takes the first of the largest', () => {
    expect(measure({ name: 'sparseCategoricalAccuracy' }, y, labels, SPARSE).value).toBe(0.5);
    expect(measure({ name: 'categoricalAccuracy' }, y, oneHot).value).toBe(0.5);
    expect(measure({ name: 'categoricalAccuracy' }, [[0.4, 0.4]], [[1, 0]]).value).toBe(1);
  });

  test('`accuracy` is the one that fits', () => {
    expect(measure({ name: 'accuracy' }, y, labels, SPARSE).value).toBe(0.5);
    expect(measure({ name: 'accuracy' }, y, oneHot).value).toBe(0.5);
    expect(measure({ name: 'accuracy' }, [[0.7], [0.4], [0.5]], [[1], [1], [0]]).value).toBeCloseTo(2 / 3, 15);
  });

  test('top k: equal ones in their order', () => {
    const shares = [1, 2, 3].map((k) => measure({ name: 'topKCategoricalAccuracy', k }, y, labels, SPARSE).value);
    expect(shares).toEqual([0.5, 0.75, 1]);
    expect(measure({ name: 'topKCategoricalAccuracy', k: 2 }, y, oneHot).value).toBe(0.75);
  });

  test('a row with an output that is not finite is no hit of any', () => {
    const broken = [
      [NaN, NaN, NaN],
      [NaN, 0.5, 0.4],
      [0.1, 0.2, 0.7],
      [0.4, Infinity, 0.1],
    ];
    const truth = [[0], [1], [2], [1]];
    for (const metric of [{ name: 'sparseCategoricalAccuracy' }, { name: 'topKCategoricalAccuracy', k: 3 }] as const) {
      expect(measure(metric, broken, truth, SPARSE).value).toBe(0.25);
    }
  });

  test('the confusion matrix has true classes as rows', () => {
    const expected = [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ];
    expect(measure({ name: 'confusionMatrix' }, y, labels, SPARSE, 3).confusion).toEqual(expected);
    expect(measure({ name: 'confusionMatrix' }, y, oneHot).confusion).toEqual(expected);
    expect(measure({ name: 'confusionMatrix' }, y, oneHot).value).toBeUndefined();
    const binary = measure({ name: 'confusionMatrix' }, [[0.9], [0.5], [0.2], [0.6]], [[1], [1], [0], [0]]);
    expect(binary.confusion).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(measure({ name: 'auc' }, [[0.9]], [[1]]).confusion).toBeUndefined();
  });
});

describe('above and below ½, over all outputs', () => {
  //        hit  false alarm  miss  | ½ is not above ½: miss, right, hit
  const y = [
    [0.9, 0.8, 0.1],
    [0.5, 0.2, 0.7],
  ];
  const t = [
    [1, 0, 1],
    [1, 0, 1],
  ];
  const of = (name: 'precision' | 'recall' | 'f1Score' | 'binaryAccuracy') => measure({ name }, y, t).value;

  test('precision, recall, F₁, accuracy', () => {
    expect(of('precision')).toBeCloseTo(2 / 3, 15);
    expect(of('recall')).toBe(0.5);
    expect(of('f1Score')).toBeCloseTo(4 / 7, 15);
    expect(of('binaryAccuracy')).toBe(0.5);
  });

  test('class numbers count as one-hot rows', () => {
    const rows = [
      [0.6, 0.3, 0.1],
      [0.2, 0.4, 0.4],
      [0.1, 0.8, 0.1],
    ];
    // Said: 0, none, 1; is: 0, 1, 2.
    expect(measure({ name: 'precision' }, rows, [[0], [1], [2]], SPARSE).value).toBe(0.5);
    expect(measure({ name: 'recall' }, rows, [[0], [1], [2]], SPARSE).value).toBeCloseTo(1 / 3, 15);
  });

  test('a denominator of 0 gives 0', () => {
    expect(measure({ name: 'precision' }, [[0.1]], [[1]]).value).toBe(0);
    expect(measure({ name: 'recall' }, [[0.9]], [[0]]).value).toBe(0);
    expect(measure({ name: 'f1Score' }, [[0.1]], [[0]]).value).toBe(0);
    expect(measure({ name: 'auc' }, [[0.1]], [[0]]).value).toBe(0);
  });
});

describe('the area under the curve', () => {
  const auc = (y: number[], t: number[]) =>
    measure(
      { name: 'auc' },
      y.map((v) => [v]),
      t.map((v) => [v]),
    ).value;

  test('is the share of pairs in the right order', () => {
    expect(auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    expect(auc([0.1, 0.2, 0.7, 0.8], [0, 0, 1, 1])).toBe(1);
    expect(auc([0.8, 0.7, 0.2, 0.1], [0, 0, 1, 1])).toBe(0);
  });

  test('counts half where two are equal, or within one of its 199 steps', () => {
    expect(auc([0.5, 0.5], [0, 1])).toBe(0.5);
    // 99/199 = 0.4975 and 100/199 = 0.5025 have 0.5 and 0.502 between them.
    expect(auc([0.5, 0.502], [0, 1])).toBe(0.5);
    expect(auc([0.5, 0.503], [0, 1])).toBe(1);
    // On a threshold is not above it.
    expect(auc([0.5, 100 / 199], [0, 1])).toBe(0.5);
  });

  test('counts 0 and 1 as above the first threshold and below the last', () => {
    expect(auc([0, 1], [0, 1])).toBe(1);
    expect(auc([0, 0, 1], [0, 1, 1])).toBe(0.75);
    expect(auc([-3, 0, 7], [0, 1, 1])).toBe(0.75);
  });

  test('is near the share of pairs for many random outputs', () => {
    const random = numpyRandom(3);
    const t = Array.from({ length: 300 }, () => (random() < 0.4 ? 1 : 0));
    const y = t.map((target) => 0.7 * random() + 0.3 * target);
    let [right, pairs] = [0, 0];
    t.forEach((positive, i) => {
      if (positive === 0) return;
      t.forEach((negative, j) => {
        if (negative === 1) return;
        pairs += 1;
        if (y[i]! > y[j]!) right += 1;
      });
    });
    expect(Math.abs(auc(y, t)! - right / pairs)).toBeLessThan(1e-3);
    // Control: with the targets turned round it is 1 minus that.
    const reversed = auc(
      y,
      t.map((target) => 1 - target),
    );
    expect(Math.abs(reversed! - (1 - right / pairs))).toBeLessThan(1e-3);
  });
});

describe('distances', () => {
  const y = [
    [1, 10],
    [2, 20],
    [4, 30],
  ];
  const t = [
    [1, 13],
    [2, 20],
    [3, 26],
  ];

  test('absolute, squared, root', () => {
    expect(measure({ name: 'meanAbsoluteError' }, y, t).value).toBeCloseTo(8 / 6, 15);
    expect(measure({ name: 'meanSquaredError' }, y, t).value).toBeCloseTo(26 / 6, 15);
    expect(measure({ name: 'rootMeanSquaredError' }, y, t).value).toBeCloseTo(Math.sqrt(26 / 6), 15);
  });

  test('the root is taken of the mean of the epoch, not of each batch', () => {
    const value = measure({ name: 'rootMeanSquaredError' }, y, t, MEAN, 2).value!;
    expect(value).toBeCloseTo(Math.sqrt(26 / 6), 15);
  });

  test('R² is the mean over the outputs', () => {
    // Column 0: 1 − 1/2. Column 1, mean 59/3: Σ (t − mean)² = 13² + 20² + 26² − 59²/3.
    const second = 1 - 25 / (13 ** 2 + 20 ** 2 + 26 ** 2 - 59 ** 2 / 3);
    expect(measure({ name: 'r2Score' }, y, t).value).toBeCloseTo((0.5 + second) / 2, 14);
    expect(measure({ name: 'r2Score' }, t, t).value).toBe(1);
  });

  test('R² of targets that are all the same is 0', () => {
    const constant = t.map(([a]) => [a!, 0.1]);
    expect(measure({ name: 'r2Score' }, y, constant).value).toBe(0.25);
  });

  test('R² survives a large mean, where Σ t² − n mean² would cancel to nothing', () => {
    const far = (rows: Rows) => rows.map((row) => row.map((value) => value + 2 ** 30));
    const near = measure({ name: 'r2Score' }, y, t).value!;
    expect(Math.abs(measure({ name: 'r2Score' }, far(y), far(t)).value! - near)).toBeLessThan(1e-8);
  });
});

test('batches change nothing but the last digits', () => {
  const random = numpyRandom(5);
  const y = Array.from({ length: 11 }, () => [random(), random(), random()]);
  const t = Array.from({ length: 11 }, () => [0, 0, 0].map(() => (random() < 0.5 ? 0 : 1)));
  const names = ['categoricalAccuracy', 'precision', 'recall', 'f1Score', 'auc', 'binaryAccuracy'] as const;
  for (const name of [...names, 'meanAbsoluteError', 'meanSquaredError', 'rootMeanSquaredError', 'r2Score'] as const) {
    const whole = measure({ name }, y, t).value!;
    expect(measure({ name }, y, t, MEAN, 4).value).toBeCloseTo(whole, 14);
    // Control: without the last rows it is another number.
    expect(Math.abs(measure({ name }, y.slice(0, 8), t.slice(0, 8)).value! - whole)).toBeGreaterThan(1e-4);
  }
});

test('the logs have the metrics in the order they were asked for', () => {
  const metrics = new EpochMetrics([{ name: 'r2Score' }, { name: 'confusionMatrix' }, { name: 'auc' }], MEAN, 1);
  metrics.add(matrixFromRows([[0.2], [0.6]]), matrixFromRows([[0], [1]]));
  expect(Object.entries(metrics.logs())).toEqual([
    ['r2Score', 1 - (0.04 + 0.16000000000000003) / 0.5],
    ['auc', 1],
  ]);
});
