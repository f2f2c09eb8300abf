/**
 * Numbers that leave the range of float32 in the reference too: no fault of the GPU's, and nothing to compare with.
 */
import type { PassShader } from '../passes/shader-names.js';
import type { PassParity } from './report.js';

/** Whether a comparison is of a pass with a value beyond float32: what else it wrote may follow from that. */
export function passesBeyond(parity: readonly PassParity[]): (one: PassParity) => boolean {
  const key = ({ program, pass }: PassParity) => `${program}: ${pass}`;
  const beyond = new Set(parity.filter(({ isBeyond }) => isBeyond).map(key));
  return (one) => beyond.has(key(one));
}

/** Shaders whose numbers are only looked at: no update depends on them. */
const MEASURING: readonly PassShader[] = [
  'elementwise_metric',
  'top_k',
  'count_confusion',
  'count_thresholds',
  'log_batch',
];

/**
 * The tensor with which a training leaves float32 in a checked batch, by the name a divergence gives it; undefined
 * where it stays within, or is wrong before.
 * @param isTraining whether a program of the plan trains
 */
export function firstBeyond(
  parity: readonly PassParity[],
  isTraining: (program: string) => boolean,
): string | undefined {
  const isBeyond = passesBeyond(parity);
  const matters = ({ shader, program }: PassParity) => isTraining(program) && !MEASURING.includes(shader);
  const first = parity.find((one) => (isBeyond(one) ? one.isBeyond && matters(one) : !one.ok));
  if (!first?.isBeyond) return undefined;
  return first.buffer === 'partials' ? 'loss' : first.buffer;
}
