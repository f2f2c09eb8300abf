/**
 * The pass that makes the rates of an update, in its shader's steps: as formulas the reference's schedules, in float32
 * within the twin's bounds. And the pass that watches for a plateau, epoch by epoch against the reference.
 */
import { describe, expect, test } from 'vitest';
import type { LearningRateSchedule, Optimizer } from '../../src/core/training.js';
import type { Pass } from '../../src/passes/pass.js';
import { plateau, RATES, SCHEDULE_NUMBERS, updateRates } from '../../src/passes/rates.js';
import { learningRateFactor, Plateau } from '../../src/reference/schedule.js';
import { type Arithmetic, careless, EXACT, NEAREST } from './float32.js';
import { counters, expectedOf, judge, rates } from './judge.js';

/** shaders/learning_rate.wgsl, step by step. */
function factorOf(m: Arithmetic, { constants, uniforms }: Pass, step: number): number {
  const own = (name: string) => m.constant(uniforms[name]!);
  const name = Object.entries(SCHEDULE_NUMBERS).find(([, number]) => number === constants['SCHEDULE'])![0];
  const [warmupSteps, decaySteps] = [uniforms['warmupSteps']!, uniforms['decaySteps']!];
  const sineOfPi = (u: number) => {
    const x = m.multiply(m.constant(Math.PI), u);
    const q = m.multiply(x, x);
    const nested = [6, 20, 42, 72, 110].reduceRight(
      (inner, divisor) => m.subtract(1, m.multiply(m.divide(q, divisor), inner)),
      m.subtract(1, m.divide(q, 156)),
    );
    return m.multiply(x, nested);
  };
  const between = (start: number, end: number, p: number) => {
    const share = m.add(0.5, m.multiply(0.5, sineOfPi(m.subtract(0.5, p))));
    return m.add(end, m.multiply(m.subtract(start, end), share));
  };
  if (name === 'oneCycle') {
    const past = m.subtract(step, own('peak'));
    if (past < 0) return between(1, own('initial'), m.divide(-past, own('peak')));
    return between(1, own('alpha'), Math.min(m.divide(past, own('descent')), 1));
  }
  if (step < warmupSteps) return m.divide(step + 1, warmupSteps);
  const t = step - warmupSteps;
  if (name === 'step') return m.exponential(m.multiply(Math.floor(t / decaySteps), own('logDecayRate')));
  if (name === 'exponential') return m.exponential(m.multiply(m.divide(t, decaySteps), own('logDecayRate')));
  return name === 'cosine' ? between(1, own('alpha'), Math.min(m.divide(t, decaySteps), 1)) : 1;
}

/** shaders/update_rates.wgsl: the rates after it. */
function ratesAfter(m: Arithmetic, pass: Pass, squares: readonly number[], step: number, before: readonly number[]) {
  const own = (name: string) => m.constant(pass.uniforms[name]!);
  const [correction1, correction2, plateauFactor, plateauBest] = before.slice(2) as [number, number, number, number];
  const norm = m.squareRoot(squares.reduce((sum, square) => m.add(sum, square), 0));
  return [
    m.multiply(m.multiply(own('learningRate'), factorOf(m, pass, step)), plateauFactor),
    pass.uniforms['squares'] === 0 ? 1 : m.divide(own('clipNorm'), Math.max(norm, own('clipNorm'))),
    m.add(m.multiply(own('beta1'), correction1), own('rest1')),
    m.add(m.multiply(own('beta2'), correction2), own('rest2')),
    plateauFactor,
    plateauBest,
  ];
}

const adam: Optimizer = { name: 'adam', learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 };
const buffers = { squares: 's', counters: 'c', rates: 'r' };
const TOTAL = 40;
const warm = (warmupSteps: number) => ({ warmupSteps });

