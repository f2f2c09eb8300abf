/**
 * Tables for people, as lines of text: columns set flush right, and the choice of rows and columns that still can be
 * read. It knows nothing of what the cells mean.
 */

/** Characters between two columns. */
export const GAP = 2;

/**
 * A line for the names, then one for each row.
 * @param texts how many of the first columns are texts, and flush left
 */
export function table(names: readonly string[], rows: readonly (readonly string[])[], texts = 0): string[] {
  const lines = [names, ...rows].map((row) => row.map(oneLine));
  const widths = names.map((_, column) => lines.reduce((widest, row) => Math.max(widest, row[column]!.length), 0));
  return lines.map((row) =>
    row
      .map((cell, column) => (column < texts ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join(' '.repeat(GAP)),
  );
}

/** The columns that still fit into so many characters, asked one after the other: the first have the best chance. */
export function fitting<T>(columns: readonly T[], widthOf: (column: T) => number, room: number): T[] {
  let left = room;
  return columns.filter((column) => {
    const width = widthOf(column);
    if (width > left) return false;
    left -= width;
    return true;
  });
}

/** `Validation loss`, for the head of a column. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Characters of a name that a table still shows. */
const NAME = 24;

/** A text from a file, cut where it is long. */
export function printable(text: string): string {
  const clean = oneLine(text);
  return clean.length > NAME ? `${clean.slice(0, NAME - 1)}…` : clean;
}

/** A text from a file in one line, with nothing that a terminal would obey: a cell is as wide as it looks. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
