/**
 * The activations and their slopes in float64, each written out as a formula.
 * Twin of shaders/activation.wgsl; shares nothing with it but the names.
 */
import type { Activation } from '../core/activations.js';

interface ActivationFormula {
  /** y = f(z) */
  readonly value: (z: number) => number;
  /** dy/dz, in terms of y */
  readonly slope: (y: number) => number;
}

export const activations: Readonly<Record<Activation, ActivationFormula>> = {
  linear: { value: (z) => z, slope: () => 1 },
  sigmoid: { value: sigmoid, slope: (y) => y * (1 - y) },
};

/** 1 / (1 + e⁻ᶻ), by the sign of z, so that exp never overflows. */
function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}
