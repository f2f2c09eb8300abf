/** Loads what writes checkpoints where a training asks for some, and only there: most never do. */
import type { Task } from '../core/task.js';
import type { CheckpointOptions, Computing } from './checkpoint-options.js';
import type { Keeper } from './checkpointing.js';

/** The names of the options of checkpoints. */
export const CHECKPOINT_OPTIONS = [
  'checkpoint',
  'resume',
  'onCheckpoint',
  'onCheckpointError',
  'onResume',
] as const satisfies (keyof CheckpointOptions)[];

/**
 * Looks into the store; undefined where no checkpoints are asked for.
 * @throws CheckpointError where there are checkpoints that cannot be gone on from, or that would be written over
 * @throws RunError for an option that is wrong, or another backend or schedule than the checkpoint's
 */
export async function openKeeper(task: Task, options: CheckpointOptions & Computing): Promise<Keeper | undefined> {
  if (CHECKPOINT_OPTIONS.every((name) => options[name] === undefined)) return undefined;
  const { keeperOf } = await import('./checkpointing.js');
  return keeperOf(task, options);
}
