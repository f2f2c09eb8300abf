/** The synthetic sets: shapes, balance, noise, seeds. */
import { describe, expect, test } from 'vitest';
import { matrixToRows } from '../../../src/core/matrix.js';
import type { NumberColumns } from '../../../src/data/raw-table.js';
import {
  synthetic,
  syntheticExamples,
  SYNTHETIC_NAMES,
  type SyntheticName,
} from '../../../src/data/synthetic/synthetic.js';
import { sentenceOf } from '../refusal.js';

const columnsOf = (...args: Parameters<typeof synthetic>) =>
  (synthetic(...args).columns as NumberColumns[]).map(({ values }) => Array.from(values));

describe.each(SYNTHETIC_NAMES)('%s', (name) => {
  test('has its rows, its target last, and the same numbers for the same seed alone', () => {
    const table = synthetic(name, { samples: 40, noise: 0.1, seed: 3 });
    expect([table.rows, table.columns.at(-1)!.name]).toEqual([40, 'target']);
    expect(synthetic(name, { samples: 40, noise: 0.1, seed: 3 })).toEqual(table);
    expect(synthetic(name, { samples: 40, noise: 0.1, seed: 4 })).not.toEqual(table);
    expect(columnsOf(name, { samples: 40, noise: 0.1, seed: 3 }).flat().every(Number.isFinite)).toBe(true);
  });
});

test.each([
  ['xor', [0, 1, 1, 0]],
  ['and', [0, 0, 0, 1]],
  ['or', [0, 1, 1, 1]],
] as const)('%s is its table of truth', (name, truth) => {
  expect(columnsOf(name)).toEqual([[0, 0, 1, 1], [0, 1, 0, 1], [...truth]]); // prettier-ignore
});

test('article has the rows of the tutorial', () => {
  expect(columnsOf('article')).toEqual([[0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1], [0, 0, 1, 1]]); // prettier-ignore
});

test.each(['circles', 'moons', 'spirals', 'gaussians'] as const)('%s has as many points of either class', (name) => {
  expect(
    columnsOf(name, { samples: 101 })
      .at(-1)!
      .filter((label) => label === 1),
  ).toHaveLength(50);
});

test('circles have the radii 1 and ½ without noise, and others with it', () => {
  const radii = ([x, y, label]: number[][]) =>
    x!.map((_, i) => Math.hypot(x![i]!, y![i]!) - (label![i] === 0 ? 1 : 0.5));
  expect(Math.max(...radii(columnsOf('circles', { noise: 0 })).map(Math.abs))).toBeLessThan(1e-12);
  expect(Math.max(...radii(columnsOf('circles', { noise: 0.1 })).map(Math.abs))).toBeGreaterThan(0.1);
});

test('regression follows its formula, and noise is of the target alone', () => {
  const [x, y] = columnsOf('sine', { noise: 0, samples: 9 });
  x!.forEach((value, i) => expect(y![i]).toBe(Math.sin(Math.PI * value)));
  expect(columnsOf('sine', { noise: 0.5, samples: 9 })[0]).toEqual(x);
  const [a, b, target] = columnsOf('plane', { noise: 0 });
  a!.forEach((value, i) => expect(target![i]).toBe(0.5 * value - 0.25 * b![i]! + 0.125));
});

test('moons without noise: half circles of radius 1, from end to end', () => {
  const [x, y, label] = columnsOf('moons', { noise: 0, samples: 10 });
  x!.forEach((value, i) => {
    const isUpper = label![i] === 0;
    expect(isUpper ? Math.hypot(value, y![i]!) : Math.hypot(value - 1, y![i]! - 0.5)).toBeCloseTo(1, 12);
  });
  const ends = [Math.min(...x!), Math.max(...x!)];
  expect(ends[0]).toBeCloseTo(-1, 12);
  expect(ends[1]).toBeCloseTo(2, 12);
});

test('noise has the deviation that is asked for', () => {
  const [clean, noisy] = [0, 0.3].map((noise) => columnsOf('circles', { noise, samples: 10_000 })[0]!);
  const squares = noisy!.map((value, i) => (value - clean![i]!) ** 2);
  const deviation = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  expect(Math.abs(deviation - 0.3)).toBeLessThan(0.01);
});

test('as x and y it is the same rows', () => {
  const { x, y, classes } = syntheticExamples('xor');
  expect(matrixToRows(x)).toEqual([[0, 0], [0, 1], [1, 0], [1, 1]]); // prettier-ignore
  expect([matrixToRows(y), classes]).toEqual([[[0], [1], [1], [0]], ['0', '1']]); // prettier-ignore
  expect(syntheticExamples('sine').classes).toBeUndefined();
});

test.each<[string, object, string]>([
  ['spiral', {}, 'synthetic: found "spiral", expected one of "article"'],
  ['toString', {}, 'synthetic: found "toString"'],
  ['xor', { samples: 0 }, 'samples: found 0, expected a whole number from 1 to 10000000.'],
  ['xor', { samples: Infinity }, 'samples: found Infinity'],
  ['xor', { noise: -1 }, 'noise: found -1, expected a number of at least 0.'],
  ['xor', { noise: NaN }, 'noise: found NaN'],
  ['xor', { seed: 2 ** 32 }, 'seed: found 4294967296'],
  ['xor', { rows: 5 }, 'rows: found an unknown option'],
])('refused: %s %j', (name, options, sentence) => {
  expect(sentenceOf(() => synthetic(name as SyntheticName, options))).toContain(sentence);
});
