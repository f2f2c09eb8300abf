/** The parts of a split: sizes to the row, each class in its share, every row once, the same for the same seed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitRows, type Split } from '../../../src/data/split.js';
import { sentenceOf } from '../refusal.js';

const PLAIN = { validationSplit: 0, testSplit: 0, shuffle: true, seed: 0 };

function sizes({ train, validation, test: tested }: Split): number[] {
  return [train.length, validation.length, tested.length];
}

function perClass(rows: Int32Array, classes: readonly number[]): number[] {
  const counts = Array.from({ length: Math.max(...classes) + 1 }, () => 0);
  for (const row of rows) counts[classes[row]!]!++;
  return counts;
}

/** So many rows of class 0, 1, … one class after the other. */
function classesOf(...counts: readonly number[]): number[] {
  return counts.flatMap((count, label) => Array<number>(count).fill(label));
}

test.each([
  [150, 0.2, 0.1, [105, 30, 15]],
  [10, 0.25, 0, [7, 3, 0]], // 2.5 is rounded up
  [7, 0.2, 0.2, [5, 1, 1]],
  [569, 0.1, 0.1, [455, 57, 57]],
])('%i rows: %f for validation and %f for the test are %j', (rows, validationSplit, testSplit, expected) => {
  expect(sizes(splitRows(rows, { ...PLAIN, validationSplit, testSplit }))).toEqual(expected);
  const classes = Array.from({ length: rows }, (_, row) => row % 3);
  expect(sizes(splitRows(rows, { ...PLAIN, validationSplit, testSplit, classes }))).toEqual(expected);
});

test('each part has its share of each class; without classes it need not', () => {
  const classes = classesOf(50, 30, 20);
  const split = splitRows(100, { ...PLAIN, validationSplit: 0.2, testSplit: 0.1, classes });
  expect(perClass(split.train, classes)).toEqual([35, 21, 14]);
  expect(perClass(split.validation, classes)).toEqual([10, 6, 4]);
  expect(perClass(split.test, classes)).toEqual([5, 3, 2]);
  // Control: by chance alone some seed misses that.
  const seeds = [0, 1, 2, 3, 4];
  const byChance = seeds.map((seed) => splitRows(100, { ...PLAIN, validationSplit: 0.2, testSplit: 0.1, seed }));
  expect(byChance.every(({ validation }) => perClass(validation, classes).join() === '10,6,4')).toBe(false);
});

test('what does not come out even goes to the largest remainders', () => {
  // Of 3, 3 and 4 rows a fifth is 0.6, 0.6 and 0.8, together 2.
  const classes = classesOf(3, 3, 4);
  const { validation } = splitRows(10, { ...PLAIN, validationSplit: 0.2, classes });
  expect(perClass(validation, classes)).toEqual([1, 0, 1]);
});

test('a class of one row stays in training while others can give theirs', () => {
  const classes = classesOf(1, 20, 20);
  for (let seed = 0; seed < 20; seed++) {
    const { train } = splitRows(41, { ...PLAIN, validationSplit: 0.3, testSplit: 0.2, seed, classes });
    expect(perClass(train, classes)[0]).toBe(1);
  }
  // Control: drawn without regard to classes it is held back half of the time.
  const drawn = Array.from({ length: 20 }, (_, seed) =>
    splitRows(41, { ...PLAIN, validationSplit: 0.3, testSplit: 0.2, seed }),
  );
  expect(drawn.every(({ train }) => train.includes(0))).toBe(false);
});

test('as many classes as rows: the parts have their sizes all the same', () => {
  const classes = [0, 1, 2, 3];
  expect(sizes(splitRows(4, { ...PLAIN, validationSplit: 0.25, testSplit: 0.25, classes }))).toEqual([2, 1, 1]);
});

test('without a shuffle the last rows are held back, in the order of the file', () => {
  const split = splitRows(10, { ...PLAIN, validationSplit: 0.2, testSplit: 0.1, shuffle: false });
  expect(Object.values(split).map((rows) => Array.from(rows as Int32Array))).toEqual([
    [0, 1, 2, 3, 4, 5, 6],
    [7, 8],
    [9],
  ]);
});

describe('whatever the rows, shares, classes and seed', () => {
  const cases = fc.record({
    classes: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 200 }),
    validationSplit: fc.double({ min: 0, max: 0.6, noNaN: true }),
    testSplit: fc.double({ min: 0, max: 0.6, noNaN: true }),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    isStratified: fc.boolean(),
  });

  test('every row is in one part, in order, as many as the shares say; or the share is refused by its field', () => {
    fc.assert(
      fc.property(cases, ({ classes, isStratified, ...shares }) => {
        const options = { ...PLAIN, ...shares, ...(isStratified && { classes }) };
        const refused = sentenceOf(() => splitRows(classes.length, options));
        if (refused !== undefined) return /^data\.(validation|test)Split: found /.test(refused);
        const split = splitRows(classes.length, options);
        const parts = [split.train, split.validation, split.test];
        const all = parts.flatMap((part) => Array.from(part)).sort((a, b) => a - b);
        expect(all).toEqual(classes.map((_, row) => row));
        for (const part of parts) expect(Array.from(part)).toEqual(Array.from(part).sort((a, b) => a - b));
        const count = (share: number) => Math.round(share * classes.length);
        expect(split.validation).toHaveLength(count(shares.validationSplit));
        expect(split.test).toHaveLength(count(shares.testSplit));
        expect(split.train.length).toBeGreaterThan(0);
        expect(splitRows(classes.length, options)).toEqual(split);
        return true;
      }),
    );
  });

  test('of the test, each class has its share to within a row', () => {
    fc.assert(
      fc.property(cases, ({ classes, testSplit, seed }) => {
        const options = { ...PLAIN, testSplit, seed, classes };
        if (sentenceOf(() => splitRows(classes.length, options)) !== undefined) return;
        const tested = splitRows(classes.length, options).test;
        const sizesOf = perClass(Int32Array.from(classes.keys()), classes);
        const counts = perClass(tested, classes).map((count, label) => {
          const size = sizesOf[label]!;
          return { count, size, exact: (size * tested.length) / classes.length };
        });
        // Where a class keeps its last row for the training, another gives one more than its share.
        const isSpared = counts.some(({ count, size, exact }) => size - count === 1 && exact > count);
        for (const { count, exact } of counts) {
          const off = Math.abs(count - exact);
          if (isSpared) expect(off).toBeLessThanOrEqual(1);
          else expect(off).toBeLessThan(1);
        }
      }),
    );
  });
});

test.each([
  [
    { validationSplit: 0.01 },
    'data.validationSplit: found 0.01, which is no row of 10, expected a larger share, or 0.',
  ],
  [
    { testSplit: 0.96 },
    'data.testSplit: found 0.96, which of 10 rows leaves none to train on, expected shares that leave at least one row to train on.',
  ],
  [{ validationSplit: 0.5, testSplit: 0.5 }, 'data.validationSplit: found 0.5, which of 10 rows leaves none'],
])('refused: %j', (shares, sentence) => {
  expect(sentenceOf(() => splitRows(10, { ...PLAIN, ...shares }))).toContain(sentence);
});
