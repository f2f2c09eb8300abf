/**
 * Runs a training workload: first every contestant must reach the reference's losses, then all are timed in turn, so
 * that a slow minute of the machine is everybody's. It knows contestants by their interface only, and turns what one
 * cannot do into a sentence in the table.
 */
import type { Contestant, Trainer, TrainingRun } from './contestants/contestant.js';
import { countingGpu, type GpuCounts } from '../../src/gpu/count-gpu.js';
import type { Measurement, WorkloadResult } from './results.js';
import { LEFT_OUT } from './left-out.js';
import { TOLERANCE } from '../../src/runs/workloads.js';
import { largestRelativeDifference, median } from '../../src/core/statistics.js';
import { stepsOfEpoch, type TrainingTask, type TrainingWorkload } from '../../src/runs/workload.js';

export interface HarnessOptions {
  readonly samples: number;
  readonly say: (line: string) => void;
}

/** A run that would take longer is cut short and scaled up. */
const LONGEST_SAMPLE_MS = 20_000;
/** What a run that is cut short is to take, and the least that steps are timed over. */
const SCALED_SAMPLE_MS = 4000;
const STEPS_SAMPLE_MS = 400;
const MOST_EPOCHS_OF_STEPS = 100;

/** Of a run just before each sample, never timed. */
const RUN_IN_EPOCHS = 50;

/** Warm-up and check of one contestant. */
export const LONGEST_ENTRY_MS = 240_000;

/** A contestant that has shown that it computes the same. */
interface Entrant {
  readonly contestant: Contestant;
  readonly trainer: Trainer;
  readonly epochs: number;
  readonly difference: number;
  readonly compared: number;
  readonly losses: readonly number[];
  readonly samples: number[];
  readonly wholeRuns: number[];
  refusal?: string;
  counts?: GpuCounts;
}

export async function measureTraining(
  workload: TrainingWorkload,
  contestants: readonly Contestant[],
  reference: Contestant,
  { samples, say }: HarnessOptions,
): Promise<WorkloadResult> {
  const task = workload.make();
  const judge = await reference.trainer(task);
  const { losses: expected } = await judge.run(workload.checkedEpochs, false);
  await judge.dispose();

  const refused: Measurement[] = [];
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    const leftOut = LEFT_OUT[workload.id]?.[contestant.id];
    if (leftOut !== undefined) {
      refused.push(refusal(contestant, leftOut));
      continue;
    }
    try {
      entrants.push(await within(LONGEST_ENTRY_MS, enter(workload, task, contestant, expected)));
      const { difference, epochs } = entrants.at(-1)!;
      say(`${workload.id} ${contestant.name}: losses within ${difference.toExponential(1)}, ${epochs} epochs a sample`);
    } catch (error) {
      refused.push(refusal(contestant, sentence(error)));
      say(`${workload.id} ${contestant.name}: ${sentence(error)}`);
    }
  }
  for (let sample = 0; sample < samples; sample++) {
    for (const entrant of entrants) await takeSample(workload, entrant);
    say(`${workload.id} sample ${sample + 1} of ${samples}`);
  }
  for (const entrant of entrants) {
    if (entrant.contestant.backend === 'webgpu') await count(task, entrant);
    await entrant.trainer.dispose();
  }
  const measured = entrants.map((entrant) => measurement(workload, task, entrant));
  const order = contestants.map(({ id }) => id);
  const measurements = [...measured, ...refused].toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  return { id: workload.id, title: workload.title, unit: workload.timing === 'whole' ? 'ms' : 'ms/step', measurements };
}

/** Warms a contestant up, finds how many epochs its samples have, and holds its losses against the reference's. */
async function enter(
  { timing, epochs: full, checkedEpochs }: TrainingWorkload,
  task: TrainingTask,
  contestant: Contestant,
  expected: readonly number[],
): Promise<Entrant> {
  await contestant.open();
  const trainer = await contestant.trainer(task);
  await trainer.run(1, false);
  const epochs = await epochsOfSample(trainer, timing, full);
  const { losses } = await trainer.run(Math.max(epochs, Math.min(checkedEpochs, 2)), timing === 'steps');
  const compared = losses.slice(0, expected.length);
  const difference = largestRelativeDifference(compared, expected);
  if (!(difference <= TOLERANCE)) {
    throw new Error(`its losses differ from the reference's by ${difference.toExponential(1)}: not timed`);
  }
  return { contestant, trainer, epochs, difference, ...shown(compared), samples: [], wholeRuns: [] };
}

