/**
 * Loads a run: its document and the data that it names, read, split, encoded and scaled. What was fitted on the training rows comes
 * with it, to be stored in the model.
 */
import type { Source } from '../core/examples.js';
import type { ModelSettings } from '../core/model.js';
import { choiceText, checkNames, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseRun, parseSettings } from '../core/run.js';
import { examplesFromRows, makeTask, type Task } from '../core/task.js';
import type { TrainingSettings } from '../core/training.js';
import { DATA_KINDS, type DataDocument, kindOf, parseData } from './document.js';
import type { FileOpener } from './file.js';
import { prepare } from './prepare.js';
import type { Preprocessing } from './preprocessing.js';
import { type ReadSources, readSources } from './sources.js';

/** Options of `loadRun`. */
export interface LoadOptions {
  /** Opens the files that the run names; needed where it names some. */
  readonly opener?: FileOpener | undefined;
  /** Ends the reading; the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes read of the file under way, and of how many where that is known. */
  readonly onProgress?: ((bytes: number, of: number | undefined) => void) | undefined;
}

/** A run whose data is in hand. */
export interface LoadedRun {
  readonly model: ModelSettings;
  readonly training: TrainingSettings;
  readonly train: Source;
  readonly validation?: Source | undefined;
  /** Rows held back for the end: neither trained on nor looked at before. */
  readonly test?: Source | undefined;
  /** What was fitted on the training rows; undefined where the run holds its numbers itself. */
  readonly preprocessing?: Preprocessing | undefined;
  /** The names of the classes, in the order of their numbers. */
  readonly classes?: readonly string[] | undefined;
  /** The run's `data`, as it was written; undefined where it holds its numbers itself. */
  readonly data?: unknown;
  /** What was noticed without being wrong, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * @param document a run, whose `data` holds its numbers or names where they are
 * @throws RunError for a field that is wrong; DataError for data that cannot be read or used
 */
export async function loadRun(document: unknown, options: LoadOptions = {}): Promise<LoadedRun> {
  checkNames(options, ['opener', 'signal', 'onProgress']);
  return loadWith(document, (data, seed) => readSources(data, { ...options, seed }));
}

/**
 * The same, for who has the tables already, or reads them in a way of their own.
 * @param read gives the tables of checked data; `seed` is that of what is drawn
 * @throws as `loadRun`
 */
export async function loadWith(
  document: unknown,
  read: (data: DataDocument, seed: number) => Promise<ReadSources>,
): Promise<LoadedRun> {
  const data = (document as { readonly data?: unknown } | null | undefined)?.data;
  const kind = kindOf(data);
  if (kind === undefined) return written(document);
  const { model, training } = document as Record<string, unknown>;
  const other = Object.keys(document as object).find((field) => !FIELDS.includes(field));
  if (other !== undefined) throw new RunError(other, 'an unknown field', `one of ${FIELDS.join(', ')}`);
  const settings = parseSettings({ model, training });
  const checked = parseData(data, kind);
  checkSplits(checked, settings.training);
  const seed = checked.seed ?? settings.model.seed;
  const prepared = prepare(await read(checked, seed), checked, settings, seed);
  const { target } = prepared.preprocessing;
  return { ...settings, ...prepared, classes: target.kind === 'classes' ? target.classes : undefined, data };
}

const FIELDS = ['data', 'model', 'training'];

/** A run that holds its numbers itself. */
function written(document: unknown): LoadedRun {
  checkKind(document);
  const { data, model, training } = parseRun(document);
  const train = examplesFromRows('data.', data);
  const validation = data.validation && examplesFromRows('data.validation.', data.validation);
  return { model, training, train, validation, notes: [] };
}

/** Data that is neither written down nor of a kind that there is; what else is wrong with a document, parseRun says. */
function checkKind(document: unknown): void {
  const data = (document as { readonly data?: unknown } | null | undefined)?.data;
  if (typeof data !== 'object' || data === null || Array.isArray(data) || 'x' in data || 'y' in data) return;
  const [field] = Object.keys(data);
  const found = field === undefined ? 'an empty object' : `an object with ${describe(field)}`;
  throw new RunError('data', found, `x and y, or ${choiceText(DATA_KINDS)}`);
}

/** The task of a loaded run. @throws RunError if data, model and training do not fit each other */
export function taskOfLoaded({ model, training, train, validation }: LoadedRun): Task {
  return makeTask(model, training, train, validation);
}

function checkSplits(data: DataDocument, training: TrainingSettings): void {
  const apart = 'validation' in data && data.validation !== undefined ? 'data.validation' : undefined;
  const drawn = data.validationSplit > 0 ? 'data.validationSplit' : undefined;
  const last = training.validationSplit > 0 ? 'training.validationSplit' : undefined;
  const [first, second] = [apart, drawn, last].filter((field) => field !== undefined);
  if (first && second) throw new RunError(second, `one beside ${first}`, 'one of the two');
  if (data.testSplit > 0 && 'test' in data && data.test !== undefined) {
    throw new RunError('data.testSplit', 'one beside data.test', 'one of the two');
  }
}
