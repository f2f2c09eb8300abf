/** Twins of activations and dropout as operations of their own. */
import { type Matrix, matrix } from '../../core/matrix.js';
import { isKept } from '../../core/random.js';
import type { Pass } from '../../passes/pass.js';
import { activations, softmax, softmaxGradient } from '../../reference/activation.js';
import { dropout } from '../../reference/dropout.js';
import { slopeBound, valueBound } from '../activation-bounds.js';
import { type Approximate, divide, exact, exponential, multiply, rounded, subtract, total } from '../running-error.js';
import { activationOf, type Before, type Expected, type Twin, uniform, within } from './twin.js';

export const elementwiseTwins = {
  activation_forward(pass, { x }) {
    const activation = activationOf(pass);
    const want = x!.map(activations[activation].value);
    return { y: { want, bound: want.map((y, i) => valueBound(activation, x![i]!, y)) } };
  },

  activation_gradient(pass, { source, gradient }) {
    const activation = activationOf(pass);
    const slopes = source!.map(activations[activation].slope);
    const want = gradient!.map((value, i) => value * slopes[i]!);
    return {
      gradient: within(want, (i) => {
        const slope = { value: slopes[i]!, error: slopeBound(activation, source![i]!, slopes[i]!) };
        return multiply(exact(gradient![i]!), slope);
      }),
    };
  },

  softmax_forward(pass, { x }) {
    const z = rowsOf(pass, x!);
    const steps = rows(z).flatMap(softmaxSteps);
    return { y: within(softmax(z).values, (i) => steps[i]!) };
  },

  softmax_gradient(pass, { y, gradient }) {
    const outputs = rowsOf(pass, y!);
    const dy = rowsOf(pass, gradient!);
    const ys = rows(outputs);
    const steps = rows(dy).flatMap((row, r) => {
      const products = row.map((value, c) => multiply(value, ys[r]![c]!));
      const sum = total(products, row.length);
      return row.map((value, c) => multiply(ys[r]![c]!, subtract(value, sum)));
    });
    return { gradient: within(softmaxGradient(outputs, dy).values, (i) => steps[i]!) };
  },

  dropout_forward(pass, before) {
    return { y: dropped(pass, before, before['x']!) };
  },

  dropout_gradient(pass, before) {
    return { gradient: dropped(pass, before, before['gradient']!) };
  },
} satisfies Record<string, Twin>;

/** Which elements are kept must be right to the bit; the others are scaled, by a constant that is rounded. */
function dropped(pass: Pass, { counters }: Before, values: Float64Array): Expected {
  const [seed, layer, threshold] = [uniform(pass, 'seed'), uniform(pass, 'layer'), uniform(pass, 'threshold')];
  const rate = 1 - 1 / uniform(pass, 'scale');
  const keep = (element: number) => isKept(seed, layer, counters![0]!, element, threshold);
  const want = dropout(matrix(1, values.length, values), rate, keep).values;
  const scale = rounded(uniform(pass, 'scale'));
  return within(want, (i) => (want[i] === 0 && values[i] !== 0 ? exact(0) : multiply(exact(values[i]!), scale)));
}

function rowsOf(pass: Pass, values: Float64Array): Matrix {
  return matrix(uniform(pass, 'rows'), uniform(pass, 'columns'), values);
}

/** The rows of a matrix that the GPU has, number by number. */
export function rows({ rows, columns, values }: Matrix): Approximate[][] {
  return Array.from({ length: rows }, (_, r) =>
    Array.from(values.subarray(r * columns, (r + 1) * columns), (value) => exact(value)),
  );
}

/** Exponentials of the distances to the row's largest, and their sum: the terms are added one after the other. */
export function exponentialsOf(row: readonly Approximate[]): { terms: Approximate[]; sum: Approximate } {
  const largest = exact(row.reduce((most, { value }) => Math.max(most, value), -Infinity));
  const terms = row.map((z) => exponential(subtract(z, largest)));
  return { terms, sum: total(terms, row.length) };
}

function softmaxSteps(row: readonly Approximate[]): Approximate[] {
  const { terms, sum } = exponentialsOf(row);
  return terms.map((term) => divide(term, sum));
}
