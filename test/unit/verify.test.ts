import { describe, expect, test } from 'vitest';
import { matrix } from '../../src/core/matrix.js';
import { activationBounds } from '../../src/verify/activation-bounds.js';
import { dotBound, gamma, magnitudeOf, TINY, U } from '../../src/verify/bounds.js';
import { compare } from '../../src/verify/compare.js';
import { comparedText, compareCurves, curveSentence } from '../../src/verify/curves.js';
import { explainFailure } from '../../src/verify/report.js';
import type { History } from '../../src/core/history.js';
import { numpyRandom } from '../../src/core/random.js';

describe('a comparison', () => {
  test('passes within the bounds and names the element that used most of its own', () => {
    const result = compare([1, 2.1, 3], [1, 2, 3.3], [0, 1, 0.4]);
    expect(result).toMatchObject({ ok: true, worst: { index: 2, got: 3, want: 3.3, bound: 0.4 } });
    expect(result.maxDifference).toBeCloseTo(0.3);
    expect(result.shareOfBound).toBeCloseTo(0.75);
  });

  test('fails past a bound, however small the others are', () => {
    expect(compare([1, 1.01], [1, 1], [1, 0.001])).toMatchObject({ ok: false, worst: { index: 1 } });
  });

  test.each([
    ['NaN on the GPU', NaN, 1],
    ['NaN in the reference', 1, NaN],
    ['NaN on both sides', NaN, NaN],
    ['Infinity on the GPU', Infinity, 1],
    ['Infinity on both sides', Infinity, Infinity],
  ])('%s fails, even with a bound of Infinity for others', (_, got, want) => {
    const result = compare([0, got], [0, want], [Infinity, 1e300]);
    expect(result).toMatchObject({ ok: false, maxDifference: Infinity, shareOfBound: Infinity, worst: { index: 1 } });
  });

  test('a bound that is NaN fails', () => {
    expect(compare([1], [1.5], [NaN]).ok).toBe(false);
  });

  test('a bound of 0 wants the very value', () => {
    expect(compare([3], [3], [0])).toMatchObject({ ok: true, shareOfBound: 0 });
    expect(compare([3 + 1e-9], [3], [0])).toMatchObject({ ok: false, shareOfBound: Infinity });
  });

  test('different lengths are never compared', () => {
    expect(() => compare([1], [1, 2], [1, 1])).toThrow('1 values cannot be compared with 2.');
  });
});

test('a failure is one sentence with pass, element, both values and the bound', () => {
  const where = { program: 'train', pass: 'update', shader: 'sgd', buffer: 'parameters' } as const;
  const parity = { ...where, computed: 1, isBeyond: false, ...compare([2], [1], [0.5]) };
  expect(explainFailure(parity)).toBe(
    'Pass update is wrong: parameters[0] is 2 on the GPU and 1 in the reference, a difference of 1 where 0.5 is allowed.',
  );
});

describe('bounds', () => {
  const random = numpyRandom(3);
  const float = () => Math.fround(2 * random() - 1);

  test('γ is n ULP, and a little more', () => {
    expect(gamma(1)).toBeGreaterThan(U);
    expect(gamma(10)).toBeLessThan(10.001 * U);
  });

  test.each([[1], [7], [64], [1000]])('float32 dot products of length %i stay within theirs, and near it', (length) => {
    const tile = 16;
    let largest = 0;
    for (let trial = 0; trial < 200; trial++) {
      const a = Array.from({ length }, float);
      const b = Array.from({ length }, float);
      let sum = 0;
      let inTile = 0;
      a.forEach((value, i) => {
        inTile = Math.fround(inTile + Math.fround(value * b[i]!));
        if (i % tile === tile - 1 || i === length - 1) {
          sum = Math.fround(sum + inTile);
          inTile = 0;
        }
      });
      const exact = a.reduce((total, value, i) => total + value * b[i]!, 0);
      const magnitude = a.reduce((total, value, i) => total + magnitudeOf(value) * magnitudeOf(b[i]!), 0);
      largest = Math.max(largest, Math.abs(sum - exact) / dotBound(length, tile, magnitude));
    }
    expect(largest).toBeLessThanOrEqual(1);
    expect(largest).toBeGreaterThan(0.001);
  });

  test('a bound never is nothing, since tiny results may be flushed to zero', () => {
    expect(dotBound(1, 16, 0)).toBeGreaterThanOrEqual(TINY);
    expect(activationBounds.sigmoid.value(-200, 0, 0)).toBeGreaterThanOrEqual(TINY);
  });
});

