/**
 * The metrics of one epoch in float64: fed with one batch after the other, then asked. They do not count sample
 * weights, as Keras' `metrics` do not. Twin of the metric shaders.
 *
 * y (B, U) are the outputs; targets (B, U), or with sparseCategoricalCrossentropy class numbers (B, 1).
 */
import type { Matrix } from '../core/matrix.js';
import type { Loss, Metric } from '../core/training.js';
import { oneHot } from './loss.js';
import {
  AreaUnderCurve,
  type Counter,
  Determination,
  ElementMean,
  type PositiveCounts,
  Positives,
  ratio,
  RowShare,
} from './metric-counters.js';

export class EpochMetrics {
  readonly #isSparse: boolean;
  readonly #counters = new Map<string, Counter>();
  readonly #confusion: number[][] | undefined;

  /** @param outputs U, the columns of the network's outputs */
  constructor(metrics: readonly Metric[], loss: Loss, outputs: number) {
    this.#isSparse = loss.name === 'sparseCategoricalCrossentropy';
    for (const metric of metrics) {
      const counter = counterOf(metric, outputs);
      if (counter) this.#counters.set(metric.name, counter);
    }
    if (metrics.some(({ name }) => name === 'confusionMatrix')) {
      const classes = Math.max(outputs, 2);
      this.#confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    }
  }

  /** The outputs of one batch, and its targets. */
  add(y: Matrix, targets: Matrix): void {
    const t = this.#isSparse ? oneHot(targets, y.columns) : targets;
    for (const counter of this.#counters.values()) counter.add(y, t);
    if (!this.#confusion) return;
    for (let row = 0; row < y.rows; row++) this.#confusion[classOf(t, row)]![classOf(y, row)]! += 1;
  }

  /** The value of each metric so far, under its name, in the order they were asked for. */
  logs(): Record<string, number> {
    return Object.fromEntries([...this.#counters].map(([name, counter]) => [name, counter.value()]));
  }

  /** What was counted so far, by metric; other metrics of the same names go on from it. */
  get state(): Readonly<Record<string, Float64Array>> {
    return {
      ...Object.fromEntries([...this.#counters].map(([name, counter]) => [name, counter.state.slice()])),
      ...(this.#confusion && { confusionMatrix: Float64Array.from(this.#confusion.flat()) }),
    };
  }

  set state(state: Readonly<Record<string, Float64Array>>) {
    for (const [name, counter] of this.#counters) counter.state.set(state[name]!);
    this.#confusion?.forEach((row, label) => {
      row.forEach((_, column) => (row[column] = state['confusionMatrix']![label * row.length + column]!));
    });
  }

  /** counts[true class][predicted class], where the metric confusionMatrix is asked for. */
  confusionMatrix(): number[][] | undefined {
    return this.#confusion?.map((row) => row.slice());
  }
}

/** Undefined for the confusion matrix, which is no number. */
function counterOf(metric: Metric, outputs: number): Counter | undefined {
  switch (metric.name) {
    case 'accuracy':
      return counterOf({ name: outputs === 1 ? 'binaryAccuracy' : 'categoricalAccuracy' }, outputs);
    case 'binaryAccuracy':
      return new ElementMean((y, t) => (y > 0.5 === t > 0.5 ? 1 : 0));
    // The same here: class numbers have become one-hot rows.
    case 'categoricalAccuracy':
    case 'sparseCategoricalAccuracy':
      return new RowShare((y, t, row) => rank(y, row, largest(t, row)) === 0);
    case 'topKCategoricalAccuracy':
      return new RowShare((y, t, row) => rank(y, row, largest(t, row)) < metric.k);
    case 'meanAbsoluteError':
      return new ElementMean((y, t) => Math.abs(y - t));
    case 'meanSquaredError':
      return new ElementMean((y, t) => (y - t) ** 2);
    case 'rootMeanSquaredError':
      return new ElementMean((y, t) => (y - t) ** 2, Math.sqrt);
    case 'precision':
      return new Positives(precision);
    case 'recall':
      return new Positives(recall);
    case 'f1Score':
      return new Positives((counts) => {
        const [p, r] = [precision(counts), recall(counts)];
        return ratio(2 * p * r, p + r);
      });
    case 'auc':
      return new AreaUnderCurve();
    case 'r2Score':
      return new Determination(outputs);
    case 'confusionMatrix':
      return undefined;
    default:
      return metric satisfies never;
  }
}

function precision({ truePositives, falsePositives }: PositiveCounts): number {
  return ratio(truePositives, truePositives + falsePositives);
}

function recall({ truePositives, falseNegatives }: PositiveCounts): number {
  return ratio(truePositives, truePositives + falseNegatives);
}

/** The class a row means: its largest column, or with one column whether it is above ½. */
function classOf(a: Matrix, row: number): number {
  if (a.columns === 1) return a.values[row]! > 0.5 ? 1 : 0;
  return largest(a, row);
}

/** The first of the largest columns. */
function largest({ columns, values }: Matrix, row: number): number {
  let best = 0;
  for (let c = 1; c < columns; c++) if (values[row * columns + c]! > values[row * columns + best]!) best = c;
  return best;
}

/**
 * How many columns come before column t when a row is sorted from large to small, equal ones in their order. A row
 * with a value that is not finite has no order, and t is in no place of it.
 */
function rank({ columns, values }: Matrix, row: number, t: number): number {
  const value = values[row * columns + t]!;
  let before = 0;
  for (let j = 0; j < columns; j++) {
    const other = values[row * columns + j]!;
    if (!Number.isFinite(other)) return Infinity;
    if (other > value || (other === value && j < t)) before += 1;
  }
  return before;
}
