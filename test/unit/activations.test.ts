/**
 * Each activation: its slope against finite differences, and its bound against the shader's steps, taken
 * here one by one in float32 (Math.fround after each).
 */
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS, type Activation } from '../../src/core/activations.js';
import { activations } from '../../src/reference/activation.js';
import { activationBounds } from '../../src/verify/activation-bounds.js';

const f = Math.fround;
const NAMES = Object.keys(ACTIVATIONS) as Activation[];
const horner = (z: number, coefficients: readonly number[]) =>
  coefficients.reduceRight((sum, coefficient) => f(f(coefficient) + f(z * sum)), 0);

/** shaders/activation.wgsl in float32, step by step. */
const steps: Readonly<Record<Activation, (z: number) => number>> = {
  linear: (z) => z,
  sigmoid(z) {
    const e = f(Math.exp(-Math.abs(z)));
    return f((z >= 0 ? 1 : e) / f(1 + e));
  },
  tanh(z) {
    if (Math.abs(z) < 0.25) return f(z * horner(f(z * z), [1, -1 / 3, 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925]));
    const e = f(Math.exp(-2 * Math.abs(z)));
    return f(f(Math.sign(z) * f(1 - e)) / f(1 + e));
  },
  relu: (z) => Math.max(z, 0),
  leakyRelu: (z) => (z > 0 ? z : f(f(0.2) * z)),
  elu(z) {
    if (z > 0) return z;
    if (z > -0.25) return f(z * horner(z, [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040]));
    return f(f(Math.exp(z)) - 1);
  },
};

const points = Array.from({ length: 4001 }, (_, i) => f((i - 2000) / 60 + 1e-4));

describe.each(NAMES)('%s', (name) => {
  const { value, slope } = activations[name];

  test('has the slope of its finite difference, from its output alone', () => {
    const h = 1e-6;
    for (const z of points.filter((point) => Math.abs(point) < 8)) {
      expect(Math.abs(slope(value(z)) - (value(z + h) - value(z - h)) / (2 * h))).toBeLessThan(1e-8);
    }
  });

  test('stays within its bound in float32, whatever the size of z, and the bound is near', () => {
    let most = 0;
    for (const z of points) {
      const exact = value(z);
      const bound = activationBounds[name].value(z, exact, 0);
      const difference = Math.abs(steps[name](z) - exact);
      expect([z, difference <= bound]).toEqual([z, true]);
      if (difference > 0) most = Math.max(most, difference / bound);
    }
    if (name !== 'linear' && name !== 'relu') expect(most).toBeGreaterThan(0.05);
  });

  test('far out the bound shrinks with the value or with the slope, so a wrong tail shows', () => {
    // z as the sum of one product leaves it: off by one rounding.
    for (const z of [-15, -20, -60, 15]) {
      const y = value(z);
      const bound = activationBounds[name].value(z, y, Math.abs(z) * 2 ** -23);
      const tail = Math.min(Math.abs(y), Math.abs(y - 1), Math.abs(y + 1));
      if (tail > 0) expect([z, bound < 1e-4 * Math.max(tail, Math.abs(y))]).toEqual([z, true]);
    }
  });

  test('tiny z keep their digits', () => {
    for (const z of [f(1e-4), f(-1e-6), f(3e-20)]) {
      const exact = value(z);
      expect(activationBounds[name].value(z, exact, 0)).toBeLessThan(1e-6 * Math.max(Math.abs(exact), Math.abs(z)));
    }
  });

  test('an error of z comes through, at most whole', () => {
    for (const z of [-3, -0.1, 0, 0.1, 3]) {
      const error = 1e-3;
      const change = Math.abs(value(z + error) - value(z));
      expect(activationBounds[name].value(z, value(z), error)).toBeGreaterThan(change * (1 - 1e-9));
    }
  });
});

test('far out nothing overflows', () => {
  expect(NAMES.map((name) => [name, activations[name].value(-1000), activations[name].value(1000)])).toEqual([
    ['linear', -1000, 1000],
    ['sigmoid', 0, 1],
    ['tanh', -1, 1],
    ['relu', 0, 1000],
    ['leakyRelu', -200, 1000],
    ['elu', -1, 1000],
  ]);
});
