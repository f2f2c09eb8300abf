/**
 * The twins of the optimizers, regularization and the norm, against their shaders in float32, step by step, as exactly
 * as it goes and as carelessly as WGSL allows.
 */
import { describe, expect, test } from 'vitest';
import { numpyRandom } from '../../src/core/random.js';
import type { Optimizer } from '../../src/core/training.js';
import { gradientNorm, regularize } from '../../src/passes/gradients.js';
import { optimizerState, update } from '../../src/passes/optimizer.js';
import type { Pass } from '../../src/passes/pass.js';
import { type Arithmetic, careless, NEAREST, sumOverWorkgroup } from './float32.js';
import { counters, judge, rates, type Values } from './judge.js';

const f = Math.fround;
const ARITHMETICS = [NEAREST, careless(1), careless(2), careless(3)];
const COUNT = 40;
const buffers = { gradients: 'g', rates: 'r', counters: 'c', parameters: 'p', previous: 'b' };

const common = { learningRate: 0.01, weightDecay: 0 };
const OPTIMIZERS: readonly [name: string, optimizer: Optimizer, clipValue?: number][] = [
  ['sgd', { ...common, name: 'sgd', momentum: 0, nesterov: false }],
  [
    'sgd that decays, of clipped values',
    { ...common, name: 'sgd', momentum: 0, nesterov: false, weightDecay: 0.1 },
    0.3,
  ],
  ['momentum', { ...common, name: 'sgd', momentum: 0.9, nesterov: false }],
  ["Nesterov's momentum", { ...common, name: 'sgd', momentum: 0.7, nesterov: true, weightDecay: 0.01 }],
  ['rmsprop', { ...common, name: 'rmsprop', rho: 0.9, epsilon: 1e-7 }],
  ['adagrad', { ...common, name: 'adagrad', initialAccumulatorValue: 0.1, epsilon: 1e-7 }],
  ['adam', { ...common, name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }],
  [
    'adamW, of clipped values',
    { ...common, name: 'adamW', beta1: 0.8, beta2: 0.99, epsilon: 1e-3, weightDecay: 0.004 },
    1,
  ],
];

/** Numbers of some size, some of them 0 or subnormal. */
function drawn(seed: number, size = 1): number[] {
  const random = numpyRandom(seed);
  const kinds = [
    () => 2 * random() - 1,
    () => 2 * random() - 1,
    () => 1e-12 * random(),
    () => 1e-39 * random(),
    () => 0,
  ];
  return Array.from({ length: COUNT }, () => f(size * kinds[Math.floor(5 * random())]!()));
}

function held(optimizer: Optimizer, seed: number): Record<string, number[]> {
  const states = optimizerState(optimizer).map(({ name }, s) => {
    const isSquare = /Square|accumulator|second/.test(name);
    return [name, drawn(seed + 10 + s).map((value) => (isSquare ? f(value * value) : value))] as const;
  });
  const size = [1, 1e-6, 1e6][seed % 3]!;
  return {
    gradients: drawn(seed, size),
    rates: rates({
      learningRate: 0.01,
      gradientScale: seed % 2 === 0 ? 1 : 0.37,
      correction1: 0.19,
      correction2: 0.002,
    }),
    counters: counters({ step: 3 }),
    parameters: drawn(seed + 1, 3),
    previous: drawn(seed + 2),
    ...Object.fromEntries(states),
  };
}

/** The optimizers' shaders, for all weights. */
function updated(m: Arithmetic, { shader, constants, uniforms }: Pass, before: Record<string, number[]>) {
  const own = (name: string) => m.constant(uniforms[name]!);
  const limit = f(uniforms['clipValue']!);
  const [learningRate, scale, correction1, correction2] = before['rates'] as [number, number, number, number];
  const after: Record<string, number[]> = { previous: before['parameters']! };
  const put = (name: string, i: number, value: number) => {
    (after[name] ??= [])[i] = value;
    return value;
  };
  for (let i = 0; i < COUNT; i++) {
    const at = (name: string) => before[name]![i]!;
    const g = Math.max(-limit, Math.min(m.multiply(at('gradients'), scale), limit));
    const w = at('parameters');
    const kept = m.subtract(w, m.multiply(m.multiply(learningRate, own('weightDecay')), w));
    let change = g;
    if (shader === 'momentum') {
      const v = put('velocity', i, m.add(m.multiply(own('momentum'), at('velocity')), g));
      change = constants['NESTEROV'] === 1 ? m.add(g, m.multiply(own('momentum'), v)) : v;
    } else if (shader === 'rmsprop') {
      const v = put(
        'meanSquare',
        i,
        m.add(m.multiply(own('rho'), at('meanSquare')), m.multiply(m.multiply(own('rest'), g), g)),
      );
      change = m.divide(g, m.add(m.squareRoot(v), own('epsilon')));
    } else if (shader === 'adagrad') {
      const a = put('accumulator', i, m.add(at('accumulator'), m.multiply(g, g)));
      change = m.divide(g, m.add(m.squareRoot(a), own('epsilon')));
    } else if (shader === 'adam') {
      const moment = m.add(m.multiply(own('beta1'), at('firstMoment')), m.multiply(own('rest1'), g));
      const first = put('firstMoment', i, moment);
      const square = m.multiply(m.multiply(own('rest2'), g), g);
      const second = put('secondMoment', i, m.add(m.multiply(own('beta2'), at('secondMoment')), square));
      const size = m.add(m.squareRoot(m.divide(second, correction2)), own('epsilon'));
      change = m.divide(m.divide(first, correction1), size);
    }
    put('parameters', i, m.subtract(kept, m.multiply(learningRate, change)));
  }
  return after;
}

