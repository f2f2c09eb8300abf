/** What a model knows of itself beside its layers, and what it came with: types only, for a model on its way into a file. */
import type { Table } from '../core/examples.js';
import type { History } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import type { ModelSettings } from '../core/model.js';
import type { TrainingSettings } from '../core/training.js';
import type { SavedModel } from '../formats/saved-model.js';

/** What a file says of a model beside its layers, weights and settings. */
export type SavedNotes = Pick<SavedModel, 'data' | 'preprocessing' | 'classes' | 'history' | 'examples'>;

/** What a model knows of itself. */
export interface KnownModel {
  readonly model: ModelSettings;
  readonly inputs: number;
  readonly weights: readonly LayerWeights[];
  readonly training: TrainingSettings | undefined;
  readonly history: History | undefined;
  /** Inputs of its last training. */
  readonly x: Table | undefined;
  /** What the file said that it came from. */
  readonly notes: SavedNotes | undefined;
}
