/**
 * Optimizers and learning-rate schedules of the reference against steps written out by hand, one number at a time,
 * straight from torch's and Keras' documentation. Whole trainings against torch are in reference-golden.test.ts.
 */
import { describe, expect, test } from 'vitest';
import type { LearningRateSchedule, Optimizer } from '../../src/core/training.js';
import * as optimizer from '../../src/reference/optimizer.js';
import { learningRateFactor, Plateau } from '../../src/reference/schedule.js';

const GRADIENTS = [0.5, -0.25, 1.5, 0, -2];

/** One weight from 1.5 through the gradients. */
function train(made: Optimizer): number[] {
  const w = Float64Array.of(1.5);
  const state = optimizer.initialState(made, 1);
  expect(state).toHaveLength(optimizer.optimizerStateCount(made));
  return GRADIENTS.map((g, i) => {
    const rates = optimizer.stepRates(made, made.learningRate, i + 1);
    optimizer.updateParameters(made, rates, w, Float64Array.of(g), state);
    return w[0]!;
  });
}

/** The same with a step that is told the weight, the gradient and t. */
function byHand(step: (w: number, g: number, t: number) => number): number[] {
  let w = 1.5;
  return GRADIENTS.map((g, i) => (w = step(w, g, i + 1)));
}

const base = { learningRate: 0.1, weightDecay: 0 };

