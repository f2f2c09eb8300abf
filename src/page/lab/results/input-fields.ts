/**
 * Inputs as a person sets them: fields with names and ranges of the data, values in the data's own units, and the way from them to
 * what the network sees, which is that of files (data/apply.ts).
 */
import type { Table } from '../../../core/examples.js';
import { matrix } from '../../../core/matrix.js';
import { allRows, encodeInputs } from '../../../data/apply.js';
import { type InputEncoding, type NumberInput, widthOf } from '../../../data/preprocessing.js';
import type { RawColumn } from '../../../data/raw-table.js';
import type { InputField, InputValue } from './subject.js';
import type { UsedModel } from './used-model.js';

/** More numbers than these nobody sets by hand. */
const MOST_FIELDS = 64;
/** Rows that ranges are taken from, at most. */
const MOST_ROWS = 100_000;

export type Described = Pick<UsedModel, 'inputs' | 'preprocessing' | 'parts' | 'exampleRows'>;

/** The fields of a network's inputs, in the order of its encodings. */
export function inputFields(model: Described): InputField[] {
  const ranges = rangesOf(model);
  return placed(model).flatMap(({ encoding, first }) => {
    if (encoding.kind === 'categories') {
      const { name, categories } = encoding;
      return [{ kind: 'category', name, categories, start: mostSeen(model, first, categories) }];
    }
    const { name, width, shape } = encoding;
    if (shape && shape.length >= 2) {
      const [height, width, channels = 1] = shape as [number, number, number?];
      return [{ kind: 'picture', name, height, width, channels, max: brightest(model, encoding, first) }];
    }
    if (width > MOST_FIELDS || model.inputs > MOST_FIELDS) return [{ kind: 'block', name, width }];
    return Array.from({ length: width }, (_, c): InputField => {
      const values = ranges[first + c]!;
      return { kind: 'number', name: width === 1 ? name : `${name} ${c}`, ...values };
    });
  });
}

interface Placed {
  readonly encoding: InputEncoding;
  /** Its first column among the inputs. */
  readonly first: number;
}

/** Without a preprocessing inputs are numbers as they are, x1, x2, … */
function placed({ preprocessing, inputs }: Pick<Described, 'preprocessing' | 'inputs'>): Placed[] {
  const encodings: readonly InputEncoding[] =
    preprocessing?.inputs ??
    (inputs > MOST_FIELDS
      ? [{ kind: 'numbers', name: 'x', width: inputs, shift: 0, scale: 1 }]
      : Array.from({ length: inputs }, (_, i) => ({
          kind: 'numbers' as const,
          name: `x${i + 1}`,
          width: 1,
          shift: 0,
          scale: 1,
        })));
  let next = 0;
  return encodings.map((encoding) => {
    const first = next;
    next += widthOf(encoding);
    return { encoding, first };
  });
}

type Range = Pick<Extract<InputField, { kind: 'number' }>, 'min' | 'max' | 'step' | 'start'>;

/** Of each input that is a number: what the rows to train on have, in the data's units. */
function rangesOf(model: Described): (Range | undefined)[] {
  if (model.inputs > MOST_FIELDS) return [];
  const rows = rowsOf(model);
  const found: (Range | undefined)[] = [];
  for (const { encoding, first } of placed(model)) {
    for (let c = 0; c < widthOf(encoding); c++) {
      found[first + c] =
        encoding.kind === 'numbers'
          ? rangeOf(rows ? decoded(rows, encoding, first, c) : guessed(encoding, c))
          : undefined;
    }
  }
  return found;
}

function rowsOf({ parts, exampleRows, inputs }: Described): Table | undefined {
  if (parts.train) return parts.train.x;
  if (!exampleRows || exampleRows.length === 0) return undefined;
  return { rows: exampleRows.length, columns: inputs, values: exampleRows.flat() };
}

/** A column of some rows in the data's units. */
function decoded(rows: Table, encoding: NumberInput, first: number, c: number): number[] {
  const count = Math.min(rows.rows, MOST_ROWS);
  return Array.from({ length: count }, (_, r) => unscaled(rows, encoding, r, first, c));
}

/** Where nothing is known but the scale: two deviations on either side, or the whole range. */
function guessed({ shift, scale }: NumberInput, c: number): number[] {
  const [from, by] = [at(shift, c), at(scale, c)];
  return [from - 2 * by, from + 2 * by];
}

function at(value: number | readonly number[], c: number): number {
  return typeof value === 'number' ? value : value[c]!;
}

