/**
 * Running error analysis, operation by operation: whatever WGSL allows a GPU to compute stays within the error that
 * is carried along, and the error is not far above the worst that is seen.
 */
import { describe, expect, test } from 'vitest';
import { numpyRandom } from '../../src/core/random.js';
import { compare } from '../../src/verify/compare.js';
import {
  absolute,
  add,
  type Approximate,
  divide,
  exact,
  exponential,
  horner,
  maximum,
  minimum,
  multiply,
  negative,
  reductionRoundings,
  rounded,
  squareRoot,
  subtract,
  total,
} from '../../src/verify/running-error.js';
import { type Arithmetic, careless, NEAREST, sumOverWorkgroup } from './float32.js';

const f = Math.fround;
const MAX = (2 - 2 ** -23) * 2 ** 127;

interface Operation {
  readonly steps: (a: Approximate, b: Approximate) => Approximate;
  readonly computed: (arithmetic: Arithmetic, a: number, b: number) => number;
  /** What the operand may be, so that WGSL promises something of the result. */
  readonly takes?: (a: number, b: number) => boolean;
  /** How much of the error the worst case must use, so that the bound is no idle one. */
  readonly near: number;
}

const operations: Readonly<Record<string, Operation>> = {
  add: { steps: add, computed: (m, a, b) => m.add(a, b), near: 0.9 },
  subtract: { steps: subtract, computed: (m, a, b) => m.subtract(a, b), near: 0.9 },
  multiply: { steps: multiply, computed: (m, a, b) => m.multiply(a, b), near: 0.9 },
  divide: {
    steps: divide,
    computed: (m, a, b) => m.divide(a, b),
    takes: (_, b) => Math.abs(b) >= 2 ** -126 && Math.abs(b) <= 2 ** 126,
    near: 0.8,
  },
  squareRoot: {
    steps: squareRoot,
    computed: (m, a) => m.squareRoot(a),
    takes: (a) => a >= 0,
    near: 0.7,
  },
  exponential: {
    steps: exponential,
    computed: (m, a) => m.exponential(a),
    takes: (a) => a < 88 && a > -600,
    near: 0.8,
  },
};

/** Numbers of every size a float32 can have, and some that nearly are each other. */
function* operands(count: number, seed: number): Generator<[number, number]> {
  const random = numpyRandom(seed);
  const sign = () => (random() < 0.5 ? -1 : 1);
  const moderate = () => f(sign() * 4 * random());
  const ofAnySize = () => f(sign() * 2 ** (-149 + 210 * random()));
  const subnormal = () => f(sign() * 2 ** -126 * random());
  const special = () => [0, -0, 1, -1, 2 ** -126, -(2 ** -149), 2 ** 60][Math.floor(7 * random())]!;
  const draw = () => [moderate, moderate, ofAnySize, subnormal, special][Math.floor(5 * random())]!();
  for (let i = 0; i < count; i++) {
    const a = draw();
    yield [a, random() < 0.2 ? f(sign() * a * (1 + 2 ** -20 * random())) : draw()];
  }
}

describe.each(Object.entries(operations))('%s', (_, { steps, computed, takes = () => true, near }) => {
  test('of numbers that are known stays within its error, and comes near it', () => {
    const outside: unknown[] = [];
    let most = 0;
    for (const [seed, arithmetic] of [NEAREST, careless(1), careless(2)].entries()) {
      for (const [a, b] of operands(4000, seed)) {
        if (!takes(a, b)) continue;
        const got = computed(arithmetic, a, b);
        const { value, error } = steps(exact(a), exact(b));
        if (Math.abs(value) > MAX) continue;
        const off = Math.abs(got - value);
        if (!(off <= error)) outside.push({ a, b, got, value, error });
        if (Math.abs(value) > 2 ** -100) most = Math.max(most, off / error);
      }
    }
    expect(outside).toEqual([]);
    expect(most).toBeGreaterThan(near);
  });

  test('of numbers that are off by something stays within what came through', () => {
    const outside: unknown[] = [];
    const random = numpyRandom(5);
    const arithmetic = careless(3);
    for (const [a, b] of operands(4000, 6)) {
      if (!takes(a, b)) continue;
      // Both are off by up to a share of their size; the GPU has either end, or something between.
      const [errorA, errorB] = [Math.abs(a) * random() ** 8, Math.abs(b) * random() ** 8];
      const within = (x: number, error: number) => x + error * Math.max(-1, Math.min(3 * random() - 1.5, 1));
      const [trueA, trueB] = [within(a, errorA), within(b, errorB)];
      if (!takes(trueA, trueB)) continue;
      const { value, error } = steps({ value: trueA, error: errorA }, { value: trueB, error: errorB });
      if (Math.abs(value) > MAX) continue;
      const got = computed(arithmetic, a, b);
      if (!(Math.abs(got - value) <= error)) outside.push({ a, b, errorA, errorB, got, value, error });
    }
    expect(outside).toEqual([]);
  });
});

