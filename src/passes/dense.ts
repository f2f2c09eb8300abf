/**
 * The three passes of a dense layer: forward, gradient of its input, gradients of its weights.
 * Descriptors of shaders/dense_*.wgsl: sizes, tiles and grids are decided here and nowhere else.
 */
import { ACTIVATIONS, type ElementwiseActivation, type OutputActivation } from '../core/activations.js';
import type { Pass, ShaderInterface } from './pass.js';
import {
  EVERYWHERE,
  type Product,
  PRODUCTS,
  type ProductChoices,
  type ProductShape,
  TILE,
  tilingOf,
  type VariantKind,
} from './products.js';

const forward = {
  uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32', biasOffset: 'u32', useBias: 'u32' },
  bindings: { x: 'read', parameters: 'read', y: 'read_write' },
} as const satisfies Omit<ShaderInterface, 'constants'>;

const inputGradient = {
  uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32' },
  bindings: { dz: 'read', parameters: 'read', x: 'read', dzBelow: 'read_write' },
} as const satisfies Omit<ShaderInterface, 'constants'>;

const kernelGradient = {
  uniforms: { batch: 'u32', inputs: 'u32', units: 'u32', kernelOffset: 'u32', useBias: 'u32', accumulate: 'u32' },
  bindings: { x: 'read', dz: 'read', gradients: 'read_write' },
} as const satisfies Omit<ShaderInterface, 'constants'>;

/** Of their tiles, by how the values get there. */
const WORKGROUP_TILE = ['TILE', 'BLOCKED'] as const;
const REGISTER_TILE = ['ACROSS', 'DOWN', 'BLOCKS', 'RAGGED'] as const;
const QUAD_TILE = ['DOWN', 'RAGGED'] as const;
const PLAIN_TILE = ['SIDE'] as const;

export const denseInterfaces = {
  dense_forward: { constants: [...WORKGROUP_TILE, 'ACTIVATION'], ...forward },
  dense_forward_plain: { constants: [...PLAIN_TILE, 'ACTIVATION'], ...forward },
  dense_forward_registers: { constants: [...REGISTER_TILE, 'ACTIVATION'], ...forward },
  dense_forward_quads: { constants: [...QUAD_TILE, 'ACTIVATION'], ...forward },
  dense_input_gradient: { constants: [...WORKGROUP_TILE, 'ACTIVATION'], ...inputGradient },
  dense_input_gradient_plain: { constants: [...PLAIN_TILE, 'ACTIVATION'], ...inputGradient },
  dense_input_gradient_registers: { constants: [...REGISTER_TILE, 'ACTIVATION'], ...inputGradient },
  dense_input_gradient_quads: { constants: [...QUAD_TILE, 'ACTIVATION'], ...inputGradient },
  dense_kernel_gradient: { constants: WORKGROUP_TILE, ...kernelGradient },
  dense_kernel_gradient_plain: { constants: PLAIN_TILE, ...kernelGradient },
  dense_kernel_gradient_registers: { constants: REGISTER_TILE, ...kernelGradient },
  dense_kernel_gradient_quads: { constants: QUAD_TILE, ...kernelGradient },
} as const satisfies Record<string, ShaderInterface>;

/** The shader of a product of each kind. */
const SHADER_OF = {
  forward: {
    plain: 'dense_forward_plain',
    workgroup: 'dense_forward',
    registers: 'dense_forward_registers',
    quads: 'dense_forward_quads',
  },
  inputGradient: {
    plain: 'dense_input_gradient_plain',
    workgroup: 'dense_input_gradient',
    registers: 'dense_input_gradient_registers',
    quads: 'dense_input_gradient_quads',
  },
  kernelGradient: {
    plain: 'dense_kernel_gradient_plain',
    workgroup: 'dense_kernel_gradient',
    registers: 'dense_kernel_gradient_registers',
    quads: 'dense_kernel_gradient_quads',
  },
} as const satisfies Record<Product, Record<VariantKind, keyof typeof denseInterfaces>>;

/** Sizes of a dense layer in one batch, and where its weights lie in the flat parameter buffer. */
export interface DenseSizes {
  readonly batch: number;
  readonly inputs: number;
  readonly units: number;
  readonly useBias: boolean;
  /** Of the kernel, in values; the bias, where there is one, lies right behind it. */
  readonly offset: number;
}