/** A round step, some two hundred of them across, and whole numbers where the data has no others. */
export function rangeOf(values: readonly number[]): Range {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let areWhole = true;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    areWhole &&= Number.isInteger(value);
  }
  if (!(max > min)) {
    const middle = Number.isFinite(min) ? min : 0;
    return rangeOf([middle - 1, middle + 1]);
  }
  const step = areWhole && values.length > 2 ? 1 : roundStep((max - min) / 200);
  const grid = (value: number, round: (value: number) => number) => tidy(round(tidy(value / step, 12)) * step, 12);
  return {
    min: grid(min, Math.floor),
    max: grid(max, Math.ceil),
    step,
    start: grid(sum / values.length, Math.round),
  };
}

/** 1, 2 or 5 times a power of ten, not above the value. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [5, 2, 1].find((one) => one * power <= value * (1 + 1e-9)) ?? 1;
  return tidy(digit * power, 12);
}

/** As the file has it: what shift and scale and their inverse left in the last digits is none of the data's. */
function tidy(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

function unscaled({ values, columns }: Table, { shift, scale }: NumberInput, row: number, first: number, c: number) {
  const value = values[row * columns + first + c]! * at(scale, c) + at(shift, c);
  return tidy(value, values instanceof Float32Array ? 6 : 12);
}

/** The largest value of a picture's pixels in some rows; what a byte has where there are none. */
function brightest(model: Described, encoding: NumberInput, first: number): number {
  const rows = rowsOf(model);
  if (!rows) return 255;
  let most = 0;
  for (let r = 0; r < Math.min(rows.rows, 200); r++) {
    for (let c = 0; c < encoding.width; c++) most = Math.max(most, unscaled(rows, encoding, r, first, c));
  }
  return most || 255;
}

function mostSeen({ parts }: Described, first: number, categories: readonly string[]): string {
  const rows = parts.train?.x;
  if (!rows) return categories[0]!;
  const counts = categories.map((_, c) => {
    let count = 0;
    for (let r = 0; r < Math.min(rows.rows, MOST_ROWS); r++) count += rows.values[r * rows.columns + first + c]!;
    return count;
  });
  return categories[counts.indexOf(Math.max(...counts))]!;
}

/** What makes a row of encoded inputs values of the fields. */
export function rowDecoder(model: Described): (rows: Table, row: number) => InputValue[] {
  const fields = inputFields({ ...model, parts: {}, exampleRows: undefined });
  const places = placed(model);
  return (rows, row) => {
    let next = 0;
    return places.flatMap(({ encoding, first }): InputValue[] => {
      if (encoding.kind === 'categories') {
        next += 1;
        const found = encoding.categories.findIndex((_, c) => rows.values[row * rows.columns + first + c] === 1);
        // Zeros are a text that the training did not know.
        return [encoding.categories[found] ?? ''];
      }
      const numbers = Float64Array.from({ length: encoding.width }, (_, c) => unscaled(rows, encoding, row, first, c));
      const isWhole = fields[next]!.kind !== 'number';
      next += isWhole ? 1 : encoding.width;
      return isWhole ? [numbers] : Array.from(numbers);
    });
  };
}

/**
 * What the network sees of these values: x (1, inputs), encoded as a row of a file is.
 * @throws DataError for what a file would be refused for
 */
export function encodedRow(
  model: Pick<Described, 'inputs' | 'preprocessing' | 'parts'>,
  values: readonly InputValue[],
): Table {
  const numbers = values.flatMap((value) =>
    typeof value === 'string' ? [] : typeof value === 'number' ? [value] : [...value],
  );
  const { preprocessing, inputs } = model;
  if (!preprocessing) return matrix(1, inputs, Float64Array.from(numbers));
  let next = 0;
  let given = 0;
  const columns = preprocessing.inputs.map((encoding): RawColumn => {
    if (encoding.kind === 'categories') {
      given += 1;
      const text = values[given - 1] as string;
      return { kind: 'text', name: encoding.name, categories: [text], codes: Int32Array.of(0), missing: 0 };
    }
    const { name, width, shape } = encoding;
    const own = Float64Array.from(numbers.slice(next, next + width));
    next += width;
    given += typeof values[given] === 'number' ? width : 1;
    return { kind: 'numbers', name, width, shape, values: own, missing: own.filter(Number.isNaN).length };
  });
  const encoded = encodeInputs(preprocessing.inputs, columns, 'the fields', allRows(1));
  // Rows of pictures and of large tables are float32, and the same row is to give the same answer.
  const isRounded = model.parts.train?.x.values instanceof Float32Array;
  return isRounded ? { ...encoded, values: Float32Array.from(encoded.values) } : encoded;
}
