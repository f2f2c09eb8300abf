/** Twins of the metrics, row by row and written out here: the reference only has whole epochs. Counts must be exact. */
import { matrix } from '../../core/matrix.js';
import { METRIC_NUMBERS } from '../../passes/metrics.js';
import type { Pass } from '../../passes/pass.js';
import { absolute, type Approximate, exact, multiply, subtract } from '../running-error.js';
import { byWorkgroup } from './reduction.js';
import { type Before, constant, exactly, keyOf, type Twin, uniform } from './twin.js';

export const metricTwins = {
  elementwise_metric(pass, { y, targets, shares }) {
    const columns = uniform(pass, 'columns');
    const kind = keyOf(METRIC_NUMBERS, constant(pass, 'METRIC'));
    const want = y!.map((value, i) => shares![i % columns]! * measure(kind, value, targets![i]!));
    const steps = Array.from(y!, (value, i) =>
      multiply(exact(shares![i % columns]!), measureSteps(kind, exact(value), exact(targets![i]!))),
    );
    return { partials: byWorkgroup(pass, want, steps) };
  },

  top_k(pass, before) {
    const k = uniform(pass, 'k');
    const hits = eachRow(pass, before, (row, label) => {
      const rank = row.filter((value, c) => value > row[label]! || (value === row[label] && c < label)).length;
      return Number(rank < k && row.every(Number.isFinite));
    });
    return {
      partials: byWorkgroup(
        pass,
        hits,
        hits.map((hit) => exact(hit)),
      ),
    };
  },

  count_confusion(pass, before) {
    const counts = before['counts']!.slice();
    const columns = uniform(pass, 'columns');
    eachRow(pass, before, (row, label, targets) => {
      const isSingle = columns === 1;
      const actual = isSingle ? Number(targets[0]! > 0.5) : label;
      const predicted = isSingle ? Number(row[0]! > 0.5) : firstLargest(row);
      counts[actual * Math.max(columns, 2) + predicted]! += 1;
    });
    return { counts: exactly(counts) };
  },

  /** An output within a rounding of a bucket's edge may fall on either side of it. */
  count_thresholds(pass, before) {
    const buckets = uniform(pass, 'buckets');
    const counts = before['counts']!.slice();
    const bound = new Float64Array(counts.length);
    eachRow(pass, before, (row, label, targets) => {
      row.forEach((value, c) => {
        const isPositive = constant(pass, 'SPARSE') === 1 ? c === label : targets[c]! > 0.5;
        const place = Math.min(Math.max(value, 0), 1) * buckets;
        const first = isPositive ? buckets : 0;
        const bucketOf = (at: number) => first + Math.min(Math.max(Math.ceil(at), 1), buckets) - 1;
        counts[bucketOf(place)]! += 1;
        const { error } = multiply(exact(place / buckets), exact(buckets));
        const [below, above] = [bucketOf(place - error), bucketOf(place + error)];
        if (below === above) return;
        bound[below]! += 1;
        bound[above]! += 1;
      });
    });
    return { counts: { want: counts, bound } };
  },
} satisfies Record<string, Twin>;

function measure(kind: keyof typeof METRIC_NUMBERS, value: number, target: number): number {
  if (kind === 'absoluteError') return Math.abs(value - target);
  if (kind === 'squaredError') return (value - target) ** 2;
  return Number(value > 0.5 === target > 0.5);
}

function measureSteps(kind: keyof typeof METRIC_NUMBERS, value: Approximate, target: Approximate): Approximate {
  const e = subtract(value, target);
  if (kind === 'absoluteError') return absolute(e);
  return kind === 'squaredError' ? multiply(e, e) : exact(measure(kind, value.value, target.value));
}

/** For each row its outputs, its true class and its targets. */
function eachRow<T>(
  pass: Pass,
  { y, targets }: Before,
  visit: (row: number[], label: number, targets: number[]) => T,
): T[] {
  const columns = uniform(pass, 'columns');
  const count = pass.uniforms['rows'] ?? uniform(pass, 'count') / columns;
  const outputs = matrix(count, columns, y);
  const isSparse = constant(pass, 'SPARSE') === 1;
  return Array.from({ length: count }, (_, r) => {
    const row = Array.from(outputs.values.subarray(r * columns, (r + 1) * columns));
    const goals = isSparse ? [targets![r]!] : Array.from(targets!.subarray(r * columns, (r + 1) * columns));
    return visit(row, isSparse ? targets![r]! : firstLargest(goals), goals);
  });
}

function firstLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
