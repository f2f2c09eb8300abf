import { expect, test } from 'vitest';
import { parseRun } from '../../src/core/run.js';
import { compilePlan } from '../../src/plan/compile.js';
import { MAX_DISPATCHES, SliceLength, TARGET_MILLISECONDS } from '../../src/plan/slices.js';
import { article } from '../../src/runs/article.js';
import { makeRun } from '../support/runs.js';

const small = compilePlan(parseRun(article));
const large = compilePlan(makeRun({ batch: 2000, inputs: 300, layers: [{ units: 200 }] }));
/** Few multiply-adds, and one workgroup that takes all of them in turn. */
const long = compilePlan(makeRun({ batch: 100_000, inputs: 1, layers: [{ units: 1 }] }));

test('a small network starts with as many steps as a submit may hold', () => {
  expect(new SliceLength(small).steps).toBe(Math.floor(MAX_DISPATCHES / small.passes.length));
});

test('a large network starts with one step, and so does a long sum of a small one', () => {
  expect(new SliceLength(large).steps).toBe(1);
  expect(new SliceLength(long).steps).toBe(1);
});

test('slices grow at most twofold, up to what the clock allows', () => {
  const slice = new SliceLength(large);
  slice.learn(1, 1);
  expect(slice.steps).toBe(2);
  slice.learn(2, 2 * TARGET_MILLISECONDS);
  expect(slice.steps).toBe(1);
});

test('slices that take too long shrink at once, and never below one step', () => {
  const slice = new SliceLength(small);
  slice.learn(500, 10_000);
  expect(slice.steps).toBe(2);
  slice.learn(2, 1e6);
  expect(slice.steps).toBe(1);
});

test('a clock that shows no time at all does not divide by zero', () => {
  const slice = new SliceLength(large);
  slice.learn(1, 0);
  expect(slice.steps).toBe(2);
});
