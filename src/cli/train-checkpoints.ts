/**
 * What `idli train` does about checkpoints: the options of the training, what it says of them on stderr while the training goes on,
 * and what is left where it is stopped. It writes none itself.
 */
import { isCheckpointName } from '../checkpoint/checkpoints.js';
import { counted } from '../core/text.js';
import type { CheckpointOptions } from '../trainer/checkpoint-options.js';
import type { TrainOptions } from '../trainer/train.js';
import { checkpointFolder } from './checkpoint-folder.js';
import type { Backend, Every } from './options.js';
import { shownPath } from './shown-path.js';
import { sayAmid } from './terminal.js';

export interface CheckpointFlags {
  readonly backend: Backend;
  readonly checkpoint?: string | undefined;
  /** Default: 30 seconds. */
  readonly checkpointEvery?: Every | undefined;
  readonly resume?: boolean | undefined;
}

export interface TrainCheckpoints {
  readonly options: CheckpointOptions & Pick<TrainOptions, 'backend'>;
  /** What there is of a training that was stopped: one sentence. */
  stopped(): string;
}

/** @param own where a training that begins is to run; what goes on takes the backend that it began on, unless one is named */
export async function trainCheckpoints(
  { checkpoint: folder, checkpointEvery: every = { seconds: 30 }, resume, backend }: CheckpointFlags,
  own: 'webgpu' | 'cpu',
): Promise<TrainCheckpoints> {
  if (folder === undefined) {
    const advice = 'with --checkpoint <folder> a training can go on later';
    return { options: { backend: own }, stopped: () => `Stopped; nothing is saved (${advice}).` };
  }
  const store = checkpointFolder(folder);
  const goesOn = resume && (await store.list().catch(() => [])).some(isCheckpointName);
  // Under the bar that is drawn.
  let hasOne = false;
  let failure: string | undefined;
  const options: TrainCheckpoints['options'] = {
    checkpoint: { store, every },
    resume,
    backend: goesOn && backend === 'auto' ? 'auto' : own,
    onResume({ name, epoch, step }) {
      hasOne = true;
      sayAmid(`Going on from ${name}: ${counted(epoch, 'epoch')} and ${counted(step, 'update')} are done.`);
    },
    onCheckpoint() {
      hasOne = true;
      failure = undefined;
    },
    onCheckpointError(message) {
      // A disk that stays full is no news.
      if (message !== failure) sayAmid(`${message} The training goes on without that checkpoint.`);
      failure = message;
    },
  };
  return {
    options,
    stopped() {
      const there = `a checkpoint is in ${shownPath(folder)}, from which the same command with --resume goes on`;
      if (failure === undefined) {
        return hasOne ? `Stopped; ${there}.` : 'Stopped before there was anything to save; no checkpoint was written.';
      }
      return `Stopped; the last checkpoint could not be written, ${hasOne ? `but an earlier one is there: ${there}` : 'and there is none'}.`;
    },
  };
}
