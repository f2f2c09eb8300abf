import { describe, expect, test } from 'vitest';
import { matrix } from '../../src/core/matrix.js';
import { activationBounds } from '../../src/verify/activation-bounds.js';
import { dotBound, gamma, magnitudeOf, TINY, U } from '../../src/verify/bounds.js';
import { compare } from '../../src/verify/compare.js';
import { compareCurves, explainFailure } from '../../src/verify/parity.js';
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
  const parity = { pass: 'update', buffer: 'parameters', computed: 1, ...compare([2], [1], [0.5]) };
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

test('curves are compared epoch by epoch, and NaN is infinitely far', () => {
  const trained = (loss: number[], prediction: number) => ({
    history: { loss, meanAbsoluteError: loss },
    predictions: matrix(1, 1, Float64Array.of(prediction)),
    weights: [],
  });
  expect(compareCurves(trained([1, 2], 0.5), trained([1, 2.25], 0.5))).toEqual({
    loss: [0, 0.25],
    maxAbsoluteDifference: 0.25,
    maxRelativeDifference: 0.25 / 2.25,
  });
  expect(compareCurves(trained([1, 2], 0.5), trained([1, 2], 0.25)).maxAbsoluteDifference).toBe(0.25);
  expect(compareCurves(trained([1, NaN], 0.5), trained([1, 2], 0.5)).maxAbsoluteDifference).toBe(Infinity);
});
