/** What dispatches a plan's passes, whatever its schedule, and what it is made of. It makes none (dispatch.ts). */
import type { BufferPart, BufferPool } from '../gpu/buffers.js';
import type { Pass, PassDispatch } from '../passes/pass.js';
import type { Shaders } from '../passes/shaders.js';
import type { Plan } from './plan.js';

/** A pass as it is dispatched: everything that decides what it writes. */
export interface BoundPass extends PassDispatch {
  /** Bindings 1, 2, … */
  readonly storage: readonly {
    readonly name: string;
    readonly access: 'read' | 'read_write';
    readonly part: BufferPart;
  }[];
}

export interface Dispatcher {
  /** What `one` dispatches. */
  bound(pass: Pass): BoundPass;
  /** Encodes one pass, by itself. */
  one(pass: Pass, encoder: GPUComputePassEncoder): void;
  /**
   * Encodes programs, one after the other. One call a submit: what it writes for them is in force until the next.
   * @param turn place of the first in the epoch
   */
  run(programs: readonly string[], turn: number, encoder: GPUComputePassEncoder): void;
}

export interface DispatchContext {
  readonly plan: Plan;
  readonly pool: BufferPool;
  readonly buffers: ReadonlyMap<string, BufferPart>;
  /** The shaders; without them, those of this product. */
  readonly shaders: Shaders | undefined;
}

/** Uniform buffers are bound at multiples of this many bytes: WebGPU's largest minimum alignment. */
export const UNIFORM_ALIGNMENT = 256;

export function bindGroup(
  gpu: GPUDevice,
  label: string,
  layout: GPUBindGroupLayout,
  parts: readonly BufferPart[],
): GPUBindGroup {
  return gpu.createBindGroup({ label, layout, entries: parts.map((resource, binding) => ({ binding, resource })) });
}
