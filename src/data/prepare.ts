/**
 * From tables to examples: which columns and rows are used, which are held back, what is fitted to the rows to train on,
 * and the numbers that come of it. It opens nothing.
 *
 * Memory: the tables as their files hold them (a byte for a pixel, 8 bytes for a CSV's number), and beside them the
 * inputs, each number once, until this is done; then the inputs alone.
 */
import { quoted } from '../core/run-checks.js';
import type { Source } from '../core/examples.js';
import { layerWidths, type ModelSettings } from '../core/model.js';
import { RunError } from '../core/run-error.js';
import { keptRows } from '../core/task.js';
import { counted } from '../core/text.js';
import type { TrainingSettings } from '../core/training.js';
import { allRows, encodeInputs } from './apply.js';
import { type ChosenColumns, chooseColumns } from './columns.js';
import { DataError } from './data-error.js';
import type { DataDocument } from './document.js';
import { completeRows, fitInput, refuseMissing } from './fit.js';
import { isNameless } from './match.js';
import type { Preprocessing } from './preprocessing.js';
import type { RawColumn, RawTable } from './raw-table.js';
import type { ReadSources } from './sources.js';
import { type Split, splitRows } from './split.js';
import { areClasses, classNumbers, encodeTarget, fitTarget, type TargetOptions } from './targets.js';

export interface Settings {
  readonly model: ModelSettings;
  readonly training: TrainingSettings;
}

export interface Prepared {
  readonly train: Source;
  readonly validation: Source | undefined;
  readonly test: Source | undefined;
  readonly preprocessing: Preprocessing;
  readonly notes: readonly string[];
}

/** @throws RunError for a field that does not fit the data, DataError for data that cannot be used */
export function prepare(sources: ReadSources, data: DataDocument, settings: Settings, seed: number): Prepared {
  const table = sources.train;
  const choice = {
    target: sources.target,
    ...('features' in data && { features: data.features }),
    ...('ignore' in data && { ignore: data.ignore }),
  };
  const chosen = chooseColumns(table, choice);
  const notes = [...table.notes];
  const rows = usableRows(table, chosen, data, notes);
  const targets = { ...targetOptions(settings), targetNormalize: data.targetNormalize };
  const split = splitOf(rows, chosen.targets, data, targets, seed);
  const preprocessing = fit(table, chosen, data, targets, rows, fittedRows(split.train, settings.training));
  noteUnseen(preprocessing, table, chosen.targets, split.train, notes);
  const encoded = (part: string, from: RawTable, columns: ChosenColumns, used: Int32Array): Source => ({
    prefix: `data.${part}`,
    x: encodeInputs(preprocessing.inputs, columns.inputs, from.source, used),
    y: encodeTarget(preprocessing.target, columns.targets, used, from.source),
  });
  const apart = (part: 'validation' | 'test'): Source | undefined => {
    const from = sources[part];
    if (!from) return split[part].length > 0 ? encoded(`${part}.`, table, chosen, split[part]) : undefined;
    const columns = chooseColumns(from, choice);
    notes.push(...from.notes.filter((note) => !notes.includes(note)));
    return encoded(`${part}.`, from, columns, usableRows(from, columns, data, notes));
  };
  return {
    train: encoded('', table, chosen, split.train),
    validation: apart('validation'),
    test: apart('test'),
    preprocessing,
    notes,
  };
}

/** Of the rows that are not drawn for anything else, those that the training does not hold back either. */
function fittedRows(rows: Int32Array, { validationSplit }: TrainingSettings): Int32Array {
  const kept = keptRows(rows.length, validationSplit);
  // A share that leaves none is refused with the task.
  return kept > 0 ? rows.subarray(0, kept) : rows;
}

