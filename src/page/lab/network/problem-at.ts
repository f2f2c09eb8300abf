/** Which problem belongs to which field of the network, and in what words beside it. */
import type { Lab } from '../lab-context.js';
import type { Problem } from '../problem.js';

/** What is wrong with the run as the network sees it: its own fields first, then the data's view of it, then the device's. */
export function networkProblem({ problem, data, network }: Lab): Problem | undefined {
  return problem.value ?? data.problem.value ?? network.problem.value;
}

/** The layer and the field within it, for example `[2, 'kernelInitializer.minval']`; undefined for what is no layer's. */
export function layerField(field: string | undefined): readonly [layer: number, rest: string] | undefined {
  const match = /^model\.layers\[(\d+)\]\.?(.*)$/.exec(field ?? '');
  return match ? [Number(match[1]), match[2]!] : undefined;
}

/** The sentence without the path in front, which its place tells. */
export function besideField({ field, sentence }: Problem): string {
  const plain = field !== undefined && sentence.startsWith(`${field}: `) ? sentence.slice(field.length + 2) : sentence;
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
