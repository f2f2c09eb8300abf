/**
 * Which columns of a table a model means: found by name; in tables without names (`column1`, `column2`, …) by place; and
 * for a model of one block, such as a picture, whatever the table has of that width. Columns that it does not mean are
 * passed over. It refuses to guess where none of that is clear.
 */
import { quoted } from '../core/run-checks.js';
import { counted } from '../core/text.js';
import { namesOf } from './columns.js';
import { DataError } from './data-error.js';
import type { InputEncoding, NumberInput, Preprocessing } from './preprocessing.js';
import type { NumberArray, NumberColumns, RawColumn, RawTable } from './raw-table.js';

type Fitted = Pick<Preprocessing, 'inputs' | 'nameless'>;

/** Whether all names are those that a reader gives where there are none. */
export function isNameless({ columns }: RawTable): boolean {
  return columns.every(({ name }, i) => name === `column${i + 1}`);
}

/**
 * The column of each input.
 * @throws DataError where one is not there
 */
export function inputColumns({ inputs, nameless }: Fitted, table: RawTable): readonly RawColumn[] {
  const found =
    byPlace(nameless, table, inputs) ??
    byName(table, inputs) ??
    (inputs.length === 1 && inputs[0]!.kind === 'numbers' ? blockFor(inputs[0]!, table) : partsFor(inputs, table));
  if (found) return found;
  if (nameless !== undefined || isNameless(table)) {
    const few = counted(inputs.length, 'column');
    const expected = nameless === undefined || nameless === inputs.length ? few : `${few}, or all ${nameless}`;
    throw new DataError(
      table.source,
      '',
      `${table.columns.length} columns to go by their place`,
      `${expected} as in the training`,
    );
  }
  const names = new Set(table.columns.map(({ name }) => name));
  const missing = inputs.find(({ name }) => !names.has(name))!;
  const found2 = `no column ${quoted(missing.name)} among ${namesOf(table)}`;
  throw new DataError(table.source, '', found2, 'the columns that the model was trained on');
}

/**
 * The columns of the targets.
 * @throws DataError where one is not there
 */
export function targetColumns(preprocessing: Preprocessing, table: RawTable): readonly RawColumn[] {
  const { inputs, target, nameless } = preprocessing;
  const wanted = target.kind === 'classes' ? [{ name: target.name, width: 1 }] : target.columns;
  const isByPlace = nameless !== undefined || isNameless(table);
  const found =
    nameless === table.columns.length
      ? wanted.map(({ name }) => atPlace(table, name))
      : isByPlace && nameless !== undefined
        ? undefined
        : (byName(table, wanted) ?? (inputs.length === 1 ? others(preprocessing, table, wanted.length) : undefined));
  const at = (i: number) => `column ${quoted(wanted[i]!.name)}`;
  if (!found) {
    const lacking = wanted.findIndex(({ name }) => !table.columns.some((column) => column.name === name));
    throw new DataError(table.source, at(Math.max(lacking, 0)), 'nothing', 'the targets, to measure the model');
  }
  found.forEach((column, i) => {
    const width = widthOf(column);
    if (width === wanted[i]!.width) return;
    throw new DataError(table.source, at(i), `${width} numbers a row`, `${wanted[i]!.width}, as in the training`);
  });
  return found;
}

/** In the place that it had in the training, or, where the table has the inputs alone, in their order. */
function byPlace(
  nameless: number | undefined,
  table: RawTable,
  inputs: readonly InputEncoding[],
): readonly RawColumn[] | undefined {
  if (nameless === table.columns.length) return inputs.map(({ name }) => atPlace(table, name));
  if (nameless === undefined && !isNameless(table)) return undefined;
  return table.columns.length === inputs.length ? table.columns : undefined;
}

function atPlace(table: RawTable, name: string): RawColumn {
  return table.columns[Number(name.replace(/^column/, '')) - 1]!;
}

function byName(table: RawTable, wanted: readonly { readonly name: string }[]): readonly RawColumn[] | undefined {
  // Without names, a name says no more than a place.
  if (isNameless(table)) return undefined;
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const found = wanted.flatMap(({ name }) => columns.get(name) ?? []);
  return found.length === wanted.length ? found : undefined;
}

/** The only block of that width; or as many columns of one number. */
function blockFor(input: NumberInput, table: RawTable): readonly RawColumn[] | undefined {
  const numbers = table.columns.filter((column) => column.kind === 'numbers');
  const blocks = numbers.filter(({ width }) => width === input.width);
  if (input.width > 1 && blocks.length === 1) return blocks;
  // One column alone is meant, and if it is of another width that is what to say.
  if (table.columns.length === 1 && numbers.length === 1) return numbers;
  const singles = numbers.filter(({ width }) => width === 1);
  return input.width > 1 && singles.length === input.width ? [joined(input, singles, table.rows)] : undefined;
}

function joined({ name, width }: NumberInput, columns: readonly NumberColumns[], rows: number): NumberColumns {
  const values = new Float64Array(rows * width);
  columns.forEach((column, c) => {
    for (let row = 0; row < rows; row++) values[row * width + c] = column.values[row]!;
  });
  return { kind: 'numbers', name, width, values, missing: columns.reduce((sum, { missing }) => sum + missing, 0) };
}

/** One block that is as wide as all inputs together, which are numbers: a column of it for each. */
function partsFor(inputs: readonly InputEncoding[], table: RawTable): readonly RawColumn[] | undefined {
  const [block] = table.columns;
  if (table.columns.length !== 1 || block?.kind !== 'numbers' || block.width !== inputs.length) return undefined;
  if (!inputs.every((input) => input.kind === 'numbers' && input.width === 1)) return undefined;
  return inputs.map(({ name }, c) => {
    const values = block.values.filter((_: number, i: number) => i % block.width === c) as NumberArray;
    return { kind: 'numbers', name, width: 1, values, missing: block.missing };
  });
}

/** The columns beside the block that is the input, where they are as many as the targets. */
function others(fitted: Fitted, table: RawTable, count: number): readonly RawColumn[] | undefined {
  const [input] = fitted.inputs;
  if (input?.kind !== 'numbers' || input.width === 1) return undefined;
  const inputs = inputColumns(fitted, table);
  const rest = table.columns.filter((column) => !inputs.includes(column));
  return rest.length === count ? rest : undefined;
}

function widthOf(column: RawColumn): number {
  return column.kind === 'text' ? 1 : column.width;
}
