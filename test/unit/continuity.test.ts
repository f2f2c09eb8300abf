import { expect, test } from 'vitest';
import type { Pass } from '../../src/passes/pass.js';
import { Continuity } from '../../src/verify/continuity.js';

const pass = (label: string, buffer: string, offset: number): Pass => ({
  label,
  shader: 'sgd',
  constants: {},
  uniforms: {},
  buffers: { a: buffer },
  ranges: { a: { offset, count: 2 } },
  workgroups: [1, 1, 1],
  turns: 1,
});
const BUFFERS = [
  { name: 'g', shape: [4] },
  { name: 'h', shape: [3, 1] },
];
const values = (...numbers: number[]) => ({ a: Float64Array.from(numbers) });

test('what a pass finds is what was left, part by part', () => {
  const continuity = new Continuity(BUFFERS);
  expect(continuity.follow({ pass: pass('one', 'g', 2), before: values(0, 0), after: values(3, 4) })).toEqual([]);
  expect(continuity.follow({ pass: pass('two', 'g', 0), before: values(0, 0), after: values(1, 2) })).toEqual([]);
  expect(continuity.follow({ pass: pass('three', 'g', 1), before: values(2, 3), after: {} })).toEqual([]);
  expect(continuity.follow({ pass: pass('other', 'h', 1), before: values(9, 9), after: {} })).toEqual([]);
});

test('infinite values and values that are no numbers are known again', () => {
  const continuity = new Continuity(BUFFERS);
  continuity.follow({ pass: pass('one', 'g', 0), before: values(0, 0), after: values(Infinity, -Infinity) });
  expect(continuity.follow({ pass: pass('two', 'g', 0), before: values(Infinity, -Infinity), after: {} })).toEqual([]);
  const [stray] = continuity.follow({ pass: pass('three', 'g', 0), before: values(Infinity, 1), after: {} });
  expect(stray).toMatchObject({ pass: 'before three', ok: false, worst: { index: 1 } });
});

test('a value that changed unseen is reported with the pass that found it', () => {
  const continuity = new Continuity(BUFFERS);
  continuity.follow({ pass: pass('one', 'g', 2), before: values(0, 0), after: values(3, 4) });
  const [stray] = continuity.follow({ pass: pass('two', 'g', 1), before: values(0, 3.5), after: {} });
  expect(stray).toMatchObject({ pass: 'before two', buffer: 'g', ok: false, worst: { index: 1, got: 3.5, want: 3 } });
  // Told once: what is there now is what is known.
  expect(continuity.follow({ pass: pass('three', 'g', 1), before: values(0, 3.5), after: {} })).toEqual([]);
});
