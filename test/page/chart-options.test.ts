/** The logarithmic axis of the differences: zeros leave gaps, and the tolerance is always in sight. */
import { expect, test } from 'vitest';
import { decades, logarithm } from '../../src/page/chart-options.js';

test('a difference of zero has no logarithm, and leaves a gap', () => {
  expect([0, 1e-8, 1].map(logarithm)).toEqual([null, -8, 0]);
});

test.each([
  ['nothing but zeros', null, null, [-6, -5]],
  ['differences below the tolerance', -9.4, -7.1, [-10, -5]],
  ['differences beyond it', -7, -2.5, [-7, -2]],
])('the axis has whole decades around the tolerance: %s', (_, min, max, expected) => {
  expect(decades(min, max)).toEqual(expected);
});
