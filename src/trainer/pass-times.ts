/**
 * How long each pass of a plan takes on a device: each by itself, many times in a row, from a real state. By timestamps where the device
 * writes them and they agree with the clock, else by the clock, and it says by which. Of passes that the persistent schedule runs within
 * one dispatch nothing can be told apart, so it wants a layered plan. What was trained meanwhile is thrown away.
 */
import { openStopwatch, type Stopwatch, type Timed } from '../gpu/stopwatch.js';
import type { Execution } from '../plan/execute.js';
import { type Plan, programsOf } from '../plan/plan.js';

export type TimedBy = 'timestamps' | 'clock';

export interface PassTime {
  readonly pass: string;
  readonly shader: string;
  readonly program: string;
  /** How often it is dispatched in one epoch. */
  readonly perEpoch: number;
  /** Of one dispatch. */
  readonly milliseconds: number;
}

export interface PassTimes {
  readonly by: TimedBy;
  /** Why not by timestamps, where the device has them. */
  readonly distrust?: string;
  /** In the order of their dispatch. */
  readonly passes: readonly PassTime[];
  /** Updates of the weights in one epoch. */
  readonly stepsPerEpoch: number;
}

export interface PassTimesOptions {
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Ends it after the pass under way; the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Of one dispatch, and of how many a sample was. */
export interface Repeated extends Timed {
  readonly repeats: number;
}

type Pass = Plan['programs'][string][number];

/** Milliseconds that a sample lasts at least: far more than a timestamp or a clock may be off. */
const SAMPLE = 8;
/** The quickest counts: what disturbs a sample only makes it longer. */
const SAMPLES = 5;
/** Dispatches of one sample at most, of a pass that takes next to nothing. */
const MOST_REPEATS = 4096;
/** Milliseconds by the clock after which a sample is long enough, whatever its timestamps say. */
const LONG = 60;
/** Milliseconds by the clock from which timestamps can be held against it, and the least and most that they may be of it. */
const COMPARABLE = 4;
const LEAST_SHARE = 0.02;
const MOST_SHARE = 1.5;

/** @throws DeviceError if the device fails */
export async function passTimes(
  execution: Execution,
  { onProgress, signal }: PassTimesOptions = {},
): Promise<PassTimes> {
  const { plan, device } = execution;
  await execution.approved;
  const order = [...programsOf(plan.epoch)];
  const programs = [...new Set(order)];
  const all = programs.flatMap((program) => plan.programs[program]!.map((pass) => ({ program, pass })));
  const stopwatch = await openStopwatch(device.gpu);
  try {
    const timed: (Repeated & { readonly program: string; readonly pass: Pass })[] = [];
    let before: string | undefined;
    for (const { program, pass } of all) {
      signal?.throwIfAborted();
      // From a state that a training has too, and that no repetition has spoilt.
      execution.restart();
      if (before !== program) execution.runProgram(program);
      before = program;
      timed.push({ program, pass, ...(await timeOf(pass, execution, stopwatch)) });
      device.check();
      onProgress?.(timed.length, all.length);
    }
    const { by, distrust } = trusted(timed);
    return {
      by,
      ...(distrust !== undefined && { distrust }),
      passes: timed.map(({ program, pass, stamps, clock }) => ({
        pass: pass.label,
        shader: pass.shader,
        program,
        perEpoch: order.filter((name) => name === program).length,
        milliseconds: by === 'clock' ? clock : stamps!,
      })),
      stepsPerEpoch: plan.steps / plan.epochs,
    };
  } catch (error) {
    throw await device.explain(error);
  } finally {
    stopwatch.close();
  }
}

/** Of one dispatch, by the quickest of some samples that last long enough. */
async function timeOf(pass: Pass, execution: Execution, stopwatch: Stopwatch): Promise<Repeated> {
  const sample = (times: number) =>
    stopwatch.take((encoder) => {
      for (let i = 0; i < times; i++) execution.encode(pass, encoder);
    });
  let repeats = 1;
  let first = await sample(repeats);
  while ((first.stamps ?? first.clock) < SAMPLE && first.clock < LONG && repeats < MOST_REPEATS) {
    repeats = Math.min(MOST_REPEATS, 4 * repeats);
    first = await sample(repeats);
  }
  const samples = [first];
  while (samples.length < SAMPLES) samples.push(await sample(repeats));
  const stamps = samples.flatMap((one) => one.stamps ?? []);
  return {
    clock: Math.min(...samples.map(({ clock }) => clock)) / repeats,
    stamps: stamps.length === SAMPLES ? Math.min(...stamps) / repeats : undefined,
    repeats,
  };
}

/** By which of the two the times are told: all by the same, so that they can be compared. */
export function trusted(timed: readonly Repeated[]): { readonly by: TimedBy; readonly distrust?: string } {
  if (timed.some(({ stamps }) => stamps === undefined)) return { by: 'clock' };
  if (!timed.some(disagrees)) return { by: 'timestamps' };
  return { by: 'clock', distrust: 'they and the clock are far apart' };
}

/** The clock also has what the browser does for each dispatch; but it never has less than the GPU's own time. */
function disagrees({ clock, stamps, repeats }: Repeated): boolean {
  if (!(stamps! >= 0)) return true;
  return clock * repeats >= COMPARABLE && !(stamps! >= LEAST_SHARE * clock && stamps! <= MOST_SHARE * clock);
}
