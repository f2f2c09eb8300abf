/** A training with its progress bar: loss, examples a second, time left. It changes nothing about the training. */
import { numberText } from '../core/text.js';
import type { RunOptions, Training } from '../trainer/train.js';
import { progressBar } from './progress.js';

type Told = Required<Pick<RunOptions, 'onProgress' | 'onEpoch'>>;

/**
 * @param unit what the training counts
 * @param rows examples in one of them
 */
export async function withProgress(
  label: string,
  unit: 'steps' | 'epochs',
  rows: number,
  work: (told: Told) => Promise<Training>,
): Promise<Training> {
  const progress = progressBar(label, unit);
  try {
    let remark = '';
    const started = performance.now();
    return await work({
      onEpoch: ({ epoch, logs }) => (remark = `epoch ${epoch}: loss ${numberText(logs.loss)}`),
      onProgress: (done, of) => {
        progress.update(done, of, remark, (1000 * done * rows) / (performance.now() - started));
      },
    });
  } finally {
    progress.end();
  }
}
