/**
 * How far an activation may be off on the GPU, and its slope: derived from the steps that
 * shaders/activation.wgsl takes, with the accuracies that WGSL promises for exp and for the division.
 */
import type { Activation } from '../core/activations.js';
import { gamma, TINY, U } from './bounds.js';

/**
 * Of y = activation(z), both exact, where the GPU's z is off by up to `zBound`. No activation is steeper
 * than 1 (sigmoid: ¼), so that error comes through at most whole; the rest is the activation's own.
 */
type ActivationBound = (z: number, y: number, zBound: number) => number;

export const activationBounds: Readonly<Record<Activation, ActivationBound>> = {
  linear: (_, __, zBound) => zBound,

  /** With e = exp(−|z|): its error d reaches y as (1 − y)·d / (1 − d); then 1 + e, and the division. */
  sigmoid(z, y, zBound) {
    const d = expError(Math.abs(z) + zBound);
    const fromExp = ((1 - y) * d) / (1 - d);
    return zBound / 4 + Math.abs(y) * afterExp(fromExp, 1 + DIVISION) + 2 * TINY;
  },

  /** With e = exp(−2|z|): its error d reaches (1 − e)/(1 + e) as 2·e·d / (1 − e²); then 1 − e, 1 + e, the division. */
  tanh(z, y, zBound) {
    const size = Math.max(Math.abs(z) - zBound, SERIES_END);
    const e = Math.exp(-2 * size);
    const fromExp = (2 * e * expError(2 * (Math.abs(z) + zBound))) / (1 - e * e);
    const own = Math.abs(z) + zBound < SERIES_END ? SERIES : Math.max(SERIES, afterExp(fromExp, 2 + DIVISION));
    return zBound + Math.abs(y) * own + 2 * TINY;
  },

  relu: (_, __, zBound) => zBound + TINY,

  /** The constant of the leak, and the product with it. */
  leakyRelu: (_, y, zBound) => zBound + Math.abs(y) * gamma(2) + TINY,

  /** Below zero the series, or e − 1 with e = exp(z), whose error stays absolute. */
  elu(z, y, zBound) {
    if (z > zBound) return zBound;
    const series = Math.abs(y) * SERIES;
    if (Math.abs(z) + zBound < SERIES_END) return zBound + series + 2 * TINY;
    const e = Math.exp(Math.min(z + zBound, 0));
    const own = e * expError(Math.abs(z) + zBound) * (1 + U) + Math.abs(y) * gamma(1);
    return zBound + Math.max(series, own) + 2 * TINY;
  },
};

/** Roundings of a slope, relative to itself: 1 − y, 1 + y and their product for tanh, fewer for the others. */
export const SLOPE_ROUNDINGS = 3;

/** ULP of a division. */
const DIVISION = 2.5;

/** Where tanh and elu change from their series to exp. */
const SERIES_END = 0.25;

/**
 * Of the series, relative: the last sum and product are two roundings; what is inside counts for at most
 * an eighth, and the terms left out for less than U / 50.
 */
const SERIES = gamma(3);

/** Relative, of exp(−size): 3 + 2·size ULP. Past 104 the result is below every float32, and TINY covers it. */
function expError(size: number): number {
  return (3 + 2 * Math.min(size, 104)) * U;
}

/** Relative, of what is computed from exp: the error that came through, then so many ULP of its own. */
function afterExp(fromExp: number, ulp: number): number {
  return (1 + fromExp / (1 - fromExp)) * (1 + gamma(ulp)) - 1;
}
