/**
 * Texts for cells of a CSV that people open in a spreadsheet, which takes what begins like a formula for one and computes it, whoever
 * wrote it: the name of a class, of a column, a cell that was read. It knows nothing of quotes; writers do that.
 */

/** What begins a formula in one spreadsheet or another, with the white space that is skipped in front of it; a sign alone is none. */
const FORMULA = /^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20].|^[\t\r]/s;
const NUMBER = /^\s*([+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|-Infinity)\s*$/i;

/** The text with an apostrophe in front where a spreadsheet would compute it; a number stays a number. */
export function plainCell(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
