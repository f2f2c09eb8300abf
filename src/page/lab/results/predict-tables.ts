/**
 * What a network says to all rows of a file, and to all of the lab's: tables of the columns that are there with what is predicted behind
 * them, as CSV. Columns that are not there are named.
 */
import type { Table } from '../../../core/examples.js';
import { isFloat32, quoted } from '../../../core/run-checks.js';
import { takeRows } from '../../../core/task.js';
import { applyInputs } from '../../../data/apply.js';
import { DataError } from '../../../data/data-error.js';
import { droppedFile } from '../../../data/open-url.js';
import type { Preprocessing } from '../../../data/preprocessing.js';
import type { NumberColumns, RawColumn, RawTable } from '../../../data/raw-table.js';
import { readData } from '../../../data/read.js';
import { applyTarget } from '../../../data/targets.js';
import { predict } from '../../../reference/evaluate.js';
import { csvFile } from './csv-file.js';
import { dataFileName, withoutExtension } from './file-names.js';
import { inputFields, rowDecoder } from './input-fields.js';
import { measure } from './measure.js';
import { inUnits, labels, targetTexts } from './predict.js';
import { shownNumber } from './shown-number.js';
import { type Download, type FilePrediction, type Measured, PARTS } from './subject.js';
import { meaningOf, type UsedModel } from './used-model.js';

/** Rows that go through the network at once, and rows that a person still reads. */
const ROWS = 1024;
const SHOWN = 20;
/** Outputs beyond so many are in the CSV alone. */
const WIDEST = 8;

/** @throws DataError for a file that cannot be read, or is not as the training's */
export async function predictFile(used: UsedModel, file: File): Promise<FilePrediction> {
  const table = await readData(droppedFile(file));
  const x = inputsOf(used, table);
  const { names, cells } = answers(used, x);
  const given = table.columns.filter(
    ({ kind }, c) => kind === 'text' || (table.columns[c] as NumberColumns).width === 1,
  );
  const columns = [...given.map(({ name }) => name), ...distinct(names, new Set(given.map(({ name }) => name)))];
  const rowAt = (row: number, text: (value: number) => string, shown = text) => [
    ...given.map((column) => cellAt(column, row, text)),
    ...cells(row, shown),
  ];
  return {
    columns: columns.slice(0, given.length + WIDEST),
    added: given.length,
    shown: Array.from({ length: Math.min(table.rows, SHOWN) }, (_, row) =>
      rowAt(row, briefly, shownNumber).slice(0, given.length + WIDEST),
    ),
    rows: table.rows,
    csv: csvFile(`${withoutExtension(file.name)}-predicted.csv`, columns, table.rows, (row) => rowAt(row, String)),
    measured: measuredOf(used, table, x),
  };
}

/**
 * All rows of the lab's data, part by part, as they were read, with their targets and what the network says.
 * @throws DataError where the network has no rows
 */
export function predictParts(used: UsedModel): Download {
  const parts = PARTS.flatMap((part) => (used.parts[part] ? [{ part, source: used.parts[part] }] : []));
  if (parts.length === 0) throw new DataError('The lab', '', 'no rows of this network', 'data that it was trained on');
  const fields = inputFields({ ...used, parts: {}, exampleRows: undefined });
  const decoded = rowDecoder(used);
  const isShown = fields.map(({ kind }) => kind === 'number' || kind === 'category');
  const meaning = meaningOf(used);
  const targets = meaning.kind === 'classes' ? [targetName(used)] : meaning.names;
  const inputs = fields.filter((_, f) => isShown[f]).map(({ name }) => name);
  const said = parts.map(({ source }) => answers(used, source.x));
  const before = ['part', 'row', ...distinct([...inputs, ...targets], new Set(['part', 'row']))];
  const columns = [...before, ...distinct(said[0]!.names, new Set(before))];
  // As long as all parts together; each row finds its part.
  const places = parts.flatMap(({ source }, p) => Array.from({ length: source.x.rows }, (_, row) => [p, row] as const));
  return csvFile(dataFileName(used.data, 'predictions', 'csv'), columns, places.length, (place) => {
    const [p, row] = places[place]!;
    const { part, source } = parts[p]!;
    const values = decoded(source.x, row).filter((_, f) => isShown[f]);
    return [
      part,
      String(row + 1),
      ...values.map(String),
      ...targetTexts(used, takeRows(source.y, [row]), String),
      ...said[p]!.cells(row, String),
    ];
  });
}

