/** What charts draw: thinned curves, axes and ticks, the layout of heat-maps, looks of classes, sentences about views. */
import { describe, expect, test } from 'vitest';
import { classColor, classShape } from '../../../src/page/lab/charts/class-look.js';
import { heatMapLayout } from '../../../src/page/lab/charts/heat-map.js';
import { tensorsOf } from '../../../src/page/lab/charts/tensor-names.js';
import { confusionSummary, planeSummary, tensorSummary } from '../../../src/page/lab/charts/view-summaries.js';
import { histogramOf, shortened, statisticsOf } from '../../../src/page/lab/worker/views/tensor.js';
import { axisRange, placed } from '../../../src/page/parts/plot.js';
import { firstAtLeast, thinned } from '../../../src/page/parts/thin.js';
import { linearTicks, logTicks, logTickText, tickText } from '../../../src/page/parts/ticks.js';

describe('thinning', () => {
  const long = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 50));

  test('keeps all where there are no more than two points a column', () => {
    expect(thinned([[5, 6, 7, 8]], 0, 4, 2)).toEqual([0, 1, 2, 3]);
    expect(thinned([], 0, 0, 10)).toEqual([]);
  });

  test('keeps first, last and every extreme, in order, and few of all', () => {
    const spiked = long.slice();
    spiked[54_321] = 40;
    spiked[12_345] = -40;
    const places = thinned([spiked], 0, spiked.length, 300);
    expect(places.length).toBeLessThanOrEqual(2 * 300 + 2);
    expect([places[0], places.at(-1)]).toEqual([0, 99_999]);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(places).toContain(54_321);
    expect(places).toContain(12_345);
  });

  test('control: every n-th point would lose the spike', () => {
    const step = Math.floor(long.length / 300);
    expect(54_321 % step).not.toBe(0);
  });

  test('keeps the extremes of each curve, and passes over what is no number', () => {
    const first = [0, 9, 0, 0, 0, 0, 0, 0];
    const second = [NaN, null, 1, 1, 1, -9, 1, 1];
    const places = thinned([first, second], 0, 8, 1);
    expect(places).toEqual([0, 1, 2, 5, 7]);
  });

  test('looks at the part that is shown', () => {
    expect(thinned([long], 10, 14, 2)).toEqual([10, 11, 12, 13]);
    expect([firstAtLeast([1, 2, 4], 3), firstAtLeast([1, 2, 4], 2), firstAtLeast([1, 2, 4], 9)]).toEqual([2, 1, 3]);
  });
});

