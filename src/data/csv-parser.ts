/**
 * papaparse, loaded when the first CSV is read, and told everything, so that it guesses nothing: what stands between cells,
 * that lines end with `\n`. It checks nothing here; csv-blocks.ts has done that.
 */

/** Cuts text into rows of cells; only the first ones, where it is told how many. */
export type Parse = (text: string, delimiter: string, preview?: number) => string[][];

export async function parser(): Promise<Parse> {
  const { default: papa } = await import('papaparse');
  return (text, delimiter, preview = 0) => {
    const body = text.endsWith('\n') ? text.slice(0, -1) : text;
    if (body === '') return [['']];
    // It takes a byte order mark off whatever it is given; the file's own is gone already.
    const given = body.startsWith('\uFEFF') ? `\uFEFF${body}` : body;
    return papa.parse<string[]>(given, { delimiter, newline: '\n', quoteChar: '"', preview }).data;
  };
}
