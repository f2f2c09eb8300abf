/**
 * A run: one JSON document with everything a training needs (data, model, training).
 * `parseRun` fills in the defaults and refuses what cannot be trained, with one sentence that names the
 * field, what was found and what was expected. It draws no weights and knows nothing of devices.
 */
import * as v from 'valibot';
import type { ExampleRows } from './examples.js';
import { type LayerDocument, type ModelSettings, type GivenWeights, modelSchema, rows } from './model.js';
import { RunError } from './run-error.js';
import { describe, list, object, pathText } from './run-checks.js';
import { taskOf } from './task.js';
import { type TrainingSettings, type TrainingDocument, trainingSchema } from './training.js';

/** A checked run, every default filled in. It is a valid document again: `parseRun(run)` equals `run`. */
export interface Run {
  /** `validation` is measured after each epoch and never trained on. */
  readonly data: ExampleRows & { readonly validation?: ExampleRows | undefined };
  readonly model: ModelSettings;
  readonly training: TrainingSettings;
}

/** A run as a person writes it: what has a default may be left out. */
export interface RunDocument {
  readonly data: Run['data'];
  readonly model: {
    /** Default 0. */
    readonly seed?: number;
    readonly layers: readonly LayerDocument[];
    /** Weights to start from, instead of drawing them; one entry for each layer. */
    readonly weights?: readonly GivenWeights[] | undefined;
  };
  readonly training: TrainingDocument;
}

const examples = {
  x: rows,
  y: rows,
  sampleWeight: v.optional(list('a list of numbers, one for each row')),
};

const document = object({
  data: object({ ...examples, validation: v.optional(object(examples)) }),
  model: modelSchema,
  training: trainingSchema,
});

/**
 * Checks a document and fills in its defaults.
 * @throws RunError naming the first field that is wrong, what was found and what was expected
 */
export function parseRun(input: unknown): Run {
  refuseNamedData(input);
  const run: Run = parseDocument(document, input, 'run', 'an object with data, model, training');
  // What only the whole can show: sizes, labels, what fits what.
  taskOf(run);
  return run;
}

/** Data that is named, as in a run file, is read before a run is checked. @throws RunError for such a run */
function refuseNamedData(input: unknown): void {
  const { data } = (input ?? {}) as { readonly data?: unknown };
  if (typeof data !== 'object' || data === null || 'x' in data || 'y' in data) return;
  const named = Object.keys(data).find((name) => !Object.hasOwn(examples, name) && name !== 'validation');
  if (named === undefined) return;
  throw new RunError(
    `data.${named}`,
    'data that must be read first',
    'rows as x and y, or loadRun, which reads what a run names',
  );
}

/** The model and the training of a run whose data comes from elsewhere. */
export function parseSettings(input: { readonly model: unknown; readonly training: unknown }): Omit<Run, 'data'> {
  return parseDocument(object({ model: modelSchema, training: trainingSchema }), input, 'run', 'an object');
}

/** A model alone, as the Keras-like API builds one. */
export function parseModel(model: unknown): ModelSettings {
  return parseDocument(object({ model: modelSchema }), { model }, 'model', 'an object').model;
}

/**
 * Checks any part of a run against its schema.
 * @param root what the whole is called, where it is not even an object
 * @throws RunError naming the first field that is wrong, what was found and what was expected
 */
export function parseDocument<T>(
  schema: v.GenericSchema<unknown, T>,
  input: unknown,
  root: string,
  expected: string,
): T {
  if (Array.isArray(input)) throw new RunError(root, describe(input), expected);
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const unknownField = issue.type === 'strict_object' && issue.expected === 'never';
  throw new RunError(
    v.getDotPath(issue) === null ? root : pathText(writtenPath(input, issue.path ?? [])),
    unknownField ? 'an unknown field' : describe(issue.input),
    issue.message,
  );
}

/** A path as far as the document goes: of a bare name, which stands for `{ name }`, there is no `name` in it. */
function writtenPath<T extends { readonly key: unknown }>(document: unknown, path: readonly T[]): readonly T[] {
  let value: unknown = document;
  const end = path.findIndex(({ key }) => {
    if (typeof value === 'string') return key === 'name';
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key as PropertyKey];
    return false;
  });
  return end < 0 ? path : path.slice(0, end);
}
