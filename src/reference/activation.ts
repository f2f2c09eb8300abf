/**
 * The activations and their slopes in float64, each written out as a formula.
 * Twin of shaders/activation.wgsl and of the softmax shaders; shares nothing with them but the names.
 */
import { type Activation, type ElementwiseActivation, hasSlopeFromOutput } from '../core/activations.js';
import { type Matrix, matrix } from '../core/matrix.js';
import { combine, map } from './matrix.js';
import { normalDensity, normalDistribution } from './normal-distribution.js';

/** The slope of leakyRelu below zero, as in Keras' activation of that name. */
const LEAK = 0.2;

/** The coefficient of z³ in geluTanh: Hendrycks & Gimpel (2016), "Gaussian error linear units". */
const GELU_CUBIC = 0.044715;

interface ActivationFormula {
  /** y = f(z) */
  readonly value: (z: number) => number;
  /** dy/dz: in terms of y where hasSlopeFromOutput (core/activations.ts) says so, else in terms of z */
  readonly slope: (v: number) => number;
}

export const activations: Readonly<Record<ElementwiseActivation, ActivationFormula>> = {
  // Slopes in terms of y.
  linear: { value: (z) => z, slope: () => 1 },
  sigmoid: { value: sigmoid, slope: (y) => y * (1 - y) },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  relu: { value: (z) => Math.max(z, 0), slope: (y) => (y > 0 ? 1 : 0) },
  leakyRelu: { value: (z) => (z > 0 ? z : LEAK * z), slope: (y) => (y > 0 ? 1 : LEAK) },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), slope: (y) => (y > 0 ? 1 : y + 1) },
  // Slopes in terms of z.
  gelu: {
    value: (z) => z * normalDistribution(z),
    slope: (z) => normalDistribution(z) + z * normalDensity(z),
  },
  geluTanh: { value: (z) => z * geluGate(z), slope: geluTanhSlope },
  silu: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)) },
  softplus: { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid },
};

/** 1 / (1 + e⁻ᶻ), by the sign of z, so that exp never overflows. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/**
 * ½ (1 + tanh u) with u = √(2/π) (z + 0.044715 z³), written as σ(2u), which it equals: for z far below zero
 * 1 + tanh u would cancel.
 */
function geluGate(z: number): number {
  return sigmoid(2 * Math.sqrt(2 / Math.PI) * (z + GELU_CUBIC * z ** 3));
}

/** d/dz of z · gate = gate + z · 2 gate (1 − gate) · du/dz */
function geluTanhSlope(z: number): number {
  const gate = geluGate(z);
  const du = Math.sqrt(2 / Math.PI) * (1 + 3 * GELU_CUBIC * z ** 2);
  return gate + z * 2 * gate * (1 - gate) * du;
}

/** yᵤ = e^(zᵤ − m) / Σₖ e^(zₖ − m) in each row, with m the row's maximum, so that no exp overflows: z (B, U) → y (B, U) */
export function softmax(z: Matrix): Matrix {
  const { rows, columns } = z;
  const y = matrix(rows, columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let maximum = -Infinity;
    for (let u = 0; u < columns; u++) maximum = Math.max(maximum, z.values[start + u]!);
    let sum = 0;
    for (let u = 0; u < columns; u++) {
      const e = Math.exp(z.values[start + u]! - maximum);
      y.values[start + u] = e;
      sum += e;
    }
    for (let u = 0; u < columns; u++) y.values[start + u]! /= sum;
  }
  return y;
}

/** dz = y ⊙ (dy − Σₖ dyₖ yₖ), row by row: y, dy (B, U) → dz (B, U) */
export function softmaxGradient(y: Matrix, dy: Matrix): Matrix {
  const { rows, columns } = y;
  const dz = matrix(rows, columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let along = 0;
    for (let k = 0; k < columns; k++) along += dy.values[start + k]! * y.values[start + k]!;
    for (let u = 0; u < columns; u++) dz.values[start + u] = y.values[start + u]! * (dy.values[start + u]! - along);
  }
  return dz;
}

/** y = f(z), element by element or, for softmax, row by row: z (B, U) → y (B, U) */
export function activate(z: Matrix, activation: Activation): Matrix {
  return activation === 'softmax' ? softmax(z) : map(z, activations[activation].value);
}

/** dz = dy ⊙ f'(z): z, y = f(z) and dy (B, U) → dz (B, U) */
export function activationGradient(z: Matrix, y: Matrix, dy: Matrix, activation: Activation): Matrix {
  if (activation === 'softmax') return softmaxGradient(y, dy);
  const { slope } = activations[activation];
  return combine(dy, hasSlopeFromOutput(activation) ? y : z, (gradient, v) => gradient * slope(v));
}