const schedules: readonly [name: string, schedule: LearningRateSchedule, total?: number][] = [
  ['constant', { name: 'constant', ...warm(0) }],
  ['constant after a warm-up', { name: 'constant', ...warm(7) }],
  ['linear warm-up', { name: 'linearWarmup', warmupSteps: 12 }],
  ['step', { name: 'step', decaySteps: 6, decayRate: 0.3, ...warm(0) }],
  ['step, after a warm-up', { name: 'step', decaySteps: 3, decayRate: 0.9, ...warm(5) }],
  ['exponential', { name: 'exponential', decaySteps: 7, decayRate: 0.5, ...warm(0) }],
  ['exponential that does not decay', { name: 'exponential', decaySteps: 7, decayRate: 1, ...warm(3) }],
  ['cosine over the whole training', { name: 'cosine', alpha: 0, ...warm(0) }],
  ['cosine to a tenth, past its end', { name: 'cosine', decaySteps: 11, alpha: 0.1, ...warm(4) }],
  ['cosine that is all warm-up', { name: 'cosine', alpha: 0, ...warm(60) }],
  ['one cycle', { name: 'oneCycle', pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 }],
  ['one cycle, with its peak between steps', { name: 'oneCycle', pctStart: 0.27, divFactor: 3, finalDivFactor: 10 }],
  ['one cycle that has ended', { name: 'oneCycle', totalSteps: 9, pctStart: 0.5, divFactor: 25, finalDivFactor: 1e4 }],
  ['one cycle of a single step', { name: 'oneCycle', pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 }, 1],
  ['one cycle of two steps', { name: 'oneCycle', pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 }, 2],
  ['one cycle too short to rise', { name: 'oneCycle', pctStart: 0.05, divFactor: 25, finalDivFactor: 1e4 }, 12],
  [
    'one cycle with its peak at the first step',
    { name: 'oneCycle', pctStart: 0.1, divFactor: 25, finalDivFactor: 1e4 },
    10,
  ],
];

describe.each(schedules)('the schedule %s', (_, schedule, total = TOTAL) => {
  const pass = updateRates('rates', adam, schedule, total, { clipNorm: undefined, squares: 0 }, buffers);
  // Past its end too, where the check after a training goes one step.
  const steps = Array.from({ length: total === 1 ? 1 : total + 3 }, (_, step) => step);

  test("is, as a formula, the reference's", () => {
    for (const step of steps) {
      const want = learningRateFactor(schedule, step, total);
      expect([step, Math.abs(factorOf(EXACT, pass, step) - want) < 1e-6]).toEqual([step, true]);
    }
  });

  test('stays within its bound in float32', () => {
    let most = 0;
    for (const arithmetic of [NEAREST, careless(1), careless(2)]) {
      let before = rates();
      for (const step of steps) {
        const after = ratesAfter(arithmetic, pass, [], step, before);
        const held = { squares: [], counters: counters({ step: step + 1 }), rates: before };
        expect([step, judge(pass, held, 'rates', after)]).toEqual([step, expect.objectContaining({ ok: true })]);
        const wide = Math.max(...Array.from(expectedOf(pass, held)['rates']!.bound));
        most = Math.max(most, wide);
        before = after;
      }
    }
    expect(most).toBeLessThan(1e-5);
  });
});

describe('clipping by the norm', () => {
  const pass = updateRates('rates', adam, { name: 'constant', ...warm(0) }, 1, { clipNorm: 0.7, squares: 5 }, buffers);
  const held = (squares: readonly number[]) => ({ squares, counters: counters({ step: 1 }), rates: rates() });

  test('leaves the share that the norm is over its limit, within its bound in float32', () => {
    for (const squares of [
      [1, 2, 3, 4, 5],
      [0.1, 0, 0, 0.001, 0],
      [0, 0, 0, 0, 0],
      [1e30, 1, 1, 1, 1],
      [1e-39, 1e-39, 0, 0, 0],
      [0.49, 0, 0, 0, 0],
    ]) {
      for (const arithmetic of [NEAREST, careless(3), careless(4)]) {
        const after = ratesAfter(arithmetic, pass, squares, 0, rates());
        expect([squares, judge(pass, held(squares), 'rates', after)]).toEqual([
          squares,
          expect.objectContaining({ ok: true }),
        ]);
      }
    }
    expect(expectedOf(pass, held([1, 2, 3, 4, 5]))['rates']!.want[1]).toBeCloseTo(0.7 / Math.sqrt(15), 12);
    expect(expectedOf(pass, held([0.1, 0, 0, 0, 0]))['rates']!.want[1]).toBe(1);
  });

  test('control: a norm that is forgotten, or another schedule, is noticed', () => {
    const after = ratesAfter(NEAREST, pass, [1, 2, 3, 4, 5], 0, rates());
    const whole = after.with(1, 1);
    expect(judge(pass, held([1, 2, 3, 4, 5]), 'rates', whole)).toMatchObject({ ok: false, worst: { index: 1 } });
    const stale = after.with(0, 0.0029);
    expect(judge(pass, held([1, 2, 3, 4, 5]), 'rates', stale)).toMatchObject({ ok: false, worst: { index: 0 } });
  });
});

