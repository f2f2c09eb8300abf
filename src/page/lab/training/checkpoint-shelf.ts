/**
 * The checkpoints in the browser's storage, on the page's side: which training can be gone on with, and a list of all. It reads and
 * removes through a worker, and writes nothing.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { LabRun } from '../lab-state.js';
import { type Problem, problemOf } from '../problem.js';
import type { KeptTraining } from './kept.js';
import type { Session } from './training-view.js';

export interface CheckpointShelf {
  /** The checkpoint of the run that was last looked for; undefined where there is none. */
  readonly offer: ReadonlySignal<KeptTraining | undefined>;
  /** What of the run does not fit its data. */
  readonly misfit: ReadonlySignal<Problem | undefined>;
  readonly all: ReadonlySignal<readonly KeptTraining[]>;
  /** Why the storage cannot be used; undefined where it can. */
  readonly fault: ReadonlySignal<string | undefined>;
  /**
   * Looks for a checkpoint of a run.
   * @param files those that it names; undefined where one of them is missing
   */
  readonly look: (run: LabRun, files: readonly File[] | undefined) => Promise<void>;
  readonly list: () => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

export function openShelf(session: Session): CheckpointShelf {
  const offer = signal<KeptTraining | undefined>(undefined);
  const misfit = signal<Problem | undefined>(undefined);
  const all = signal<readonly KeptTraining[]>([]);
  const fault = signal<string | undefined>(undefined);
  let count = 0;

  const list = async () => {
    try {
      all.value = await (await session()).training.allKept();
      fault.value = undefined;
    } catch (error) {
      fault.value = problemOf(error).sentence;
    }
  };
  return {
    offer,
    misfit,
    all,
    fault,
    list,
    async look(run, files) {
      const own = (count += 1);
      try {
        const found = await (await session()).training.kept(run, files && [...files]);
        if (own !== count) return;
        batch(() => {
          offer.value = found;
          misfit.value = undefined;
        });
      } catch (error) {
        if (own !== count) return;
        const problem = problemOf(error);
        batch(() => {
          offer.value = undefined;
          // What is no field is the storage's fault, and said where checkpoints are listed.
          misfit.value = problem.field === undefined ? undefined : problem;
        });
      }
    },
    async remove(name) {
      await (await session()).training.removeKept(name);
      if (offer.peek()?.name === name) offer.value = undefined;
      await list();
    },
  };
}
