/** What a training in a worker tells the page as it goes on. Plain data. */
import type { ConfusionMatrices, History } from '../../../core/history.js';
import type { LayerWeights } from '../../../core/initializers.js';
import type { Place } from '../../../core/saved-state.js';
import type { EpochReport, Trained } from '../../../core/trained.js';
import type { VerifyMode } from '../../../verify/report.js';
import type { LabRun, LabState } from '../lab-state.js';

export interface TrainRequest {
  readonly run: LabRun;
  readonly files: readonly File[];
  readonly backend: LabState['backend'];
  readonly schedule?: LabState['schedule'];
  /** Whether it waits, before the first update, for `resume` or `step`. */
  readonly startsPaused: boolean;
  /** Whether weights are wanted now and then, as the training goes on. */
  readonly sendsWeights: boolean;
  /** How much is checked against the reference. Default `sample`. */
  readonly verify?: VerifyMode;
  /** Whether checkpoints are kept in the browser's storage, and whether it goes on from one. Default neither. */
  readonly checkpoints?: 'none' | 'keep' | 'goOn';
}

/** The model's weights at some place of the training. */
export interface Snapshot {
  readonly place: Place;
  readonly weights: readonly LayerWeights[];
}

/** At most some thirty a second, whatever the training does. */
export interface TrainingNews {
  /** Epochs that ended since the last news. */
  readonly reports: readonly EpochReport[];
  /** Updates that are done, and of the whole training; undefined where nothing new is known. */
  readonly progress?: { readonly step: number; readonly steps: number } | undefined;
  readonly snapshot?: Snapshot | undefined;
  /** A checkpoint that is safe now. */
  readonly checkpoint?: Place | undefined;
  /** What went wrong without ending the training, one sentence each. */
  readonly warnings: readonly string[];
  /** Whether it rests now. */
  readonly isPaused: boolean;
}

/** What is known once the device is open and the data are read; told again where a training goes on after a loss. */
export interface TrainingStart {
  readonly backend: 'webgpu' | 'cpu';
  /** In words, with `software adapter` where it is one. */
  readonly adapter: string | undefined;
  /** Why it is not the backend that was asked for, and other remarks, one sentence each. */
  readonly notes: readonly string[];
  /** Rows of a step, and steps of the training. */
  readonly batchSize: number;
  readonly steps: number;
  readonly epochs: number;
  /** What was done before, where it goes on. */
  readonly from?: TrainingBefore | undefined;
  /** How much of it is checked; unless nothing is, it starts with a check of every pass. */
  readonly verify: VerifyMode;
  readonly keepsCheckpoints: boolean;
}

export interface TrainingBefore {
  readonly place: Place;
  readonly history: History;
  readonly confusionMatrices: ConfusionMatrices;
}

/** How it ended. */
export interface TrainingEnd extends Trained {
  readonly isStopped: boolean;
  readonly milliseconds: number;
  readonly setUpMilliseconds: number;
  readonly schedule: 'persistent' | 'layered' | undefined;
  /** What the check pass by pass found, in a sentence; undefined on the CPU. */
  readonly checked: string | undefined;
  /** CRC-32 of the weights' bits, layer after layer as float64, in hexadecimal: equal for equal weights. */
  readonly weightsSum: string;
}
