/**
 * Reads CSV and its kin (comma, semicolon, tab) as they come: papaparse parses block after block, and what is kept is
 * typed arrays. A file is read a second time only where a column of numbers turns out, late, to be one of texts.
 *
 * It refuses what it would have to guess: rows of another length, columns without a name or with another's, quotes that
 * do not fit, infinity, files that are no text.
 */
import { quoted } from '../core/run-checks.js';
import { bytesText, counted } from '../core/text.js';
import { type Block, blocksOf, lineEnds, strict } from './csv-blocks.js';
import { type ColumnKind, CsvColumn, missingTest } from './csv-cells.js';
import { delimiterOf, isEmpty, kindOf, namesOf } from './csv-header.js';
import { type Parse, parser } from './csv-parser.js';
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';
import type { RawTable } from './raw-table.js';
import { MOST_BYTES, type ReadOptions } from './read-bytes.js';
import { textOf } from './read-text.js';
import { checkLimit } from './rows.js';

/** Cells that hold no value, unless the caller says otherwise. Spaces around them do not matter. */
export const MISSING_CELLS: readonly string[] = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?'];

/** Characters above which numbers are kept as float32. */
const FLOAT32_ABOVE = 64 * 1024 ** 2;

/** Bytes of all values. */
const MOST_TABLE = 2 * MOST_BYTES;

/** Options of `readCsv`. */
export interface CsvOptions extends ReadOptions {
  /** One character. Default: tab, semicolon or comma, whichever cuts the first rows into equally many cells. */
  readonly delimiter?: string | undefined;
  /** Whether the first row holds the names. Default: yes, unless all of its cells are numbers or missing. */
  readonly header?: boolean | undefined;
  /** Names for the columns, instead of those in the header. Default without a header: column1, column2, … */
  readonly columnNames?: readonly string[] | undefined;
  /** Cells that hold no value. Default: MISSING_CELLS. */
  readonly missing?: readonly string[] | undefined;
  /** Rows to read at most; what a column is then follows from these. Default: all. */
  readonly limit?: number | undefined;
  /** What columns are, by name. Default: numbers where every cell is one, else texts. */
  readonly types?: Readonly<Record<string, ColumnKind>> | undefined;
  /** How numbers are kept. Default: float64; float32 as soon as more than 64 MiB have been read, which `notes` say. */
  readonly precision?: 'float64' | 'float32' | undefined;
}

/** @throws DataError if the file cannot be read, or is no table */
export async function readCsv(file: DataFile, options: CsvOptions = {}): Promise<RawTable> {
  checkOptions(options);
  const first = await new Reading(file, options, undefined).run();
  if (!first.some((column) => column.isLost)) return first.table();
  const second = await new Reading(file, options, first.kinds()).run();
  if (second.some((column) => column.isLost)) {
    throw new DataError(file.name, '', 'other cells when it was read a second time', 'a file that does not change');
  }
  return second.table();
}

