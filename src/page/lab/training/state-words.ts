/** What a training is doing, in one sentence. Pure functions. */
import { wholeText } from '../../../core/text.js';
import type { TrainingStart } from './news.js';
import type { Progress, TrainingStatus } from './training-view.js';

export interface Moment {
  readonly status: TrainingStatus;
  /** Whether it was told to stop; a step that is under way takes its time. */
  readonly isStopping: boolean;
  readonly start: TrainingStart | undefined;
  readonly progress: Progress;
  /** Epochs that are done. */
  readonly epochs: number;
}

export function stateText({ status, isStopping, start, progress, epochs }: Moment): string {
  const { step, steps } = progress;
  const place = `epoch ${wholeText(epochs)} of ${wholeText(start?.epochs ?? 0)}`;
  const after = `after step ${wholeText(step)} of ${wholeText(steps)}`;
  if (isStopping) return 'Stopping, once the work under way is done …';
  switch (status) {
    case 'idle':
      return 'Not started.';
    case 'starting':
      return 'Reading the data and opening the device …';
    case 'running':
      if (start?.backend === 'webgpu' && step === (start.from?.place.step ?? 0)) {
        return start.verify === 'off'
          ? 'Compiling the passes …'
          : 'Compiling, and checking every pass against the reference …';
      }
      if (step === steps)
        return (start?.verify ?? 'off') === 'off' ? 'Bringing the weights home …' : 'Checking one further step …';
      return `Training, ${place} done.`;
    case 'paused':
      return `Paused ${after}, ${place} done.`;
    case 'done':
      return `Done, ${place}${epochs < (start?.epochs ?? 0) ? ': early stopping ended it' : ''}.`;
    case 'stopped':
      return `Stopped ${after}, ${place} done.`;
    case 'failed':
      return 'Failed.';
    default:
      return status satisfies never;
  }
}
