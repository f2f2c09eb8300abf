/**
 * What a pass is: one WGSL entry point with its constants, its uniforms, its buffers and its grid.
 * Plain data, no GPU calls: the plan is made of passes, plan/execute.ts runs them.
 */

/** The shaders, each a file of that name in shaders/. */
export type ShaderName =
  'dense_forward' | 'dense_input_gradient' | 'dense_kernel_gradient' | 'half_sum_squared_error' | 'log_epoch' | 'sgd';

/** How a shader sees a buffer. */
export type Access = 'read' | 'read_write';

/** What a shader's text declares; a unit test holds the two against each other. */
export interface ShaderInterface {
  /** Override constants, all without defaults. */
  readonly constants: readonly string[];
  /** Fields of the uniform struct at binding 0, in order, four bytes each. */
  readonly uniforms: Readonly<Record<string, 'u32' | 'f32'>>;
  /** Storage buffers at bindings 1, 2, …, in order. */
  readonly bindings: Readonly<Record<string, Access>>;
}

/** Part of a buffer, in 32-bit values. */
export interface Range {
  readonly offset: number;
  readonly count: number;
}

export interface Pass {
  /** Unique within a plan, for example `layers.0 forward`. */
  readonly label: string;
  readonly shader: ShaderName;
  readonly constants: Readonly<Record<string, number>>;
  readonly uniforms: Readonly<Record<string, number>>;
  /** Which of the plan's buffers stands for which of the shader's bindings. */
  readonly buffers: Readonly<Record<string, string>>;
  /** Of bindings of which the pass uses a part only: which part, in values. */
  readonly ranges?: Readonly<Record<string, Range>>;
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Turns of its loops, over all workgroups: how long it takes, roughly. Only the length of slices hangs on it. */
  readonly turns: number;
}

/** The grid of a pass that computes one element per invocation, folded into two dimensions past `MAX_ROW`. */
export function linearGrid(count: number, workgroup: number): { workgroups: Pass['workgroups']; rowLength: number } {
  const needed = Math.ceil(count / workgroup);
  const columns = Math.min(needed, MAX_ROW);
  return { workgroups: [columns, Math.ceil(needed / columns), 1], rowLength: columns * workgroup };
}

/** Workgroups in one dimension that every device offers. */
const MAX_ROW = 65_535;
