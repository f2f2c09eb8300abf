/**
 * The metrics by name, and what each asks for: the one table, so that a new metric is not forgotten anywhere.
 */
import type { Metric } from './training.js';

interface MetricTraits {
  readonly isLargerBetter: boolean;
  /** It changes by steps, since it asks of each example whether it is right. */
  readonly isCounted: boolean;
  /** What the targets must be: numbers of the outputs' shape, shares from 0 to 1, or either of class numbers and those. */
  readonly targets: 'numbers' | 'shares' | 'classes';
  /** It looks for the largest of several outputs. */
  readonly needsSeveral: boolean;
}

const OF_NUMBERS = { isLargerBetter: false, isCounted: false, targets: 'numbers', needsSeveral: false } as const;
const OF_CLASSES = { isLargerBetter: true, isCounted: true, targets: 'classes', needsSeveral: false } as const;

export const METRICS: Readonly<Record<Metric['name'], MetricTraits>> = {
  accuracy: OF_CLASSES,
  binaryAccuracy: { ...OF_CLASSES, targets: 'shares' },
  categoricalAccuracy: { ...OF_CLASSES, needsSeveral: true },
  sparseCategoricalAccuracy: { ...OF_CLASSES, needsSeveral: true },
  topKCategoricalAccuracy: { ...OF_CLASSES, needsSeveral: true },
  precision: OF_CLASSES,
  recall: OF_CLASSES,
  f1Score: OF_CLASSES,
  auc: OF_CLASSES,
  confusionMatrix: OF_CLASSES,
  meanAbsoluteError: OF_NUMBERS,
  meanSquaredError: OF_NUMBERS,
  rootMeanSquaredError: OF_NUMBERS,
  r2Score: { ...OF_NUMBERS, isLargerBetter: true },
};

/** What is known of a key of the history, `val_` or not; undefined for the loss. */
export function traitsOf(key: string): MetricTraits | undefined {
  return (METRICS as Readonly<Record<string, MetricTraits>>)[key.replace(/^val_/, '')];
}
