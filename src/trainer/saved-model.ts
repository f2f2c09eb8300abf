/**
 * A finished training as a model to save: its weights as a file of float32 has them, what its inputs mean, and a few rows with
 * the outputs to expect, so that whoever loads the file elsewhere can check it. It writes no bytes; formats/ does.
 */
import type { Source, Table } from '../core/examples.js';
import type { LayerWeights } from '../core/initializers.js';
import { matrix, type Matrix, matrixToRows } from '../core/matrix.js';
import type { ModelSettings } from '../core/model.js';
import { takeRows } from '../core/task.js';
import type { Trained } from '../core/trained.js';
import type { TrainingSettings } from '../core/training.js';
import type { SavedExamples, SavedModel } from '../formats/saved-model.js';
import { predict } from '../reference/evaluate.js';

/** Rows that a saved model brings along, at most. */
const EXAMPLES = 8;

/** What a model was trained with, as `loadRun` gives it. */
export interface TrainedRun {
  readonly model: ModelSettings;
  readonly training: TrainingSettings;
  readonly train: Source;
  readonly data?: unknown;
  readonly preprocessing?: unknown;
  readonly classes?: readonly string[] | undefined;
}

/** The model of a training: weights rounded to float32, and examples of the training rows. */
export function savedModelOf(run: TrainedRun, trained: Pick<Trained, 'weights' | 'history'>): SavedModel {
  const { seed, layers } = run.model;
  const weights = trained.weights.map(rounded);
  return {
    model: { seed, layers },
    inputs: run.train.x.columns,
    weights,
    training: run.training,
    data: run.data,
    preprocessing: run.preprocessing,
    classes: run.classes,
    history: trained.history,
    examples: savedExamples({ seed, layers }, weights, run.train.x),
  };
}

/** Rows from everywhere in x, and what the reference says of them, in float64, with these weights rounded to float32. */
export function savedExamples(model: ModelSettings, weights: readonly LayerWeights[], x: Table): SavedExamples {
  const count = Math.min(EXAMPLES, x.rows);
  const rows = takeRows(
    x,
    Array.from({ length: count }, (_, i) => Math.floor((i * x.rows) / count)),
  );
  // What an exported model is given is float32.
  const inputs = matrix(rows.rows, rows.columns, rows.values.map(Math.fround));
  return { x: matrixToRows(inputs), y: matrixToRows(predict(model, weights.map(rounded), inputs)) };
}

function rounded(layer: LayerWeights): LayerWeights {
  return Object.fromEntries(
    (Object.entries(layer) as [keyof LayerWeights, Matrix][]).map(([name, { rows, columns, values }]) => [
      name,
      matrix(rows, columns, values.map(Math.fround)),
    ]),
  );
}
