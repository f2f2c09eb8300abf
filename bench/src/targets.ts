/**
 * What is aimed at on which adapter, in one table, and whether it is reached. An adapter without a row has no targets:
 * its ratios are printed and nothing is judged.
 */
import type { Measurement, WorkloadResult } from './results.js';
import type { WorkloadId } from '../../src/runs/workload.js';

export interface Target {
  readonly workload: WorkloadId;
  /** Only the results whose title ends so; f has several. */
  readonly title?: string;
  /** Whose median is divided by ours; the fastest of them counts. */
  readonly against: 'webgpu' | 'any' | 'jax-js webgpu';
  readonly atLeast: number;
}

const SWIFTSHADER: readonly Target[] = [
  { workload: 'a', against: 'webgpu', atLeast: 15 },
  { workload: 'a', against: 'any', atLeast: 1 },
  { workload: 'b', against: 'webgpu', atLeast: 100 },
  { workload: 'c', against: 'webgpu', atLeast: 8 },
  { workload: 'd', against: 'jax-js webgpu', atLeast: 1.5 },
  { workload: 'e', against: 'jax-js webgpu', atLeast: 1.5 },
  { workload: 'f', title: '1024×1024×1024', against: 'jax-js webgpu', atLeast: 1.3 },
  { workload: 'g', against: 'jax-js webgpu', atLeast: 1 },
];

/** By the slug of the results. */
export const TARGETS: Readonly<Record<string, readonly Target[]>> = { 'chromium-swiftshader': SWIFTSHADER };

export interface Verdict {
  readonly line: string;
  readonly isMissed: boolean;
}

export const OURS = 'idli-webgpu';

/** Our own line that is compared with the peers'; undefined where it has no numbers. */
export function oursOf({ measurements }: WorkloadResult): Measurement | undefined {
  return measurements.find(({ id, refusal }) => id === OURS && refusal === undefined);
}

/** How many times our time the fastest of some peers takes; undefined where one side has no numbers. */
export function ratioTo(result: WorkloadResult, against: Target['against']): number | undefined {
  const ours = oursOf(result);
  const medians = result.measurements
    .filter(({ library, refusal }) => library !== 'idli' && refusal === undefined)
    .filter(({ backend, name }) => against === 'any' || (against === 'webgpu' ? backend === against : name === against))
    .map((peer) => peer.median);
  return ours && medians.length > 0 ? Math.min(...medians) / ours.median : undefined;
}

/** One line per workload that has a target on this adapter or, without targets, per workload that has a ratio. */
export function verdicts(slug: string, results: readonly WorkloadResult[], table = TARGETS): Verdict[] {
  const targets = table[slug];
  return results.flatMap((result) => {
    const own = targets?.filter(({ workload, title }) => {
      return workload === result.id && (title === undefined || result.title.endsWith(title));
    });
    return own ? judged(result, own) : onlyRatio(result);
  });
}

function judged(result: WorkloadResult, targets: readonly Target[]): Verdict[] {
  if (targets.length === 0) return [];
  const parts = targets.map(({ against, atLeast }) => {
    const ratio = ratioTo(result, against);
    // What could not be measured was not reached.
    const isReached = ratio !== undefined && ratio >= atLeast;
    const text = ratio === undefined ? 'not measured' : ratioText(ratio);
    return { isReached, text: `${text} ${AGAINST[against]} (target ${atLeast}x)` };
  });
  const isMissed = parts.some(({ isReached }) => !isReached);
  const line = `${result.id} ${parts.map(({ text }) => text).join(', ')} ${isMissed ? 'missed' : 'ok'}`;
  return [{ line, isMissed }];
}

function onlyRatio(result: WorkloadResult): Verdict[] {
  const ratio = ratioTo(result, 'webgpu');
  if (ratio === undefined) return [];
  return [{ line: `${result.id} ${ratioText(ratio)} ${AGAINST.webgpu} (${result.title})`, isMissed: false }];
}

const AGAINST: Readonly<Record<Target['against'], string>> = {
  webgpu: 'the fastest WebGPU peer',
  any: 'the fastest peer on any back end',
  'jax-js webgpu': 'jax-js on WebGPU',
};

/** `17.3x`, `0.042x`. */
export function ratioText(ratio: number): string {
  return `${ratio >= 100 ? ratio.toFixed(0) : ratio >= 1 ? ratio.toFixed(1) : ratio.toPrecision(2)}x`;
}
