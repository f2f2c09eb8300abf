/** From the rows of the log to the numbers of an epoch: each metric as the reference has it of the same outputs. */
import { describe, expect, test } from 'vitest';
import { type Matrix, matrix, matrixFromRows } from '../../src/core/matrix.js';
import { numpyRandom } from '../../src/core/random.js';
import { type Metric, METRIC_NAMES } from '../../src/core/training.js';
import { AUC_BUCKETS, countsOf, isCount, measureOf } from '../../src/passes/metrics.js';
import { explainedShares, logReader } from '../../src/plan/log-reader.js';
import type { Measures } from '../../src/plan/plan.js';
import { EpochMetrics } from '../../src/reference/metrics.js';

const metric = (name: Metric['name']): Metric => (name === 'topKCategoricalAccuracy' ? { name, k: 2 } : { name });

/** What the shaders would leave in the log of these outputs, in float64. */
function measured(metrics: readonly Metric[], y: Matrix, t: Matrix, { firstColumn = 0, firstCount = 0 } = {}) {
  const sums: number[] = [];
  const counted: number[] = [];
  const measures = { examples: y.rows, firstColumn, firstCount, sums: [] as unknown[], counts: [] as unknown[] };
  for (const one of metrics) {
    const measure = measureOf(one, y.columns);
    if (isCount(measure)) {
      const own = countsFor(measure.kind === 'thresholds' ? measure.buckets : undefined, y, t);
      measures.counts.push({ measure, offset: counted.length, size: countsOf(measure, y.columns) });
      expect(own).toHaveLength(countsOf(measure, y.columns));
      counted.push(...own);
    } else {
      measures.sums.push(measure);
      sums.push(sumFor(one.name, y, t) / y.rows);
    }
  }
  const before = new Array<number>(firstColumn).fill(-1);
  return {
    measures: measures as unknown as Measures,
    sums: [...before, 0.25, ...sums],
    counts: [...new Array<number>(firstCount).fill(-1), ...counted],
  };
}

function sumFor(name: Metric['name'], y: Matrix, t: Matrix): number {
  const { shares } = explainedShares(t);
  const row = (m: Matrix, r: number) => Array.from(m.values.subarray(r * m.columns, (r + 1) * m.columns));
  let sum = 0;
  for (let r = 0; r < y.rows; r++) {
    const [outputs, goals] = [row(y, r), row(t, r)];
    const label = goals.indexOf(Math.max(...goals));
    const isBefore = (value: number, c: number) => value > outputs[label]! || (value === outputs[label] && c < label);
    const larger = outputs.filter(isBefore).length;
    if (/categorical|topK/i.test(name) || (name === 'accuracy' && y.columns > 1)) {
      sum += Number(larger < (name === 'topKCategoricalAccuracy' ? 2 : 1));
      continue;
    }
    outputs.forEach((value, c) => {
      const e = value - goals[c]!;
      if (name === 'r2Score') sum += shares[c]! * e * e;
      else if (/accuracy/i.test(name)) sum += Number(value > 0.5 === goals[c]! > 0.5) / y.columns;
      else sum += (name === 'meanAbsoluteError' ? Math.abs(e) : e * e) / y.columns;
    });
  }
  return sum;
}

function countsFor(buckets: number | undefined, y: Matrix, t: Matrix): number[] {
  if (buckets === undefined) {
    const classes = Math.max(y.columns, 2);
    const counts = new Array<number>(classes ** 2).fill(0);
    const classOf = ({ columns, values }: Matrix, r: number) => {
      const row = Array.from(values.subarray(r * columns, (r + 1) * columns));
      return columns === 1 ? Number(row[0]! > 0.5) : row.indexOf(Math.max(...row));
    };
    for (let r = 0; r < y.rows; r++) counts[classOf(t, r) * classes + classOf(y, r)]! += 1;
    return counts;
  }
  const counts = new Array<number>(2 * buckets).fill(0);
  y.values.forEach((value, i) => {
    const bucket = Math.max(1, Math.ceil(Math.min(Math.max(value, 0), 1) * buckets)) - 1;
    counts[(t.values[i]! > 0.5 ? buckets : 0) + bucket]! += 1;
  });
  return counts;
}

/** Outputs between 0 and 1, some at the ends and at the edges of buckets, and one-hot or binary targets. */
function outputs(rows: number, columns: number, seed: number): { y: Matrix; t: Matrix } {
  const random = numpyRandom(seed);
  const [y, t] = [matrix(rows, columns), matrix(rows, columns)];
  const special = [0, 1, 0.5, 1 / AUC_BUCKETS, 100 / AUC_BUCKETS, -0.1, 1.2];
  for (let r = 0; r < rows; r++) {
    const label = Math.floor(random() * columns);
    for (let c = 0; c < columns; c++) {
      y.values[r * columns + c] = random() < 0.2 ? special[Math.floor(7 * random())]! : random();
      t.values[r * columns + c] = columns === 1 ? Number(random() < 0.4) : Number(c === label);
    }
  }
  return { y, t };
}