describe('axes', () => {
  test('zero, negative numbers and no numbers have no place among logarithms', () => {
    expect([0, -1, NaN, Infinity, null, 100].map((value) => placed(value, true))).toEqual([
      ...[null, null, null, null, null],
      2,
    ]);
    expect(placed(0, false)).toBe(0);
  });

  test.each([
    ['a bound is in sight under larger values', true, [1e-6], 0, 1, (r: number[]) => r[0]! < -6 && r[1]! > 1],
    ['a bound is in sight above smaller values', true, [1e-6], -9, -8, (r: number[]) => r[0]! < -9 && r[1]! > -6],
    ['a bound is in sight alone', true, [1e-6], null, null, (r: number[]) => r[0]! < -7 && r[1]! > -5],
    ['from 0 where that is near', false, [], 0.1, 1, (r: number[]) => r[0] === 0 && r[1]! > 1],
    ['not from 0 where that is far', false, [], 0.9, 1, (r: number[]) => r[0]! > 0.8],
    ['with a length where all are equal', false, [], 3, 3, (r: number[]) => r[0]! < 3 && r[1]! > 3],
  ])('%s', (_, isLog, includes, min, max, holds) => {
    expect(holds(axisRange({ isLog, includes }, min, max))).toBe(true);
  });

  test('ticks are round, inside, and without the dust of sums', () => {
    expect(linearTicks(0, 1, 4)).toEqual([0, 0.5, 1]);
    expect(linearTicks(0.05, 0.62, 6)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    expect(logTicks(-9.2, -4.8)).toEqual([-9, -8, -7, -6, -5]);
    expect(logTicks(-0.1, 1.1).map(logTickText)).toEqual(['1', '2', '5', '10']);
  });

  test.each([
    [0, '0'],
    [-0.5, '−0.5'],
    [1e-5, '1.0e−5'],
    [100_000, '100,000'],
    [NaN, 'NaN'],
    [-Infinity, '−∞'],
  ])('%d is written as %s', (value, text) => {
    expect(tickText(value)).toBe(text);
  });
});

describe('a heat-map', () => {
  const layout = (rows: number, columns: number, width: number) =>
    heatMapLayout({ rows, columns, rowsInCell: 1, columnsInCell: 1 }, width);

  test.each([
    ['wider than high', 2, 32, false],
    ['higher than wide', 32, 2, true],
    ['square', 8, 8, false],
    ['a column', 32, 1, true],
  ])('lies with its longer side across: %s', (_, rows, columns, isTurned) => {
    const { across, down, ...rest } = layout(rows, columns, 600);
    expect(rest.isTurned).toBe(isTurned);
    expect([across, down]).toEqual([Math.max(rows, columns), Math.min(rows, columns)]);
  });

  test.each([
    [1, 1],
    [3, 4],
    [196, 392],
    [392, 392],
  ])('of %d × %d fits its place, with cells that can be seen', (rows, columns) => {
    for (const width of [300, 740]) {
      const found = layout(rows, columns, width);
      expect(found.width).toBeLessThanOrEqual(width);
      expect(found.height).toBeLessThanOrEqual(320);
      expect(found.width / found.across).toBeLessThanOrEqual(26);
    }
  });

  test('control: turned the other way, a kernel of 784 × 10 would not fit', () => {
    const found = layout(392, 10, 300);
    expect(found.across / found.down).toBeGreaterThan(1);
  });
});

test('classes are told apart by colour, and where colours come again by shape', () => {
  const looks = Array.from({ length: 100 }, (_, label) => `${classColor(label)} ${classShape(label)}`);
  expect(new Set(looks).size).toBe(100);
  expect(new Set(looks.slice(0, 10).map((look) => look.split(' ')[1])).size).toBe(10);
});

describe('sentences about views', () => {
  test('of a plane say how much is whose, and how many points are right', () => {
    const says = planeSummary({
      ...{ kind: 'plane', size: 2 },
      x: { name: 'a', min: 0, max: 1 },
      y: { name: 'b', min: -1, max: 1 },
      says: { kind: 'classes', names: ['cat', 'dog'], labels: Uint8Array.of(1, 1, 1, 0), shares: new Float32Array(4) },
      points: [
        {
          ...{ part: 'training', x: new Float64Array(3), y: new Float64Array(3), target: new Float64Array(3) },
          isRight: Uint8Array.of(1, 0, 1),
        },
      ],
    });
    expect(says).toContain('class dog on 75.0 % of it, class cat on 25.0 %');
    expect(says).toContain('2 of 3 training points');
  });

  test.each([
    [
      'some',
      [
        [3, 1],
        [0, 4],
      ],
      'right about 7 (87.5 %). Most often class a is taken for b: once.',
    ],
    [
      'none',
      [
        [4, 0],
        [0, 4],
      ],
      'right about 8 (100.0 %). No class is taken for another.',
    ],
  ])('of mistakes say which is the most frequent: %s', (_, counts, expected) => {
    const said = confusionSummary({ kind: 'confusion', part: 'validation', rows: 8, of: 8, names: ['a', 'b'], counts });
    expect(said).toContain(expected);
    expect(said).toContain('all 8 validation rows');
  });

  test('of a tensor say its shape, its range and what is not finite', () => {
    const view = shortened({ rows: 1, columns: 4, values: [0, NaN, -1, 1] }, 0);
    expect(tensorSummary('Kernel', view)).toBe(
      'Kernel: 1 × 4 numbers from −1 to 1, mean 0, deviation 0.8165, 25.0 % exactly 0. 1 are no finite numbers.',
    );
  });
});

test('a histogram has every value in one bin, the largest in the last', () => {
  const values = Array.from({ length: 101 }, (_, i) => i / 100);
  const { counts } = histogramOf(values, statisticsOf(values), 10);
  expect(counts.reduce((a, b) => a + b)).toBe(101);
  expect(counts.at(-1)).toBe(11);
});

test.each([
  ['a dense layer', {}, ['weights kernel', 'weights bias', 'gradients kernel', 'gradients bias', 'activations']],
  ['one without bias', { useBias: false }, ['weights kernel', 'gradients kernel', 'activations']],
  ['dropout', { type: 'dropout' }, ['activations']],
  [
    'layer normalization',
    { type: 'layerNormalization' },
    ['weights gamma', 'weights beta', 'gradients gamma', 'gradients beta', 'activations'],
  ],
])('%s has its own tensors to choose from', (_, layer, keys) => {
  expect(tensorsOf(layer).map(({ key }) => key)).toEqual(keys);
});