interface Answers {
  readonly names: readonly string[];
  readonly cells: (row: number, text: (value: number) => string) => readonly string[];
}

/** What the network says of all rows: the class with a number for each, or numbers in the data's units. */
function answers(used: UsedModel, x: Table): Answers {
  const found = inUnits(used, predict(used.model, used.weights, x, ROWS));
  const meaning = meaningOf(used);
  const named = labels(meaning, found);
  const numbersAt = (row: number) => Array.from(found.values.subarray(row * found.columns, (row + 1) * found.columns));
  if (meaning.kind === 'numbers') {
    const names = meaning.names.map((name) => `predicted ${name}`);
    return { names, cells: (row, text) => numbersAt(row).map(text) };
  }
  const classes = meaning.isBinary ? meaning.names.slice(1) : meaning.names;
  const what = meaning.areShares ? 'probability of' : 'output for';
  return {
    names: [`predicted ${targetName(used)}`, ...classes.map((name) => `${what} ${name}`)],
    cells: (row, text) => [named![row]!, ...numbersAt(row).map(text)],
  };
}

function targetName({ preprocessing }: UsedModel): string {
  return preprocessing?.target.kind === 'classes' ? preprocessing.target.name : 'class';
}

/** Names that are not taken yet. */
function distinct(names: readonly string[], taken: ReadonlySet<string>): string[] {
  const used = new Set(taken);
  return names.map((name) => {
    let free = name;
    for (let count = 2; used.has(free); count++) free = `${name} (${count})`;
    used.add(free);
    return free;
  });
}

/** A number of a file, without what arithmetic left in its last digits. */
function briefly(value: number): string {
  return String(Number(value.toPrecision(8)));
}

/** As it stands in the file; nothing where it is missing. */
function cellAt(column: RawColumn, row: number, text: (value: number) => string): string {
  if (column.kind === 'text') return column.categories[column.codes[row]!] ?? '';
  const value = column.values[row]!;
  return Number.isNaN(value) ? '' : text(value);
}

function inputsOf({ preprocessing, inputs }: UsedModel, table: RawTable): Table {
  if (preprocessing) {
    try {
      return applyInputs(preprocessing, table);
    } catch (error) {
      throw error instanceof DataError ? (lackOf(preprocessing, table) ?? error) : error;
    }
  }
  const numbers = plainInputs(inputs, table);
  const width = numbers.reduce((sum, column) => sum + column.width, 0);
  if (width !== inputs) {
    const found = `${width} columns of numbers among ${table.columns.length}`;
    throw new DataError(
      table.source,
      '',
      found,
      `the ${inputs} inputs of the network: x1, x2, …, or just so many numbers`,
    );
  }
  const values = new Float64Array(table.rows * width);
  let first = 0;
  for (const { values: column, width: part, name } of numbers) {
    for (let row = 0; row < table.rows; row++) {
      for (let c = 0; c < part; c++) {
        const value = column[row * part + c]!;
        if (!isFloat32(value)) {
          throw new DataError(table.source, `row ${row + 1}, column ${name}`, String(value), 'a number (float32)');
        }
        values[row * width + first + c] = value;
      }
    }
    first += part;
  }
  return { rows: table.rows, columns: width, values };
}

/** All columns that are not there by their names, where there are several. */
function lackOf({ inputs, nameless }: Preprocessing, table: RawTable): DataError | undefined {
  const names = new Set(table.columns.map(({ name }) => name));
  const lacking = inputs.filter(({ name }) => !names.has(name));
  if (nameless !== undefined || lacking.length < 2 || lacking.length === inputs.length) return undefined;
  const found = `no columns ${lacking.map(({ name }) => quoted(name)).join(', ')}`;
  return new DataError(table.source, '', found, 'the columns that the network was trained on, by their names');
}

/** By name where they are there, else all columns that are numbers. */
function plainInputs(inputs: number, table: RawTable): NumberColumns[] {
  const numbers = table.columns.filter((column) => column.kind === 'numbers');
  const named = Array.from({ length: inputs }, (_, i) => numbers.find(({ name }) => name === `x${i + 1}`));
  return named.every((column) => column?.width === 1) ? named.filter((column) => column !== undefined) : numbers;
}

/** Undefined for a file without targets, or with others: predictions are what it is for. */
function measuredOf(used: UsedModel, table: RawTable, x: Table): Measured | undefined {
  if (!used.preprocessing || !used.training) return undefined;
  try {
    return measure(used, used.training, { prefix: '', x, y: applyTarget(used.preprocessing, table) });
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
