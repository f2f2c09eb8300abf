/** The numbers behind the chart of curves: smoothed curves, differences from the reference, what is said of them. Pure functions. */
import { type History, isCounted, isLargerBetter } from '../../../core/history.js';
import { counted, differenceText } from '../../../core/text.js';
import { curveName, CURVE_TOLERANCE } from '../../../verify/curves.js';
import { shownNumber } from './shown-number.js';

/**
 * The moving average of a curve, in which what was before has a weight; without the pull towards 0 that the first values would have
 * (as Adam corrects its moments). What is no finite number is left out, and out of the average.
 */
export function smoothed(values: ArrayLike<number>, weight: number): Float64Array {
  const result = new Float64Array(values.length);
  let average = 0;
  let share = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      result[i] = NaN;
      continue;
    }
    average = weight * average + (1 - weight) * value;
    share *= weight;
    result[i] = average / (1 - share);
  }
  return result;
}

/** |a − b| of each epoch that both have; NaN where one is not a finite number. */
export function differenceSeries(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const result = new Float64Array(Math.min(a.length, b.length));
  for (let i = 0; i < result.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    result[i] = Number.isFinite(difference) ? difference : NaN;
  }
  return result;
}

export interface DifferenceFacts {
  /** Epochs that were compared. */
  readonly epochs: number;
  readonly zeros: number;
  readonly notFinite: number;
  readonly most: number;
  /** From 1; where `most` was first. */
  readonly epochOfMost: number;
}

export function differenceFacts(differences: ArrayLike<number>): DifferenceFacts {
  let [zeros, notFinite, most, epochOfMost] = [0, 0, 0, 1];
  for (let i = 0; i < differences.length; i++) {
    const value = differences[i]!;
    if (value === 0) zeros++;
    if (Number.isNaN(value)) notFinite++;
    if (value > most) [most, epochOfMost] = [value, i + 1];
  }
  return { epochs: differences.length, zeros, notFinite, most, epochOfMost };
}

/** What the metrics of a history are called, without those of validation, which are drawn beside. */
export function metricsOf(history: History): string[] {
  return Object.keys(history).filter((key) => !key.startsWith('val_'));
}

/** How far the two are apart, held against the stated bound, in sentences. */
export function differenceSentence(metric: string, facts: readonly DifferenceFacts[]): string {
  const epochs = Math.max(...facts.map((one) => one.epochs));
  if (epochs === 0) return 'Nothing to compare yet.';
  const worst = facts.reduce((a, b) => (b.most > a.most ? b : a));
  const zeros = facts.reduce((sum, one) => sum + one.zeros, 0);
  const values = facts.reduce((sum, one) => sum + one.epochs, 0);
  const notFinite = facts.reduce((sum, one) => sum + one.notFinite, 0);
  const bound = CURVE_TOLERANCE.toExponential();
  const sentences = [
    worst.most === 0
      ? `WebGPU and the reference say exactly the same ${curveName(metric)} in ${counted(epochs, 'epoch')}.`
      : `The two differ by at most ${apartText(worst.most)}, in epoch ${worst.epochOfMost}, ` +
        (worst.most <= CURVE_TOLERANCE
          ? `within the stated bound of ${bound}.`
          : isCounted(metric)
            ? `above the bound of ${bound}: this counts examples, and one on the fence is enough.`
            : `above the bound of ${bound}, which is stated for the tutorial’s run: differences grow with a training’s length. What each pass computes is checked apart.`),
    ...(zeros > 0
      ? [
          `${zeros} of ${counted(values, 'difference')} ${zeros === 1 ? 'is' : 'are'} exactly 0, and 0 has no place on a logarithmic axis.`,
        ]
      : []),
    ...(notFinite > 0 ? [`${counted(notFinite, 'value')} could not be compared, being no finite numbers.`] : []),
  ];
  return sentences.join(' ');
}

/** Where a curve begins, is best and ends, in a sentence. @param name with its article where it needs one */
export function curveSummary(name: string, metric: string, values: ArrayLike<number>): string {
  if (values.length === 0) return `${name} has no values yet.`;
  const last = values.length - 1;
  if (last === 0) return `${name} is ${shownNumber(values[0]!)} in epoch 1.`;
  const sign = isLargerBetter(metric) ? -1 : 1;
  let best = 0;
  for (let i = 1; i <= last; i++) if (sign * values[i]! < sign * values[best]!) best = i;
  const turn = best === 0 || best === last ? '' : `, is best with ${shownNumber(values[best]!)} in epoch ${best + 1}`;
  return `${name} goes from ${shownNumber(values[0]!)} in epoch 1${turn} to ${shownNumber(values[last]!)} in epoch ${last + 1}.`;
}

/** How far two numbers are apart; small differences as the rest of the page says them. */
export function apartText(difference: number): string {
  return difference < 1e-3 ? differenceText(difference) : shownNumber(difference);
}

/** How many values have no logarithm. */
export function withoutLogarithm(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!(values[i]! > 0)) count++;
  return count;
}

/** 1, 2, 3, … A loop: there may be a hundred thousand, many times a second. */
export function epochNumbers(count: number): Int32Array {
  const epochs = new Int32Array(count);
  for (let i = 0; i < count; i++) epochs[i] = i + 1;
  return epochs;
}
