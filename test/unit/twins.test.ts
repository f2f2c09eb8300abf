/**
 * The twins' bounds allow what WGSL allows: here a GPU that flushes every subnormal operand and result to
 * zero, on values where that is all the difference there is.
 */
import { expect, test } from 'vitest';
import { denseInputGradient } from '../../src/passes/dense.js';
import { halfSumSquaredError, logEpoch } from '../../src/passes/loss.js';
import { sgd } from '../../src/passes/optimizer.js';
import type { Pass } from '../../src/passes/pass.js';
import { compare } from '../../src/verify/compare.js';
import { TINY } from '../../src/verify/bounds.js';
import { TWINS } from '../../src/verify/twins.js';

const SUBNORMAL = Math.fround(1e-38);
const f = Math.fround;

/** What the pass's output may be, against its twin. */
function judge(pass: Pass, before: Record<string, readonly number[]>, binding: string, got: readonly number[]) {
  const values = Object.entries(before).map(([name, list]) => [name, Float64Array.from(list)] as const);
  const { want, bound } = TWINS[pass.shader](pass, Object.fromEntries(values))[binding]!;
  return compare(got, want, bound);
}

test('a subnormal slope times a large gradient', () => {
  const sizes = { batch: 1, inputs: 1, units: 1, useBias: false, offset: 0 };
  const buffers = { dz: 'dz', parameters: 'p', x: 'x', dzBelow: 'below' };
  const before = { dz: [100], parameters: [1], x: [SUBNORMAL], dzBelow: [0] };
  const pass = denseInputGradient('pass', sizes, 'sigmoid', buffers);
  expect(judge(pass, before, 'dzBelow', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'dzBelow', [1e-32])).toMatchObject({ ok: false });
});

test('a subnormal slope times a large error, and errors that are subnormal themselves', () => {
  const buffers = { y: 'y', targets: 't', dz: 'dz', partials: 'p' };
  const pass = halfSumSquaredError('pass', 1, 'sigmoid', buffers);
  const before = { y: [SUBNORMAL], targets: [100], dz: [0], partials: [0, 0] };
  expect(judge(pass, before, 'dz', [0])).toMatchObject({ ok: true });
  expect(judge(pass, before, 'dz', [1e-32])).toMatchObject({ ok: false });
  const apart = { ...before, targets: [-SUBNORMAL] };
  expect(judge(pass, apart, 'partials', [0, 0])).toMatchObject({ ok: true });
});

test('a subnormal gradient times a large learning rate', () => {
  const pass = sgd('pass', 1, 1000, { gradients: 'g', parameters: 'p' });
  expect(judge(pass, { gradients: [SUBNORMAL], parameters: [0] }, 'parameters', [0])).toMatchObject({ ok: true });
  expect(judge(pass, { gradients: [SUBNORMAL], parameters: [0] }, 'parameters', [1e-30])).toMatchObject({ ok: false });
});

test('many partial sums that are each flushed', () => {
  const count = 64 * 1024;
  const pass = logEpoch('pass', count, 1, { partials: 'p', state: 's', epochLog: 'l' });
  const partials = Array.from({ length: 2 * 1024 }, () => TINY / 2);
  expect(judge(pass, { partials, state: [0], epochLog: [0, 0] }, 'epochLog', [0, 0])).toMatchObject({ ok: true });
});

test('the learning rate is the float32 that the shader has', () => {
  // Of a rate that float32 cannot hold, and gradients so large that its rounding is what remains.
  const pass = sgd('pass', 1, 0.1, { gradients: 'g', parameters: 'p' });
  const before = { gradients: [2 ** 20], parameters: [f(f(0.1) * 2 ** 20)] };
  expect(judge(pass, before, 'parameters', [0]).maxDifference).toBe(0);
});