/** The rows that can be used: all, where a missing value is refused or something stands in for it. */
function usableRows(
  table: RawTable,
  { inputs, targets }: ChosenColumns,
  data: DataDocument,
  notes: string[],
): Int32Array {
  if (table.rows === 0) throw new DataError(table.source, '', 'no rows', 'at least one');
  if (data.missing === 'dropRow') {
    const rows = completeRows([...inputs, ...targets], table.rows);
    if (rows.length === 0) throw new DataError(table.source, '', 'a missing value in every row', 'complete rows');
    const left = table.rows - rows.length;
    if (left > 0) notes.push(`${table.source}: ${counted(left, 'row')} with missing values left out.`);
    return rows;
  }
  const rows = allRows(table.rows);
  const advice = 'a value, or a rule: data.missing "dropRow", "mean", "median" or "mostFrequent"';
  if (data.missing === 'refuse') refuseMissing(inputs, rows, table.source, advice);
  refuseMissing(targets, rows, table.source, 'a value; data.missing "dropRow" leaves such rows out');
  return rows;
}

/** Parts of the usable rows, with each class in its share where the targets are classes. */
function splitOf(
  usable: Int32Array,
  targets: readonly RawColumn[],
  data: DataDocument,
  options: TargetOptions,
  seed: number,
): Split {
  const { validationSplit, testSplit, shuffle, stratify } = data;
  if (stratify && !shuffle) throw new RunError('data.stratify', 'true beside shuffle: false', 'one of the two');
  const haveClasses = areClasses(targets, usable, options);
  if (stratify && !haveClasses) {
    throw new RunError('data.stratify', 'true for targets that are numbers', 'classes, or false');
  }
  const classes = haveClasses && stratify !== false ? labelsIn(targets[0]!, usable) : undefined;
  const { train, validation, test } = splitRows(usable.length, { validationSplit, testSplit, shuffle, seed, classes });
  const rowsOf = (places: Int32Array) => places.map((place) => usable[place]!);
  return { train: rowsOf(train), validation: rowsOf(validation), test: rowsOf(test) };
}

/** What stands in the column, as numbers that differ where the values do. */
function labelsIn(column: RawColumn, rows: Int32Array): ArrayLike<number> {
  const values = column.kind === 'text' ? column.codes : column.values;
  return Float64Array.from(rows, (row) => values[row]!);
}

function targetOptions({ model, training }: Settings): Omit<TargetOptions, 'targetNormalize'> {
  const last = model.layers.findLastIndex((layer) => layer.type === 'dense');
  // How wide the inputs are matters only to a model without dense layers, which has no outputs of its own.
  const outputs = layerWidths(model.layers, 1).at(-1)!;
  return { loss: training.loss.name, outputs, units: last < 0 ? 'model.layers' : `model.layers[${last}].units` };
}

function fit(
  table: RawTable,
  { inputs, targets }: ChosenColumns,
  data: DataDocument,
  options: TargetOptions,
  rows: Int32Array,
  trained: Int32Array,
): Preprocessing {
  return {
    inputs: inputs.map((column) => fitInput(column, trained, table.source, data)),
    target: fitTarget(targets, { rows, trained }, table.source, options),
    ...(isNameless(table) && { nameless: table.columns.length }),
  };
}

/** Classes that only the rows held back have cannot be learnt; the shares of the run are the place to change that. */
function noteUnseen(
  { target }: Preprocessing,
  { source }: RawTable,
  targets: readonly RawColumn[],
  trained: Int32Array,
  notes: string[],
): void {
  if (target.kind !== 'classes') return;
  const seen = new Set(classNumbers(target, targets[0]!, trained, source));
  const unseen = target.classes.filter((_, label) => !seen.has(label));
  if (unseen.length === 0) return;
  const names = unseen.slice(0, 10).map(quoted).join(', ') + (unseen.length > 10 ? ', …' : '');
  notes.push(
    `${source}, column ${quoted(target.name)}: no row to train on is of ${unseen.length > 1 ? 'the classes' : 'the class'} ${names}.`,
  );
}