describe('optimizers step by step', () => {
  test('sgd', () => {
    const made: Optimizer = { ...base, name: 'sgd', momentum: 0, nesterov: false };
    expect(optimizer.optimizerStateCount(made)).toBe(0);
    close(
      train(made),
      byHand((w, g) => w - 0.1 * g),
    );
  });

  test.each([false, true])('sgd with momentum, nesterov %s', (nesterov) => {
    let v = 0;
    const expected = byHand((w, g) => {
      v = 0.9 * v + g;
      return w - 0.1 * (nesterov ? g + 0.9 * v : v);
    });
    close(train({ ...base, name: 'sgd', momentum: 0.9, nesterov }), expected);
  });

  test('rmsprop', () => {
    let v = 0;
    const expected = byHand((w, g) => {
      v = 0.8 * v + 0.2 * g ** 2;
      return w - (0.1 * g) / (Math.sqrt(v) + 0.01);
    });
    close(train({ ...base, name: 'rmsprop', rho: 0.8, epsilon: 0.01 }), expected);
  });

  test('adagrad', () => {
    let a = 0.3;
    const expected = byHand((w, g) => {
      a += g ** 2;
      return w - (0.1 * g) / (Math.sqrt(a) + 0.01);
    });
    close(train({ ...base, name: 'adagrad', initialAccumulatorValue: 0.3, epsilon: 0.01 }), expected);
  });

  test('adam, and the epsilon outside the corrected root', () => {
    let [m, v] = [0, 0];
    const step = (epsilonFirst: boolean) => (w: number, g: number, t: number) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.99 * v + 0.01 * g ** 2;
      const root = epsilonFirst ? Math.sqrt(v) + 0.01 : Math.sqrt(v / (1 - 0.99 ** t)) + 0.01;
      return w - (0.1 * (m / (1 - 0.9 ** t))) / root;
    };
    const trained = train({ ...base, name: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 0.01 });
    close(trained, byHand(step(false)));
    // Control: the other place for epsilon and correction is told apart.
    [m, v] = [0, 0];
    expect(() => close(trained, byHand(step(true)))).toThrow();
  });

  const all: Optimizer[] = [
    { ...base, name: 'sgd', momentum: 0.9, nesterov: false },
    { ...base, name: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    { ...base, name: 'adagrad', initialAccumulatorValue: 0.1, epsilon: 1e-7 },
    { ...base, name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    { ...base, name: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  ];
  test.each(all)('weight decay of $name comes first and is decoupled', (made) => {
    // The steps do not depend on the weight, so with decay each is taken from 0.98 of it.
    const steps = train(made).map((w, i, path) => w - (path[i - 1] ?? 1.5));
    let w = 1.5;
    close(
      train({ ...made, weightDecay: 0.2 }),
      steps.map((step) => (w = 0.98 * w + step)),
    );
  });
});

test('clipping', () => {
  const norm = optimizer.globalNorm([Float64Array.of(3), Float64Array.of(0, -4)]);
  expect(norm).toBe(5);
  expect(optimizer.clipScale(norm, 1)).toBe(0.2);
  expect(optimizer.clipScale(norm, 10)).toBe(1);
  expect(optimizer.clipScale(0, 1)).toBe(1);
  expect([-3, -0.5, 0.5, 3].map((g) => optimizer.clipValue(g, 1))).toEqual([-1, -0.5, 0.5, 1]);
});

describe('schedules at points worked out by hand', () => {
  const cases: [string, LearningRateSchedule, Record<number, number>][] = [
    ['constant', { name: 'constant', warmupSteps: 0 }, { 0: 1, 99: 1 }],
    ['warm-up', { name: 'linearWarmup', warmupSteps: 4 }, { 0: 0.25, 2: 0.75, 3: 1, 4: 1, 50: 1 }],
    ['step', { name: 'step', decaySteps: 10, decayRate: 0.5, warmupSteps: 0 }, { 0: 1, 9: 1, 10: 0.5, 25: 0.25 }],
    [
      'step after a warm-up',
      { name: 'step', decaySteps: 10, decayRate: 0.5, warmupSteps: 5 },
      { 0: 0.2, 4: 1, 5: 1, 14: 1, 15: 0.5 },
    ],
    [
      'exponential',
      { name: 'exponential', decaySteps: 10, decayRate: 0.25, warmupSteps: 0 },
      { 0: 1, 5: 0.5, 20: 1 / 16 },
    ],
    [
      'cosine',
      { name: 'cosine', decaySteps: 60, alpha: 0.2, warmupSteps: 0 },
      { 0: 1, 20: 0.8, 30: 0.6, 60: 0.2, 90: 0.2 },
    ],
    // The warm-up takes 40 of the 100 updates.
    [
      'cosine over the rest',
      { name: 'cosine', alpha: 0, warmupSteps: 40 },
      { 39: 1, 40: 1, 70: 0.5, 99: cosine(59 / 60) },
    ],
    ['reduceOnPlateau', plateau({}), { 0: 1, 99: 1 }],
    [
      // Up to step 0.3 · 100 − 1 = 29, then down to step 99.
      'oneCycle',
      { name: 'oneCycle', pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 },
      { 0: 0.04, 14.5: 0.52, 29: 1, 64: (1 + 4e-6) / 2, 99: 4e-6, 150: 4e-6 },
    ],
    [
      // Step 0.25 · 10 − 1 = 1.5 is the top: 1 is two thirds up, 2 is 1/15 down.
      'oneCycle with a top between steps',
      { name: 'oneCycle', totalSteps: 10, pctStart: 0.25, divFactor: 10, finalDivFactor: 100 },
      { 0: 0.1, 1: 0.1 + 0.9 * 0.75, 2: 0.001 + 0.999 * cosine(0.5 / 7.5), 9: 0.001 },
    ],
    [
      // Its top would be at step −0.6, and torch's way down begins there.
      'oneCycle without a way up',
      { name: 'oneCycle', totalSteps: 4, pctStart: 0.1, divFactor: 10, finalDivFactor: 10 },
      { 0: 0.01 + 0.99 * cosine(0.6 / 3.6), 1: 0.01 + 0.99 * cosine(1.6 / 3.6), 3: 0.01 },
    ],
    [
      'oneCycle with its top at the first step',
      { name: 'oneCycle', totalSteps: 5, pctStart: 0.2, divFactor: 10, finalDivFactor: 10 },
      { 0: 1, 2: 0.01 + 0.99 * 0.5, 4: 0.01 },
    ],
  ];
  test.each(cases)('%s', (_, schedule, points) => {
    for (const [step, factor] of Object.entries(points)) {
      expect(Math.abs(learningRateFactor(schedule, Number(step), 100) - factor)).toBeLessThan(1e-15);
    }
  });

  test('a training of one step has a finite factor', () => {
    const oneCycle = { name: 'oneCycle', pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 } as const;
    expect(learningRateFactor(oneCycle, 0, 1)).toBeCloseTo(4e-6, 15);
    expect(learningRateFactor({ name: 'cosine', alpha: 0, warmupSteps: 3 }, 0, 1)).toBe(1 / 3);
    expect(learningRateFactor({ name: 'cosine', alpha: 0, warmupSteps: 0 }, 0, 1)).toBe(1);
  });
});

describe('reduceOnPlateau', () => {
  test('halves after `patience` epochs without an improvement', () => {
    //                                  best  ──────  better   ─────── second time without
    expect(factors(plateau({}), [3, 3, 2, 2, 2, 2, 2])).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.25]);
  });

  test('an improvement of exactly minDelta is none', () => {
    expect(factors(plateau({ minDelta: 0.5 }), [3, 2.5, 2.5])).toEqual([1, 1, 0.5]);
    expect(factors(plateau({ minDelta: 0.5 }), [3, 2.4, 2.4])).toEqual([1, 1, 1]);
  });

  test('NaN is no improvement', () => {
    expect(factors(plateau({}), [3, NaN, NaN])).toEqual([1, 1, 0.5]);
  });

  test('waits through the cooldown, whose last epoch counts again', () => {
    // Reduced in epoch 2; cooldown 2 → 1 in epoch 3 (does not count), → 0 in epoch 4 (counts), reduced there.
    const schedule = plateau({ patience: 1, cooldown: 2 });
    expect(factors(schedule, [1, 1, 1, 1, 1, 1])).toEqual([1, 0.5, 0.5, 0.25, 0.25, 0.125]);
    // Control: without a cooldown it is reduced every time.
    expect(factors(plateau({ patience: 1 }), [1, 1, 1, 1])).toEqual([1, 0.5, 0.25, 0.125]);
  });

  test('stops at the least rate, and lifts no rate that is below', () => {
    const schedule = plateau({ patience: 1, minLearningRate: 0.03 });
    expect(factors(schedule, [1, 1, 1, 1])).toEqual([1, 0.5, 0.3, 0.3]);
    expect(factors(schedule, [1, 1, 1], 0.01)).toEqual([1, 1, 1]);
  });

  function factors(schedule: Extract<LearningRateSchedule, { name: 'reduceOnPlateau' }>, values: number[], rate = 0.1) {
    const state = new Plateau(schedule);
    return values.map((value) => {
      state.endEpoch(value, rate);
      return state.factor;
    });
  }
});

function plateau(changes: { patience?: number; minDelta?: number; cooldown?: number; minLearningRate?: number }) {
  const defaults = { factor: 0.5, patience: 2, minDelta: 0, cooldown: 0, minLearningRate: 0 };
  return { name: 'reduceOnPlateau' as const, ...defaults, ...changes };
}

function cosine(share: number): number {
  return 0.5 * (1 + Math.cos(Math.PI * share));
}

function close(a: readonly number[], b: readonly number[]): void {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-14));
}
