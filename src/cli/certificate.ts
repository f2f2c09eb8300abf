/**
 * What a verified training can show afterwards: which run on which data was trained by which shaders on which device, what was compared
 * with the reference and against which bounds, the worst cases, and the verdict. One JSON document; it holds no data and no weights, only
 * their hashes. It writes no file.
 */
import { createHash } from 'node:crypto';
import { version } from '../../package.json';
import { float64Chunks } from '../core/float64-chunks.js';
import type { LayerWeights } from '../core/initializers.js';
import type { Task } from '../core/task.js';
import type { LoadedRun } from '../data/load.js';
import type { AdapterDescription } from '../gpu/device.js';
import { summarizePlan } from '../plan/print.js';
import type { Plan } from '../plan/plan.js';
import { shaderTexts } from '../plan/shader-texts.js';
import type { Training } from '../trainer/train.js';
import type { CurveParity } from '../verify/curves.js';
import type { Verification } from '../verify/verification.js';
import type { PassParity } from '../verify/report.js';

export interface Certificate {
  readonly certificate: 1;
  readonly verdict: 'within bounds' | 'out of bounds';
  /** When it was made. */
  readonly time: string;
  /** Version of this library. */
  readonly idli: string;
  readonly node: string;
  readonly run: { readonly model: unknown; readonly training: unknown };
  readonly data: {
    readonly rows: number;
    readonly inputs: number;
    readonly outputs: number;
    /** Of inputs, targets and weights of the rows trained on and validated with, in their order, as float64. */
    readonly sha256: string;
  };
  readonly adapter: AdapterDescription & {
    /** Of the device's arithmetic: others may train to other last bits. */
    readonly arithmetic: string;
  };
  /** null where a bound was broken before the plan was known. */
  readonly plan: {
    readonly schedule: string;
    readonly reason: string;
    readonly summary: string;
    readonly steps: number;
    /** SHA-256 of the text of each shader. */
    readonly shaders: Readonly<Record<string, string>>;
  } | null;
  /** How bounds are derived. */
  readonly bounds: string;
  readonly verification: Verification | null;
  /** What broke its bound. */
  readonly failures: readonly PassParity[];
  /** Of whole trainings, GPU and reference each by itself; null where the reference was not trained. */
  readonly curves: WrittenCurves | null;
  /** Of the trained weights, in float32; null where none were. */
  readonly weights: { readonly sha256: string } | null;
}

const BOUNDS =
  'Each value of each checked pass is compared with a float64 reference that is fed the values the GPU had, against a bound ' +
  'derived from the operation: γ(n) = n·u / (1 − n·u) with u = 2^-23 times the sum of magnitudes for sums of products, the ' +
  'accuracy table of the WGSL specification for functions, running error analysis for longer formulas. No bound is tuned.';

export interface Verified {
  readonly loaded: LoadedRun;
  readonly task: Task;
  readonly adapter: AdapterDescription;
  readonly arithmetic: string;
  /** Undefined where a bound was broken. */
  readonly training: Training | undefined;
  readonly failures: readonly PassParity[];
  readonly curves: CurveParity | undefined;
}

export async function certificateOf(verified: Verified): Promise<Certificate> {
  const { loaded, task, adapter, arithmetic, training, failures, curves } = verified;
  const { train, widths } = task;
  const plan = training?.plan;
  return {
    certificate: 1,
    verdict: failures.length === 0 ? 'within bounds' : 'out of bounds',
    time: new Date().toISOString(),
    idli: version,
    node: `${process.version} ${process.platform} ${process.arch}`,
    run: { model: { seed: loaded.model.seed, layers: loaded.model.layers }, training: loaded.training },
    data: { rows: train.x.rows, inputs: widths[0]!, outputs: widths.at(-1)!, sha256: dataHash(task) },
    adapter: { ...adapter, arithmetic },
    plan: plan
      ? {
          schedule: plan.schedule,
          reason: plan.reason,
          summary: summarizePlan(plan),
          steps: plan.steps,
          shaders: await shaderHashes(plan),
        }
      : null,
    bounds: BOUNDS,
    verification: training?.verification ?? null,
    failures,
    curves: writtenCurves(curves),
    weights: training ? { sha256: weightsHash(training.weights) } : null,
  };
}

/** Whole trainings beside each other, as a document has them. */
export type WrittenCurves = Pick<CurveParity, 'maxAbsoluteDifference' | 'maxRelativeDifference' | 'curves'>;

/** @returns null where there is nothing to compare with */
export function writtenCurves(parity: CurveParity | undefined): WrittenCurves | null {
  if (!parity) return null;
  const { maxAbsoluteDifference, maxRelativeDifference, curves } = parity;
  return { maxAbsoluteDifference, maxRelativeDifference, curves };
}

function dataHash({ train, validation }: Task): string {
  const hash = createHash('sha256');
  for (const part of [train, validation]) {
    for (const values of part ? [part.x.values, part.y.values, part.weights ?? []] : []) {
      for (const bytes of float64Chunks(values)) hash.update(bytes);
    }
  }
  return hash.digest('hex');
}

function weightsHash(weights: readonly LayerWeights[]): string {
  const hash = createHash('sha256');
  for (const layer of weights) {
    for (const { values } of Object.values(layer)) hash.update(new Uint8Array(Float32Array.from(values).buffer));
  }
  return hash.digest('hex');
}

async function shaderHashes(plan: Plan): Promise<Record<string, string>> {
  const texts = Object.entries(await shaderTexts(plan));
  return Object.fromEntries(texts.map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]));
}
