/**
 * What the metrics count over the batches of an epoch, in float64. Outputs y and targets t are both (B, U) here,
 * classes one-hot. A denominator of 0 gives 0.
 */
import type { Matrix } from '../core/matrix.js';

export interface Counter {
  /** Takes one batch. */
  add(y: Matrix, t: Matrix): void;
  /** Of all batches so far. */
  value(): number;
  /** What was counted so far, in place; another counter of the same kind goes on from it. */
  readonly state: Float64Array;
}

/** finish(mean of f over all elements) */
export class ElementMean implements Counter {
  readonly #f: (y: number, t: number) => number;
  readonly #finish: (mean: number) => number;
  /** The sum, and how many were summed up. */
  readonly state = new Float64Array(2);

  constructor(f: (y: number, t: number) => number, finish = (mean: number) => mean) {
    this.#f = f;
    this.#finish = finish;
  }

  add(y: Matrix, t: Matrix): void {
    for (let i = 0; i < y.values.length; i++) this.state[0]! += this.#f(y.values[i]!, t.values[i]!);
    this.state[1]! += y.values.length;
  }

  value(): number {
    return this.#finish(ratio(this.state[0]!, this.state[1]!));
  }
}

/** The share of rows of which something is true. */
export class RowShare implements Counter {
  readonly #isTrue: (y: Matrix, t: Matrix, row: number) => boolean;
  /** Hits, and rows. */
  readonly state = new Float64Array(2);

  constructor(isTrue: (y: Matrix, t: Matrix, row: number) => boolean) {
    this.#isTrue = isTrue;
  }

  add(y: Matrix, t: Matrix): void {
    for (let row = 0; row < y.rows; row++) if (this.#isTrue(y, t, row)) this.state[0]! += 1;
    this.state[1]! += y.rows;
  }

  value(): number {
    return ratio(this.state[0]!, this.state[1]!);
  }
}

/** Elements by what they are and what they are taken for, 1 being above ½. */
export interface PositiveCounts {
  /** Said 1, is 1. */
  truePositives: number;
  /** Said 1, is 0. */
  falsePositives: number;
  /** Said 0, is 1. */
  falseNegatives: number;
}

/** A ratio of those counts, over all outputs together. */
export class Positives implements Counter {
  readonly #ratio: (counts: PositiveCounts) => number;
  /** True positives, false positives, false negatives. */
  readonly state = new Float64Array(3);

  constructor(ratioOf: (counts: PositiveCounts) => number) {
    this.#ratio = ratioOf;
  }

  add(y: Matrix, t: Matrix): void {
    for (let i = 0; i < y.values.length; i++) {
      const said = y.values[i]! > 0.5;
      const is = t.values[i]! > 0.5;
      if (said && is) this.state[0]! += 1;
      else if (said) this.state[1]! += 1;
      else if (is) this.state[2]! += 1;
    }
  }

  value(): number {
    const [truePositives, falsePositives, falseNegatives] = this.state as unknown as readonly [number, number, number];
    return this.#ratio({ truePositives, falsePositives, falseNegatives });
  }
}

/** −ε, 1/199 … 198/199, 1 + ε: those of Keras' AUC. */
const AUC_THRESHOLDS = Array.from({ length: 200 }, (_, k) => (k === 0 ? -1e-7 : k === 199 ? 1 + 1e-7 : k / 199));

/**
 * The area under the receiver operating characteristic, over all outputs together, by Keras' AUC: true-positive rate
 * over false-positive rate at 200 thresholds, an output above the threshold being taken for 1; trapezoids between.
 * Outputs below 0 and above 1 count as 0 and 1.
 */
export class AreaUnderCurve implements Counter {
  /** Elements by how many thresholds their output is above: those whose target is 1, and the others. */
  readonly state = new Float64Array(2 * (AUC_THRESHOLDS.length + 1));
  readonly #positives = this.state.subarray(0, AUC_THRESHOLDS.length + 1);
  readonly #negatives = this.state.subarray(AUC_THRESHOLDS.length + 1);

  add(y: Matrix, t: Matrix): void {
    for (let i = 0; i < y.values.length; i++) {
      const output = Math.max(0, Math.min(y.values[i]!, 1));
      let above = 0;
      while (above < AUC_THRESHOLDS.length && output > AUC_THRESHOLDS[above]!) above += 1;
      (t.values[i]! > 0.5 ? this.#positives : this.#negatives)[above]! += 1;
    }
  }

  value(): number {
    const positives = this.#positives.reduce((sum, count) => sum + count, 0);
    const negatives = this.#negatives.reduce((sum, count) => sum + count, 0);
    // From the highest threshold down, counting what comes above it.
    let [truePositives, falsePositives] = [0, 0];
    let [lastTrue, lastFalse] = [0, 0];
    let area = 0;
    for (let k = AUC_THRESHOLDS.length - 1; k >= 0; k--) {
      truePositives += this.#positives[k + 1]!;
      falsePositives += this.#negatives[k + 1]!;
      const trueRate = ratio(truePositives, positives);
      const falseRate = ratio(falsePositives, negatives);
      area += (falseRate - lastFalse) * 0.5 * (trueRate + lastTrue);
      [lastTrue, lastFalse] = [trueRate, falseRate];
    }
    return area;
  }
}

/**
 * R²: 1 − Σ (t − y)² / Σ (t − mean of t)² of each output, the mean of all outputs. An output whose targets are all
 * the same counts 0.
 */
export class Determination implements Counter {
  readonly #residual: Float64Array;
  /** Of the targets, by output: their mean so far, and the sum of their squared deviations from it. */
  readonly #mean: Float64Array;
  readonly #total: Float64Array;
  /** Rows, then the residuals, the means and the sums of all outputs. */
  readonly state: Float64Array;

  constructor(outputs: number) {
    this.state = new Float64Array(1 + 3 * outputs);
    this.#residual = this.state.subarray(1, 1 + outputs);
    this.#mean = this.state.subarray(1 + outputs, 1 + 2 * outputs);
    this.#total = this.state.subarray(1 + 2 * outputs);
  }

  add(y: Matrix, t: Matrix): void {
    for (let row = 0; row < y.rows; row++) {
      this.state[0]! += 1;
      for (let u = 0; u < y.columns; u++) {
        const target = t.values[row * y.columns + u]!;
        this.#residual[u]! += (target - y.values[row * y.columns + u]!) ** 2;
        // Welford (1962): no sum of squares, which would cancel against the square of the sum.
        const deviation = target - this.#mean[u]!;
        this.#mean[u]! += deviation / this.state[0]!;
        this.#total[u]! += deviation * (target - this.#mean[u]!);
      }
    }
  }

  value(): number {
    const scores = this.#total.map((total, u) => (total === 0 ? 0 : 1 - this.#residual[u]! / total));
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }
}

/** a / b, and 0 where b is 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