function shown(losses: readonly number[]): Pick<Entrant, 'compared' | 'losses'> {
  return { compared: losses.length, losses: losses.length > 6 ? [...losses.slice(0, 5), losses.at(-1)!] : losses };
}

/** How many epochs a sample has: all of them, or what takes long enough, or what does not take too long. */
async function epochsOfSample(trainer: Trainer, timing: TrainingWorkload['timing'], full: number): Promise<number> {
  const isSteps = timing === 'steps';
  let probe = Math.min(20, Math.ceil(full / 50));
  for (;;) {
    const { run, milliseconds } = await timed(trainer, probe, isSteps);
    const epoch = (isSteps ? run.trainingMilliseconds : milliseconds) / probe;
    if (isSteps) return Math.max(full, Math.min(MOST_EPOCHS_OF_STEPS, Math.ceil(STEPS_SAMPLE_MS / epoch)));
    if (epoch * full <= LONGEST_SAMPLE_MS || probe === full) return full;
    // What a run costs once is no part of an epoch: only a probe that takes a while says that epochs are slow.
    if (milliseconds >= SCALED_SAMPLE_MS / 2) return Math.max(1, Math.floor(SCALED_SAMPLE_MS / epoch));
    probe = Math.min(full, 5 * probe);
  }
}

async function timed(
  trainer: Trainer,
  epochs: number,
  isSettled: boolean,
): Promise<{ run: TrainingRun; milliseconds: number }> {
  const started = performance.now();
  const run = await trainer.run(epochs, isSettled);
  return { run, milliseconds: performance.now() - started };
}

async function takeSample(workload: TrainingWorkload, entrant: Entrant): Promise<void> {
  const { contestant, trainer, epochs, samples, wholeRuns } = entrant;
  if (entrant.refusal !== undefined) return;
  try {
    await contestant.open();
    // What the contestant before has left behind (memory to be collected, buffers to be freed, sleeping threads) is
    // nobody's time: each runs in before it is timed.
    await pause();
    await trainer.run(Math.min(epochs, RUN_IN_EPOCHS), workload.timing === 'steps');
    await pause();
    const { run, milliseconds } = await timed(trainer, epochs, workload.timing === 'steps');
    samples.push(workload.timing === 'steps' ? run.trainingMilliseconds : milliseconds);
    wholeRuns.push(milliseconds);
  } catch (error) {
    entrant.refusal = sentence(error);
  }
}

/** A contestant that never answers must not hold up the others. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}

/** Lets the engine tidy up after the one before. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** Of one step on average, of a run as it is timed: with everything that the run does before its first step. */
async function count(task: TrainingTask, entrant: Entrant): Promise<void> {
  const { contestant, trainer, epochs } = entrant;
  if (entrant.refusal !== undefined) return;
  await contestant.open();
  const counts = await countingGpu(() => trainer.run(epochs, false));
  const steps = epochs * stepsOfEpoch(task);
  entrant.counts = Object.fromEntries(Object.entries(counts).map(([name, all]) => [name, all / steps])) as never;
}

function measurement(workload: TrainingWorkload, task: TrainingTask, entrant: Entrant): Measurement {
  const { contestant, epochs, difference, compared, losses, samples, wholeRuns, counts } = entrant;
  if (entrant.refusal !== undefined) return refusal(contestant, entrant.refusal);
  const units = workload.timing === 'steps' ? epochs * stepsOfEpoch(task) : epochs / workload.epochs;
  const scaled = samples.map((milliseconds) => milliseconds / units);
  return {
    ...info(contestant),
    samples: scaled,
    median: median(scaled),
    min: Math.min(...scaled),
    difference,
    compared,
    losses,
    ...(workload.timing === 'whole' && epochs < workload.epochs && { scaled: { epochs, of: workload.epochs } }),
    ...(workload.timing === 'steps' && { wholeRun: median(wholeRuns) / units }),
    ...(counts && { counts }),
  };
}

export function info({
  id,
  name,
  library,
  backend,
}: Contestant): Pick<Measurement, 'id' | 'name' | 'library' | 'backend'> {
  return { id, name, library, backend };
}

export function refusal(contestant: Contestant, why: string): Measurement {
  return { ...info(contestant), refusal: why, samples: [], median: NaN, min: NaN };
}

export function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 200);
}
