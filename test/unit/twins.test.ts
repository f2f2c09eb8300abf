/**
 * The twins' bounds allow what WGSL allows: here a GPU that flushes every subnormal operand and result to
 * zero, on values where that is all the difference there is.
 */
import { expect, test } from 'vitest';
import { denseInputGradient, denseKernelGradient } from '../../src/passes/dense.js';
import { activationGradient, dropoutForward } from '../../src/passes/elementwise.js';
import { gradientNorm } from '../../src/passes/gradients.js';
import { logBatch } from '../../src/passes/log.js';
import { lossPass } from '../../src/passes/loss.js';
import { sumMetric } from '../../src/passes/metrics.js';
import { movingStatistics } from '../../src/passes/normalization.js';
import { update } from '../../src/passes/optimizer.js';
import { dropoutThreshold, isKept } from '../../src/core/random.js';
import type { Optimizer } from '../../src/core/training.js';
import { TINY } from '../../src/verify/bounds.js';
import { counters, expectedOf, judge, rates } from './judge.js';

const SUBNORMAL = Math.fround(1e-38);
const f = Math.fround;
const sgd: Optimizer = { name: 'sgd', learningRate: 0, momentum: 0, nesterov: false, weightDecay: 0 };
const updateBuffers = { gradients: 'g', rates: 'r', counters: 'c', parameters: 'p', previous: 'b' };

test('a subnormal slope times a large gradient', () => {
  const sizes = { batch: 1, inputs: 1, units: 1, useBias: false, offset: 0 };
  const buffers = { dz: 'dz', parameters: 'p', x: 'x', dzBelow: 'below' };
  const before = { dz: [100], parameters: [1], x: [SUBNORMAL], dzBelow: [0] };
  const pass = denseInputGradient('pass', sizes, 'sigmoid', buffers);
  expect(judge(pass, before, 'dzBelow', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'dzBelow', [1e-32])).toMatchObject({ ok: false });
});

test('a subnormal slope times a large error, and errors that are subnormal themselves', () => {
  const buffers = { y: 'y', targets: 't', weights: 't', dz: 'dz', partials: 'p' };
  const options = { fromLogits: false, isWeighted: false, partials: 1, groupRows: 1 };
  const loss = { name: 'halfSumSquaredError' } as const;
  const pass = lossPass('pass', { rows: 1, columns: 1 }, { loss, activation: 'sigmoid', ...options }, buffers);
  const before = { y: [SUBNORMAL], targets: [100], weights: [100], dz: [0], partials: [0] };
  expect(judge(pass, before, 'dz', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'dz', [1e-32])).toMatchObject({ ok: false });
  const apart = { ...before, targets: [-SUBNORMAL], weights: [-SUBNORMAL] };
  expect(judge(pass, apart, 'partials', [0])).toMatchObject({ ok: true });
  expect(judge(pass, apart, 'partials', [1e-32])).toMatchObject({ ok: false });
});

test('a subnormal gradient times a large learning rate', () => {
  const pass = update('pass', 1, sgd, undefined, updateBuffers);
  const before = {
    gradients: [SUBNORMAL],
    parameters: [0],
    previous: [7],
    rates: rates({ learningRate: 1000 }),
    counters: counters({ step: 1 }),
  };
  expect(judge(pass, before, 'parameters', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'parameters', [1e-30])).toMatchObject({ ok: false });
  expect(judge(pass, before, 'previous', [0])).toMatchObject({ ok: true });
});

test('a subnormal gradient that is added to what is there, and one that meets a zero', () => {
  const sizes = { batch: 1, inputs: 1, units: 1, useBias: false, offset: 0 };
  const pass = denseKernelGradient('pass', sizes, true, { x: 'x', dz: 'dz', gradients: 'g' });
  const before = { x: [1], dz: [SUBNORMAL], gradients: [SUBNORMAL] };
  expect(judge(pass, before, 'gradients', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'gradients', [4 * TINY])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'gradients', [1e-30])).toMatchObject({ ok: false });
});

