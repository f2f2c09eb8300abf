/**
 * What a benchmark leaves: plain data, written as JSON, read by report.ts and verdicts. All times are milliseconds of
 * one unit of the workload (a whole training, a step, a product, a start), so smaller is better everywhere.
 */
import type { ContestantInfo } from './contestants/contestant.js';
import type { GpuCounts } from '../../src/gpu/count-gpu.js';
import type { WorkloadId } from '../../src/runs/workload.js';

export interface Measurement extends ContestantInfo {
  /** Why there are no numbers, in words. */
  readonly refusal?: string;
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  /** Largest relative difference from the float64 reference, and of how many numbers. */
  readonly difference?: number;
  readonly compared?: number;
  /** The first losses and the last, to hold beside those of other engines. */
  readonly losses?: readonly number[];
  /** Where fewer epochs were run than the workload has, and the time scaled up: run, of how many. */
  readonly scaled?: { readonly epochs: number; readonly of: number };
  /** Of one step, in a run of its own. WebGPU only. */
  readonly counts?: GpuCounts;
  readonly gflops?: number;
  readonly gzipBytes?: number;
  /** Median milliseconds of what a sample took as a whole, where the time above is a part of it. */
  readonly wholeRun?: number;
}

export interface WorkloadResult {
  /** `f` has one for each size. */
  readonly id: WorkloadId;
  /** When it was measured; set where results are kept together. */
  readonly date?: string;
  readonly title: string;
  readonly unit: string;
  readonly measurements: readonly Measurement[];
}

export interface Results {
  readonly date: string;
  /** `chromium` or `node`. */
  readonly engine: string;
  readonly engineVersion: string;
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly slug: string;
  readonly samples: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly workloads: readonly WorkloadResult[];
}

/** What was measured before and is not now, with what is; nothing of other versions. */
export function merged(before: Results | undefined, now: Results): Results {
  const dated = now.workloads.map((result) => ({ date: now.date, ...result }));
  const isSame = before && JSON.stringify(before.versions) === JSON.stringify(now.versions);
  const kept = isSame ? before.workloads.filter(({ id }) => !now.workloads.some((other) => other.id === id)) : [];
  return { ...now, workloads: [...kept, ...dated].toSorted((a, b) => a.id.localeCompare(b.id)) };
}

interface AdapterNames {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
}

const SOFTWARE_NAMES = ['swiftshader', 'llvmpipe', 'lavapipe'];

/** The name of the result files: `chromium-swiftshader`, `node-nvidia-l4`. */
export function slugOf(engine: string, { vendor, architecture, description }: AdapterNames): string {
  const all = `${vendor} ${architecture} ${description}`.toLowerCase();
  const name =
    SOFTWARE_NAMES.find((software) => all.includes(software)) ?? (description || `${vendor} ${architecture}`);
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['unnamed'];
  return [engine, ...words].join('-');
}
