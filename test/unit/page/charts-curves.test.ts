/** The numbers behind the chart of curves: smoothing, differences, what is said of them, files of a history. */
import { describe, expect, test } from 'vitest';
import { CURVE_TOLERANCE } from '../../../src/verify/curves.js';
import {
  curveSummary,
  differenceFacts,
  differenceSentence,
  differenceSeries,
  smoothed,
} from '../../../src/page/lab/charts/curve-data.js';
import { curveChart, type CurveChoice, curveReadout } from '../../../src/page/lab/charts/curve-plots.js';
import { historyCsv, historyJson } from '../../../src/page/lab/charts/history-file.js';

const CHOICE: CurveChoice = {
  history: { loss: [1, 0.5, 0.25], val_loss: [1.5, 1, 1.25], accuracy: [0.5, 1, 1] },
  reference: { loss: [1, 0.5 + 1e-7, 0.25], val_loss: [1.5, 1, 1.25], accuracy: [0.5, 1, 1] },
  backend: 'webgpu',
  metric: 'loss',
  isLog: false,
  smoothing: 0,
  runs: [],
};

describe('smoothing', () => {
  test.each([
    ['nothing, with no weight on what was before', [3, 1, 2], 0, [3, 1, 2]],
    ['no constant curve, from its first value on', [4, 4, 4], 0.9, [4, 4, 4]],
    ['by halves: the first value, then (½·½·a + ½·b) / ¾', [1, 4], 0.5, [1, 3]],
  ])('changes %s', (_, values, weight, expected) => {
    smoothed(values, weight).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
  });

  test('leaves a gap where there is no finite number, and the average as it was', () => {
    expect([...smoothed([2, NaN, 2, Infinity], 0.5)]).toEqual([2, NaN, 2, NaN]);
  });

  test('control: another weight makes another curve', () => {
    expect(smoothed([0, 1, 0], 0.5)).not.toEqual(smoothed([0, 1, 0], 0.6));
  });
});

describe('the difference of two curves', () => {
  test('is of the epochs that both have, without a sign', () => {
    expect([...differenceSeries([1, 2, 3], [1, 2.5])]).toEqual([0, 0.5]);
  });

  test('is no number where one of them is none', () => {
    expect([...differenceSeries([NaN, Infinity, 1], [1, Infinity, -Infinity])]).toEqual([NaN, NaN, NaN]);
  });

  test('is counted: zeros, what is no number, the largest and where it is first', () => {
    expect(differenceFacts([0, 2, NaN, 2, 0])).toEqual({ epochs: 5, zeros: 2, notFinite: 1, most: 2, epochOfMost: 2 });
  });

  test.each([
    ['below the bound', [CURVE_TOLERANCE / 2], 'loss', 'within the stated bound of 2e-6'],
    ['at the bound', [CURVE_TOLERANCE], 'loss', 'within the stated bound of 2e-6'],
    ['above the bound', [CURVE_TOLERANCE * 1.01], 'loss', 'above the bound of 2e-6, which is stated for the tutorial'],
    ['above it in what counts examples', [0.01], 'accuracy', 'one on the fence is enough'],
    ['nothing but zeros', [0, 0], 'loss', 'exactly the same loss in 2 epochs'],
    ['some zeros', [0, 1e-7], 'loss', '1 of 2 differences is exactly 0, and 0 has no place on a logarithmic axis'],
    ['no numbers', [NaN, 1e-7], 'loss', '1 value could not be compared'],
    ['none', [], 'loss', 'Nothing to compare yet'],
  ])('is said in words: %s', (_, values, metric, expected) => {
    expect(differenceSentence(metric, [differenceFacts(values)])).toContain(expected);
  });

  test('control: without a zero nothing is said of zeros', () => {
    expect(differenceSentence('loss', [differenceFacts([1e-8])])).not.toContain('exactly 0');
  });
});

