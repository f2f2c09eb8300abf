/** Rows of texts as a file that spreadsheets and readers of CSV take (RFC 4180). */
import { plainCell } from '../../../data/plain-cell.js';
import type { Download } from './subject.js';

/** Rows that are put together at once. */
const ROWS = 1024;

/** A line for the names, then one for each row. */
export function csvFile(
  name: string,
  columns: readonly string[],
  rows: number,
  rowAt: (row: number) => readonly string[],
): Download {
  const encoder = new TextEncoder();
  const lineOf = (cells: readonly string[]) => `${cells.map((cell) => quotedCell(plainCell(cell))).join(',')}\r\n`;
  const pieces = [encoder.encode(lineOf(columns))];
  for (let first = 0; first < rows; first += ROWS) {
    const count = Math.min(ROWS, rows - first);
    pieces.push(encoder.encode(Array.from({ length: count }, (_, i) => lineOf(rowAt(first + i))).join('')));
  }
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { name, type: 'text/csv;charset=utf-8', bytes };
}

/** In quotes where a reader could take it for something else: spaces at the ends too. */
function quotedCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
