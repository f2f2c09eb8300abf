/**
 * What the lab's data depend on: two runs with the same key have the same data, so a change of anything else (a learning rate, a
 * hidden layer) reads and prepares nothing again. `tableKey` is of what is read, `loadKey` of what is made of it for the model.
 */
import { layerWidths } from '../../../core/model.js';
import { parseSettings } from '../../../core/run.js';
import { type DataDocument, kindOf } from '../../../data/document.js';
import { filesFor } from './needed-files.js';

/** Fields that only say what becomes of the tables once they are read. */
const AFTER_READING: readonly string[] = [
  'target',
  'features',
  'ignore',
  'normalize',
  'targetNormalize',
  'missing',
  'unknownCategories',
  'validationSplit',
  'testSplit',
  'shuffle',
  'stratify',
];

/** @param seed of what is drawn */
export function tableKey(data: DataDocument, seed: number, files: readonly File[]): string {
  const read = Object.fromEntries(Object.entries(data).filter(([field]) => !AFTER_READING.includes(field)));
  // A seed changes what is drawn, and of files only which rows are held back.
  const drawn = 'synthetic' in data ? { seed } : { seed: undefined };
  return JSON.stringify([{ ...read, ...drawn }, marksOf(data, files)]);
}

interface Document {
  readonly data: unknown;
  readonly model: unknown;
  readonly training: unknown;
}

/** @throws RunError for settings that are wrong by themselves */
export function loadKey({ data, model, training }: Document, files: readonly File[]): string {
  // Numbers that stand in the run are few, and checked with all else in it.
  if (kindOf(data) === undefined) return JSON.stringify([data, model, training]);
  const settings = parseSettings({ model, training });
  const dense = settings.model.layers.findLastIndex((layer) => layer.type === 'dense');
  const needed = [
    (data as { readonly seed?: unknown }).seed ?? settings.model.seed,
    layerWidths(settings.model.layers, 1).at(-1),
    // Sentences about the last layer name it.
    dense,
    settings.training.loss.name,
    settings.training.validationSplit,
  ];
  return JSON.stringify([data, needed, marksOf(data, files)]);
}

function marksOf(data: unknown, files: readonly File[]) {
  return filesFor(data, files).map(({ name, size, lastModified }) => [name, size, lastModified]);
}