describe('what is said of a curve', () => {
  test.each([
    ['no epoch', 'loss', [], 'X has no values yet.'],
    ['one epoch', 'loss', [0.5], 'X is 0.5000 in epoch 1.'],
    ['the best at the end', 'loss', [2, 1], 'X goes from 2 in epoch 1 to 1 in epoch 2.'],
    ['the best between', 'loss', [2, 1, 3], 'X goes from 2 in epoch 1, is best with 1 in epoch 2 to 3 in epoch 3.'],
    ['larger is better', 'accuracy', [0.5, 0.75, 0.5], 'is best with 0.7500 in epoch 2'],
  ])('%s', (_, metric, values, expected) => {
    expect(curveSummary('X', metric, values)).toContain(expected);
  });
});

describe('the chart', () => {
  test('has the reference behind each curve, and below the difference with its bound', () => {
    const { x, plots, sentence } = curveChart(CHOICE);
    expect(Array.from(x)).toEqual([1, 2, 3]);
    expect(plots.map(({ lines }) => lines.map(({ label }) => label))).toEqual([
      ['CPU reference, training', 'CPU reference, validation', 'WebGPU, training', 'WebGPU, validation'],
      ['Training', 'Validation', 'Stated bound 2e-6'],
    ]);
    expect(plots[1]!.lines[2]!.values[0]).toBe(CURVE_TOLERANCE);
    expect(plots[1]!.isLog).toBe(true);
    expect(plots[1]!.summary).toContain('the stated bound of 2e-6');
    expect(sentence).toContain('within the stated bound');
  });

  test('tells every pair of its lines apart by more than colour', () => {
    for (const { lines } of curveChart(CHOICE).plots) {
      const looks = lines.map(({ width, dash }) => JSON.stringify([width, dash]));
      expect(new Set(looks).size).toBe(lines.length);
    }
  });

  test('has no difference where the CPU trained, or no reference did', () => {
    expect(curveChart({ ...CHOICE, backend: 'cpu' }).plots).toHaveLength(1);
    expect(curveChart({ ...CHOICE, reference: { loss: [] } }).plots).toHaveLength(1);
  });

  test('keeps the raw curve pale behind a smoothed one, and out of the legend', () => {
    const [main] = curveChart({ ...CHOICE, smoothing: 0.5 }).plots;
    const raw = main!.lines.find(({ key }) => key === 'training raw')!;
    expect(raw).toMatchObject({ isQuiet: true, alpha: 0.3, values: CHOICE.history.loss });
    expect(curveChart(CHOICE).plots[0]!.lines.some(({ isQuiet }) => isQuiet)).toBe(false);
  });

  test('counts what a logarithmic scale cannot show', () => {
    const history = { loss: [1, 0, -1] };
    expect(curveChart({ ...CHOICE, history, isLog: true }).hidden).toBe(2);
    expect(curveChart({ ...CHOICE, history, isLog: false }).hidden).toBe(0);
  });

  test('is read place by place, also where the reference is ahead', () => {
    expect(curveReadout(CHOICE, 1)).toBe(
      'Epoch 2 · training WebGPU 0.5000, CPU 0.5000, difference 1.0e-7 · validation WebGPU 1, CPU 1, difference 0',
    );
    expect(curveReadout({ ...CHOICE, history: { loss: [1] } }, 2)).toBe(
      'Epoch 3 · training CPU 0.2500 · validation CPU 1.250',
    );
  });
});

describe('a history as a file', () => {
  test('has a row for each epoch and a column for each curve, all digits, and those of the reference', () => {
    const csv = historyCsv({ history: { loss: [0.1, 1 / 3] }, reference: { loss: [0.1] } });
    expect(csv).toBe(`epoch,loss,reference_loss\r\n1,0.1,0.1\r\n2,${1 / 3},\r\n`);
    expect(historyCsv({ history: { loss: [1] }, reference: { loss: [] } })).not.toContain('reference');
  });

  test('is read back as it was, as JSON; NaN as a text', () => {
    const saved = { run: undefined, backend: 'webgpu', history: { loss: [NaN, 1 / 3] }, reference: { loss: [] } };
    expect(JSON.parse(historyJson(saved))).toEqual({
      backend: 'webgpu',
      epochs: 2,
      curveTolerance: CURVE_TOLERANCE,
      history: { loss: ['NaN', 1 / 3] },
    });
  });
});
