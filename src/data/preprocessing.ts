/**
 * What was fitted on the training rows, as plain data: how each column becomes inputs of the model, and what its outputs mean. It
 * is stored with the model and applied again to whatever it predicts (apply.ts, targets.ts). Here is its shape, and the
 * check of one that comes out of a file.
 */
import * as v from 'valibot';
import { describe, quoted } from '../core/run-checks.js';
import { DataError } from './data-error.js';

/** A column of numbers, or several that belong together: input = (value − shift) / scale. */
export interface NumberInput {
  readonly kind: 'numbers';
  readonly name: string;
  /** Columns, and inputs. */
  readonly width: number;
  /** What a row is, where it is a picture: [rows, columns] or [rows, columns, 3]. */
  readonly shape?: readonly number[] | undefined;
  /** One for all columns, or one for each. */
  readonly shift: number | readonly number[];
  /** Never 0. */
  readonly scale: number | readonly number[];
  /** What stands in for a missing value, one for each column; without it a missing value is refused. */
  readonly fill?: readonly number[] | undefined;
}

/** A column of texts: an input for each category, 1 where the row has it and 0 elsewhere. */
export interface CategoryInput {
  readonly kind: 'categories';
  readonly name: string;
  readonly categories: readonly string[];
  /** The category that stands in for a missing value; without it a missing value is refused. */
  readonly fill?: string | undefined;
  /** What becomes of a text that is no category: an error, or zeros. */
  readonly unknown: 'refuse' | 'zeros';
}

/** How a column becomes inputs. */
export type InputEncoding = NumberInput | CategoryInput;

/** Targets that are classes. */
export interface ClassTarget {
  readonly kind: 'classes';
  readonly name: string;
  /** The classes in the order of their numbers. */
  readonly classes: readonly string[];
  /** Class numbers for the sparse loss, a column for each class, or one column of 0 and 1. */
  readonly encoding: 'number' | 'oneHot' | 'binary';
  /** Columns of one-hot targets: the model's outputs. */
  readonly outputs: number;
}