describe('what is not rounded comes out as it went in', () => {
  test.each<[name: string, steps: Operation['steps'], f64: (a: number, b: number) => number]>([
    ['negative', negative, (a) => -a],
    ['absolute', absolute, (a) => Math.abs(a)],
    ['maximum', maximum, (a, b) => Math.max(a, b)],
    ['minimum', minimum, (a, b) => Math.min(a, b)],
  ])('%s', (_, steps, f64) => {
    const outside: unknown[] = [];
    const random = numpyRandom(9);
    for (const [a, b] of operands(4000, 8)) {
      const known = steps(exact(a), exact(b));
      // Of two that a GPU may take for each other, zero included, either comes out.
      if (known.value !== f64(a, b) || known.error > 2 ** -126) outside.push({ a, b, known });
      // Off by up to a tenth either way, which may change the winner.
      const error = 0.1 * Math.max(Math.abs(a), Math.abs(b));
      const at = (x: number) => x + error * (2 * random() - 1);
      const off = steps({ value: a, error }, { value: b, error });
      if (!(Math.abs(f64(at(a), at(b)) - off.value) <= off.error)) outside.push({ a, b, error, off });
    }
    expect(outside).toEqual([]);
  });

  test('the winner that is sure keeps its own error', () => {
    const [small, large] = [
      { value: 1, error: 0.5 },
      { value: 3, error: 0.001 },
    ];
    expect(maximum(small, large)).toBe(large);
    expect(maximum(large, small)).toBe(large);
    expect(minimum(large, small)).toEqual(small);
  });

  test('a subnormal one may be taken for zero as soon as it is used', () => {
    const tiny = 2 ** -130;
    for (const used of [maximum(exact(tiny), exact(-1)), absolute(exact(-tiny)), negative(exact(-tiny))]) {
      expect(multiply(used, exact(8)).error).toBeGreaterThan(8 * tiny);
    }
  });
});

describe('a divisor that may be zero', () => {
  test.each([
    ['is zero', exact(0)],
    ['is subnormal, which a GPU may take for zero', exact(2 ** -127)],
    ['is off by more than itself', { value: 1e-3, error: 1e-3 }],
  ])('%s: infinitely far off', (_, divisor) => {
    expect(divide(exact(1), divisor).error).toBe(Infinity);
  });

  test('is not one that is as small as float32 goes without flushing, and exact', () => {
    expect(divide(exact(2 ** -125), exact(2 ** -126)).error).toBeLessThan(1e-6);
  });
});

test('what is not a number is within no error', () => {
  for (const { value, error } of [divide(exact(0), exact(0)), squareRoot(exact(-1)), add(exact(NaN), exact(1))]) {
    expect(compare([0], [value], [error])).toMatchObject({ ok: false });
    expect(compare([NaN], [1], [error])).toMatchObject({ ok: false });
  }
});

test('a constant is rounded on its way, and by no more than an ULP', () => {
  for (const value of [0.1, 1 / 3, Math.PI, 1e-7, -2.5e30]) {
    const { error } = rounded(value);
    expect(Math.abs(careless(4).constant(value) - value)).toBeLessThanOrEqual(error);
    expect(error).toBeLessThanOrEqual(2 ** -23 * Math.abs(value));
  }
});

