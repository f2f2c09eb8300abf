/**
 * A file's text, gzipped or not, piece by piece: UTF-8 with or without a byte order mark, and UTF-16 with one, as spreadsheets save it.
 *
 * It refuses bytes that are no text in the file's encoding, and zeros, by their place: a wrong encoding would only show
 * as strange letters later.
 */
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';
import { gunzipped } from './gunzip.js';
import { chunksOf, joined, type ReadOptions } from './read-bytes.js';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** @throws DataError if the file cannot be read, or is no text */
export async function* textOf(file: DataFile, options?: ReadOptions): AsyncGenerator<string, void, undefined> {
  const head: number[] = [];
  let decoder: PieceDecoder | undefined;
  for await (const { bytes } of gunzipped(file, chunksOf(file, options))) {
    let rest = bytes;
    if (!decoder) {
      // A byte order mark may come in two pieces.
      while (head.length < 2 && rest.length > 0) {
        head.push(rest[0]!);
        rest = rest.subarray(1);
      }
      if (head.length < 2) continue;
      decoder = new PieceDecoder(file.name, encodingOf(head));
      yield decoder.decode(Uint8Array.from(head));
    }
    yield decoder.decode(rest);
  }
  decoder ??= new PieceDecoder(file.name, 'utf-8');
  if (head.length < 2) yield decoder.decode(Uint8Array.from(head));
  yield decoder.end();
}

function encodingOf([first, second]: readonly number[]): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

class PieceDecoder {
  private readonly decoder: InstanceType<typeof TextDecoder>;
  /** Bytes before this piece, and the last three of them: a character may have begun there. */
  private before = 0;
  private tail = new Uint8Array(0);

  constructor(
    private readonly source: string,
    private readonly encoding: Encoding,
  ) {
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  decode(piece: Uint8Array): string {
    let text;
    try {
      text = this.decoder.decode(piece, { stream: true });
    } catch {
      throw this.refusal(piece);
    }
    const zero = this.encoding === 'utf-8' ? piece.indexOf(0) : text.indexOf('\0');
    if (zero >= 0) {
      const place = this.encoding === 'utf-8' ? `byte ${this.before + zero}` : `after byte ${this.before}`;
      throw new DataError(this.source, place, 'a zero', 'text in UTF-8, or in UTF-16 with a byte order mark');
    }
    this.before += piece.length;
    this.tail = joined([this.tail, piece.subarray(-3)]).slice(-3);
    return text;
  }

  end(): string {
    try {
      return this.decoder.decode();
    } catch {
      throw new DataError(this.source, `byte ${this.before}`, 'the end within a character', 'the rest of it');
    }
  }

  private refusal(piece: Uint8Array): DataError {
    const found = (what: string, place: string) =>
      new DataError(
        this.source,
        place,
        what,
        `text in ${this.encoding.toUpperCase()}; a file in another encoding is to be saved as UTF-8`,
      );
    if (this.encoding !== 'utf-8') return found('bytes that are no text', `after byte ${this.before}`);
    const start = this.tail.findIndex((byte) => (byte & 0xc0) !== 0x80);
    const known = start < 0 ? new Uint8Array(0) : this.tail.subarray(start);
    const bytes = joined([known, piece]);
    const bad = lengthOfText(bytes);
    const value = bytes[bad]!.toString(16).toUpperCase().padStart(2, '0');
    return found(`the byte 0x${value}`, `byte ${this.before - known.length + bad}`);
  }
}

/** How many of these bytes, which are no text, are text: by halving. */
function lengthOfText(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
