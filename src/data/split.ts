/**
 * Which rows a model is trained on, validated with and tested with: drawn from a seed, each class in its share where
 * there are classes. Every row is in one part. The rows of a part stay in the order of the file.
 */
import { numpyRandom } from '../core/random.js';
import { RunError } from '../core/run-error.js';
import { counted } from '../core/text.js';

export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

export interface SplitOptions {
  /** Shares from 0 to below 1; of n rows, round(n · share). */
  readonly validationSplit: number;
  readonly testSplit: number;
  /** False takes the last rows: of the file for the test, and before them for the validation. */
  readonly shuffle: boolean;
  readonly seed: number;
  /** The class of each row, where each part is to have its share of each class. */
  readonly classes?: ArrayLike<number> | undefined;
}

/** @throws RunError for a share that leaves a part without rows */
export function splitRows(rows: number, options: SplitOptions): Split {
  const { validationSplit, testSplit, shuffle, seed, classes } = options;
  const test = countOf('data.testSplit', testSplit, rows);
  const validation = countOf('data.validationSplit', validationSplit, rows);
  if (test + validation >= rows) {
    const field = validationSplit > 0 ? 'data.validationSplit' : 'data.testSplit';
    const taken = `${validationSplit > 0 ? validationSplit : testSplit}, which of ${counted(rows, 'row')} leaves none to train on`;
    throw new RunError(field, taken, 'shares that leave at least one row to train on');
  }
  const order = shuffle ? shuffled(rows, seed) : Int32Array.from({ length: rows }, (_, i) => rows - 1 - i);
  const [tested, rest] = take(order, test, shuffle ? classes : undefined);
  const [validated, trained] = take(rest, validation, shuffle ? classes : undefined);
  return { train: trained.sort(), validation: validated.sort(), test: tested.sort() };
}

function countOf(field: string, share: number, rows: number): number {
  const count = Math.round(rows * share);
  if (share === 0 || count > 0) return count;
  throw new RunError(field, `${share}, which is no row of ${rows}`, 'a larger share, or 0');
}

/** The first `count` of these rows, and the others; of each class its share, the largest remainders rounded up. */
function take(order: Int32Array, count: number, classes: ArrayLike<number> | undefined): [Int32Array, Int32Array] {
  if (!classes || count === 0) return [order.slice(0, count), order.slice(count)];
  const sizes = new Map<number, number>();
  for (const row of order) sizes.set(classes[row]!, (sizes.get(classes[row]!) ?? 0) + 1);
  const quotas = quotasOf(sizes, count, order.length);
  const taken: number[] = [];
  const left: number[] = [];
  for (const row of order) {
    const quota = quotas.get(classes[row]!)!;
    if (quota > 0) {
      quotas.set(classes[row]!, quota - 1);
      taken.push(row);
    } else left.push(row);
  }
  return [Int32Array.from(taken), Int32Array.from(left)];
}

function quotasOf(sizes: ReadonlyMap<number, number>, count: number, rows: number): Map<number, number> {
  const shares = [...sizes]
    .sort(([a], [b]) => a - b)
    .map(([label, size]) => {
      const exact = (size * count) / rows;
      return { label, size, quota: Math.floor(exact), remainder: exact - Math.floor(exact) };
    });
  const given = shares.reduce((sum, { quota }) => sum + quota, 0);
  // The last row of a class stays in training, as long as another class can give one in its place.
  const byRemainder = [...shares].sort((a, b) => b.remainder - a.remainder || a.label - b.label);
  const able = [
    ...byRemainder.filter(({ size, quota }) => quota + 1 < size),
    ...byRemainder.filter(({ size, quota }) => quota + 1 === size),
  ];
  for (const share of able.slice(0, count - given)) share.quota++;
  return new Map(shares.map(({ label, quota }) => [label, quota]));
}

/** The rows in an order drawn from a seed: Fisher and Yates, as Durstenfeld wrote it down (1964). */
function shuffled(rows: number, seed: number): Int32Array {
  const random = numpyRandom(seed);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
