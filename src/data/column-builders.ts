/**
 * Columns that grow while a file is read: numbers in one typed array, texts as an index into the different ones.
 * Memory follows the rows that came.
 */
import { DataError } from './data-error.js';
import type { NumberColumns, TextColumn } from './raw-table.js';
import { allocate } from './read-bytes.js';

/** A Map holds no more in the engines there are. */
const MOST_TEXTS = 2 ** 24 - 1;

/** Characters of the different texts of a column together: beyond that they are documents and no categories. */
const MOST_CHARACTERS = 2 ** 28;

const FIRST_LENGTH = 16;

/** One column of numbers. */
export class NumberBuilder {
  /** Values so far, the missing ones among them. */
  length = 0;
  missing = 0;
  private values: Float64Array | Float32Array = new Float64Array(FIRST_LENGTH);

  /** @param source the file, for sentences */
  constructor(private readonly source: string) {}

  /** NaN is a missing value. */
  add(value: number): void {
    if (this.length === this.values.length) this.values = this.resized(2 * this.length);
    this.values[this.length++] = value;
    if (Number.isNaN(value)) this.missing++;
  }

  /**
   * Half the memory for what came and what comes, at 24 bits a number.
   *
   * @returns whether all numbers so far are small enough for that
   */
  useFloat32(): boolean {
    const before = this.values;
    if (before instanceof Float32Array) return true;
    this.values = Float32Array.from(before);
    return this.values.every((value, i) => Number.isFinite(value) || !Number.isFinite(before[i]));
  }

  done(name: string): NumberColumns {
    const values = this.values.length === this.length ? this.values : this.resized(this.length);
    return { kind: 'numbers', name, width: 1, values, missing: this.missing };
  }

  private resized(length: number): Float64Array | Float32Array {
    const Type = this.values instanceof Float32Array ? Float32Array : Float64Array;
    const resized = allocate<Float64Array | Float32Array>(Type, length, this.source);
    resized.set(this.values.subarray(0, this.length));
    return resized;
  }
}

/** One column of texts. */
export class TextBuilder {
  private readonly known = new Map<string, number>();
  private readonly categories: string[] = [];
  private codes = new Int32Array(FIRST_LENGTH);
  private length = 0;
  private missing = 0;
  private characters = 0;

  constructor(private readonly source: string) {}

  add(text: string): void {
    this.push(this.known.get(text) ?? this.codeOfNew(text));
  }

  addMissing(): void {
    this.push(-1);
    this.missing++;
  }

  done(name: string): TextColumn {
    const { categories, missing } = this;
    return { kind: 'text', name, categories, codes: this.codes.slice(0, this.length), missing };
  }

  private codeOfNew(text: string): number {
    if (this.categories.length === MOST_TEXTS) {
      throw new DataError(this.source, '', `more than ${MOST_TEXTS} different texts in a column`, 'fewer of them');
    }
    this.characters += text.length;
    if (this.characters > MOST_CHARACTERS) {
      const found = `more than ${MOST_CHARACTERS} characters of different texts in a column`;
      throw new DataError(this.source, '', found, 'shorter or fewer texts');
    }
    // A text cut out of a larger one would keep all of that in memory.
    const own = JSON.parse(JSON.stringify(text)) as string;
    const code = this.categories.push(own) - 1;
    this.known.set(own, code);
    return code;
  }

  private push(code: number): void {
    if (this.length === this.codes.length) {
      const grown = allocate(Int32Array, 2 * this.length, this.source);
      grown.set(this.codes);
      this.codes = grown;
    }
    this.codes[this.length++] = code;
  }
}
