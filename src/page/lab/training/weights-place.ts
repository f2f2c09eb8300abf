/** Where a training stood whose weights are shown, in the same words wherever they are. Pure functions. */
import type { Place } from '../../../core/saved-state.js';
import { wholeText } from '../../../core/text.js';
import type { TrainingStore } from './training-store.js';

type Trained = Pick<TrainingStore, 'end' | 'snapshot' | 'progress' | 'start' | 'run'>;

/** `after epoch 3`; undefined while there are no weights. */
export function weightsPlace({ end, snapshot, progress, start, run }: Trained): string | undefined {
  const ended = end.value;
  if (!ended) return snapshot.value && placeText(snapshot.value.place);
  const { epochs, bestEpoch, isStopped } = ended;
  const keepsBest = run.value?.training.earlyStopping?.restoreBestWeights ?? false;
  if (keepsBest && bestEpoch !== undefined) return afterEpoch(bestEpoch);
  if (!isStopped) return afterEpoch(epochs);
  // Whoever stops may do so within an epoch.
  const { step, steps } = progress.value;
  const done = (epochs * steps) / (start.value?.epochs ?? 1);
  return placeText({ epoch: epochs, turn: Math.max(0, step - done), step });
}

export function placeText({ epoch, turn, step }: Place): string {
  if (step === 0) return 'before the first step';
  return turn === 0 ? afterEpoch(epoch) : `in epoch ${wholeText(epoch + 1)}, after step ${wholeText(step)}`;
}

function afterEpoch(epoch: number): string {
  return `after epoch ${wholeText(epoch)}`;
}
