/**
 * From the rows of the log to the numbers of an epoch: each metric from the sums and counts that were measured for
 * it. The formulas are those of Keras.
 */
import type { Table } from '../core/examples.js';
import type { ConfusionMatrix } from '../core/history.js';
import type { MeasuredLogs } from '../core/trained.js';
import type { Metric } from '../core/training.js';
import { AUC_BUCKETS, countsOf, isCount, measureOf } from '../passes/metrics.js';
import { isSame } from './batch-passes.js';
import type { Measures } from './plan.js';

/** What a run measures, and of which outputs. */
export interface Measured {
  readonly metrics: readonly Metric[];
  readonly outputs: number;
  /** What R² would be without residuals: 1, unless a column of the targets does not vary. */
  readonly explainable: number;
}

/** Where in the two logs a row begins. */
export interface RowStart {
  readonly sums: number;
  readonly counts: number;
}

const FIRST_ROW: RowStart = { sums: 0, counts: 0 };

/** Finds once where each metric's numbers stand, and reads them from a row of the logs. */
export function logReader(
  { metrics, outputs, explainable }: Measured,
  measures: Measures,
): (sums: ArrayLike<number>, counts: ArrayLike<number>, row?: RowStart) => MeasuredLogs {
  const { firstColumn, firstCount } = measures;
  const places = metrics.map((metric) => {
    const measure = measureOf(metric, outputs);
    if (!isCount(measure)) {
      return { metric, column: firstColumn + 1 + measures.sums.findIndex((known) => isSame(known, measure)) };
    }
    const { offset, size } = measures.counts.find((known) => isSame(known.measure, measure))!;
    return { metric, first: firstCount + offset, size, classes: Math.sqrt(countsOf(measure, outputs)) };
  });
  return (sums, counts, row = FIRST_ROW) => {
    const logs: Record<string, number> = { loss: sums[row.sums + firstColumn]! };
    let confusionMatrix: ConfusionMatrix | undefined;
    for (const place of places) {
      const { name } = place.metric;
      if ('column' in place) {
        const mean = sums[row.sums + place.column]!;
        if (name === 'rootMeanSquaredError') logs[name] = Math.sqrt(mean);
        else logs[name] = name === 'r2Score' ? explainable - mean : mean;
      } else {
        const own = Array.from({ length: place.size }, (_, i) => counts[row.counts + place.first + i]!);
        if (name === 'confusionMatrix') confusionMatrix = rowsOf(own, place.classes);
        else logs[name] = fromHistogram(name, own);
      }
    }
    return { logs, confusionMatrix };
  };
}

function rowsOf(counts: readonly number[], classes: number): ConfusionMatrix {
  return Array.from({ length: classes }, (_, row) => counts.slice(row * classes, (row + 1) * classes));
}

/** @param counts of negatives, then of positives, in buckets of rising output */
function fromHistogram(name: Metric['name'], counts: readonly number[]): number {
  if (name === 'auc') return areaUnderCurve(counts);
  const [, falsePositives, falseNegatives, truePositives] = counts as [number, number, number, number];
  const ratio = (part: number, total: number) => (total === 0 ? 0 : part / total);
  if (name === 'precision') return ratio(truePositives, truePositives + falsePositives);
  if (name === 'recall') return ratio(truePositives, truePositives + falseNegatives);
  return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
}

/** Trapezoids under the true positives' rate over the false positives', from the highest threshold down. */
function areaUnderCurve(counts: readonly number[]): number {
  const total = (first: number) => counts.slice(first, first + AUC_BUCKETS).reduce((sum, count) => sum + count, 0);
  const [negatives, positives] = [total(0), total(AUC_BUCKETS)];
  if (negatives === 0 || positives === 0) return 0;
  let area = 0;
  let above = 0;
  for (let bucket = AUC_BUCKETS - 1; bucket >= 0; bucket--) {
    const found = counts[AUC_BUCKETS + bucket]!;
    area += (counts[bucket]! / negatives) * ((above + found / 2) / positives);
    above += found;
  }
  return area;
}

/**
 * For R²: what the squared error of each output column counts, so that the mean over the rows is the unexplained
 * share, averaged over the columns; and the value without any error. Columns that do not vary count 0.
 */
export function explainedShares({ rows, columns, values }: Table): {
  readonly shares: Float32Array<ArrayBuffer>;
  readonly explainable: number;
} {
  const shares = new Float32Array(columns);
  let varying = 0;
  for (let column = 0; column < columns; column++) {
    // Less the first value, so that a column of equal ones comes to exactly 0.
    const deviation = (row: number) => values[row * columns + column]! - values[column]!;
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += deviation(row);
    let squares = 0;
    for (let row = 0; row < rows; row++) squares += (deviation(row) - sum / rows) ** 2;
    if (squares === 0) continue;
    varying += 1;
    shares[column] = rows / (columns * squares);
  }
  return { shares, explainable: varying / columns };
}
