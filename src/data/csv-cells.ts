/**
 * The columns of a CSV file while it is read. A column is of numbers until a cell is none; then it is of texts, as they
 * stand in the file.
 *
 * It refuses infinity, which no scaling survives, and a cell that is no number where numbers are demanded.
 */
import { quoted } from '../core/run-checks.js';
import { NumberBuilder, TextBuilder } from './column-builders.js';
import { DataError } from './data-error.js';
import type { RawColumn } from './raw-table.js';

/** What the cells of a column are. */
export type ColumnKind = 'number' | 'text';

/** Counts as infinite, and as a number: a text column may still have it as a word. */
const INFINITE = /^[+-]?inf(inity)?$/i;

const SPACE = 32;
const DIGIT_ZERO = 48;

const LARGEST_FLOAT32 = 2 ** 128 - 2 ** 103;

/** The number that a cell holds, ±Infinity included; undefined where it holds none. Spaces around it do not matter. */
export function numberIn(cell: string): number | undefined {
  const value = Number(cell);
  if (Number.isNaN(value)) return INFINITE.test(cell.trim()) ? Infinity : undefined;
  // JavaScript takes hexadecimals and nothing at all for numbers; files do not mean that.
  if (value === 0 || value >= 1) {
    const text = cell.trim();
    if (text === '' || (text.charCodeAt(0) === DIGIT_ZERO && /^0[xob]/i.test(text))) return undefined;
  }
  return value;
}

/** Whether a cell is one of these, with spaces around it or without. Most cells are told from them by how they start. */
export function missingTest(missing: readonly string[]): (cell: string) => boolean {
  const all = new Set(missing.map((cell) => cell.trim()));
  const starts = new Uint8Array(128).fill(1, 0, SPACE + 1);
  for (const cell of all) starts[cell.charCodeAt(0)] = 1;
  const hasEmpty = all.has('');
  return (cell) => {
    if (cell === '') return hasEmpty;
    const code = cell.charCodeAt(0);
    return (code >= starts.length || starts[code] === 1) && all.has(cell.trim());
  };
}

/** One column while it grows. */
export class CsvColumn {
  /** Undefined until a cell decides; a column of missing values alone becomes one of numbers. */
  kind: ColumnKind | undefined;
  /** Whether an earlier cell was kept as a number and this column turned out to be of texts: it must be read again. */
  isLost = false;
  private rows = 0;
  private isKept = true;
  private isFloat32 = false;
  private infinite: { readonly place: string; readonly cell: string } | undefined;
  private numbers: NumberBuilder | undefined;
  private texts: TextBuilder | undefined;

  /** @param demanded what the caller says it is; `found`, what an earlier reading found */
  constructor(
    private readonly source: string,
    readonly name: string,
    private readonly demanded: ColumnKind | undefined,
    found: ColumnKind | undefined,
    private readonly isMissing: (cell: string) => boolean,
  ) {
    this.kind = demanded ?? found;
  }

  /** The first rows, which are looked at as a whole before any is kept. */
  decide(rows: readonly (readonly string[])[], column: number): void {
    if (this.kind) return;
    const isText = rows.some((row) => !this.isMissing(row[column]!) && numberIn(row[column]!) === undefined);
    if (isText) this.kind = 'text';
  }

  /** Keeps no values from here on, only what the column is: the file will be read again. */
  forget(): void {
    this.isKept = false;
    this.numbers = undefined;
    this.texts = undefined;
  }

  /** @param lineOf the line of the cell, asked for where there is something to say about it */
  add(cell: string, lineOf: () => number): void {
    this.rows++;
    const isText = this.kind === 'text';
    if (isText && !this.isKept) return;
    if (this.isMissing(cell)) {
      if (!this.isKept) return;
      if (isText) this.textColumn().addMissing();
      else this.numberColumn().add(NaN);
    } else if (isText) {
      this.textColumn().add(cell);
    } else {
      this.addNumber(cell, lineOf);
    }
  }

  useFloat32(): void {
    this.isFloat32 = true;
    if (this.numbers?.useFloat32() === false) throw this.tooLarge('', 'a number');
  }

  done(): RawColumn {
    if (this.kind === 'text') return this.textColumn().done(this.name);
    if (this.infinite) throw this.infinity(this.infinite.place, this.infinite.cell);
    return this.numberColumn().done(this.name);
  }

  private addNumber(cell: string, lineOf: () => number): void {
    const value = numberIn(cell);
    if (value === undefined) {
      if (this.demanded === 'number') throw new DataError(this.source, this.placeOf(lineOf), quoted(cell), 'a number');
      this.becomeText(cell);
      return;
    }
    if (Math.abs(value) === Infinity) {
      if (this.demanded === 'number') throw this.infinity(this.placeOf(lineOf), cell);
      // Whether it is one too many is known when the column is: texts may have it as a word.
      this.infinite ??= { place: this.placeOf(lineOf), cell };
    } else if (this.isFloat32 && Math.abs(value) > LARGEST_FLOAT32) {
      throw this.tooLarge(this.placeOf(lineOf), quoted(cell));
    }
    this.kind = 'number';
    if (this.isKept) this.numberColumn().add(value);
  }

  private placeOf(lineOf: () => number): string {
    return `line ${lineOf()}, column ${quoted(this.name)}`;
  }

  /** How numbers were written is not kept, so the texts of those before must be read again. */
  private becomeText(cell: string): void {
    const hadNumbers = this.kind === 'number';
    this.kind = 'text';
    this.numbers = undefined;
    if (hadNumbers) this.isLost = true;
    if (this.isLost || !this.isKept) {
      this.forget();
      return;
    }
    for (let row = 1; row < this.rows; row++) this.textColumn().addMissing();
    this.textColumn().add(cell);
  }

  private infinity(place: string, cell: string): DataError {
    return new DataError(this.source, place, quoted(cell), 'a number that is not infinite');
  }

  private tooLarge(place: string, found: string): DataError {
    const where = place || `column ${quoted(this.name)}`;
    return new DataError(this.source, where, `${found} above 3.4e38`, 'numbers that float32 can hold');
  }

  private numberColumn(): NumberBuilder {
    if (!this.numbers) {
      this.numbers = new NumberBuilder(this.source);
      if (this.isFloat32) this.numbers.useFloat32();
    }
    return this.numbers;
  }

  private textColumn(): TextBuilder {
    return (this.texts ??= new TextBuilder(this.source));
  }
}
