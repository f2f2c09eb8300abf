/** The walkthrough's numbers: ULP, places, and how many digits of the quotation a text shares. */
import { describe, expect, test } from 'vitest';
import { allOf, lastPass, nextEpoch, placeOf, runsOf, within } from '../../../src/page/walkthrough/position.js';
import { QUOTED, sharedDecimals } from '../../../src/page/walkthrough/published.js';
import { cellText, ulpOf, ulpsApart, ulpText } from '../../../src/page/walkthrough/ulp.js';
import { PUBLISHED } from '../../support/golden.js';

/** The next float32 away from zero. */
function next(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  view.setUint32(0, view.getUint32(0) + 1);
  return view.getFloat32(0);
}

describe('one ULP is the way to the next float32', () => {
  const f = Math.fround;
  test.each([
    ['at a power of two', 1],
    ['just above it', next(1)],
    ['just below it', f(1 - 2 ** -24)],
    ['in between', f(0.1)],
    ['negative', f(-0.3)],
    ['large', f(1e30)],
    ['the least normal one', 2 ** -126],
    ['subnormal', 2 ** -149],
    ['zero', 0],
  ])('%s', (_, value) => {
    expect(ulpOf(value)).toBe(Math.abs(next(value) - value));
    expect(ulpsApart(value, value)).toBe(0);
    expect(ulpsApart(value, next(value))).toBe(1);
  });

  test('control: it is not that of float64, and rounding to float32 costs at most half', () => {
    expect(ulpOf(1)).not.toBe(2 ** -52);
    for (const value of [0.1, 1 / 3, 0.7, 123.456]) {
      expect(ulpsApart(f(value), value)).toBeLessThanOrEqual(0.5);
      expect(ulpsApart(f(value), value)).toBeGreaterThan(0);
    }
  });

  test('what is no number is no small difference', () => {
    expect(ulpText(ulpsApart(NaN, 1))).toBe('not a number');
    expect(ulpText(ulpsApart(1, NaN))).toBe('not a number');
    expect(ulpText(0.04)).toBe('0.0');
    expect(ulpText(9.94)).toBe('9.9');
    expect(ulpText(9.96)).toBe('10');
    expect(ulpText(123456)).toBe('1e5');
  });
});

test('a number of a matrix is never rounded to a zero that it is not', () => {
  expect(['0', '1']).toEqual([0, 1].map((value) => cellText(value)));
  expect(cellText(-0.16595599)).toBe('−0.16596');
  expect(cellText(0.00012)).toBe('0.00012');
  expect(cellText(-0.0000012)).toBe('−1.20e−6');
});

describe('places', () => {
  const course = { passesPerEpoch: 9, epochs: 50 };
  const all = Array.from({ length: allOf(course) + 1 }, (_, passes) => passes);

  test('epoch and pass say again how many passes were run', () => {
    for (const passes of all) {
      const { epoch, pass } = placeOf(passes, course);
      expect(9 * epoch + pass).toBe(passes);
      expect(pass).toBeLessThan(9);
    }
  });

  test('an epoch on ends with its epoch, and never beyond the last', () => {
    for (const passes of all) {
      const end = nextEpoch(passes, course);
      expect(placeOf(end, course).pass).toBe(0);
      expect(end - passes).toBe(passes === 450 ? 0 : 9 - (passes % 9));
    }
    expect([-1, 451, 1_000_000].map((passes) => within(passes, course))).toEqual([0, 450, 450]);
  });

  test('the runs of all passes are the passes that were run; the last that ran is one of those that ran most', () => {
    for (const passes of all) {
      const runs = Array.from({ length: 9 }, (_, pass) => runsOf(pass, passes, course));
      expect(runs.reduce((sum, one) => sum + one, 0)).toBe(passes);
      const last = lastPass(passes, course);
      if (last === undefined) expect(passes).toBe(0);
      else expect(runs[last]).toBe(Math.max(...runs));
    }
  });

  test('control: one pass more is another place', () => {
    expect(placeOf(9, course)).not.toEqual(placeOf(8, course));
    expect(runsOf(8, 8, course)).not.toBe(runsOf(8, 9, course));
  });
});

test('the quotation is the published table, and digits are counted up to the first that differs', () => {
  expect(QUOTED).toEqual(PUBLISHED);
  expect(sharedDecimals('0.16773399', QUOTED[0])).toBe(8);
  expect(sharedDecimals('0.16773398', QUOTED[0])).toBe(7);
  expect(sharedDecimals('0.16783399', QUOTED[0])).toBe(3);
  expect(sharedDecimals('1.16773399', QUOTED[0])).toBe(0);
});
