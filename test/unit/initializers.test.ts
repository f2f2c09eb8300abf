/** The initializers: NumPy's normal numbers, and Keras' limits and deviations. */
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../src/core/initializers.js';
import type { Matrix } from '../../src/core/matrix.js';
import { numpyNormal, numpyRandom } from '../../src/core/random.js';
import type { InitializerDocument } from '../../src/core/model.js';
import { parseModel } from '../../src/core/run.js';
import { productTransposedLeft, productTransposedRight } from '../../src/reference/matrix.js';

const SIZE = { inputs: 120, units: 80 };

/** The first kernel of a model with this initializer. */
function kernel(kernelInitializer: InitializerDocument, { inputs, units } = SIZE): Matrix {
  return initialWeights(parseModel({ seed: 5, layers: [{ units, kernelInitializer }] }), inputs)[0]!.kernel!;
}

function moments({ values }: Matrix) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance), largest: values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) };
}

test("normal numbers are NumPy's, from the same seed", () => {
  const normal = numpyNormal(numpyRandom(1));
  const drawn = Array.from({ length: 6 }, () => normal().toFixed(8));
  expect(drawn).toEqual(['1.62434536', '-0.61175641', '-0.52817175', '-1.07296862', '0.86540763', '-2.30153870']);
});

const { inputs: I, units: U } = SIZE;

describe('uniform initializers fill their limit and do not pass it', () => {
  test.each([
    ['glorotUniform', Math.sqrt(6 / (I + U))],
    ['heUniform', Math.sqrt(6 / I)],
    ['lecunUniform', Math.sqrt(3 / I)],
  ] as const)('%s', (name, limit) => {
    const { mean, deviation, largest } = moments(kernel({ name }));
    expect(largest).toBeLessThan(limit);
    expect(largest).toBeGreaterThan(0.999 * limit);
    expect(deviation / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
    expect(Math.abs(mean)).toBeLessThan(0.03 * limit);
  });
});

describe('normal initializers have their deviation, and end at two of the distribution that is cut', () => {
  test.each([
    ['glorotNormal', Math.sqrt(2 / (I + U))],
    ['heNormal', Math.sqrt(2 / I)],
    ['lecunNormal', Math.sqrt(1 / I)],
  ] as const)('%s', (name, stddev) => {
    const { mean, deviation, largest } = moments(kernel({ name }));
    expect(Math.abs(deviation / stddev - 1)).toBeLessThan(0.03);
    expect(largest).toBeLessThanOrEqual((2 * stddev) / 0.87962566103423978);
    expect(largest).toBeGreaterThan(2.2 * stddev);
    expect(Math.abs(mean)).toBeLessThan(0.03 * stddev);
  });

  test('randomNormal is not cut', () => {
    const { mean, deviation, largest } = moments(kernel({ name: 'randomNormal', mean: 3, stddev: 0.5 }));
    expect(mean).toBeCloseTo(3, 1);
    expect(Math.abs(deviation / 0.5 - 1)).toBeLessThan(0.03);
    expect(largest).toBeGreaterThan(3 + 3 * 0.5);
  });
});

describe('orthogonal', () => {
  test.each([
    ['more inputs than units: orthonormal columns', { inputs: 40, units: 13 }],
    ['as many: both', { inputs: 20, units: 20 }],
    ['more units than inputs: orthonormal rows', { inputs: 7, units: 30 }],
    ['one of each', { inputs: 1, units: 1 }],
  ])('%s', (_, size) => {
    const w = kernel({ name: 'orthogonal', gain: 2 }, size);
    const gram = size.inputs < size.units ? productTransposedRight(w, w) : productTransposedLeft(w, w);
    gram.values.forEach((value, i) => {
      const want = i % (gram.columns + 1) === 0 ? 4 : 0;
      expect(Math.abs(value - want)).toBeLessThan(1e-12);
    });
  });
});

test('constants are what they say, with the defaults of Keras', () => {
  const small = { inputs: 1, units: 2 };
  const first = (initializer: InitializerDocument) => Array.from(kernel(initializer, small).values);
  expect(first({ name: 'zeros' })).toEqual([0, 0]);
  expect(first({ name: 'ones' })).toEqual([1, 1]);
  expect(first({ name: 'constant' })).toEqual([0, 0]);
  expect(first({ name: 'constant', value: -2.5 })).toEqual([-2.5, -2.5]);
  expect(moments(kernel({ name: 'randomUniform' })).largest).toBeLessThanOrEqual(0.05);
  expect(Math.abs(moments(kernel({ name: 'randomNormal' })).deviation / 0.05 - 1)).toBeLessThan(0.03);
});

test('a bare name is the initializer with its defaults', () => {
  expect(kernel('randomNormal').values).toEqual(kernel({ name: 'randomNormal', mean: 0, stddev: 0.05 }).values);
  expect(kernel('orthogonal').values).toEqual(kernel({ name: 'orthogonal', gain: 1 }).values);
  expect(kernel('constant').values).toEqual(kernel('zeros').values);
});

test('control: another seed, or another initializer of the same deviation, draws other numbers', () => {
  const other = initialWeights(parseModel({ seed: 6, layers: [{ units: SIZE.units }] }), SIZE.inputs)[0]!.kernel!;
  expect(other.values).not.toEqual(kernel('glorotUniform').values);
  const { largest } = moments(kernel('glorotNormal'));
  expect(largest).toBeGreaterThan(Math.sqrt(6 / (I + U)));
});
