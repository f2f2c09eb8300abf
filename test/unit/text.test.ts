/** Words for numbers: separators, shares, counts, and texts that a wrong one would show. */
import { expect, test } from 'vitest';
import { counted, percentText, shareText, wholeText } from '../../src/core/text.js';

test('whole numbers have separators, and a count its noun', () => {
  expect([0, 999, 1234, 268_435_456].map(wholeText)).toEqual(['0', '999', '1,234', '268,435,456']);
  expect([0, 1, 2, 1200].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '2 rows', '1,200 rows']);
});

test('a share of a whole has one decimal, one of what is allowed two digits', () => {
  expect([0, 0.0004, 0.5, 1].map(percentText)).toEqual(['0.0 %', '0.0 %', '50.0 %', '100.0 %']);
  expect(percentText(NaN)).toBe('–');
  expect([0, 0.0004, 0.043, 0.5, 3].map((share) => shareText(share).replace('\u00a0', ' '))).toEqual([
    ...['0 %', '0.04 %', '4.3 %', '50 %', '300 %'],
  ]);
});

test('control: what is beyond all is never said as a share', () => {
  expect([Infinity, NaN].map(shareText)).toEqual(['beyond all', 'beyond all']);
  expect(percentText(Infinity)).not.toMatch(/%/);
});
