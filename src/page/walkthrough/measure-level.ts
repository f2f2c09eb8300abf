/** How long each of the three samples takes on this device: it runs them, and looks at the clock. */
import type { WalkthroughState } from './walkthrough-state.js';
import { walkthroughRun } from './walkthrough-run.js';

export const LEVELS = ['loops', 'plan', 'layers'] as const;
export type Level = (typeof LEVELS)[number];

export interface LevelTime {
  /** Milliseconds of the training alone: the median of some. */
  readonly training: number;
  /** Of the first, with all that is loaded and compiled for it. */
  readonly first: number;
  /** What trained. */
  readonly on: string;
  /** Of the last epoch. */
  readonly loss: number;
}

interface Sample {
  readonly loss: readonly number[];
  /** Of the training, where there is more to it than that. */
  readonly milliseconds?: number;
  readonly on: string;
}

const RUNS = 5;

/** Trains the whole run at one level, several times. @throws what the training throws */
export async function measureLevel(level: Level, seed: WalkthroughState['seed']): Promise<LevelTime> {
  const started = performance.now();
  const sample = await load(level, seed);
  const { loss, on } = await sample();
  const first = performance.now() - started;
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const begun = performance.now();
    const { milliseconds } = await sample();
    times.push(milliseconds ?? performance.now() - begun);
  }
  const training = times.sort((a, b) => a - b)[Math.floor(RUNS / 2)]!;
  return { training, first, on, loss: loss.at(-1)! };
}

async function load(level: Level, seed: number): Promise<() => Promise<Sample>> {
  const run = walkthroughRun(seed);
  switch (level) {
    case 'loops': {
      const { trainWithLoops } = await import('./samples/loops.js');
      return () => Promise.resolve(trainWithLoops(run));
    }
    case 'plan': {
      const { trainWithPlan } = await import('./samples/plan.js');
      return () => trainWithPlan(run);
    }
    case 'layers': {
      const { trainWithLayers } = await import('./samples/keras.js');
      const rows = (values: readonly (readonly number[])[]) => values.map((row) => [...row]);
      const { x, y } = run.data;
      return () => trainWithLayers(rows(x), rows(y), seed);
    }
    default:
      return level satisfies never;
  }
}
