/**
 * The three passes of a dense layer: forward, gradient of its input, gradients of its weights.
 * Descriptors of shaders/dense_*.wgsl: sizes, tiles and grids are decided here and nowhere else.
 */
import { ACTIVATIONS, type Activation } from '../core/activations.js';
import type { Pass, ShaderInterface } from './pass.js';

export const denseForwardInterface = {
  constants: ['TILE', 'ACTIVATION'],
  uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32', biasOffset: 'u32', useBias: 'u32' },
  bindings: { x: 'read', parameters: 'read', y: 'read_write' },
} as const satisfies ShaderInterface;

export const denseInputGradientInterface = {
  constants: ['TILE', 'ACTIVATION'],
  uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32' },
  bindings: { dz: 'read', parameters: 'read', x: 'read', dzBelow: 'read_write' },
} as const satisfies ShaderInterface;

export const denseKernelGradientInterface = {
  constants: ['TILE'],
  uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32', useBias: 'u32' },
  bindings: { x: 'read', dz: 'read', gradients: 'read_write' },
} as const satisfies ShaderInterface;

/** Sizes of a dense layer in one batch, and where its weights lie in the flat parameter buffer. */
export interface DenseSizes {
  readonly batch: number;
  readonly inputs: number;
  readonly units: number;
  readonly useBias: boolean;
  /** Of the kernel, in values; the bias, where there is one, lies right behind it. */
  readonly offset: number;
}

/** The larger tile: 256 invocations, what every WebGPU device runs in one workgroup. */
export const TILE = 16;
/** The tile of results that fit it whole: a quarter of the invocations, where most would idle. */
export const SMALL_TILE = 8;

/** y (B, U) = activation(x (B, I) · kernel + bias) */
export function denseForward(
  label: string,
  sizes: DenseSizes,
  activation: Activation,
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
    ranges: { parameters: { offset, count: (inputs + Number(useBias)) * units } },
    workgroups,
    turns,
  };
}

/** dzBelow (B, I) = (dz (B, U) · kernelᵀ) ⊙ slope(x (B, I)), with the activation of the layer below */
export function denseInputGradient(
  label: string,
  sizes: DenseSizes,
  activationBelow: Activation,
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
    ranges: { parameters: { offset, count: inputs * units } },
    workgroups,
    turns,
  };
}

/** dkernel (I, U) = x (B, I)ᵀ · dz (B, U) and dbias (U) = column sums of dz */
export function denseKernelGradient(
  label: string,
  sizes: DenseSizes,
  buffers: { readonly x: string; readonly dz: string; readonly gradients: string },
): Pass {
  const { batch, inputs, units, useBias, offset } = sizes;
  const rows = inputs + Number(useBias);
  const { TILE, workgroups, turns } = tiles(rows, units, batch);
  return {
    label,
    shader: 'dense_kernel_gradient',
    constants: { TILE },
    uniforms: { batch, inputs, units, kernelOffset: offset, useBias: Number(useBias) },
    buffers,
    ranges: { gradients: { offset, count: rows * units } },
    workgroups,
    turns,
  };
}

/**
 * Turns that a shader's loop may take. A driver seen in Firefox on Linux (llvmpipe) ends a loop without
 * an error after 65,535 turns; a product takes one turn for every tile along its inner dimension.
 */
const MAX_TURNS = 60_000;

/** The longest inner dimension of a product: inputs, units and batch of a layer. */
export const MAX_INNER = MAX_TURNS * TILE;

/** The tile of a (rows, columns) result with this inner dimension, the workgroups that cover it, their turns. */
function tiles(rows: number, columns: number, inner: number) {
  const small = Math.max(rows, columns) <= SMALL_TILE && inner <= MAX_TURNS * SMALL_TILE;
  const tile = small ? SMALL_TILE : TILE;
  const groups = { x: Math.ceil(columns / tile), y: Math.ceil(rows / tile) };
  const workgroups: Pass['workgroups'] = [groups.x, groups.y, 1];
  return { TILE: tile, workgroups, turns: groups.x * groups.y * Math.ceil(inner / tile) };
}