/** The largest share of a bound that was used; fails where one is passed. */
function share(
  pass: Pass,
  before: Values,
  simulate: (m: Arithmetic) => Readonly<Record<string, readonly number[]>>,
): number {
  const comparisons = ARITHMETICS.flatMap((arithmetic) =>
    Object.entries(simulate(arithmetic)).map(([binding, got]) => ({ binding, ...judge(pass, before, binding, got) })),
  );
  expect(comparisons.filter(({ ok }) => !ok)).toEqual([]);
  return Math.max(...comparisons.map(({ shareOfBound }) => shareOfBound));
}

describe.each(OPTIMIZERS)('%s', (_, optimizer, clipValue) => {
  const pass = update('update', COUNT, optimizer, clipValue, buffers);

  test('stays within its bounds, and comes near them', () => {
    const shares = Array.from({ length: 24 }, (__, seed) => {
      const before = held(optimizer, seed);
      return share(pass, before, (m) => updated(m, pass, before));
    });
    expect(Math.max(...shares)).toBeGreaterThan(0.2);
  });

  test('control: another learning rate, and a state that stands still, are noticed', () => {
    const before = held(optimizer, 3);
    const after = updated(NEAREST, pass, before);
    const slower = updated(NEAREST, pass, {
      ...before,
      rates: rates({ learningRate: 0.0099, correction1: 0.19, correction2: 0.002 }),
    });
    expect(judge(pass, before, 'parameters', slower['parameters']!)).toMatchObject({ ok: false });
    for (const { name } of optimizerState(optimizer)) {
      expect(judge(pass, before, name, after[name]!)).toMatchObject({ ok: true });
      expect(judge(pass, before, name, before[name]!)).toMatchObject({ ok: false });
    }
    expect(judge(pass, before, 'previous', after['parameters']!)).toMatchObject({ ok: false });
  });
});

describe('regularization', () => {
  const passOf = (addsGradient: boolean) =>
    regularize(
      'penalty',
      { offset: 0, count: COUNT },
      { l1: 0.03, l2: 0.2 },
      addsGradient,
      { offset: 0, count: 1 },
      {
        parameters: 'p',
        gradients: 'g',
        partials: 's',
      },
    );
  const simulated = (m: Arithmetic, before: Record<string, number[]>, addsGradient: boolean) => {
    const [l1, l2] = [m.constant(0.03), m.constant(0.2)];
    const terms = before['parameters']!.map((w) =>
      m.add(m.multiply(l1, Math.abs(w)), m.multiply(m.multiply(l2, w), w)),
    );
    const gradients = before['gradients']!.map((g, i) => {
      const w = before['parameters']![i]!;
      const own = m.add(m.multiply(l1, Math.sign(w)), m.multiply(m.multiply(2, l2), w));
      return addsGradient ? m.add(g, own) : g;
    });
    return { partials: [sumOverWorkgroup(terms, 64, m.add)], gradients };
  };

  test('stays within its bounds, and adds its gradient only where it is told to', () => {
    for (const addsGradient of [true, false]) {
      const shares = Array.from({ length: 12 }, (_, seed) => {
        const before = { parameters: drawn(seed), gradients: drawn(seed + 1), partials: [0] };
        return share(passOf(addsGradient), before, (m) => simulated(m, before, addsGradient));
      });
      expect(Math.max(...shares)).toBeGreaterThan(0.05);
    }
  });

  test('control: half of its gradient, or one where none belongs, is noticed', () => {
    const before = { parameters: drawn(1, 2), gradients: drawn(2), partials: [0] };
    const { gradients } = simulated(NEAREST, before, true);
    expect(judge(passOf(false), before, 'gradients', gradients)).toMatchObject({ ok: false });
    const half = gradients.map((g, i) => f((g + before.gradients[i]!) / 2));
    expect(judge(passOf(true), before, 'gradients', half)).toMatchObject({ ok: false });
  });
});

test('the squares of the gradients stay within their bounds, however they are spread over workgroups', () => {
  const count = 300;
  const gradients = Array.from({ length: count }, (_, i) => drawn(i)[0]!);
  const pass = gradientNorm('norm', count, 3, { gradients: 'g', squares: 's' });
  const squares = (m: Arithmetic) => ({
    squares: [0, 1, 2].map((group) => {
      const own = gradients.filter((_, i) => Math.floor((i % 192) / 64) === group);
      return sumOverWorkgroup(
        own.map((g) => m.multiply(g, g)),
        64,
        m.add,
      );
    }),
  });
  expect(share(pass, { gradients, squares: [0, 0, 0] }, squares)).toBeGreaterThan(0.05);
  const lost = squares(NEAREST).squares.with(2, 0);
  expect(judge(pass, { gradients, squares: [0, 0, 0] }, 'squares', lost)).toMatchObject({ ok: false });
});
