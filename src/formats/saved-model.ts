/**
 * What a model file holds, whatever its format. Types only.
 */
import type { History } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import type { ModelSettings } from '../core/model.js';
import type { TrainingSettings } from '../core/training.js';

/** A trained model as plain data, on its way into a file or out of one. */
export interface SavedModel {
  /** Layers and seed; the weights stand beside it. */
  readonly model: Omit<ModelSettings, 'weights'>;
  /** Columns of x. */
  readonly inputs: number;
  /** One entry for each layer, in the order of the model. */
  readonly weights: readonly LayerWeights[];
  /** How it was trained, where that is known. */
  readonly training?: TrainingSettings | undefined;
  /** The `data` of the run as it was written: where the data came from, not the data. */
  readonly data?: unknown;
  /** How inputs are encoded and scaled before the model sees them, and targets read back (src/data/preprocessing.ts checks it). */
  readonly preprocessing?: unknown;
  /** The name of each class, where the model tells classes apart. */
  readonly classes?: readonly string[] | undefined;
  readonly history?: History | undefined;
  /** A few rows of inputs, as the model sees them, and what it answers: whoever loads the file elsewhere can check it. */
  readonly examples?: SavedExamples | undefined;
}

/** Rows and their answers, to check a loaded model with. */
export interface SavedExamples {
  /** (rows, inputs) */
  readonly x: readonly (readonly number[])[];
  /** (rows, outputs) */
  readonly y: readonly (readonly number[])[];
}

/** A file to write: a name without a folder, and its bytes. */
export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
