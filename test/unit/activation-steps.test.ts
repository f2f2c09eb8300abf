/**
 * The steps of the shaders' own functions: their values against high-accuracy ones, and their errors against
 * float32 computations, as exact as it goes and as careless as WGSL allows.
 */
import { describe, expect, test } from 'vitest';
import { numpyRandom } from '../../src/core/random.js';
import { normalDistribution } from '../../src/reference/normal-distribution.js';
import {
  activationSteps,
  logOnePlusSteps,
  naturalLogSteps,
  sigmoidSteps,
  softplusSteps,
  tanhSteps,
} from '../../src/verify/activation-steps.js';
import { type Approximate, exact } from '../../src/verify/running-error.js';
import { careless, NEAREST, shaderMath } from './float32.js';

const f = Math.fround;
type ShaderMath = ReturnType<typeof shaderMath>;
const SHADERS = [NEAREST, careless(1), careless(2), careless(3)].map(shaderMath);
const spread = (from: number, to: number, count = 1500) =>
  Array.from({ length: count }, (_, i) => f(from + ((to - from) * i) / (count - 1)));
const powers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));

interface Case {
  readonly steps: (x: Approximate) => Approximate;
  readonly shader: (math: ShaderMath) => (x: number) => number;
  /** In float64, by formulas of JavaScript's own. */
  readonly formula: (x: number) => number;
  readonly points: readonly number[];
  /** The least share of the error that a careless GPU must use, so that the bound is no idle one. */
  readonly near: number;
}

const cases: Readonly<Record<string, Case>> = {
  sigmoid: {
    steps: sigmoidSteps,
    shader: (math) => math.sigmoid,
    formula: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))),
    points: spread(-110, 110),
    near: 0.5,
  },
  'log(1 + e)': {
    steps: logOnePlusSteps,
    shader: (math) => math.logOnePlus,
    formula: Math.log1p,
    points: [...spread(0, 1), ...powers(-149, 0), 0],
    near: 0.4,
  },
  softplus: {
    steps: softplusSteps,
    shader: (math) => math.softplus,
    formula: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    points: spread(-110, 110),
    near: 0.4,
  },
  'natural logarithm': {
    steps: naturalLogSteps,
    shader: (math) => math.naturalLog,
    formula: Math.log,
    // From just under 1, where a sum of exponentials may come to lie, and around the cut at 4/3.
    points: [...spread(0.999, 3), ...powers(0, 127), ...spread(1.33333, 1.33334, 90), ...spread(1, 1.0001, 300), 1e7],
    near: 0.4,
  },
  tanh: {
    steps: tanhSteps,
    shader: (math) => math.hyperbolicTangent,
    formula: Math.tanh,
    points: [...spread(-12, 12), ...spread(0.24, 0.26, 200), ...powers(-140, -1)],
    near: 0.4,
  },
  gelu: {
    steps: activationSteps.gelu.value,
    shader: (math) => math.gelu,
    formula: (z) => z * normalDistribution(z),
    points: spread(-14, 14),
    near: 0.3,
  },
};

describe.each(Object.entries(cases))('%s', (_, { steps, shader, formula, points, near }) => {
  test('has the value of its formula, closer than the error', () => {
    const outside = points.filter((x) => !(Math.abs(steps(exact(x)).value - formula(x)) <= steps(exact(x)).error));
    expect(outside).toEqual([]);
  });

  test('stays within its error in float32, and comes near it', () => {
    const outside: unknown[] = [];
    let most = 0;
    for (const x of points) {
      const want = formula(x);
      const { error } = steps(exact(x));
      for (const math of SHADERS) {
        const got = shader(math)(x);
        const share = Math.abs(got - want) / error;
        if (got !== want && !(share <= 1)) outside.push({ x, got, want, error });
        else if (got !== want) most = Math.max(most, share);
      }
    }
    expect(outside).toEqual([]);
    expect(most).toBeGreaterThan(near);
  });

  test('stays within its error from an operand that is off by something', () => {
    const random = numpyRandom(21);
    const outside: unknown[] = [];
    for (const x of points) {
      const error = Math.abs(x) * 2 ** (-6 - 16 * random());
      const truth = x + error * (2 * random() - 1);
      const allowed = steps({ value: truth, error }).error;
      for (const math of SHADERS) {
        const got = shader(math)(x);
        if (!(Math.abs(got - formula(truth)) <= allowed)) outside.push({ x, truth, error, got, allowed });
      }
    }
    expect(outside).toEqual([]);
  });
});

describe('far out', () => {
  test.each(Object.entries(activationSteps))('%s and its slope stay within their errors, and finite', (_, way) => {
    for (const z of [-1e30, -200, -104, -30.5, 30.5, 104, 1e20].map(f)) {
      for (const steps of [way.value, way.slope]) {
        const { value, error } = steps(exact(z));
        expect([z, Number.isFinite(value), Number.isFinite(error)]).toEqual([z, true, true]);
      }
    }
  });

  test('the logarithm of a large sum is off by a few ULP, and no more', () => {
    for (const x of [1, 1.5, 1e3, 1e30]) {
      expect(naturalLogSteps(exact(x)).error).toBeLessThan(12 * 2 ** -23 * Math.max(Math.log(x), 2 ** -10));
    }
  });

  test('the steps of log(1 + e) and softplus keep the digits of what is tiny', () => {
    for (const e of [1e-6, 1e-20, 1e-30]) expect(logOnePlusSteps(exact(e)).error).toBeLessThan(1e-6 * e);
    expect(softplusSteps(exact(-60)).error).toBeLessThan(1e-4 * Math.exp(-60));
  });
});

test('control: the logarithm that WGSL has itself, 2^-21 off between 0.5 and 2, is out of the error near 1', () => {
  const x = f(1.001);
  expect(2 ** -21).toBeGreaterThan(10 * naturalLogSteps(exact(x)).error);
  // And so is a series that is one term short, where the terms left out count.
  const s = 1 / 3;
  const short = 2 * (s + s ** 3 / 3 + s ** 5 / 5 + s ** 7 / 7);
  expect(Math.abs(short - Math.log(2))).toBeGreaterThan(10 * logOnePlusSteps(exact(1)).error);
});
