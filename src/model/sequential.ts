/**
 * How a model comes to be: of layers, or of a run document. What is wrong with it is said at once.
 */
import { type LayerDocument, layerWidths, MAX_VALUES } from '../core/model.js';
import { checkNames, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseModel, parseRun, type Run, type RunDocument } from '../core/run.js';
import { sourceOf } from './data.js';
import { Model } from './model.js';

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
  if (!(Number.isInteger(inputs) && inputs >= 1 && inputs <= MAX_VALUES)) {
    throw new RunError('inputs', describe(inputs), `a whole number from 1 to ${MAX_VALUES}`);
  }
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
