/**
 * What a training leaves, on whatever it ran; and the error of one that went wrong.
 */
import type { ConfusionMatrices, ConfusionMatrix, EpochLogs, History } from './history.js';
import type { LayerWeights } from './initializers.js';
import type { Matrix } from './matrix.js';

/** What a training leaves, whatever it ran on. */
export interface Trained {
  /**
   * One value per epoch and key: the mean over the epoch's examples of what each batch saw before its update;
   * `val_` entries after the epoch.
   */
  readonly history: History;
  /** Empty without the metric confusionMatrix. */
  readonly confusionMatrices: ConfusionMatrices;
  /**
   * Of the training rows, (rows, outputs). Where every epoch is one batch, nothing is validated and the network
   * computes the same in training and after: the forward pass of the last epoch, before its update, as the tutorial prints it. Else what
   * the trained network says.
   */
  readonly predictions: Matrix;
  /** After the last update; of the best epoch where early stopping puts them back. */
  readonly weights: readonly LayerWeights[];
  /** Epochs trained: fewer than asked for after early stopping. */
  readonly epochs: number;
  /** The epoch with the best monitored value, from 1; undefined without early stopping. */
  readonly bestEpoch: number | undefined;
}

/** One epoch, as it is told while the training goes on. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** The values of this epoch, by the keys of the history. */
  readonly logs: EpochLogs;
  /** With the metric confusionMatrix: `confusionMatrix` and `val_confusionMatrix`. */
  readonly confusionMatrices: Readonly<Record<string, ConfusionMatrix>>;
}

/** What was measured over some examples, under the names of the metrics. */
export interface MeasuredLogs {
  readonly logs: Readonly<Record<string, number>>;
  readonly confusionMatrix: ConfusionMatrix | undefined;
}

/** The report of an epoch: what its training measured, and its validation where there is one, under `val_`. */
export function epochReport(epoch: number, trained: MeasuredLogs, validated: MeasuredLogs | undefined): EpochReport {
  const logs: Record<string, number> = { ...trained.logs };
  for (const [key, value] of Object.entries(validated?.logs ?? {})) logs[`val_${key}`] = value;
  return {
    epoch,
    logs: logs as EpochLogs,
    confusionMatrices: {
      ...(trained.confusionMatrix && { confusionMatrix: trained.confusionMatrix }),
      ...(validated?.confusionMatrix && { val_confusionMatrix: validated.confusionMatrix }),
    },
  };
}

/** Where a training went wrong, and what is left of it. */
export interface Divergence {
  /** From 1. */
  readonly epoch: number;
  /** Update within the whole training, from 1. */
  readonly step: number;
  /** The first tensor with a value that float32 cannot hold, for example `layers.0.y`, or `loss`. */
  readonly tensor: string;
  /** The weights before the update that led there. */
  readonly weights: readonly LayerWeights[];
}

/** The training itself went wrong: it diverged. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';

  constructor(
    message: string,
    readonly divergence: Divergence,
  ) {
    super(message);
  }
}

/** @param learningRate the optimizer's, which is usually what is wrong */
export function divergenceError(divergence: Divergence, learningRate: number): TrainingError {
  const { epoch, step, tensor } = divergence;
  const advice =
    step === 1
      ? 'Scale the data or the first weights down.'
      : `Lower training.optimizer.learningRate, now ${learningRate}.`;
  const what = tensor === 'loss' ? 'the loss' : tensor;
  return new TrainingError(
    `The training diverged in epoch ${epoch}, step ${step}: ${what} is not finite (float32). ${advice}`,
    divergence,
  );
}
