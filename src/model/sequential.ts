/**
 * How a model comes to be: of layers, of a run document, or of what a model file holds. What is wrong with it is said at once.
 */
import { type LayerDocument, layerWidths, MAX_VALUES } from '../core/model.js';
import { checkNames, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseModel, parseRun, type Run, type RunDocument } from '../core/run.js';
import type { SavedModel } from '../formats/saved-model.js';
import { sourceOf } from './data.js';
import { Model } from './model.js';
import { parseTraining } from './options.js';
import { notesOf } from './saved.js';
import { parseWeights } from './weights.js';

/** What a model is made with beside its layers. */
export interface SequentialOptions {
  /** Columns of x, a whole number of at least 1. */
  readonly inputs: number;
  /** Whole number from 0 to 2³² − 1, as in a run document. Default 0. */
  readonly seed?: number | undefined;
}

/**
 * A model of one layer after the other, with weights drawn from the seed.
 * @throws RunError naming the first thing that is wrong
 */
export function sequential(layers: readonly LayerDocument[], options: SequentialOptions): Model {
  checkNames(options, ['inputs', 'seed']);
  const { inputs, seed } = options;
  checkInputs(inputs);
  return new Model(parseModel({ layers, ...(seed !== undefined && { seed }) }), inputs);
}

/**
 * The model of a run, with its weights if it has them. `fit()` trains the run, and its settings are the defaults.
 * @throws RunError naming the first thing that is wrong
 */
export function fromRun(document: Run | RunDocument): Model {
  const run = parseRun(document);
  const sizes = { inputs: run.data.x[0]!.length, outputs: layerWidths(run.model.layers, 0).at(-1)! };
  const { validation } = run.data;
  return new Model(run.model, sizes.inputs, {
    settings: run.training,
    examples: {
      train: sourceOf('data.', run.data, sizes),
      validation: validation && sourceOf('data.validation.', validation, sizes),
    },
  });
}

/**
 * The model of a file that was read (`readModel`, `importPytorch`), with its weights exactly. Its settings, where it has
 * some, are the defaults of `fit`, and `toSaved` gives again what it said of data, preprocessing, classes and history.
 * @throws RunError naming the first thing that is wrong
 */
export function fromSaved(saved: SavedModel): Model {
  const { inputs, training } = saved;
  checkInputs(inputs);
  const { seed, layers } = saved.model;
  const model = parseModel({ seed, layers });
  return new Model(model, inputs, {
    settings: training && parseTraining(model, training),
    weights: parseWeights(model, inputs, saved.weights),
    notes: notesOf(saved),
  });
}

function checkInputs(inputs: unknown): void {
  if (Number.isInteger(inputs) && (inputs as number) >= 1 && (inputs as number) <= MAX_VALUES) return;
  throw new RunError('inputs', describe(inputs), `a whole number from 1 to ${MAX_VALUES}`);
}
