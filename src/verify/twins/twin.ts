/**
 * What a twin is: given a pass and the values its bindings held before, in float64, it says what the pass must write
 * (asking the reference) and how far the GPU may be off (walking the shader's steps).
 */
import { ACTIVATIONS, type ElementwiseActivation } from '../../core/activations.js';
import type { Pass } from '../../passes/pass.js';
import type { Approximate } from '../running-error.js';

/** What a binding must hold after the pass: each element within its bound. */
export interface Expected {
  readonly want: ArrayLike<number>;
  readonly bound: ArrayLike<number>;
}

/** The values of the pass's bindings before it ran, by the shader's names for them: the parts that it uses. */
export type Before = Readonly<Record<string, Float64Array>>;

export type Twin = (pass: Pass, before: Before) => Readonly<Record<string, Expected>>;

/** A uniform of the pass. */
export function uniform({ uniforms, label }: Pass, name: string): number {
  const value = uniforms[name];
  if (value === undefined) throw new Error(`The pass ${label} has no uniform ${name}.`);
  return value;
}

export function isSet(pass: Pass, name: string): boolean {
  return uniform(pass, name) === 1;
}

export function constant({ constants, label }: Pass, name: string): number {
  const value = constants[name];
  if (value === undefined) throw new Error(`The pass ${label} has no constant ${name}.`);
  return value;
}

export function activationOf(pass: Pass): ElementwiseActivation {
  return keyOf(ACTIVATIONS, constant(pass, 'ACTIVATION'));
}

/** The name that a table gives a number. */
export function keyOf<K extends string>(table: Readonly<Record<K, number>>, number: number): K {
  const found = (Object.keys(table) as K[]).find((key) => table[key] === number);
  if (found === undefined) throw new Error(`No entry of the table has the number ${number}.`);
  return found;
}

/** Values that must come out exactly: counts, copies, and what a pass leaves alone. */
export function exactly(want: ArrayLike<number>): Expected {
  return { want, bound: new Float64Array(want.length) };
}

/**
 * What the reference wants, within the errors of the computation's steps. Only the steps' error counts, not their
 * value: where the two disagree on the value the comparison must fail, not become generous.
 */
export function within(want: ArrayLike<number>, steps: (index: number) => Approximate): Expected {
  return { want, bound: Float64Array.from({ length: want.length }, (_, i) => steps(i).error) };
}
