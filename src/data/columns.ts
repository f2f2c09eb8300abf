/**
 * Which columns of a table are inputs and which are targets, by what the run says. A name that is not there is refused with
 * those that are.
 */
import { quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { DataError } from './data-error.js';
import type { RawColumn, RawTable } from './raw-table.js';

export interface ColumnChoice {
  readonly target: string | readonly string[];
  /** Default: all that are no target. */
  readonly features?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
}

export interface ChosenColumns {
  readonly inputs: readonly RawColumn[];
  readonly targets: readonly RawColumn[];
}

/** @throws DataError for a column that is not there; RunError for a choice that leaves no inputs */
export function chooseColumns(table: RawTable, { target, features, ignore = [] }: ColumnChoice): ChosenColumns {
  const targetNames = typeof target === 'string' ? [target] : target;
  for (const [field, names] of Object.entries({ target: targetNames, features, ignore })) {
    const twice = names?.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw new RunError(`data.${field}`, `${quoted(twice)} twice`, 'each name once');
  }
  const targets = targetNames.map((name) => columnNamed(table, name, 'data.target'));
  const ignored = ignore.map((name) => columnNamed(table, name, 'data.ignore'));
  const inputs = features
    ? features.map((name) => columnNamed(table, name, 'data.features'))
    : table.columns.filter((column) => !targets.includes(column) && !ignored.includes(column));
  const both = inputs.find((column) => targets.includes(column));
  if (both) throw new RunError('data.features', quoted(both.name), 'columns that are no target: it is one');
  const left = inputs.find((column) => ignored.includes(column));
  if (left) throw new RunError('data.ignore', quoted(left.name), 'columns that are not among data.features');
  if (inputs.length === 0) throw new RunError('data', 'no column to learn from', 'columns beside the target');
  return { inputs, targets };
}

function columnNamed(table: RawTable, name: string, field: string): RawColumn {
  const found = table.columns.find((column) => column.name === name);
  if (found) return found;
  throw new DataError(field, table.source, `no column ${quoted(name)}`, `one of ${namesOf(table)}`);
}

/** The names of a table's columns, the first dozen of them. */
export function namesOf({ columns }: RawTable): string {
  const shown = columns.slice(0, 12).map(({ name }) => quoted(name));
  return [...shown, ...(columns.length > shown.length ? ['…'] : [])].join(', ');
}
