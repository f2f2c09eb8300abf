/** Timestamps are believed where they agree with the clock, and not where they cannot be right. */
import { describe, expect, test } from 'vitest';
import { type Repeated, trusted } from '../../src/trainer/pass-times.js';

/** A sample of a thousand dispatches. @param clock of one, in milliseconds @param stamps likewise */
const timed = (clock: number, stamps: number | undefined): Repeated => ({ clock, stamps, repeats: 1000 });
const good = timed(0.02, 0.015);

test('without timestamps, or with some only, all times are by the clock', () => {
  expect(trusted([timed(0.02, undefined)])).toEqual({ by: 'clock' });
  expect(trusted([good, timed(0.02, undefined)])).toEqual({ by: 'clock' });
});

test('timestamps below the clock are believed: it has the browser’s part too', () => {
  expect(trusted([good, timed(0.01, 0.001)])).toEqual({ by: 'timestamps' });
  expect(trusted([])).toEqual({ by: 'timestamps' });
});

test('of a short sample nothing can be held against them', () => {
  expect(trusted([timed(0.001, 0)])).toEqual({ by: 'timestamps' });
});

describe('control: one that cannot be right has all times by the clock, and it is said', () => {
  test.each([
    ['backwards', timed(0.02, -0.001)],
    ['none', timed(0.02, 0)],
    ['longer than the clock', timed(0.02, 0.2)],
    ['no number', timed(0.02, NaN)],
  ])('%s', (_, wrong) => {
    expect(trusted([good, wrong])).toEqual({ by: 'clock', distrust: 'they and the clock are far apart' });
  });
});