/** y (B, U) = activation(x (B, I) · kernel + bias) */
export function denseForward(
  label: string,
  sizes: DenseSizes,
  activation: ElementwiseActivation,
  buffers: { readonly x: string; readonly parameters: string; readonly y: string },
  choices: ProductChoices = EVERYWHERE,
): Pass {
  const { batch, inputs, units, useBias, offset } = sizes;
  const tiling = tiled({ product: 'forward', rows: batch, columns: units, inner: inputs }, choices);
  return {
    label,
    ...tiling,
    constants: { ...tiling.constants, ACTIVATION: ACTIVATIONS[activation] },
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
  };
}

/** dzBelow (B, I) = (dz (B, U) · kernelᵀ) ⊙ slope(x (B, I)), with the activation of the layer below */
export function denseInputGradient(
  label: string,
  sizes: DenseSizes,
  activationBelow: OutputActivation,
  buffers: { readonly dz: string; readonly parameters: string; readonly x: string; readonly dzBelow: string },
  choices: ProductChoices = EVERYWHERE,
): Pass {
  const { batch, inputs, units, offset } = sizes;
  const tiling = tiled({ product: 'inputGradient', rows: batch, columns: inputs, inner: units }, choices);
  return {
    label,
    ...tiling,
    constants: { ...tiling.constants, ACTIVATION: ACTIVATIONS[activationBelow] },
    uniforms: { batch, inputs, units, kernelOffset: offset },
    buffers,
    ranges: {
      dz: { offset: 0, count: batch * units },
      parameters: { offset, count: inputs * units },
      x: { offset: 0, count: batch * inputs },
      dzBelow: { offset: 0, count: batch * inputs },
    },
  };
}

/** dkernel (I, U) = x (B, I)ᵀ · dz (B, U) and dbias (U) = column sums of dz; `accumulate` adds to what is there */
export function denseKernelGradient(
  label: string,
  sizes: DenseSizes,
  accumulate: boolean,
  buffers: { readonly x: string; readonly dz: string; readonly gradients: string },
  choices: ProductChoices = EVERYWHERE,
): Pass {
  const { batch, inputs, units, useBias, offset } = sizes;
  const rows = inputs + Number(useBias);
  const tiling = tiled({ product: 'kernelGradient', rows, columns: units, inner: batch }, choices);
  return {
    label,
    ...tiling,
    uniforms: { batch, inputs, units, kernelOffset: offset, useBias: Number(useBias), accumulate: Number(accumulate) },
    buffers,
    ranges: {
      x: { offset: 0, count: batch * inputs },
      dz: { offset: 0, count: batch * units },
      gradients: { offset, count: rows * units },
    },
  };
}

/**
 * Turns that a shader's loop may take. A driver seen in Firefox on Linux (llvmpipe) ends a loop without
 * an error after 65,535 turns; a product takes one turn for every stop along its inner dimension, and a few more for its results.
 */
export const MAX_TURNS = 60_000;

/** The longest inner dimension of a product: inputs, units and batch of a layer. */
export const MAX_INNER = (MAX_TURNS * TILE) / 4;

/** What a pass says of how its product is computed. */
function tiled(
  shape: ProductShape,
  choices: ProductChoices,
): Pick<Pass, 'shader' | 'constants' | 'workgroups' | 'turns'> {
  const { kind, ...tiling } = tilingOf(shape, choices);
  return { shader: SHADER_OF[shape.product][kind], ...tiling };
}

/** The shaders that compute a product, one of each kind. */
export function shadersOf(product: Product): readonly (keyof typeof denseInterfaces)[] {
  return Object.values(SHADER_OF[product]);
}

/** Of which product a pass is one, and its shape; undefined for other passes. */
export function productOf({ shader, uniforms }: Pick<Pass, 'shader' | 'uniforms'>): ProductShape | undefined {
  const { batch, inputs, units, useBias } = uniforms as Record<'batch' | 'inputs' | 'units' | 'useBias', number>;
  const product = PRODUCTS.find((name) => (shadersOf(name) as readonly string[]).includes(shader));
  switch (product) {
    case 'forward':
      return { product, rows: batch, columns: units, inner: inputs };
    case 'inputGradient':
      return { product, rows: batch, columns: inputs, inner: units };
    case 'kernelGradient':
      return { product, rows: inputs + useBias, columns: units, inner: batch };
    case undefined:
      return undefined;
    default:
      return product satisfies never;
  }
}