/** Targets that are numbers: target = (value − shift) / scale. */
export interface NumberTarget {
  readonly kind: 'numbers';
  /** Of the columns; of a block of several, `name 0`, `name 1`, … */
  readonly names: readonly string[];
  readonly columns: readonly { readonly name: string; readonly width: number }[];
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/** What the outputs of the model mean. */
export type TargetEncoding = ClassTarget | NumberTarget;

/** What was fitted on the training rows: how columns become inputs, and what outputs mean. Plain data, for a file. */
export interface Preprocessing {
  readonly inputs: readonly InputEncoding[];
  readonly target: TargetEncoding;
  /** Columns of the table that it was fitted on, where they had no names but column1, column2, …; then places count. */
  readonly nameless?: number | undefined;
}

/** What the model must have, for a preprocessing to be its own. */
export interface ModelSizes {
  readonly inputs?: number | undefined;
  readonly outputs?: number | undefined;
}

/** Inputs of the model that a column becomes. */
export function widthOf(input: InputEncoding): number {
  return input.kind === 'numbers' ? input.width : input.categories.length;
}

/** Wider is no table that a network here takes. */
const MOST_WIDTH = 2 ** 24;

const number = v.pipe(v.number('a number'), v.finite('a finite number'));
const divisor = v.pipe(number, v.notValue(0, 'a number other than 0'));
const name = v.string('a text');
const someNames = v.pipe(v.array(name, 'a list of texts'), v.minLength(1, 'at least one text'));
const names = v.pipe(someNames, distinct());
const width = v.pipe(
  v.number('a width'),
  v.integer('a whole number'),
  v.minValue(1, 'at least 1'),
  v.maxValue(MOST_WIDTH, `at most ${MOST_WIDTH}`),
);

const numberInput = v.pipe(
  v.strictObject({
    kind: v.literal('numbers'),
    name,
    width,
    shape: v.optional(v.pipe(v.array(width, 'a list of sizes'), v.minLength(1, 'at least one size'))),
    shift: v.union([number, v.array(number)], 'a number, or one for each column'),
    scale: v.union([divisor, v.array(divisor)], 'a number other than 0, or one for each column'),
    fill: v.optional(v.array(number, 'a list of numbers')),
  }),
  v.check(({ width, shape, shift, scale, fill }) => {
    const fits = (list: unknown) => !Array.isArray(list) || list.length === width;
    return fits(shift) && fits(scale) && fits(fill) && (!shape || shape.reduce((a, b) => a * b, 1) === width);
  }, 'lists as long as the column is wide'),
);

const categoryInput = v.pipe(
  v.strictObject({
    kind: v.literal('categories'),
    name,
    categories: names,
    fill: v.optional(name),
    unknown: v.picklist(['refuse', 'zeros'], '"refuse" or "zeros"'),
  }),
  v.check(({ categories, fill }) => fill === undefined || categories.includes(fill), 'one of its categories as fill'),
);

const classTarget = v.pipe(
  v.strictObject({
    kind: v.literal('classes'),
    name,
    classes: names,
    encoding: v.picklist(['number', 'oneHot', 'binary'], '"number", "oneHot" or "binary"'),
    outputs: width,
  }),
  v.check(({ classes, encoding, outputs }) => {
    return encoding === 'binary' ? classes.length === 2 && outputs === 1 : classes.length === outputs;
  }, 'as many outputs as classes, or one for two'),
);

const numberTarget = v.pipe(
  v.strictObject({
    kind: v.literal('numbers'),
    names: someNames,
    columns: v.pipe(
      v.array(v.strictObject({ name, width }), 'a list of columns'),
      v.minLength(1, 'at least one column'),
    ),
    shift: v.array(number, 'a list of numbers'),
    scale: v.array(divisor, 'a list of numbers'),
  }),
  v.check(({ names, columns, shift, scale }) => {
    const total = columns.reduce((sum, column) => sum + column.width, 0);
    return [names, shift, scale].every(({ length }) => length === total);
  }, 'lists as long as the targets are wide'),
);

const schema = v.strictObject({
  inputs: v.pipe(
    v.array(v.variant('kind', [numberInput, categoryInput], 'an encoding of a column'), 'a list of encodings'),
    v.minLength(1, 'at least one column'),
    v.check(
      (inputs) => new Set(inputs.map((input) => input.name)).size === inputs.length,
      'columns of different names',
    ),
  ),
  target: v.variant('kind', [classTarget, numberTarget], 'an encoding of the targets'),
  nameless: v.optional(width),
});

function distinct() {
  return v.check<string[], string>((list) => new Set(list).size === list.length, 'texts that differ');
}

/**
 * @param value what the file says
 * @param file its name, for the sentence
 * @param sizes what the model beside it has
 * @throws DataError if it is no preprocessing, or does not fit itself or the model
 */
export function parsePreprocessing(value: unknown, file: string, sizes: ModelSizes = {}): Preprocessing {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    const issue = result.issues[0];
    const path = v.getDotPath(issue);
    const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
    const place = `preprocessing${path ? `.${path.slice(0, 80)}` : ''}`;
    throw new DataError(
      file,
      place,
      isUnknown ? 'an unknown field' : describe(issue.input),
      isUnknown ? 'none of that name' : issue.message.startsWith('Invalid') ? 'another value' : issue.message,
    );
  }
  const { inputs, target, nameless } = result.output;
  const place = (encoding: { readonly name: string }) =>
    Number(/^column([1-9]\d*)$/.exec(encoding.name)?.[1] ?? Infinity);
  const targets = target.kind === 'classes' ? [target] : target.columns;
  const stray = nameless === undefined ? undefined : [...inputs, ...targets].find((one) => place(one) > nameless);
  if (stray) {
    throw new DataError(file, 'preprocessing', `the column ${quoted(stray.name)}`, `column1 to column${nameless}`);
  }
  check(
    file,
    'inputs',
    inputs.reduce((sum, input) => sum + widthOf(input), 0),
    sizes.inputs,
  );
  check(file, 'outputs', target.kind === 'classes' ? target.outputs : target.names.length, sizes.outputs);
  return result.output;
}

function check(file: string, what: keyof ModelSizes, found: number, expected: number | undefined): void {
  if (expected === undefined || found === expected) return;
  throw new DataError(file, 'preprocessing', `${found} ${what}`, `${expected}, those of the model`);
}
