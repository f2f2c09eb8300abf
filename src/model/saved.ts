/**
 * A model on its way into a file and out of it, as plain data: what a SavedModel says beside the weights, and which of it
 * still holds when the model has been trained on. It knows no format and writes no bytes; src/formats does.
 */
import type { Table } from '../core/examples.js';
import { matrixFromRows } from '../core/matrix.js';
import { checkNames } from '../core/run-checks.js';
import type { SavedModel } from '../formats/saved-model.js';
import { savedExamples } from '../trainer/saved-model.js';
import { type Data, inputTable } from './data.js';
import type { KnownModel, SavedNotes } from './known.js';
import type { Model } from './model.js';

/** What a file is to say of a model, where that is not what the model knows itself; `undefined` leaves it out. */
export interface ToSavedOptions {
  /** Rows (rows, inputs) to take the examples from, up to 8. Default: the data of the last `fit`, else the file's examples. */
  readonly x?: Data | undefined;
  /** Where the data came from: the `data` of a run as it was written. */
  readonly data?: unknown;
  /** How inputs are prepared for the model. */
  readonly preprocessing?: unknown;
  /** The name of each class. */
  readonly classes?: readonly string[] | undefined;
}

export function notesOf({ data, preprocessing, classes, history, examples }: SavedModel): SavedNotes {
  return { data, preprocessing, classes, history, examples };
}

/**
 * What a model file holds: layers, present weights, settings and history of the last `fit`, and up to 8 rows of its data
 * with the answers to expect. `writeModel` makes the file of it, the exports those of other programs; `fromSaved` makes
 * the model again. What the model came with from a file (preprocessing, classes, data) stays unless the options name another.
 * During a training with the weights that `weights()` gives, and without its history.
 * @throws RunError for an unknown option, or an `x` that is no input of the model
 */
export function toSaved(trained: Model, options: ToSavedOptions = {}): SavedModel {
  checkNames(options, ['x', 'data', 'preprocessing', 'classes']);
  const known = trained.known();
  const { model, inputs, weights, training, history, notes } = known;
  const { data, preprocessing, classes } = { ...notes, ...options };
  const rows = exampleInputs(options, known);
  const said = {
    ...{ training, data, preprocessing, classes, history },
    examples: rows && savedExamples(model, weights, rows),
  };
  const present = Object.entries(said).filter(([, value]) => value !== undefined);
  return { model, inputs, weights, ...Object.fromEntries(present) };
}

function exampleInputs(options: ToSavedOptions, { inputs, x, notes }: KnownModel): Table | undefined {
  if ('x' in options) return options.x === undefined ? undefined : inputTable('x', options.x, inputs);
  if (x) return x;
  // The answers are made anew: the weights may be others by now.
  return notes?.examples && matrixFromRows(notes.examples.x);
}
