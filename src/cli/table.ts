/**
 * Tables for people, as lines of text: columns set flush right, and the choice of rows and columns that still can be
 * read. It knows nothing of what the cells mean.
 */

/** Characters between two columns. */
export const GAP = 2;

/** A line for the names, then one for each row. */
export function table(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = names.map((name, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]!.length), name.length),
  );
  return [names, ...rows].map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join(' '.repeat(GAP)));
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