test('after a failure the rates stay as they are', () => {
  const pass = updateRates(
    'rates',
    adam,
    { name: 'cosine', alpha: 0, ...warm(0) },
    9,
    { clipNorm: 1, squares: 1 },
    buffers,
  );
  const before = { squares: [NaN], counters: counters({ step: 4, failed: 5 }), rates: rates({ learningRate: 0.5 }) };
  expect(judge(pass, before, 'rates', before.rates)).toMatchObject({ ok: true });
  expect(judge(pass, before, 'rates', rates({ learningRate: 0.4 }))).toMatchObject({ ok: false });
});

describe('a plateau', () => {
  const schedule = {
    name: 'reduceOnPlateau',
    factor: 0.5,
    patience: 2,
    minDelta: 0.01,
    cooldown: 1,
    minLearningRate: 0.02,
  } as const;
  const pass = plateau(
    'plateau',
    schedule,
    0.1,
    { firstColumn: 1, logColumns: 3, logRows: 4 },
    { counters: 'c', epochLog: 'l', rates: 'r', waiting: 'w' },
  );
  // Falls, stalls, falls a little, stalls again, is no number, and stalls to the end.
  const values = [1, 0.9, 0.895, 0.894, 0.6, 0.6, 0.6, 0.6, NaN, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6].map(Math.fround);
  /** A ring of four rows, as it is after so many epochs. */
  const logAfter = (epochs: number) =>
    Array.from({ length: 4 }, (_, row) => {
      const behind = (epochs - 1 - row) % 4;
      return [7, values[epochs - 1 - (behind < 0 ? behind + 4 : behind)] ?? 7, 7];
    }).flat();

  test("does what the reference's does, epoch by epoch, within the twin's bounds", () => {
    const reference = new Plateau(schedule);
    let held = { rates: rates({ plateauBest: 3.4e38 }), waiting: [0, 0] };
    const factors: number[] = [];
    for (let epoch = 1; epoch <= values.length; epoch++) {
      reference.endEpoch(values[epoch - 1]!, 0.1);
      const before = { counters: counters({ epoch }), epochLog: logAfter(epoch), ...held };
      const after = afterPlateau(pass, before);
      expect(judge(pass, before, 'rates', after.rates)).toMatchObject({ ok: true });
      expect(judge(pass, before, 'waiting', after.waiting)).toMatchObject({ ok: true });
      const { factor, best, wait, cooldown } = reference.state;
      expect([epoch, after.waiting]).toEqual([epoch, [wait, cooldown]]);
      expect(after.rates[RATES.indexOf('plateauBest')]).toBe(best);
      expect(after.rates[RATES.indexOf('plateauFactor')]).toBeCloseTo(factor, 6);
      held = after;
      factors.push(factor);
    }
    // Halved three times, and the last time held at minLearningRate / learningRate.
    expect([...new Set(factors.map((factor) => factor.toFixed(6)))]).toEqual([
      '1.000000',
      '0.500000',
      '0.250000',
      '0.200000',
    ]);
  });

  test('before the first epoch, and after a failure, changes nothing', () => {
    const held = { epochLog: logAfter(3), rates: rates(), waiting: [1, 0] };
    for (const count of [counters({ epoch: 0 }), counters({ epoch: 3, failed: 9 })]) {
      const before = { counters: count, ...held };
      expect(judge(pass, before, 'rates', held.rates)).toMatchObject({ ok: true });
      expect(judge(pass, before, 'waiting', [1, 0])).toMatchObject({ ok: true });
      expect(judge(pass, before, 'waiting', [2, 0])).toMatchObject({ ok: false });
    }
  });
});

/** shaders/plateau.wgsl in float32. */
function afterPlateau(
  { uniforms }: Pass,
  before: { counters: number[]; epochLog: number[]; rates: number[]; waiting: number[] },
) {
  const f = Math.fround;
  const own = (name: string) => f(uniforms[name]!);
  const after = { rates: before.rates.slice(), waiting: before.waiting.slice() };
  const [factor, best] = [RATES.indexOf('plateauFactor'), RATES.indexOf('plateauBest')];
  const row = (before.counters[2]! - 1) % own('logRows');
  const value = before.epochLog[row * own('logColumns') + own('column')]!;
  if (after.waiting[1]! > 0) after.waiting = [0, after.waiting[1]! - 1];
  if (value < f(after.rates[best]! - own('minDelta'))) {
    after.rates[best] = value;
    after.waiting[0] = 0;
  } else if (after.waiting[1] === 0) {
    after.waiting[0]! += 1;
    if (after.waiting[0]! >= own('patience') && after.rates[factor]! > own('leastFactor')) {
      after.rates[factor] = Math.max(f(after.rates[factor]! * own('factor')), own('leastFactor'));
      after.waiting = [0, own('cooldown')];
    }
  }
  return after;
}
