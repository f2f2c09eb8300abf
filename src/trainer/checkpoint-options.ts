/**
 * The options of checkpoints: what they are, and what is wrong with one. The checkpoints themselves are loaded where a training asks
 * for some (checkpointing.ts).
 */
import type { CheckpointStore } from '../checkpoint/store.js';
import { checkNames, checkType, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';

/** How often a checkpoint is written: after so many epochs or updates, or when so many seconds have passed. */
export type CheckpointEvery = { readonly epochs: number } | { readonly steps: number } | { readonly seconds: number };

/** A checkpoint that was written, or gone on from. */
export interface CheckpointInfo {
  readonly name: string;
  /** Epochs that are done. */
  readonly epoch: number;
  /** Updates that are done. */
  readonly step: number;
}

/** Options of trainings that keep checkpoints. */
export interface CheckpointOptions {
  /**
   * Where checkpoints are written while training, and how often; one more where the training ends, or is stopped or
   * aborted. `every` is by default 30 seconds. One that cannot be written ends no training: `onCheckpointError` hears of it
   * at once, and the notes of the result say so.
   */
  readonly checkpoint?: { readonly store: CheckpointStore; readonly every?: CheckpointEvery | undefined } | undefined;
  /**
   * Whether to go on from the newest checkpoint, to the same bits as if there had been no break, on the backend and with the
   * schedule of before; where there is none the training begins. Without it, a store with checkpoints is refused.
   * Default false.
   */
  readonly resume?: boolean | undefined;
  /** Told of each checkpoint when it is safe. */
  readonly onCheckpoint?: ((info: CheckpointInfo) => void) | undefined;
  /** Told of each checkpoint that could not be written, and why, in a sentence. */
  readonly onCheckpointError?: ((message: string) => void) | undefined;
  /** Told, before the first epoch, of the checkpoint that the training goes on from. */
  readonly onResume?: ((info: CheckpointInfo) => void) | undefined;
}

/** @throws RunError for an option that is wrong */
export function checkCheckpointOptions(options: CheckpointOptions): void {
  const { checkpoint, resume } = options;
  checkType('resume', resume, 'boolean', 'true or false');
  for (const hook of ['onCheckpoint', 'onCheckpointError', 'onResume'] as const) {
    checkType(hook, options[hook], 'function', 'a function');
  }
  if (checkpoint === undefined) {
    if (resume) throw new RunError('resume', 'true without checkpoint', 'checkpoint: { store }, where they are');
    return;
  }
  if (typeof checkpoint !== 'object' || checkpoint === null) {
    throw new RunError('checkpoint', describe(checkpoint), '{ store, every }');
  }
  checkNames(checkpoint, ['store', 'every']);
  const { store, every } = checkpoint;
  const methods = ['prepare', 'list', 'read', 'write', 'remove'] as const;
  if (!methods.every((method) => typeof (store as Partial<CheckpointStore> | undefined)?.[method] === 'function')) {
    throw new RunError(
      'checkpoint.store',
      describe(store),
      'browserCheckpoints(), or checkpointFolder(path) of idli/node',
    );
  }
  if (every !== undefined) checkEvery(every);
}

function checkEvery(every: CheckpointEvery): void {
  const entries = Object.entries(every ?? {});
  const [unit, amount] = entries[0] ?? [];
  const isKnown = entries.length === 1 && ['epochs', 'steps', 'seconds'].includes(unit!);
  if (!isKnown) throw new RunError('checkpoint.every', describe(every), '{ epochs }, { steps } or { seconds }');
  const isFitting =
    unit === 'seconds' ? Number(amount) > 0 && Number.isFinite(amount) : Number.isInteger(amount) && amount! >= 1;
  if (isFitting) return;
  const expected = unit === 'seconds' ? 'a number above 0' : 'a whole number of at least 1';
  throw new RunError(`checkpoint.every.${unit}`, describe(amount), expected);
}

/** What a training that goes on must be computed with. */
export interface Computing {
  readonly backend?: string | undefined;
  readonly schedule?: string | undefined;
}
