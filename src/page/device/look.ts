/** What the page asks a worker about the device, and what it is told. Plain data. */
import type { PassTime, TimedBy } from '../../trainer/pass-times.js';
import type { Schedule } from '../../plan/plan.js';

/** What a browser tells of an adapter, and what this product opens it with. */
export interface DeviceLook {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** In one phrase; a software adapter is called that. */
  readonly name: string;
  readonly isSoftware: boolean;
  /** Invocations in step, by the browser's word, or as the product takes them to be. */
  readonly lanes: { readonly count: number; readonly isTold: boolean };
  /** Of the adapter, sorted. */
  readonly features: readonly string[];
  /** Of them, those that the device was opened with. */
  readonly taken: readonly string[];
  /** By name: what the device was opened with, and the most that the adapter has. */
  readonly limits: Readonly<Record<string, { readonly here: number; readonly most: number }>>;
}

/** A device, or why there is none. */
export type LookResult =
  { readonly look: DeviceLook } | { readonly hasApi: boolean; readonly isSecureContext: boolean };

/** A planned buffer beside what was really created for it. */
export interface MemoryRow {
  readonly name: string;
  /** 0 for what no plan knows: uniforms, and staging for the way back. */
  readonly planned: number;
  /** 0 for what was not created. */
  readonly used: number;
}

export interface RunMeasure {
  readonly schedule: Schedule;
  /** Why this schedule, without a full stop. */
  readonly reason: string;
  readonly epochs: number;
  readonly steps: number;
  /** Milliseconds of one step in the schedule that was chosen, all that a training does included, by the clock. */
  readonly stepMilliseconds: number;
  readonly by: TimedBy;
  readonly distrust: string | undefined;
  readonly stepsPerEpoch: number;
  /** Of the layered schedule, where each pass is a dispatch. */
  readonly passes: readonly PassTime[];
  readonly memory: {
    readonly rows: readonly MemoryRow[];
    /** Bytes that the device had at once for it, at most. */
    readonly peak: number;
    /** Bytes of it that are still there after all was given back. */
    readonly left: number;
  };
}
