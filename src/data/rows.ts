/** The first rows of a table, copied, so that the others are let go. */
import { DataError } from './data-error.js';
import type { NumberArray, RawTable } from './raw-table.js';

/** @throws DataError if the limit is no whole number of at least 1 */
export function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (Number.isInteger(limit) && limit >= 1)) return;
  throw new DataError('the limit of rows', '', String(limit), 'a whole number of at least 1');
}

/** @throws DataError if the limit is no whole number of at least 1 */
export function firstRows(table: RawTable, limit: number | undefined): RawTable {
  checkLimit(limit);
  if (limit === undefined || limit >= table.rows) return table;
  const columns = table.columns.map((column) => {
    if (column.kind === 'text') {
      const codes = column.codes.slice(0, limit);
      return { ...column, ...usedTexts(column.categories, codes), missing: codes.filter((code) => code < 0).length };
    }
    const values = column.values.slice(0, limit * column.width);
    return { ...column, values, missing: missingIn(values) };
  });
  return { ...table, rows: limit, columns };
}

export function missingIn(values: NumberArray): number {
  if (!isFloat(values)) return 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) missing++;
  return missing;
}

/** Only these have NaN and infinity. */
export function isFloat(values: NumberArray): values is Float64Array | Float32Array {
  return values instanceof Float64Array || values instanceof Float32Array;
}

/** Texts come in the order of their first row, so those that the first rows have are the first ones. */
function usedTexts(categories: readonly string[], codes: Int32Array) {
  const used = codes.reduce((most, code) => Math.max(most, code + 1), 0);
  return { categories: categories.slice(0, used), codes };
}
