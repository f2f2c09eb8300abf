/**
 * The `data` of a run that names files or a synthetic set, with its defaults. It opens no file: sources.ts does.
 */
import * as v from 'valibot';
import { finite, object, oneOf, whole } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseDocument } from '../core/run.js';
import { MOST_SAMPLES, SYNTHETIC_NAMES } from './synthetic/synthetic.js';

export const SCALINGS = ['none', 'standard', 'minMax'] as const;
/** How numbers are scaled: left alone, to mean 0 and deviation 1, or to the range from 0 to 1. */
export type Scaling = (typeof SCALINGS)[number];

export const MISSING_RULES = ['refuse', 'dropRow', 'mean', 'median', 'mostFrequent'] as const;
/** What becomes of missing values: an error, the row left out, or a value of the training rows in their place. */
export type MissingRule = (typeof MISSING_RULES)[number];

const UNKNOWN_RULES = ['refuse', 'zeros'] as const;

const text = v.pipe(v.string('a text'), v.nonEmpty('a text'));
const texts = v.array(text, 'a list of names');
const share = v.optional(finite({ atLeast: 0, below: 1 }), 0);
const MOST = 2 ** 31;

/** What every kind of data may say. */
const common = {
  normalize: v.optional(oneOf(SCALINGS)),
  targetNormalize: v.optional(oneOf(SCALINGS), 'none'),
  missing: v.optional(oneOf(MISSING_RULES), 'refuse'),
  unknownCategories: v.optional(oneOf(UNKNOWN_RULES), 'refuse'),
  validationSplit: share,
  testSplit: share,
  shuffle: v.optional(v.boolean('true or false'), true),
  stratify: v.optional(v.boolean('true or false')),
  seed: v.optional(whole(0, 2 ** 32 - 1)),
  limit: v.optional(whole(1, MOST)),
};

/** What tables with named columns may say. */
const named = {
  target: v.union(
    [text, v.pipe(texts, v.minLength(1, 'at least one name'))],
    'the name of the column to predict, or a list of names',
  ),
  features: v.optional(v.pipe(texts, v.minLength(1, 'at least one name'))),
  ignore: v.optional(texts, []),
};

const pair = object({ images: text, labels: text });
const files = object({ x: text, y: text });

const SCHEMAS = {
  csv: object({
    csv: text,
    validation: v.optional(text),
    test: v.optional(text),
    ...named,
    delimiter: v.optional(v.pipe(v.string('one character'), v.length(1, 'one character'))),
    header: v.optional(v.boolean('true or false')),
    missingCells: v.optional(v.array(v.string('a text'), 'a list of texts')),
    types: v.optional(
      v.record(v.string(), oneOf(['number', 'text']), 'an object with "number" or "text" for a column'),
    ),
    ...common,
  }),
  json: object({ json: text, validation: v.optional(text), test: v.optional(text), ...named, ...common }),
  npz: object({
    npz: text,
    x: v.optional(text),
    y: v.optional(text),
    validation: v.optional(files),
    test: v.optional(files),
    ...common,
  }),
  npy: object({ npy: files, validation: v.optional(files), test: v.optional(files), ...common }),
  idx: object({ idx: pair, validation: v.optional(pair), test: v.optional(pair), ...common }),
  images: object({
    images: text,
    validation: v.optional(text),
    test: v.optional(text),
    width: v.optional(whole(1, 4096)),
    height: v.optional(whole(1, 4096)),
    channels: v.optional(oneOf(['grey', 'rgb']), 'grey'),
    ...common,
  }),
  synthetic: object({
    synthetic: oneOf(SYNTHETIC_NAMES),
    samples: v.optional(whole(1, MOST_SAMPLES)),
    noise: v.optional(finite({ atLeast: 0 })),
    ...common,
  }),
};

export type DataKind = keyof typeof SCHEMAS;
type Schemas = typeof SCHEMAS;
type Documents = { readonly [K in DataKind]: v.InferOutput<Schemas[K]> };
export type CsvData = Documents['csv'];
export type JsonData = Documents['json'];
export type NpzData = Documents['npz'];
export type NpyData = Documents['npy'];
export type IdxData = Documents['idx'];
export type ImagesData = Documents['images'];
export type SyntheticData = Documents['synthetic'];
/** Checked data of a run, every default filled in. */
export type DataDocument = Documents[DataKind];
/** The same as a person writes it: what has a default may be left out. */
export type DataSettings = v.InferInput<Schemas[DataKind]>;

export const DATA_KINDS = Object.keys(SCHEMAS) as readonly DataKind[];

/** Which kind of data a document names; undefined for one that holds its numbers itself. */
export function kindOf(data: unknown): DataKind | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  return DATA_KINDS.find((kind) => kind in data);
}

/** @throws RunError naming the first field that is wrong */
export function parseData(data: unknown, kind: DataKind): DataDocument {
  const other = DATA_KINDS.find((name) => name !== kind && name in (data as object));
  if (other !== undefined) throw new RunError('data', `both ${kind} and ${other}`, 'one of the two');
  const schema = v.strictObject({ data: SCHEMAS[kind] });
  return parseDocument<{ data: DataDocument }>(schema, { data }, 'data', 'an object').data;
}
