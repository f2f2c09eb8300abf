import { describe, expect, test } from 'vitest';
import { exponential } from '../../src/verify/running-error.js';
import { activationForward } from '../../src/passes/elementwise.js';
import { plateau, updateRates } from '../../src/passes/rates.js';
import { logBatch } from '../../src/passes/log.js';
import { summarizePlan } from '../../src/plan/print.js';
import { article } from '../../src/runs/article.js';
import { changed, makeRun } from '../support/runs.js';
import { counters, judge, rates } from './judge.js';
import { planOf } from './plan-runs.js';
import { refusal } from './refusal.js';

describe('1 exponential', () => {
  test('of a number far below zero that is off by much has a bound', () => {
    const { error } = exponential({ value: -1e10, error: 1200 });
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1e-37);
  });
  test('softmax of logits 1e10 apart', () => {
    const pass = activationForward('softmax', { rows: 1, columns: 2 }, 'softmax', { x: 'x', y: 'y' });
    expect(judge(pass, { x: [0, -1e10], y: [0, 0] }, 'y', [1, 0])).toMatchObject({ ok: true });
    expect(judge(pass, { x: [0, -1e10], y: [0, 0] }, 'y', [1, 1e-6])).toMatchObject({ ok: false });
  });
});

test('2 one cycle of one step, past its end', () => {
  const sgd = { name: 'sgd', learningRate: 1, momentum: 0, nesterov: false, weightDecay: 0 } as const;
  const schedule = { name: 'oneCycle', pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 } as const;
  const pass = updateRates(
    'r',
    sgd,
    schedule,
    1,
    { clipNorm: undefined, squares: 0 },
    { squares: 's', counters: 'c', rates: 'r' },
  );
  const before = { squares: [], counters: counters({ step: 2 }), rates: rates() };
  const alpha = Math.fround(1 / 25 / 1e4);
  expect(
    judge(pass, before, 'rates', rates({ learningRate: alpha, correction1: 0, correction2: 0 }).with(2, 0)),
  ).toMatchObject({ ok: true });
});

test('3 a plateau that is undecided by a rounding', () => {
  const schedule = {
    name: 'reduceOnPlateau',
    factor: 0.5,
    patience: 3,
    minDelta: 1e-4,
    cooldown: 0,
    minLearningRate: 0,
  } as const;
  const pass = plateau(
    'p',
    schedule,
    0.1,
    { firstColumn: 0, logColumns: 1, logRows: 1 },
    { counters: 'c', epochLog: 'l', rates: 'r', waiting: 'w' },
  );
  const best = 1500;
  const value = best - 2 ** -13; // one float32 below
  const before = {
    counters: counters({ epoch: 1 }),
    epochLog: [value],
    rates: rates({ plateauBest: best }),
    waiting: [1, 0],
  };
  // In float32 best − minDelta is that value itself, which is not less.
  expect(Math.fround(best - Math.fround(1e-4))).toBe(value);
  expect(judge(pass, before, 'rates', before.rates)).toMatchObject({ ok: true });
  expect(judge(pass, before, 'waiting', [2, 0])).toMatchObject({ ok: true });
  // The other way it is one too.
  expect(judge(pass, before, 'rates', rates({ plateauBest: value }))).toMatchObject({ ok: true });
  expect(judge(pass, before, 'waiting', [0, 0])).toMatchObject({ ok: true });
  // And far from there nothing is.
  const clear = { ...before, epochLog: [1499] };
  expect(judge(pass, clear, 'waiting', [2, 0])).toMatchObject({ ok: false });
  expect(judge(pass, clear, 'rates', before.rates)).toMatchObject({ ok: false });
});

test('4 a loss whose sum leaves float32', () => {
  const role = { rows: 10, examples: 10, isTraining: true, isUpdate: true, isLast: true, endsEpoch: true };
  const pass = logBatch(
    'log',
    { name: 'meanSquaredError' },
    { partials: 2, columns: 1, penalties: 0 },
    role,
    { firstColumn: 0, logColumns: 1, logRows: 1 },
    { partials: 'p', counters: 'c', sums: 's', epochLog: 'l' },
  );
  const before = { partials: [3e38, 3e38].map(Math.fround), counters: counters(), sums: [0], epochLog: [0] };
  expect(judge(pass, before, 'counters', counters({ failed: 1 }))).toMatchObject({ ok: true });
  expect(judge(pass, before, 'epochLog', [0])).toMatchObject({ ok: true });
});

test('5 softmax over more columns than a loop may have', () => {
  const run = makeRun({
    batch: 1,
    inputs: 1,
    layers: [{ units: 70_000, activation: 'softmax' }],
    training: { loss: 'categoricalCrossentropy', metrics: [] },
  });
  expect(() => planOf(run)).toThrow(/model\.layers\[0\]/);
});

test('6 a bare name', () => {
  expect(refusal(changed(article, { 'training.loss': 'mse' }))).toMatch(/^training\.loss: found "mse"/);
  expect(refusal(changed(article, { 'training.metrics': ['acc'] }))).toMatch(/^training\.metrics\[0\]: found "acc"/);
});

test('7 a list is no object', () => {
  expect(refusal(changed(article, { 'training.earlyStopping': [] }))).toMatch(
    /^training\.earlyStopping: found a list of 0, expected an object/,
  );
  expect(refusal(changed(article, { 'model.layers.0.kernelRegularizer': [0.1] }))).toMatch(
    /kernelRegularizer: found a list of 1/,
  );
  expect(refusal(changed(article, { 'training.optimizer': ['adam'] }))).toMatch(
    /^training\.optimizer: found a list of 1/,
  );
});

test('8 a network without a dense layer in one line', () => {
  const plan = planOf(makeRun({ batch: 4, inputs: 3, layers: [{ type: 'layerNormalization' }] }));
  expect(summarizePlan(plan)).toMatch(/^layered schedule, 3-3 network, 6 parameters/);
});

test('11 an epsilon that float32 flushes', () => {
  expect(refusal(changed(article, { 'training.optimizer': { name: 'adam', epsilon: 1e-50 } }))).toMatch(
    /epsilon: found 1e-50/,
  );
});

test('12 a or an', () => {
  const document = changed(article, {
    'model.layers.2': { type: 'activation', activation: 'relu' },
    'model.weights': [
      {
        kernel: [
          [1, 2, 3, 4],
          [1, 2, 3, 4],
          [1, 2, 3, 4],
        ],
      },
      { kernel: [[1], [2], [3], [4]] },
      { bias: [1] },
    ],
  });
  expect(refusal(document)).toMatch(/since an activation layer has none/);
});
