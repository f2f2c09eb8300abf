/** What code is made of: a run with every default filled in, and what only its data tell. Plain data, from the worker's loaded run. */
import type { LoadedRun } from '../../../../data/load.js';
import type { ModelSettings } from '../../../../core/model.js';
import { layerWidths } from '../../../../core/model.js';
import { DEFAULT_BATCH_SIZE, type TrainingSettings } from '../../../../core/training.js';
import type { LabRun, LabState } from '../../lab-state.js';
import type { UsedModel } from '../used-model.js';

export interface CodeFacts {
  readonly run: LabRun;
  readonly model: ModelSettings;
  readonly training: TrainingSettings;
  /** Columns into each layer, and after the last those that come out. */
  readonly widths: readonly number[];
  /** Rows of each part, as the training splits them. */
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  /** Rows of a batch. */
  readonly batch: number;
  /** Updates of the whole training. */
  readonly updates: number;
  readonly hasRowWeights: boolean;
  readonly backend: LabState['backend'];
  readonly schedule: LabState['schedule'];
}

export const TARGETS = ['library', 'keras', 'pytorch', 'numpy'] as const;
export type CodeTarget = (typeof TARGETS)[number];

export type CodeTexts = Readonly<Record<CodeTarget, string>>;

/** How the lab computes, which is no part of the run. */
export type Computing = Pick<LabState, 'backend' | 'schedule'>;

export function codeFacts(
  run: LabRun,
  { model, training, train }: LoadedRun,
  parts: UsedModel['parts'],
  { backend, schedule }: Computing,
): CodeFacts {
  const rows = {
    train: parts.train!.x.rows,
    validation: parts.validation?.x.rows ?? 0,
    test: parts.test?.x.rows ?? 0,
  };
  const batch = Math.min(training.batchSize ?? DEFAULT_BATCH_SIZE, rows.train);
  return {
    run,
    model,
    training,
    widths: layerWidths(model.layers, train.x.columns),
    rows,
    batch,
    updates: training.epochs * Math.ceil(Math.ceil(rows.train / batch) / training.gradientAccumulationSteps),
    hasRowWeights: train.weights !== undefined,
    backend,
    schedule,
  };
}
