/** What a benchmark finds: plain data, which the card shows, a file carries and a text tells. */
import { median } from '../../core/statistics.js';

/** How long something took, several times; of one unit of the workload. */
export interface Timing {
  /** Milliseconds, in the order in which they were taken. */
  readonly samples: readonly number[];
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A workload on the CPU's reference, which is also what its losses are held against. */
export interface ReferenceResult {
  readonly timing: Timing;
  /** Of each epoch that is compared; empty for a product. */
  readonly losses: readonly number[];
}

/** What was found right before anything was timed. */
export interface Checked {
  /** Values that were compared. */
  readonly values: number;
  /** The largest difference as a share of its derived bound, and of which pass; undefined for a product. */
  readonly shareOfBound: number | undefined;
  readonly pass: string | undefined;
  /** The largest relative difference of a loss, or of a value of a product, from the float64 reference's. */
  readonly difference: number;
}

export interface GpuResult {
  readonly timing: Timing;
  readonly checked: Checked;
  /** Of the whole first run: compiling, creating buffers, checking. */
  readonly first: number;
  readonly schedule: string | undefined;
  readonly finalLoss: number | undefined;
  /** Of one unit. */
  readonly submits: number;
  readonly dispatches: number;
}

/** What is timed of a workload. */
export interface Unit {
  readonly unit: 'training' | 'step' | 'product';
  /** Rows that go through the network in one unit; 0 of a product. */
  readonly examples: number;
  /** Updates of the weights in one unit; 0 of a product. */
  readonly steps: number;
  /** Multiplications and additions in one unit of a product; 0 of a training. */
  readonly operations: number;
}

export interface WorkloadResult extends Unit {
  readonly id: string;
  readonly title: string;
  readonly cpu: ReferenceResult | undefined;
  readonly gpu: GpuResult | undefined;
  /** Why there is no time of the GPU, in a sentence. */
  readonly refusal: string | undefined;
}

/** What the CPU's worker finds. */
export interface ReferenceFound extends ReferenceResult {
  readonly unit: Unit;
}

export function timingOf(samples: readonly number[]): Timing {
  return { samples, median: median(samples), least: Math.min(...samples), most: Math.max(...samples) };
}

/** Units a second, by the median. */
export function perSecond({ median }: Timing): number {
  return 1000 / median;
}

/** How many times as fast the GPU is as the reference on the CPU; below 1 it is slower. */
export function ratioOf({ cpu, gpu }: Pick<WorkloadResult, 'cpu' | 'gpu'>): number | undefined {
  return cpu && gpu && cpu.timing.median / gpu.timing.median;
}

/** Half of what lies between the quickest and the slowest, as a share of the median. */
export function spreadOf({ least, most, median }: Timing): number {
  return (most - least) / 2 / median;
}
