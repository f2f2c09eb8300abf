/**
 * What a model file says beside its weights, as texts by key, each JSON: the run (model, training and where its data came
 * from), how inputs are prepared, the names of classes, the history, examples with their answers. Writing goes through the
 * reader's checks, so what is written can be read; reading trusts nothing and gives every default its value.
 */
import type { History } from '../core/history.js';
import { type Layer, layerWidths, MAX_VALUES, type ModelSettings } from '../core/model.js';
import { checkRows, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseModel, parseSettings } from '../core/run.js';
import { checkTask } from '../core/task-checks.js';
import type { TrainingSettings } from '../core/training.js';
import { FormatError } from './format-error.js';
import { metadataPlace } from './safetensors-header.js';
import type { SavedExamples, SavedModel } from './saved-model.js';
import { parseStrictJson } from './strict-json.js';

/** What a saved model is without its weights. */
export type SavedSettings = Omit<SavedModel, 'weights'>;

type Metadata = Readonly<Record<string, string>>;

/**
 * The metadata of a model, without what tells formats apart. A value of the history that is not finite becomes null.
 * @throws FormatError for what could not be read again
 */
export function settingsMetadata(saved: SavedSettings): Record<string, string> {
  // Through the reader, which puts the fields of a record in one order, whatever order they came in.
  return textsOf(parseSettingsMetadata(textsOf(saved), 'the model to write'));
}

function textsOf(saved: SavedSettings): Record<string, string> {
  const { model, inputs, training, data, preprocessing, classes, history, examples } = saved;
  const { seed, layers } = model;
  const run = { ...(data !== undefined && { data }), model: { seed, layers }, ...(training && { training }) };
  const parts = { inputs, run, preprocessing, classes, history, examples };
  const present = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([key, value]) => [key, JSON.stringify(value)]));
}

/** @throws FormatError naming the key, the field in it, what was found and what was expected */
export function parseSettingsMetadata(metadata: Metadata, file: string): SavedSettings {
  const refuse = (key: string, found: string, expected: string): never => {
    throw new FormatError(file, metadataPlace(key), found, expected);
  };
  const valueOf = (key: string): unknown => {
    const text = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    return text === undefined ? undefined : parseStrictJson(text, file, metadataPlace(key));
  };
  const inputs = valueOf('inputs');
  if (!Number.isInteger(inputs) || (inputs as number) < 1 || (inputs as number) > MAX_VALUES) {
    refuse('inputs', describe(inputs), `the columns of x, a whole number from 1 to ${MAX_VALUES}`);
  }
  const run = valueOf('run');
  if (!isObject(run)) return refuse('run', describe(run), 'an object with model, training, data');
  const unknown = Object.keys(run).find((key) => !['model', 'training', 'data'].includes(key));
  if (unknown !== undefined) refuse('run', `an unknown field ${describe(unknown)}`, 'only model, training, data');
  const { model, training } = withPlace(file, 'run', () => parseParts(run, inputs as number));

  const outputs = layerWidths(model.layers, inputs as number).at(-1)!;
  const preprocessing = valueOf('preprocessing');
  const classes = valueOf('classes');
  if (classes !== undefined && !isTexts(classes)) refuse('classes', describe(classes), 'a list of texts');
  const history = valueOf('history');
  const examples = valueOf('examples');
  return {
    model: { seed: model.seed, layers: model.layers },
    inputs: inputs as number,
    ...(training && { training }),
    ...(run['data'] !== undefined && { data: run['data'] }),
    ...(preprocessing !== undefined && { preprocessing }),
    ...(classes !== undefined && { classes: classes as string[] }),
    ...(history !== undefined && { history: withPlace(file, 'history', () => parseHistory(history)) }),
    ...(examples !== undefined && {
      examples: withPlace(file, 'examples', () => parseExamples(examples, inputs as number, outputs)),
    }),
  };
}

/** Checked as in a run, and against each other as far as that goes without data. */
function parseParts(run: Readonly<Record<string, unknown>>, inputs: number) {
  const { model: givenModel, training: givenTraining } = run;
  if (isObject(givenModel) && 'weights' in givenModel) {
    throw new RunError('model.weights', describe(givenModel['weights']), 'none, since the file has tensors');
  }
  const settings: { model: ModelSettings; training?: TrainingSettings } =
    givenTraining === undefined
      ? { model: parseModel(givenModel) }
      : parseSettings({ model: givenModel, training: givenTraining });
  checkFit(settings.model.layers, inputs, settings.training);
  return settings;
}

/**
 * Whether a model can be built, and trained by these settings, with examples that would fit.
 * @throws RunError
 */
export function checkFit(layers: readonly Layer[], inputs: number, training?: TrainingSettings): void {
  const widths = layerWidths(layers, inputs);
  const row = { prefix: '', x: { rows: 1, columns: inputs, values: [] }, y: { rows: 1, columns: 1, values: [] } };
  const model = { seed: 0, layers };
  const plain = () => parseSettings({ model, training: { loss: 'meanSquaredError' } }).training;
  checkTask(model, training ?? plain(), widths, row, row);
}

function parseHistory(value: unknown): History {
  if (!isObject(value) || !('loss' in value)) throw new RunError('', describe(value), 'an object with loss');
  const entries = Object.entries(value).map(([key, values]): [string, number[]] => {
    if (!Array.isArray(values)) throw new RunError(key, describe(values), 'a list with a number for each epoch');
    const wrong = values.findIndex((number) => number !== null && typeof number !== 'number');
    if (wrong >= 0) throw new RunError(`${key}[${wrong}]`, describe(values[wrong]), 'a number, or null');
    return [key, values.map((number: number | null) => number ?? NaN)];
  });
  return Object.fromEntries(entries) as Record<string, number[]> & { loss: number[] };
}

function parseExamples(value: unknown, inputs: number, outputs: number): SavedExamples {
  if (!isObject(value)) throw new RunError('', describe(value), 'an object with x and y');
  const rowsOf = (name: 'x' | 'y', length: number, reason: string) => {
    const rows = value[name];
    if (!Array.isArray(rows)) throw new RunError(name, describe(rows), 'a list of rows');
    const wrong = rows.findIndex((row) => !Array.isArray(row));
    if (wrong >= 0) throw new RunError(`${name}[${wrong}]`, describe(rows[wrong]), 'a row of numbers');
    checkRows(name, rows as number[][], { length, reason });
    return rows as number[][];
  };
  const x = rowsOf('x', inputs, 'the inputs of the model');
  const y = rowsOf('y', outputs, 'the units of the last layer');
  if (x.length !== y.length) throw new RunError('y', `${y.length} rows`, `${x.length}, one for each row of x`);
  return { x, y };
}

/** What a RunError says, said of a file. */
export function withPlace<T>(file: string, key: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const place = error.field ? `${metadataPlace(key)}, ${error.field}` : metadataPlace(key);
    throw new FormatError(file, place, error.found, error.expected);
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