test('random chains of operations stay within their errors at every link', () => {
  const random = numpyRandom(11);
  const chosen = Object.values(operations);
  for (let chain = 0; chain < 1500; chain++) {
    const arithmetic = chain % 2 === 0 ? NEAREST : careless(chain);
    const start = f(8 * random() - 4);
    const links: { got: number; steps: Approximate }[] = [{ got: start, steps: exact(start) }];
    for (let length = 0; length < 12; length++) {
      const pick = () => links[Math.floor(random() * links.length)]!;
      const [a, b] = [pick(), random() < 0.3 ? { got: 0.75, steps: exact(0.75) } : pick()];
      const { steps, computed, takes = () => true } = chosen[Math.floor(random() * chosen.length)]!;
      if (!takes(a.got, b.got) || !takes(a.steps.value, b.steps.value)) continue;
      const link = { got: computed(arithmetic, a.got, b.got), steps: steps(a.steps, b.steps) };
      if (!(Math.abs(link.steps.value) < 2 ** 100 && link.steps.error < 2 ** 100)) continue;
      expect(Math.abs(link.got - link.steps.value)).toBeLessThanOrEqual(link.steps.error);
      links.push(link);
    }
  }
});

test('a polynomial stays within its error', () => {
  const constants = [1, -1 / 3, 0.7, 1e-3, -12];
  for (const seed of [1, 2, 3]) {
    const m = careless(seed);
    for (const [a] of operands(500, seed)) {
      if (Math.abs(a) > 10) continue;
      const { value, error } = horner(exact(a), constants);
      const got = constants
        .slice(0, -1)
        .reduceRight((sum, constant) => m.add(m.constant(constant), m.multiply(a, sum)), m.constant(-12));
      expect(Math.abs(got - value)).toBeLessThanOrEqual(error);
    }
  }
});

describe('sums', () => {
  test.each([1, 2, 63, 64, 65, 128, 129, 1000])('no term of %i goes through more additions than are counted', (n) => {
    // Every addition makes its result one deeper than its deepest operand.
    const depth = sumOverWorkgroup(new Array<number>(n).fill(0), 64, (a, b) => Math.max(a, b) + 1);
    expect(depth).toBe(reductionRoundings(n, 64));
  });

  test.each([1, 7, 64, 300])('of %i terms, reduced, stay within their error', (n) => {
    const random = numpyRandom(n);
    let most = 0;
    for (let trial = 0; trial < 60; trial++) {
      const terms = Array.from({ length: n }, () => f(random() * (trial % 3 === 0 ? 2 ** -126 : 1)));
      const { value, error } = total(terms.map(exact), reductionRoundings(n, 64));
      const off = Math.abs(sumOverWorkgroup(terms, 64, careless(trial).add) - value);
      expect([off, off <= error]).toEqual([off, true]);
      if (trial % 3 !== 0) most = Math.max(most, off / error);
    }
    if (n > 1) expect(most).toBeGreaterThan(0.05);
  });

  test('that cancel are measured by the size of their terms', () => {
    const large = total([exact(1e6), exact(1), exact(-1e6)], 3);
    expect(large.value).toBe(1);
    expect(Math.abs(NEAREST.add(NEAREST.add(1e6, 1.03), -1e6) - 1.03)).toBeLessThan(large.error);
  });
});

test('control: a computation that is off by twice its error is noticed', () => {
  const { value, error } = multiply(exact(f(0.1)), exact(f(0.3)));
  expect(compare([f(f(0.1) * f(0.3))], [value], [error])).toMatchObject({ ok: true });
  expect(compare([value + 2 * error], [value], [error])).toMatchObject({ ok: false });
  // And the error of a rounding does not do for a division.
  const quotient = f(0.1) / f(0.3);
  const worst = Math.max(...[1, 2, 3, 4].map((seed) => Math.abs(careless(seed).divide(f(0.1), f(0.3)) - quotient)));
  expect(worst).toBeGreaterThan(rounded(quotient).error);
  expect(worst).toBeLessThanOrEqual(divide(exact(f(0.1)), exact(f(0.3))).error);
});
