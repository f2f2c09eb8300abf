/** Something that a press begins and that may fail: whether it is under way, and what went wrong, in a sentence. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { sentenceOf } from '../../worker/errors.js';

export interface Task {
  readonly isBusy: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<string | undefined>;
  readonly run: (work: () => Promise<void>) => void;
}

export function useTask(): Task {
  const isBusy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const run = async (work: () => Promise<void>) => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      await work();
    } catch (thrown) {
      problem.value = sentenceOf(thrown);
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy, problem, run: (work) => void run(work) };
}