test('subnormal outputs of activations, dropout, metrics and moving statistics', () => {
  const one = { rows: 1, columns: 1 };
  const gelu = activationGradient('pass', one, 'gelu', { source: 's', gradient: 'g' });
  expect(judge(gelu, { source: [1], gradient: [SUBNORMAL] }, 'gradient', [0])).toMatchObject({ ok: true });
  expect(judge(gelu, { source: [1], gradient: [SUBNORMAL] }, 'gradient', [1e-30])).toMatchObject({ ok: false });

  const keeping = Array.from({ length: 20 }, (_, batch) => batch).find((batch) =>
    isKept(1, 0, batch, 0, dropoutThreshold(0.5)),
  )!;
  const dropout = dropoutForward('pass', one, { seed: 1, layer: 0, rate: 0.5 }, { counters: 'c', x: 'x', y: 'y' });
  const dropped = { counters: counters({ batch: keeping }), x: [SUBNORMAL], y: [0] };
  expect(judge(dropout, dropped, 'y', [0])).toMatchObject({ ok: true });
  expect(judge(dropout, dropped, 'y', [1e-30])).toMatchObject({ ok: false });

  const measure = { kind: 'absoluteError', shares: 'mean' } as const;
  const buffers = { y: 'y', targets: 't', shares: 's', partials: 'p' };
  const metric = sumMetric('pass', measure, one, { isSparse: false, offset: 0, partials: 1 }, buffers);
  expect(judge(metric, { y: [SUBNORMAL], targets: [0], shares: [1] }, 'partials', [0])).toMatchObject({ ok: true });

  const sizes = { rows: 1, columns: 1, isPerRow: false, epsilon: 0.001, offset: 0 };
  const moving = movingStatistics('pass', sizes, 0.9, 0, { counters: 'c', moments: 'm', statistics: 's' });
  const held = { counters: counters(), moments: [SUBNORMAL, 1], statistics: [SUBNORMAL, 1] };
  expect(judge(moving, held, 'statistics', [0, 1])).toMatchObject({ ok: true });
  expect(judge(moving, held, 'statistics', [1e-30, 1])).toMatchObject({ ok: false });
});

test('squares that underflow in a norm', () => {
  const pass = gradientNorm('pass', 64, 1, { gradients: 'g', squares: 's' });
  const before = { gradients: new Array<number>(64).fill(1e-20), squares: [0] };
  expect(judge(pass, before, 'squares', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'squares', [1e-30])).toMatchObject({ ok: false });
});

test('many partial sums that are each flushed', () => {
  const count = 1024;
  const role = { rows: 1, examples: 1, isTraining: true, isUpdate: true, isLast: true, endsEpoch: true };
  const place = { firstColumn: 0, logColumns: 1, logRows: 1 };
  const buffers = { partials: 'p', counters: 'c', sums: 's', epochLog: 'l' };
  const loss = { name: 'meanSquaredError' } as const;
  const pass = logBatch('pass', loss, { partials: count, columns: 1, penalties: 0 }, role, place, buffers);
  const partials = new Array<number>(count).fill(TINY / 2);
  const before = { partials, counters: counters(), sums: [0], epochLog: [0] };
  expect(judge(pass, before, 'epochLog', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'epochLog', [1e-30])).toMatchObject({ ok: false });
});

test('the learning rate is the float32 that the shader has, out of its buffer', () => {
  // Of a rate that float32 cannot hold, and gradients so large that its rounding is what remains.
  const pass = update('pass', 1, sgd, undefined, updateBuffers);
  const before = {
    gradients: [2 ** 20],
    parameters: [f(f(0.1) * 2 ** 20)],
    previous: [0],
    rates: rates({ learningRate: 0.1 }),
    counters: counters(),
  };
  expect(judge(pass, before, 'parameters', [0]).maxDifference).toBe(0);
  // The optimizer's own rate is another matter: what counts is what the schedule made of it.
  const other = update('pass', 1, { ...sgd, learningRate: 5 }, undefined, updateBuffers);
  expect(judge(other, before, 'parameters', [0]).maxDifference).toBe(0);
});

test('after a failure an update changes nothing', () => {
  const adam = update(
    'pass',
    1,
    { name: 'adam', learningRate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-7, weightDecay: 0 },
    undefined,
    updateBuffers,
  );
  const before = {
    gradients: [NaN],
    rates: rates(),
    counters: counters({ failed: 3 }),
    parameters: [1],
    previous: [2],
    firstMoment: [3],
    secondMoment: [4],
  };
  const kept = { parameters: [1], previous: [2], firstMoment: [3], secondMoment: [4] };
  for (const [binding, values] of Object.entries(kept)) {
    expect(judge(adam, before, binding, values)).toMatchObject({ ok: true });
    expect(judge(adam, before, binding, [9])).toMatchObject({ ok: false });
  }
});

test('control: a bound that is too wide would let everything through, and these are not', () => {
  const pass = update('pass', 1, sgd, undefined, updateBuffers);
  const before = {
    gradients: [0.5],
    parameters: [1],
    previous: [0],
    rates: rates({ learningRate: 0.1 }),
    counters: counters(),
  };
  const { want, bound } = expectedOf(pass, before)['parameters']!;
  expect(want[0]).toBeCloseTo(0.95, 8);
  expect(bound[0]).toBeLessThan(1e-6);
  expect(judge(pass, before, 'parameters', [0.9501])).toMatchObject({ ok: false });
});
