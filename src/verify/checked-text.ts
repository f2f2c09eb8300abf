/** What was checked of a training, in words. It is loaded where somebody reads it. */
import { counted } from '../core/text.js';
import type { Verification } from './verification.js';

/** What was checked and what that came to, in a sentence that may follow other words; undefined where nothing was. */
export function checkedText({ mode, samples, values, worst }: Verification): string | undefined {
  if (!worst) return undefined;
  const steps =
    mode === 'every'
      ? `of each step (${samples.toLocaleString('en-US')} ${samples === 1 ? 'batch' : 'batches'})`
      : samples === 0
        ? 'of the first and of one further step'
        : `of the first step, of ${samples.toLocaleString('en-US')} drawn between and of one further`;
  return (
    `${counted(values, 'value')} ${steps}, pass by pass from the GPU's own state: all within their bounds; ` +
    `the worst used ${(100 * worst.shareOfBound).toFixed(0)} % of its bound (${worst.pass}, ${worst.buffer})`
  );
}
