/**
 * What a contestant can do. One small interface for all, so that the harness treats them alike: it knows no library.
 *
 * Programs that a library compiles once (a jit, a cached pipeline) stay between the runs of one trainer; arrays,
 * weights and optimizer state are made anew from the host's data in every run, and given back.
 */
import type { ProductSize, TrainingTask } from '../../../src/runs/workload.js';

export type Backend = 'webgpu' | 'wasm' | 'cpu';

export interface ContestantInfo {
  readonly id: string;
  /** As people read it. */
  readonly name: string;
  readonly library: 'idli' | 'jax-js' | 'tfjs';
  readonly backend: Backend;
}

export interface Contestant extends ContestantInfo {
  /** Makes it ready, and the current one where its library has such a thing; called before each of its turns. */
  open(): Promise<void>;
  trainer(task: TrainingTask): Promise<Trainer>;
  product?: (size: ProductSize, a: Float32Array<ArrayBuffer>, b: Float32Array<ArrayBuffer>) => Promise<Product>;
}

export interface TrainingRun {
  /** Of each epoch: the mean over its rows of what each batch saw before its update; of a sum the sum. */
  readonly losses: number[];
  /** The training alone, to all losses in hand. */
  readonly trainingMilliseconds: number;
}

export interface Trainer {
  /**
   * From the host's arrays, from the first weights.
   * @param isSettled whether to wait until the arrays are on the device before the training's own time begins; a run
   *   that is timed as a whole does not wait for them
   */
  run(epochs: number, isSettled: boolean): Promise<TrainingRun>;
  dispose(): Promise<void>;
}

export interface Product {
  /** Computes the product so many times, one after another, and waits until the last is there. */
  run(times: number): Promise<void>;
  /** The product, row by row. */
  result(): Promise<Float32Array>;
  dispose(): Promise<void>;
}