function checkOptions({ delimiter, limit }: CsvOptions): void {
  if (delimiter !== undefined && (delimiter.length !== 1 || /["\r\n\uFEFF]/.test(delimiter))) {
    throw new DataError('the delimiter of a CSV', '', quoted(delimiter), 'one character, not a quote or a line end');
  }
  checkLimit(limit);
}

/** One reading of a file from its start. */
class Reading {
  private readonly source: string;
  private readonly isMissing: (cell: string) => boolean;
  private readonly notes: string[] = [];
  private readonly most: number;
  private columns: CsvColumn[] | undefined;
  private delimiter: string | undefined;
  private rows = 0;
  private characters = 0;
  private isFloat32 = false;
  /** Lines without a cell; and those of them that may yet turn out to be missing values of a single column. */
  private emptyLines = 0;
  private openLines = 0;

  /** @param found what the columns are, from an earlier reading */
  constructor(
    private readonly file: DataFile,
    private readonly options: CsvOptions,
    private readonly found: readonly (ColumnKind | undefined)[] | undefined,
  ) {
    this.source = file.name;
    this.most = options.limit ?? Infinity;
    this.isMissing = missingTest(options.missing ?? MISSING_CELLS);
  }

  async run(): Promise<this> {
    const parse = await parser();
    for await (const block of blocksOf(this.source, textOf(this.file, this.options))) {
      this.characters += block.text.length;
      this.read(block, parse);
      if (this.rows >= this.most) break;
    }
    if (!this.columns) throw new DataError(this.source, '', 'an empty file', 'a row of names and rows of cells');
    if (this.rows === 0) throw new DataError(this.source, '', 'names of columns and no row', 'rows below them');
    return this;
  }

  some(test: (column: CsvColumn) => boolean): boolean {
    return this.columns!.some(test);
  }

  kinds(): readonly (ColumnKind | undefined)[] {
    return this.columns!.map((column) => column.kind);
  }

  table(): RawTable {
    const empty = this.emptyLines + this.openLines;
    if (empty > 0) this.notes.push(`${this.source}: ${counted(empty, 'empty line')} left out.`);
    if (this.isFloat32 && this.options.precision === undefined) {
      this.notes.push(`${this.source}: more than ${bytesText(FLOAT32_ABOVE)}, so its numbers are kept as float32.`);
    }
    const columns = this.columns!.map((column) => column.done());
    return { source: this.source, rows: this.rows, columns, notes: this.notes };
  }

  private read(block: Block, parse: Parse): void {
    this.delimiter ??= this.options.delimiter ?? delimiterOf(block.text, parse);
    const rows = parse(strict(this.source, block, this.delimiter), this.delimiter);
    let row = 0;
    // Asked for rows in order, so no row is looked at twice.
    const known = { row: 0, line: block.line };
    const lineOf = () => {
      for (; known.row < row; known.row++) known.line += linesOf(rows[known.row]!);
      return known.line;
    };
    if (!this.columns) {
      while (row < rows.length && isEmpty(rows[row]!)) row++;
      this.emptyLines += row;
      if (row === rows.length) return;
      const first = rows[row]!;
      const { names, isHeader, note } = namesOf(first, lineOf(), this.source, this.options, this.isMissing);
      if (note) this.notes.push(note);
      this.columns = names.map(
        (name, c) => new CsvColumn(this.source, name, kindOf(name, this.options), this.found?.[c], this.isMissing),
      );
      if (isHeader) row++;
      const decisive = rows.slice(row, row + this.most).filter((cells) => cells.length === first.length);
      this.columns.forEach((column, c) => column.decide(decisive, c));
    }
    this.narrow();
    for (; row < rows.length && this.rows < this.most; row++) this.add(rows[row]!, lineOf);
    this.checkSize();
    if (this.columns.some((column) => column.isLost)) this.columns.forEach((column) => column.forget());
  }

  private add(cells: readonly string[], lineOf: () => number): void {
    const columns = this.columns!;
    if (isEmpty(cells)) {
      // In a single column an empty line is a missing value, unless nothing comes below it.
      if (columns.length === 1) this.openLines++;
      else this.emptyLines++;
      return;
    }
    if (cells.length !== columns.length) {
      throw new DataError(
        this.source,
        `line ${lineOf()}`,
        `${counted(cells.length, 'cell')}`,
        `${columns.length}, as in the first line`,
      );
    }
    for (; this.openLines > 0 && this.rows < this.most; this.openLines--, this.rows++) columns[0]!.add('', lineOf);
    if (this.rows >= this.most) return;
    for (let c = 0; c < columns.length; c++) columns[c]!.add(cells[c]!, lineOf);
    this.rows++;
  }

  /** A packed file of no great size could go on for ever. */
  private checkSize(): void {
    const bytes = this.rows * this.columns!.length * (this.isFloat32 ? 4 : 8);
    if (bytes <= MOST_TABLE) return;
    const found = `more than ${this.rows} rows of ${this.columns!.length} columns`;
    throw new DataError(this.source, '', found, `no more than fit into ${bytesText(MOST_TABLE)}, or a limit`);
  }

  private narrow(): void {
    const { precision } = this.options;
    if (this.isFloat32 || !(precision ? precision === 'float32' : this.characters > FLOAT32_ABOVE)) return;
    this.isFloat32 = true;
    this.columns!.forEach((column) => column.useFloat32());
  }
}

function linesOf(cells: readonly string[]): number {
  return cells.reduce((lines, cell) => lines + lineEnds(cell), 1);
}
