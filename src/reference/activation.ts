/**
 * The activations and their slopes in float64, each written out as a formula.
 * Twin of shaders/activation.wgsl; shares nothing with it but the names.
 */
import type { Activation } from '../core/activations.js';

/** The slope of leakyRelu below zero, as in Keras' activation of that name. */
const LEAK = 0.2;

interface ActivationFormula {
  /** y = f(z) */
  readonly value: (z: number) => number;
  /** dy/dz, in terms of y */
  readonly slope: (y: number) => number;
}

export const activations: Readonly<Record<Activation, ActivationFormula>> = {
  linear: { value: (z) => z, slope: () => 1 },
  sigmoid: { value: sigmoid, slope: (y) => y * (1 - y) },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  relu: { value: (z) => Math.max(z, 0), slope: (y) => (y > 0 ? 1 : 0) },
  leakyRelu: { value: (z) => (z > 0 ? z : LEAK * z), slope: (y) => (y > 0 ? 1 : LEAK) },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), slope: (y) => (y > 0 ? 1 : y + 1) },
};

/** 1 / (1 + e⁻ᶻ), by the sign of z, so that exp never overflows. */
function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}
