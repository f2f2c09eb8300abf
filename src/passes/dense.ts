/**
 * The three passes of a dense layer: forward, gradient of its input, gradients of its weights.
 * Descriptors of shaders/dense_*.wgsl: sizes, tiles and grids are decided here and nowhere else.
 */
import { ACTIVATIONS, type ElementwiseActivation, type OutputActivation } from '../core/activations.js';
import type { Pass, ShaderInterface } from './pass.js';

export const denseInterfaces = {
  dense_forward: {
    constants: ['TILE', 'ACTIVATION'],
    uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32', biasOffset: 'u32', useBias: 'u32' },
    bindings: { x: 'read', parameters: 'read', y: 'read_write' },
  },
  dense_input_gradient: {
    constants: ['TILE', 'ACTIVATION'],
    uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32' },
    bindings: { dz: 'read', parameters: 'read', x: 'read', dzBelow: 'read_write' },
  },
  dense_kernel_gradient: {
    constants: ['TILE'],
    uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32', useBias: 'u32', accumulate: 'u32' },
    bindings: { x: 'read', dz: 'read', gradients: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** Sizes of a dense layer in one batch, and where its weights lie in the flat parameter buffer. */
export interface DenseSizes {
  readonly batch: number;
  readonly inputs: number;
  readonly units: number;
  readonly useBias: boolean;
  /** Of the kernel, in values; the bias, where there is one, lies right behind it. */
  readonly offset: number;
}

/**
 * Tiles of results, of which each invocation computes 4 × 4: the largest has 64 invocations. A stop along the inner
 * dimension takes a quarter of the tile.
 */
export const TILE = 32;
/** Tiles of results that fit them whole: fewer invocations, where most would idle. */
export const MIDDLE_TILE = 16;
export const SMALL_TILE = 8;

/** y (B, U) = activation(x (B, I) · kernel + bias) */
export function denseForward(
  label: string,
  sizes: DenseSizes,
  activation: ElementwiseActivation,
  buffers: { readonly x: string; readonly parameters: string; readonly y: string },
): Pass {
  const { batch, inputs, units, useBias, offset } = sizes;
  const { TILE, workgroups, turns } = tiles(batch, units, inputs);
  return {
    label,
    shader: 'dense_forward',
    constants: { TILE, ACTIVATION: ACTIVATIONS[activation] },
    uniforms: {
      batch,
      inputs,
      units,
      kernelOffset: offset,
      biasOffset: offset + inputs * units,
      useBias: Number(useBias),
    },
    buffers,
    ranges: {
      x: { offset: 0, count: batch * inputs },
      parameters: { offset, count: (inputs + Number(useBias)) * units },
      y: { offset: 0, count: batch * units },
    },
    workgroups,
    turns,
  };
}

/** dzBelow (B, I) = (dz (B, U) · kernelᵀ) ⊙ slope(x (B, I)), with the activation of the layer below */
export function denseInputGradient(
  label: string,
  sizes: DenseSizes,
  activationBelow: OutputActivation,
  buffers: { readonly dz: string; readonly parameters: string; readonly x: string; readonly dzBelow: string },
): Pass {
  const { batch, inputs, units, offset } = sizes;
  const { TILE, workgroups, turns } = tiles(batch, inputs, units);
  return {
    label,
    shader: 'dense_input_gradient',
    constants: { TILE, ACTIVATION: ACTIVATIONS[activationBelow] },
    uniforms: { batch, inputs, units, kernelOffset: offset },
    buffers,
    ranges: {
      dz: { offset: 0, count: batch * units },
      parameters: { offset, count: inputs * units },
      x: { offset: 0, count: batch * inputs },
      dzBelow: { offset: 0, count: batch * inputs },
    },
    workgroups,
    turns,
  };
}

/** dkernel (I, U) = x (B, I)ᵀ · dz (B, U) and dbias (U) = column sums of dz; `accumulate` adds to what is there */
export function denseKernelGradient(
  label: string,
  sizes: DenseSizes,
  accumulate: boolean,
  buffers: { readonly x: string; readonly dz: string; readonly gradients: string },
): Pass {
  const { batch, inputs, units, useBias, offset } = sizes;
  const rows = inputs + Number(useBias);
  const { TILE, workgroups, turns } = tiles(rows, units, batch);
  return {
    label,
    shader: 'dense_kernel_gradient',
    constants: { TILE },
    uniforms: { batch, inputs, units, kernelOffset: offset, useBias: Number(useBias), accumulate: Number(accumulate) },
    buffers,
    ranges: {
      x: { offset: 0, count: batch * inputs },
      dz: { offset: 0, count: batch * units },
      gradients: { offset, count: rows * units },
    },
    workgroups,
    turns,
  };
}

/**
 * Turns that a shader's loop may take. A driver seen in Firefox on Linux (llvmpipe) ends a loop without
 * an error after 65,535 turns; a product takes one turn for every stop along its inner dimension.
 */
export const MAX_TURNS = 60_000;

/** The longest inner dimension of a product: inputs, units and batch of a layer. */
export const MAX_INNER = (MAX_TURNS * TILE) / 4;

/** An inner dimension along which the largest tile takes so many fewer stops that it pays, whatever the result. */
const LONG = 1024;

/** The tile of a (rows, columns) result with this inner dimension, the workgroups that cover it, their turns. */
function tiles(rows: number, columns: number, inner: number) {
  const fits = (tile: number) => Math.max(rows, columns) <= tile && inner <= LONG;
  const tile = [SMALL_TILE, MIDDLE_TILE].find(fits) ?? TILE;
  const groups = { x: Math.ceil(columns / tile), y: Math.ceil(rows / tile) };
  const workgroups: Pass['workgroups'] = [groups.x, groups.y, 1];
  return { TILE: tile, workgroups, turns: groups.x * groups.y * Math.ceil((4 * inner) / tile) };
}
