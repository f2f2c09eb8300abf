/** What tests of readers share: the sentence of a refusal, a table as plain values, files in pieces. */
import { DataError } from '../../../src/data/data-error.js';
import type { DataFile } from '../../../src/data/file.js';
import type { RawTable } from '../../../src/data/raw-table.js';

/** Undefined where nothing is refused. Any other error than a DataError is thrown on. */
export async function refusalOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** The values of each column by its name; null for a missing one. Rows of more than one value are lists. */
export function cellsOf({ rows, columns }: RawTable): Record<string, unknown[]> {
  const cells: Record<string, unknown[]> = {};
  for (const column of columns) {
    if (column.kind === 'text') {
      cells[column.name] = Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code]));
      continue;
    }
    const { name, width, values } = column;
    const cell = (i: number) => (Number.isNaN(values[i]) ? null : values[i]);
    const row = (r: number) => Array.from({ length: width }, (_, c) => cell(r * width + c));
    cells[name] = Array.from({ length: rows }, (_, r) => (width === 1 ? cell(r) : row(r)));
  }
  return cells;
}

/** Bytes that come in pieces of a size, one after the other, so many times over. */
export function inPieces(name: string, bytes: Uint8Array, size: number, times = 1): DataFile {
  return {
    name,
    size: undefined,
    stream: (): ReadableStream<Uint8Array> => {
      let at = 0;
      let left = times;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          if (at >= bytes.length && --left > 0) at = 0;
          if (at >= bytes.length) controller.close();
          else controller.enqueue(bytes.slice(at, (at += size)));
        },
      });
    },
  };
}