describe.each([
  ['one output', 1],
  ['three outputs', 3],
])('of %s', (_, columns) => {
  const takesOne = (name: Metric['name']) => !/categorical/i.test(name);
  const names = METRIC_NAMES.filter((name) => columns > 1 || takesOne(name));

  test.each(names)("%s is the reference's", (name) => {
    for (const seed of [1, 2, 3]) {
      const { y, t } = outputs(200, columns, seed);
      const metrics = [metric(name)];
      const { measures, sums, counts } = measured(metrics, y, t);
      const { explainable } = explainedShares(t);
      const { logs, confusionMatrix } = logReader({ metrics, outputs: columns, explainable }, measures)(sums, counts);
      const reference = new EpochMetrics(metrics, { name: 'meanSquaredError' }, columns);
      reference.add(y, t);
      expect(confusionMatrix).toEqual(reference.confusionMatrix());
      const want = { loss: 0.25, ...reference.logs() };
      expect(Object.keys(logs)).toEqual(Object.keys(want));
      // The shares of R² are float32.
      for (const [key, value] of Object.entries(want)) expect(logs[key]).toBeCloseTo(value, 6);
    }
  });
});

test('all at once, from columns in the middle of the log', () => {
  const { y, t } = outputs(50, 3, 7);
  const metrics = METRIC_NAMES.map(metric);
  const { measures, sums, counts } = measured(metrics, y, t, { firstColumn: 5, firstCount: 11 });
  const { explainable } = explainedShares(t);
  const { logs, confusionMatrix } = logReader({ metrics, outputs: 3, explainable }, measures)(sums, counts);
  const reference = new EpochMetrics(metrics, { name: 'meanSquaredError' }, 3);
  reference.add(y, t);
  expect(confusionMatrix).toEqual(reference.confusionMatrix());
  for (const [key, value] of Object.entries(reference.logs()))
    expect([key, logs[key]!]).toEqual([key, expect.closeTo(value, 6)]);
  expect(logs['loss']).toBe(0.25);
});

describe('where nothing can be measured', () => {
  const read = (name: Metric['name'], y: Matrix, t: Matrix) => {
    const { measures, sums, counts } = measured([{ name } as Metric], y, t);
    const { explainable } = explainedShares(t);
    return logReader({ metrics: [{ name } as Metric], outputs: 1, explainable }, measures)(sums, counts).logs[name];
  };
  const column = (...values: number[]) => matrixFromRows(values.map((value) => [value]));

  test('precision, recall and F1 are 0, and so is the area under a curve of one class', () => {
    const [none, some] = [column(0, 0, 0), column(0.2, 0.9, 0.4)];
    expect(read('precision', column(0.1, 0.2, 0.3), column(1, 0, 1))).toBe(0);
    expect(read('recall', some, none)).toBe(0);
    expect(read('f1Score', column(0.1, 0.2, 0.3), none)).toBe(0);
    expect(read('auc', some, none)).toBe(0);
    expect(read('auc', some, column(1, 1, 1))).toBe(0);
  });

  test('R² of targets that do not vary is 0, whatever the error', () => {
    expect(read('r2Score', column(5, 6, 7), column(2, 2, 2))).toBe(0);
  });
});

describe('the shares of R²', () => {
  test('divide by what each column varies, and by the columns', () => {
    const { shares, explainable } = explainedShares(
      matrixFromRows([
        [0, 1],
        [2, 1],
        [4, 1],
      ]),
    );
    // 3 rows / (2 columns · 8), and a column that does not vary.
    expect(Array.from(shares)).toEqual([3 / 16, 0]);
    expect(explainable).toBe(0.5);
  });

  test('of a column far from zero keep their digits', () => {
    const { shares } = explainedShares(matrixFromRows([[1e8], [1e8 + 1], [1e8 + 2]]));
    expect(shares[0]).toBeCloseTo(1.5, 6);
  });

  test('a column of equal numbers does not vary, however they are rounded', () => {
    expect(explainedShares(matrixFromRows([[0.1], [0.1], [0.1]]))).toEqual({
      shares: Float32Array.of(0),
      explainable: 0,
    });
  });
});

test('control: counts of the other class, or a column to the left, are other numbers', () => {
  const { y, t } = outputs(100, 1, 5);
  const metrics = [{ name: 'precision' }, { name: 'meanSquaredError' }] as const;
  const { measures, sums, counts } = measured(metrics, y, t);
  const read = (s: readonly number[], c: readonly number[]) =>
    logReader({ metrics, outputs: 1, explainable: 1 }, measures)(s, c).logs;
  const right = read(sums, counts);
  expect(read(sums, [...counts].reverse())['precision']).not.toBe(right['precision']);
  expect(read(sums.slice(1), counts)['loss']).toBe(right['meanSquaredError']);
});