describe('curves', () => {
  const trained = (history: History, prediction = 0.5) => ({
    history,
    predictions: matrix(1, 1, Float64Array.of(prediction)),
  });

  test('are compared epoch by epoch, each relative to the largest of its kind', () => {
    expect(
      compareCurves(trained({ loss: [1, 2], val_loss: [4, 4] }), trained({ loss: [1, 2.25], val_loss: [4, 4] })),
    ).toEqual({
      loss: [0, 0.25],
      maxAbsoluteDifference: 0.25,
      maxRelativeDifference: 0.25 / 2.25,
      curves: [
        { key: 'loss', difference: 0.25, relative: 0.25 / 2.25 },
        { key: 'val_loss', difference: 0, relative: 0 },
        { key: 'predictions', difference: 0, relative: 0 },
      ],
      epochs: { trained: 2, reference: 2 },
    });
  });

  test.each([
    ['a prediction', { loss: [1] }, { loss: [1] }, 0.25, 0.25, 'predictions'],
    ['a metric', { loss: [1], accuracy: [0.5] }, { loss: [1], accuracy: [1] }, 0.5, 0.5, 'accuracy'],
    [
      'a validation loss of NaN',
      { loss: [1], val_loss: [NaN] },
      { loss: [1], val_loss: [1] },
      0.5,
      Infinity,
      'val_loss',
    ],
    ['NaN on both sides', { loss: [NaN] }, { loss: [NaN] }, 0.5, Infinity, 'loss'],
    ['a curve that only one has', { loss: [1], auc: [1] }, { loss: [1] }, 0.5, Infinity, 'auc'],
    ['an epoch that only one has', { loss: [1, 1] }, { loss: [1] }, 0.5, Infinity, 'loss'],
  ])('%s counts', (_, got, want, prediction, difference, key) => {
    const parity = compareCurves(trained(got, prediction), trained(want, 0.5));
    expect(parity.maxAbsoluteDifference).toBe(difference);
    expect(parity.curves[0]!.key).toBe(key);
  });

  const sentence = (got: History, want: History) => curveSentence(compareCurves(trained(got), trained(want)));

  // prettier-ignore
  test.each<[string, History, History, string]>([
    ['within the tolerance', { loss: [1 + 1e-6] }, { loss: [1] },
      'WebGPU and the CPU reference differ by at most 1.0e-6 (relative 1.0e-6), within the stated tolerance of 2e-6.'],
    ['beyond it', { loss: [1], val_loss: [2.5] }, { loss: [1], val_loss: [2] },
      "WebGPU and the CPU reference differ by at most 5.0e-1 (relative 2.5e-1), in the validation loss, more than the 2e-6 stated for the tutorial's run: errors compound over a long training and grow with the numbers, though every checked pass was within its bound."],
    ['one example on the fence', { loss: [1], val_accuracy: [0.5] }, { loss: [1.25], val_accuracy: [1] },
      'WebGPU and the CPU reference differ by at most 5.0e-1 (relative 5.0e-1), in the validation accuracy: it counts examples, and one on the fence is enough. What counts nothing differs by at most 2.5e-1 (relative 2.0e-1), in the loss.'],
    ['where the reference counts none', { loss: [1], f1Score: [0.5] }, { loss: [1], f1Score: [0] },
      'WebGPU and the CPU reference differ by at most 5.0e-1, in the F1 score: it counts examples, and one on the fence is enough. What counts nothing differs by at most 0 (relative 0), in the loss.'],
    ['no number', { loss: [1], r2Score: [-Infinity] }, { loss: [1], r2Score: [0] },
      'WebGPU and the CPU reference cannot be compared: the R² is not a finite number everywhere.'],
    ['epochs that only one trained', { loss: [1, 1, 1] }, { loss: [1.5] },
      'WebGPU trained 3 epochs and the CPU reference 1: early stopping ended them at different epochs, so their results cannot be compared; up to epoch 1 their losses differ by at most 5.0e-1.'],
  ])('are judged in one sentence: %s', (_, got, want, expected) => {
    expect(sentence(got, want)).toBe(expected);
  });

  test('what was compared is said in words', () => {
    expect(comparedText(['loss', 'meanAbsoluteError'])).toBe(
      "Over every epoch's loss and mean absolute error and every prediction.",
    );
    expect(
      comparedText(['loss', 'auc', 'topKCategoricalAccuracy', 'val_loss', 'val_auc', 'val_topKCategoricalAccuracy']),
    ).toBe("Over every epoch's loss, AUC and top-k accuracy, in training and validation, and every prediction.");
  });
});
