/**
 * What a pass is: one WGSL entry point with its constants, its uniforms, its buffers and its grid.
 * Plain data, no GPU calls: the plan is made of passes, plan/execute.ts runs them.
 */
import type { PassShader } from './shader-names.js';

export type { PassShader, ShaderName } from './shader-names.js';

/** How a shader sees a buffer. */
export type Access = 'read' | 'read_write';

/** Fields of a struct, in order, four bytes each. */
export type Fields = Readonly<Record<string, 'u32' | 'f32'>>;

/** A record's values in the bits that a shader reads. */
export function encode(fields: Fields, record: Readonly<Record<string, number>>): Uint32Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * Object.keys(fields).length));
  Object.entries(fields).forEach(([name, type], i) => {
    const value = record[name];
    if (value === undefined) throw new Error(`A record for a shader has no ${name}.`);
    if (type === 'u32') view.setUint32(4 * i, value, true);
    else view.setFloat32(4 * i, value, true);
  });
  return new Uint32Array(view.buffer);
}

/** What a shader's text declares; a unit test holds the two against each other. */
export interface ShaderInterface {
  /** Override constants, all without defaults. */
  readonly constants: readonly string[];
  /** Of the uniform struct at binding 0. */
  readonly uniforms: Fields;
  /** Storage buffers at bindings 1, 2, …, in order. */
  readonly bindings: Readonly<Record<string, Access>>;
}

/** Part of a buffer, in 32-bit values. */
export interface Range {
  readonly offset: number;
  readonly count: number;
}

/** One entry point of a shader with all that it is given. */
export interface Pass {
  /** Unique within a plan, for example `layers.0 forward`. */
  readonly label: string;
  readonly shader: PassShader;
  /**
   * Of the layer, the measure or the table of the batch (x, targets, weights) that it is for, where there may be
   * several: what the persistent schedule tells passes of one shader apart by.
   */
  readonly part?: number;
  readonly constants: Readonly<Record<string, number>>;
  /** In double precision; execution rounds them to float32. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** Which of the plan's buffers stands for which of the shader's bindings. */
  readonly buffers: Readonly<Record<string, string>>;
  /** Of bindings of which the pass uses a part only: which part, in values. */
  readonly ranges?: Readonly<Record<string, Range>>;
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Turns of its loops, over all workgroups: how long it takes, roughly. Only the length of slices hangs on it. */
  readonly turns: number;
}

/** What a pass dispatches, apart from its buffers. */
export interface PassDispatch {
  /** The text of its shader; the entry point is `main`. */
  readonly code: string;
  readonly constants: Readonly<Record<string, number>>;
  /** Of binding 0. */
  readonly uniforms: Uint32Array<ArrayBuffer>;
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** Invocations of a workgroup whose invocations work each for itself. */
export const WORKGROUP = 64;

/** Invocations of a reducing workgroup: one barrier a halving, so small groups are quick where few have work. */
export const REDUCE_WORKGROUP = 64;

/** So few terms are summed by one invocation alone, in a shader without barriers. */
const ALONE = 16;

/** Invocations of a workgroup that reduces so many terms in all. */
export function reduceWorkgroup(count: number): number {
  return count <= ALONE ? 1 : REDUCE_WORKGROUP;
}

/** The most partial sums: enough invocations to keep a GPU busy, few enough for one workgroup to add up. */
export const MAX_PARTIALS = 1024;

/** The grid of a pass that computes one element per invocation, folded into two dimensions past `MAX_ROW`. */
export function linearGrid(count: number, workgroup: number): { workgroups: Pass['workgroups']; rowLength: number } {
  const { workgroups } = groupGrid(Math.ceil(count / workgroup));
  return { workgroups, rowLength: workgroups[0] * workgroup };
}

/** The grid of a pass with one workgroup for each of `count` things, folded likewise. */
export function groupGrid(count: number): { workgroups: Pass['workgroups']; gridRow: number } {
  const columns = Math.min(count, MAX_ROW);
  return { workgroups: [columns, Math.ceil(count / columns), 1], gridRow: columns };
}

/** Partial sums of a reduction over `count` terms: one a workgroup, and no more than `most`. */
export function partialsOf(count: number, most = MAX_PARTIALS): number {
  return Math.min(most, Math.ceil(count / REDUCE_WORKGROUP));
}

/** The grid of a pass that leaves so many partial sums; workgroups that find nothing to add leave a zero. */
export function reductionGrid(
  partials: number,
  workgroup = REDUCE_WORKGROUP,
): { workgroups: Pass['workgroups']; stride: number } {
  return { workgroups: [partials, 1, 1], stride: partials * workgroup };
}

/** Workgroups in one dimension that every device offers. */
const MAX_ROW = 65_535;

/** What an elementwise pass is made of, apart from its own constants and uniforms. */
export function elementwise(
  label: string,
  shader: PassShader,
  count: number,
  own: {
    readonly constants?: Readonly<Record<string, number>>;
    /** Uniforms before and after `rowLength`, as the shader declares them. */
    readonly uniforms?: (rowLength: number) => Readonly<Record<string, number>>;
    readonly buffers: Pass['buffers'];
    readonly ranges?: NonNullable<Pass['ranges']>;
    /** Turns of each invocation's loop. */
    readonly turns?: number;
  },
): Pass {
  const { workgroups, rowLength } = linearGrid(count, WORKGROUP);
  return {
    label,
    shader,
    constants: { WORKGROUP, ...own.constants },
    uniforms: own.uniforms?.(rowLength) ?? { count, rowLength },
    buffers: own.buffers,
    ...(own.ranges && { ranges: own.ranges }),
    workgroups,
    turns: Math.ceil(count / WORKGROUP) * (own.turns ?? 1),
  };
}
