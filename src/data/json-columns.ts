/**
 * A column of a JSON file while it grows: its first value says whether it is of numbers, of texts, or a block of numbers
 * and of what shape; the others must be the same.
 */
import { quoted } from '../core/run-checks.js';
import { NumberBuilder, TextBuilder } from './column-builders.js';
import { DataError } from './data-error.js';
import type { RawColumn } from './raw-table.js';

/** Deeper lists are no rows. */
const MOST_DIMENSIONS = 8;

/** Missing values above which a table must have one value in so many. */
const MANY_HOLES = 2 ** 22;
const HOLES_A_VALUE = 16;

/**
 * Values of a table, and missing ones, which no byte of the file stands for: a small file could make any number of them.
 */
export class Tally {
  private values = 0;
  private holes = 0;

  constructor(private readonly source: string) {}

  addValues(count: number): void {
    this.values += count;
  }

  /** @throws DataError if there are many more holes than values */
  addHoles(count: number): void {
    this.holes += count;
    if (this.holes <= MANY_HOLES || this.holes <= HOLES_A_VALUE * this.values) return;
    const found = `more than ${MANY_HOLES} missing values, and few others`;
    throw new DataError(this.source, '', found, `a value for ${HOLES_A_VALUE} missing ones`);
  }
}

export class JsonColumn {
  rows = 0;
  private numbers: NumberBuilder | undefined;
  private texts: TextBuilder | undefined;
  /** Of the lists in its cells; undefined until a value comes, empty for single values. */
  private shape: readonly number[] | undefined;
  private width = 1;

  /** @param placeOf the path of a row's cell */
  constructor(
    private readonly source: string,
    readonly name: string,
    private readonly tally: Tally,
    private readonly placeOf: (row: number) => string,
  ) {
    if (name === '') throw new DataError(source, '', 'a column without a name', 'a name for each column');
  }

  add(cell: unknown, row: number): void {
    if (cell === null || cell === undefined) return this.fillTo(row + 1);
    const shape = shapeOf(cell);
    if (!this.shape) {
      if (shape.length > MOST_DIMENSIONS || shape.includes(0)) {
        throw this.refusal(row, shape.includes(0) ? 'an empty list' : 'lists within lists', 'numbers or texts');
      }
      this.shape = shape;
      this.width = shape.reduce((product, size) => product * size, 1);
      if (typeof cell === 'string') this.texts = new TextBuilder(this.source);
      else this.numbers = new NumberBuilder(this.source);
      this.rows = 0;
    }
    this.fillTo(row);
    this.rows = row + 1;
    this.tally.addValues(this.width);
    if (this.texts) {
      if (typeof cell !== 'string') throw this.refusal(row, word(cell), 'a text, as in the rows before');
      this.texts.add(cell);
    } else {
      this.addNumbers(cell, 0, row);
    }
  }

  /** Missing values up to a row. */
  fillTo(rows: number): void {
    if (this.shape && rows > this.rows) {
      this.tally.addHoles((rows - this.rows) * this.width);
      for (let row = this.rows; row < rows; row++) {
        if (this.texts) this.texts.addMissing();
        for (let i = 0; this.numbers && i < this.width; i++) this.numbers.add(NaN);
      }
    }
    this.rows = rows;
  }

  done(): RawColumn {
    if (this.texts) return this.texts.done(this.name);
    const { rows } = this;
    // Where no value came, the column is one of missing numbers.
    if (!this.shape) {
      this.shape = [];
      this.numbers = new NumberBuilder(this.source);
      this.rows = 0;
      this.fillTo(rows);
    }
    const shape = this.shape.length > 1 ? { shape: this.shape } : {};
    return { ...this.numbers!.done(this.name), width: this.width, ...shape };
  }

  private addNumbers(cell: unknown, depth: number, row: number): void {
    const size = this.shape![depth];
    if (size !== undefined) {
      if (!Array.isArray(cell) || cell.length !== size) {
        throw this.refusal(row, Array.isArray(cell) ? `a list of ${cell.length}` : word(cell), `a list of ${size}`);
      }
      for (const inner of cell) this.addNumbers(inner, depth + 1, row);
    } else if (typeof cell === 'boolean') {
      this.numbers!.add(Number(cell));
    } else if (cell === null) {
      this.numbers!.add(NaN);
    } else if (typeof cell !== 'number') {
      throw this.refusal(row, word(cell), 'a number, as in the rows before');
    } else if (!Number.isFinite(cell)) {
      throw this.refusal(row, 'a number beyond 1.8e308', 'one that is not infinite');
    } else {
      this.numbers!.add(cell);
    }
  }

  private refusal(row: number, found: string, expected: string): DataError {
    return new DataError(this.source, this.placeOf(row), found, expected);
  }
}

/** By the first value of each list. */
function shapeOf(cell: unknown): number[] {
  const shape: number[] = [];
  for (let inner = cell; Array.isArray(inner) && shape.length <= MOST_DIMENSIONS; inner = inner[0]) {
    shape.push(inner.length);
  }
  return shape;
}

function word(cell: unknown): string {
  if (typeof cell === 'string') return quoted(cell);
  if (Array.isArray(cell)) return 'a list';
  return typeof cell === 'object' && cell !== null ? 'an object' : String(cell);
}
