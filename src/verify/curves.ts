/**
 * Two free-running trainings of one run, curve against curve, where errors may compound: GPU against reference. What
 * it finds is shown; what gates is the check pass by pass (parity.ts).
 */
import { type History, isCounted } from '../core/history.js';
import { counted, differenceText } from '../core/text.js';
import type { Trained } from '../core/trained.js';
import type { Metric } from '../core/training.js';

/**
 * How far a free-running float32 training of the tutorial's size may be from the float64 one, in any loss, mean
 * absolute error or prediction. Stated before anything was measured.
 */
export const CURVE_TOLERANCE = 2e-6;

/** How far two trainings are apart, in all curves and predictions. */
export interface CurveParity {
  /** |GPU − reference| of each epoch's loss; Infinity for an epoch that only one of them trained. */
  readonly loss: readonly number[];
  /** Over every value of the history and every prediction. */
  readonly maxAbsoluteDifference: number;
  /** The same, each relative to the largest reference value of its kind (loss, accuracy, …, prediction). */
  readonly maxRelativeDifference: number;
  /** The largest difference of each curve of the history and of the predictions, the largest first. */
  readonly curves: readonly CurveDifference[];
  /** Epochs that each of them trained. */
  readonly epochs: { readonly trained: number; readonly reference: number };
}

/** How far two curves are apart. */
export interface CurveDifference {
  /** A key of the history, or `predictions`. */
  readonly key: string;
  readonly difference: number;
  readonly relative: number;
}

/** What of a training is compared with another. */
export type Curves = Pick<Trained, 'history' | 'predictions'>;

/** Compares every curve and the predictions of a training with the reference's. NaN counts as infinitely far. */
export function compareCurves(trained: Curves, reference: Curves): CurveParity {
  const keys = new Set([...Object.keys(reference.history), ...Object.keys(trained.history)]);
  const pairs: [key: string, got: ArrayLike<number>, want: ArrayLike<number>][] = [
    ...Array.from(keys, (key): [string, ArrayLike<number>, ArrayLike<number>] => [
      key,
      curve(trained.history, key),
      curve(reference.history, key),
    ]),
    ['predictions', trained.predictions.values, reference.predictions.values],
  ];
  const curves = pairs.map(([key, got, want]): CurveDifference => {
    const difference = largest(differences(got, want));
    return { key, difference, relative: difference === 0 ? 0 : difference / largest(want) };
  });
  return {
    loss: differences(trained.history.loss, reference.history.loss),
    maxAbsoluteDifference: largest(curves.map(({ difference }) => difference)),
    maxRelativeDifference: largest(curves.map(({ relative }) => relative)),
    curves: curves.sort((a, b) => (a.difference === b.difference ? 0 : b.difference - a.difference)),
    epochs: { trained: trained.history.loss.length, reference: reference.history.loss.length },
  };
}

/** How far two trainings are apart, held against the tolerance, in one sentence. */
export function curveSentence(parity: CurveParity): string {
  const { maxAbsoluteDifference, maxRelativeDifference, curves, epochs } = parity;
  if (epochs.trained !== epochs.reference) return unequalSentence(parity);
  const largest = curves[0]!;
  if (maxAbsoluteDifference === Infinity) {
    return `WebGPU and the CPU reference cannot be compared: the ${curveName(largest.key)} is not a finite number everywhere.`;
  }
  const apart = `WebGPU and the CPU reference differ by at most ${apartText(maxAbsoluteDifference, maxRelativeDifference)}`;
  if (maxAbsoluteDifference <= CURVE_TOLERANCE) {
    return `${apart}, within the stated tolerance of ${CURVE_TOLERANCE.toExponential()}.`;
  }
  if (!isCounted(largest.key)) {
    return (
      `${apart}, in the ${curveName(largest.key)}, more than the ${CURVE_TOLERANCE.toExponential()} stated for the tutorial's run: errors compound ` +
      'over a long training and grow with the numbers, though every checked pass was within its bound.'
    );
  }
  const smooth = curves.find(({ key }) => !isCounted(key))!;
  return (
    `${apart}, in the ${curveName(largest.key)}: it counts examples, and one on the fence is enough. What counts ` +
    `nothing differs by at most ${apartText(smooth.difference, smooth.relative)}, in the ${curveName(smooth.key)}.`
  );
}

/** What a comparison was over, for these keys of the history. */
export function comparedText(keys: readonly string[]): string {
  const names = keys.filter((key) => !key.startsWith('val_')).map(curveName);
  const last = names.length > 1 ? ` and ${names.pop()!}` : '';
  const both = keys.includes('val_loss') ? ', in training and validation,' : '';
  return `Over every epoch's ${names.join(', ')}${last}${both} and every prediction.`;
}

/** A key of the history in words: `validation mean absolute error`. */
export function curveName(key: string): string {
  if (key.startsWith('val_')) return `validation ${curveName(key.slice('val_'.length))}`;
  return WORDS[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Where the letters of the key are not the words. */
const WORDS: Readonly<Record<string, string>> = {
  auc: 'AUC',
  f1Score: 'F1 score',
  r2Score: 'R²',
  topKCategoricalAccuracy: 'top-k accuracy',
} satisfies Partial<Record<Metric['name'], string>>;

function unequalSentence({ loss, epochs: { trained, reference } }: CurveParity): string {
  const both = Math.min(trained, reference);
  const apart = differenceText(largest(loss.slice(0, both)));
  return (
    `WebGPU trained ${counted(trained, 'epoch')} and the CPU reference ${reference}: early stopping ended them at ` +
    `different epochs, so their results cannot be compared; up to epoch ${both} their losses differ by at most ${apart}.`
  );
}

/** `7.6e-8 (relative 1.7e-7)` */
function apartText(absolute: number, relative: number): string {
  return relative === Infinity
    ? differenceText(absolute)
    : `${differenceText(absolute)} (relative ${differenceText(relative)})`;
}

function curve(history: History, key: string): readonly number[] {
  return history[key] ?? [];
}

/** The largest absolute value. A loop and not Math.max(...): a million are more than a call takes arguments. */
function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** |a − b| value by value; Infinity where that is no number, or there is no other value. */
function differences(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN));
    return Number.isNaN(difference) ? Infinity : difference;
  });
}
