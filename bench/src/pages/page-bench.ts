/** What the page offers the driver and what the driver gives the page; no code, so both sides may import it. */
import type { WorkloadResult } from '../results.js';
import type { WorkloadId } from '../../../src/runs/workload.js';

export interface AdapterFacts {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isSoftware: boolean;
  readonly text: string;
}

export interface PageBench {
  /** Undefined where there is no adapter. */
  adapter(): Promise<AdapterFacts | undefined>;
  /** Begins; `idliMeasured` is called at the end. */
  measure(id: Exclude<WorkloadId, 'g'>, samples: number): void;
}

/** What a start-up page leaves. */
export interface StartReport {
  /** From navigation start to the loss in hand. */
  readonly milliseconds: number;
  readonly loss: number;
  readonly refusal?: string;
}

declare global {
  interface Window {
    idliBench: PageBench;
    idliSay(line: string): Promise<void>;
    /** With results, or with what went wrong. */
    idliMeasured(results: WorkloadResult[] | string): Promise<void>;
    idliStart?: Promise<StartReport>;
  }
}
