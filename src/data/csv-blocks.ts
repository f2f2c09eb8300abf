/**
 * Cuts the text of a CSV file, as it comes, into blocks of whole lines for the parser, so that no more than a block is in
 * memory; and holds quotes to RFC 4180, which parsers are lenient about.
 *
 * It refuses a line without an end, a quote that is never closed, and a quote within a cell that does not start with one.
 */
import { quoted } from '../core/run-checks.js';
import { DataError } from './data-error.js';

/** Characters of a line, quoted line ends included: 100,000 columns of 40 each. */
export const LONGEST_LINE = 4 * 1024 ** 2;

/** Enough that most files show in their first block what their columns are. */
const BLOCK = 256 * 1024;

/** Whole lines, with the end of the last one unless the file ends there. */
export interface Block {
  readonly text: string;
  /** The line that it starts with, from 1. */
  readonly line: number;
}

/** @throws DataError */
export async function* blocksOf(source: string, texts: AsyncIterable<string>): AsyncGenerator<Block, void, undefined> {
  const cutter = new Cutter(source);
  for await (const text of texts) {
    const block = cutter.push(text);
    if (block) yield block;
  }
  const rest = cutter.end();
  if (rest) yield rest;
}

class Cutter {
  /** What came since the last block; the part that ends with a whole line, and how long that is. */
  private parts: string[] = [];
  private length = 0;
  private whole = 0;
  private isQuoted = false;
  private line = 1;
  /** A carriage return that may be the first half of a line's end. */
  private held = '';

  constructor(private readonly source: string) {}

  push(piece: string): Block | undefined {
    let text = this.held + piece;
    this.held = text.endsWith('\r') ? '\r' : '';
    if (this.held) text = text.slice(0, -1);
    const end = this.endOfLines(text);
    if (end > 0) this.whole = this.length + end;
    this.parts.push(text);
    this.length += text.length;
    if (this.length - this.whole > LONGEST_LINE) throw this.endless();
    return this.whole >= BLOCK ? this.cut(this.whole) : undefined;
  }

  end(): Block | undefined {
    this.parts.push(this.held);
    this.length += this.held.length;
    return this.length > 0 ? this.cut(this.length) : undefined;
  }

  private cut(length: number): Block {
    const all = this.parts.join('');
    const block = { text: all.slice(0, length), line: this.line };
    this.line += lineEnds(block.text);
    const rest = all.slice(length);
    this.parts = [rest];
    this.length = rest.length;
    this.whole = 0;
    return block;
  }

  /** Where the last line ends that ends in this text, outside of quotes; 0 where none does. */
  private endOfLines(text: string): number {
    let end = 0;
    for (let start = 0; start <= text.length;) {
      const quote = text.indexOf('"', start);
      const stop = quote < 0 ? text.length : quote;
      if (!this.isQuoted) {
        const stretch = text.slice(start, stop);
        const last = Math.max(stretch.lastIndexOf('\n'), stretch.lastIndexOf('\r'));
        if (last >= 0) end = start + last + 1;
      }
      if (quote < 0) break;
      this.isQuoted = !this.isQuoted;
      start = quote + 1;
    }
    return end;
  }

  private endless(): DataError {
    const line = this.line + lineEnds(this.parts.join('').slice(0, this.whole));
    const found = `more than ${LONGEST_LINE} characters without an end of the line`;
    const hint = this.isQuoted ? 'a second quote that closes the cell' : 'shorter lines';
    return new DataError(this.source, `line ${line}`, found, hint);
  }
}

/** Ends of lines, quoted or not, as an editor counts them. */
export function lineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/**
 * The block with `\n` for every end of a line that is not within quotes, and its quotes where they may be.
 *
 * @throws DataError for a quote elsewhere
 */
export function strict(source: string, { text, line }: Block, delimiter: string): string {
  const refusal = (at: number, found: string, expected: string) =>
    new DataError(
      source,
      `line ${line + lineEnds(text.slice(0, at))}`,
      `${found} (${quoted(cellAt(text, at))})`,
      expected,
    );
  const isEdge = (character: string) => [delimiter, '\n', '\r', ''].includes(character);
  const parts: string[] = [];
  let start = 0;
  for (;;) {
    const opening = text.indexOf('"', start);
    if (opening < 0) break;
    if (!isEdge(text.charAt(opening - 1))) {
      throw refusal(opening, 'a quote within a cell', 'quotes around the whole cell, and two for each one within');
    }
    let closing = opening;
    for (;;) {
      closing = text.indexOf('"', closing + 1);
      if (closing < 0) throw refusal(opening, 'a quote that is never closed', 'a second quote that closes the cell');
      if (text[closing + 1] !== '"') break;
      closing++;
    }
    if (!isEdge(text.charAt(closing + 1))) {
      throw refusal(closing, 'text behind a closing quote', `${quoted(delimiter)} or the end of the line`);
    }
    parts.push(plain(text.slice(start, opening)), text.slice(opening, closing + 1));
    start = closing + 1;
  }
  parts.push(plain(text.slice(start)));
  return parts.join('');
}

function plain(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** A few characters before and behind, for the sentence. */
function cellAt(text: string, at: number): string {
  return text.slice(Math.max(0, at - 10), at + 20);
}
