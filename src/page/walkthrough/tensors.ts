/**
 * The matrices of a plan by name, where they lie in its buffers, and which pass writes each. It reads the plan only.
 *
 * `layers.0.y` and the like are buffers of that name. Of the flat buffers, `layers.0.kernel` is a part of the parameters,
 * `layers.0.kernel before` of what they were before the update, `layers.0.dkernel` of the gradients. What a reduction
 * leaves has the name of its pass: `loss`, `absolute error`.
 */
import type { Access, Pass } from '../../passes/pass.js';
import { INTERFACES } from '../../passes/shaders.js';
import { type Plan, valueCount } from '../../plan/plan.js';

export interface TensorPlace {
  readonly name: string;
  readonly buffer: string;
  /** In values. */
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  /** The pass that writes it, from 0; undefined for data. */
  readonly writtenBy: number | undefined;
  /** Whether it holds something before the first pass. */
  readonly isThereFirst: boolean;
}

/** The one program of a plan whose epoch is one batch. */
export function passesOf(plan: Plan): readonly Pass[] {
  const programs = Object.values(plan.programs);
  if (programs.length !== 1) throw new Error('The walkthrough goes through a plan of one program.');
  return programs[0]!;
}

export function tensorsOf(plan: Plan): TensorPlace[] {
  const passes = passesOf(plan);
  const place = (name: string, buffer: string, offset: number, rows: number, columns: number): TensorPlace => {
    const found = passes.findIndex((pass) => writes(pass, buffer, offset));
    const writtenBy = found < 0 ? undefined : found;
    return { name, buffer, offset, rows, columns, writtenBy, isThereFirst: writtenBy === undefined };
  };
  const buffers = plan.buffers
    .filter(({ name }) => name === 'x' || name === 'targets' || /^layers\.\d+\./.test(name))
    .map(({ name, shape }) => place(name, name, 0, shape[0]!, valueCount(shape.slice(1))));
  const weights = plan.parameters.flatMap(({ name, buffer, offset, shape: [rows, columns] }) => [
    { ...place(name, buffer, offset, rows, columns), isThereFirst: true },
    place(`${name} before`, 'previous', offset, rows, columns),
    place(name.replace(/(\w+)$/, 'd$1'), 'gradients', offset, rows, columns),
  ]);
  const sums = passes.flatMap(({ label, ranges }) => {
    const range = label === 'log' ? undefined : ranges?.['partials'];
    return range ? [place(label, 'partials', range.offset, 1, range.count)] : [];
  });
  return [...buffers, ...weights, ...sums];
}

function writes(pass: Pass, buffer: string, value: number): boolean {
  const bindings: [string, Access][] = Object.entries(INTERFACES[pass.shader].bindings);
  return bindings.some(([binding, access]) => {
    if (access !== 'read_write' || pass.buffers[binding] !== buffer) return false;
    const range = pass.ranges?.[binding];
    return !range || (value >= range.offset && value < range.offset + range.count);
  });
}
