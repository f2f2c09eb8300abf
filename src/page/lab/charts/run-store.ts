/**
 * Keeps the runs that were trained before: adds each training as it ends, and remembers them in this browser (IndexedDB), where that is
 * allowed. What is remembered is read as a stranger's: what does not fit is forgotten.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import * as v from 'valibot';
import type { TrainingStore } from '../training/training-store.js';
import { changedRun, type EarlierRun, MOST_RUNS, withRun } from './earlier-runs.js';

export interface RunStore {
  readonly runs: ReadonlySignal<readonly EarlierRun[]>;
  /** The one that is drawn as the training itself and needs no second line. */
  readonly current: ReadonlySignal<string | undefined>;
  readonly change: (id: string, change: Partial<Pick<EarlierRun, 'name' | 'isShown'>>) => void;
  readonly remove: (id: string) => void;
}

const KEY = 'idli-earlier-runs';

const remembered = v.pipe(
  v.array(
    v.strictObject({
      id: v.string(),
      name: v.string(),
      summary: v.string(),
      look: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_RUNS - 1)),
      isShown: v.boolean(),
      epochs: v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9))),
      curves: v.record(v.string(), v.array(v.union([v.number(), v.nan()]))),
    }),
  ),
  v.maxLength(MOST_RUNS),
);

export function openRuns(training: TrainingStore): RunStore {
  const runs = signal<readonly EarlierRun[]>([]);
  const current = signal<string | undefined>(undefined);
  void recall().then((found) => {
    if (found.length > 0) set([...found, ...runs.peek()].slice(-MOST_RUNS));
  });

  const set = (next: readonly EarlierRun[]) => {
    if (next === runs.peek()) return;
    runs.value = next;
    void remember(next);
  };
  effect(() => {
    const status = training.status.value;
    if (status === 'starting' || status === 'idle') current.value = undefined;
    if (status !== 'done' && status !== 'stopped' && status !== 'failed') return;
    const run = training.run.peek();
    const start = training.start.peek();
    if (!run || !start || current.peek() !== undefined) return;
    const id = `${Date.now()}`;
    const isStopped = status !== 'done';
    const next = withRun(runs.peek(), {
      ...{ id, run, isStopped },
      backend: start.backend,
      // What the end tells is whole; the last news may still be on their way.
      history: training.end.peek()?.history ?? training.history.peek(),
    });
    current.value = id;
    set(next);
  });
  return {
    runs,
    current,
    change: (id, change) => set(changedRun(runs.peek(), id, change)),
    remove: (id) => set(runs.peek().filter((run) => run.id !== id)),
  };
}

async function recall(): Promise<readonly EarlierRun[]> {
  try {
    const { get } = await import('idb-keyval');
    const found = v.safeParse(remembered, await get(KEY));
    return found.success ? found.output : [];
  } catch {
    // Storage is forbidden; runs last as long as the page.
    return [];
  }
}

async function remember(runs: readonly EarlierRun[]): Promise<void> {
  try {
    const { set } = await import('idb-keyval');
    await set(KEY, runs);
  } catch {
    // As above.
  }
}
