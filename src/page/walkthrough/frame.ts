/**
 * What the walkthrough's session tells the page: the plan once, and after each move all values as they stand. Plain data,
 * which passes between worker and page.
 */
import type { Course } from './position.js';

/** A matrix in the plan's buffers, as far as it has been computed. */
export interface TensorValues {
  readonly rows: number;
  readonly columns: number;
  /** That it was computed in, from 1; 0 for what was there at the start. */
  readonly epoch: number;
  /** As read from the device's buffer; undefined without WebGPU. */
  readonly gpu: Float32Array | undefined;
  readonly reference: Float64Array;
}

export interface Frame {
  readonly seed: number;
  readonly passes: number;
  /** By name; what no pass has computed yet is not among them. */
  readonly tensors: Readonly<Record<string, TensorValues>>;
  /** Of each epoch whose log pass has been run. */
  readonly losses: { readonly gpu: Float32Array | undefined; readonly reference: Float64Array };
}

/** A pass of the plan, and what it is made of. */
export interface PassFacts {
  readonly label: string;
  readonly shader: string;
  readonly workgroups: readonly number[];
  /** The linked text that the device compiled; undefined without WebGPU. */
  readonly code: string | undefined;
  /** Names of the tensors that it writes. */
  readonly writes: readonly string[];
}

export interface TensorShape {
  readonly rows: number;
  readonly columns: number;
}

export interface Opening extends Course {
  readonly passes: readonly PassFacts[];
  readonly shapes: Readonly<Record<string, TensorShape>>;
  /** Undefined where there is none. */
  readonly adapter: { readonly text: string; readonly isSoftware: boolean } | undefined;
  /** Whether there is `navigator.gpu`. */
  readonly hasApi: boolean;
  /** The plan as text. */
  readonly plan: string;
}
