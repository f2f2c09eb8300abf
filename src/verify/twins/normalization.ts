/** Twins of batch and layer normalization. */
import { type Matrix, matrix } from '../../core/matrix.js';
import type { Pass } from '../../passes/pass.js';
import {
  columnMoments,
  columnsInputGradient,
  normalizationWeightGradients,
  normalizeColumns,
  normalizedColumns,
  normalizedRows,
  normalizeRows,
  rowMoments,
  rowsInputGradient,
} from '../../reference/normalization.js';
import {
  add,
  type Approximate,
  divide,
  exact,
  multiply,
  reductionRoundings,
  rounded,
  squareRoot,
  subtract,
  total,
} from '../running-error.js';
import { constant, exactly, type Expected, isSet, type Twin, uniform, within } from './twin.js';

export const normalizationTwins = {
  column_moments: (pass, { x }) => ({ moments: momentsOf(pass, matrixOf(pass, x!), false) }),

  row_moments: (pass, { x }) => ({ moments: momentsOf(pass, matrixOf(pass, x!), true) }),

  normalize(pass, { x, moments, parameters }) {
    const input = matrixOf(pass, x!);
    const { mean, variance, at } = linesOf(pass, input, moments!, constant(pass, 'PER_ROW') === 1);
    const [gamma, beta] = halves(parameters!);
    const epsilon = uniform(pass, 'epsilon');
    const normal = at.isPerRow ? normalizeRows : normalizeColumns;
    const want = normal(input, mean, variance, epsilon, gamma, beta).values;
    return {
      y: within(want, (i) => {
        const c = i % input.columns;
        return add(multiply(exact(gamma.values[c]!), at.normalized(i)), exact(beta.values[c]!));
      }),
    };
  },

  moving_statistics(pass, { counters, moments, statistics }) {
    if (counters![4] !== 0) return { statistics: exactly(statistics!) };
    const momentum = uniform(pass, 'momentum');
    const want = statistics!.map((old, i) => momentum * old + (1 - momentum) * moments![i]!);
    return {
      statistics: within(want, (i) =>
        add(
          multiply(rounded(momentum), exact(statistics![i]!)),
          multiply(rounded(uniform(pass, 'rest')), exact(moments![i]!)),
        ),
      ),
    };
  },

  normalization_weight_gradient(pass, { x, moments, dy, gradients }) {
    const input = matrixOf(pass, x!);
    const gradient = matrixOf(pass, dy!);
    const { xhat, at } = linesOf(pass, input, moments!, constant(pass, 'PER_ROW') === 1);
    const own = normalizationWeightGradients(xhat, gradient);
    const roundings = reductionRoundings(input.rows, constant(pass, 'WORKGROUP'));
    const columnSum = (column: number, term: (i: number) => Approximate) =>
      total(
        Array.from({ length: input.rows }, (_, row) => term(row * input.columns + column)),
        roundings,
      );
    const steps = [
      (column: number) => columnSum(column, (i) => multiply(exact(dy![i]!), at.normalized(i))),
      (column: number) => columnSum(column, (i) => exact(dy![i]!)),
    ];
    const sums = [...own.gamma.values, ...own.beta.values];
    const step = (i: number) => steps[Math.floor(i / input.columns)]!(i % input.columns);
    const isAdded = isSet(pass, 'accumulate');
    return {
      sums: within(sums, step),
      gradients: within(
        sums.map((sum, i) => sum + (isAdded ? gradients![i]! : 0)),
        (i) => (isAdded ? add(step(i), exact(gradients![i]!)) : step(i)),
      ),
    };
  },

  batch_normalization_gradient(pass, { x, moments, sums, parameters, gradient }) {
    const input = matrixOf(pass, x!);
    const { xhat, variance, at } = linesOf(pass, input, moments!, false);
    const dy = matrixOf(pass, gradient!);
    const gamma = matrix(1, input.columns, parameters);
    const rows = exact(input.rows);
    const want = columnsInputGradient(xhat, dy, variance, uniform(pass, 'epsilon'), gamma).values;
    // The sums that the GPU has are themselves off; what that makes of the reference's own comes on top.
    const own = normalizationWeightGradients(xhat, dy);
    const off = (column: number) => ({
      products: { value: own.gamma.values[column]!, error: Math.abs(sums![column]! - own.gamma.values[column]!) },
      plain: {
        value: own.beta.values[column]!,
        error: Math.abs(sums![input.columns + column]! - own.beta.values[column]!),
      },
    });
    return {
      gradient: within(want, (i) => {
        const c = i % input.columns;
        const { products, plain } = off(c);
        const along = multiply(at.normalized(i), divide(products, rows));
        const centred = subtract(subtract(exact(gradient![i]!), divide(plain, rows)), along);
        return multiply(divide(exact(gamma.values[c]!), at.deviation(i)), centred);
      }),
    };
  },

  layer_normalization_gradient(pass, { x, moments, parameters, gradient }) {
    const input = matrixOf(pass, x!);
    const { xhat, variance, at } = linesOf(pass, input, moments!, true);
    const dy = matrixOf(pass, gradient!);
    const gamma = matrix(1, input.columns, parameters);
    const want = rowsInputGradient(xhat, dy, variance, uniform(pass, 'epsilon'), gamma).values;
    const columns = exact(input.columns);
    const roundings = reductionRoundings(input.columns, constant(pass, 'WORKGROUP'));
    const g = Array.from(gradient!, (value, i) => multiply(exact(value), exact(gamma.values[i % input.columns]!)));
    const rowMeans = Array.from({ length: input.rows }, (_, row) => {
      const indices = Array.from({ length: input.columns }, (_, column) => row * input.columns + column);
      const mean = (term: (i: number) => Approximate) => divide(total(indices.map(term), roundings), columns);
      return { plain: mean((i) => g[i]!), products: mean((i) => multiply(g[i]!, at.normalized(i))) };
    });
    return {
      gradient: within(want, (i) => {
        const { plain, products } = rowMeans[Math.floor(i / input.columns)]!;
        return divide(subtract(subtract(g[i]!, plain), multiply(at.normalized(i), products)), at.deviation(i));
      }),
    };
  },
} satisfies Record<string, Twin>;

function matrixOf(pass: Pass, values: Float64Array): Matrix {
  return matrix(uniform(pass, 'rows'), uniform(pass, 'columns'), values);
}

function halves(values: Float64Array): [Matrix, Matrix] {
  const half = values.length / 2;
  return [matrix(1, half, values.subarray(0, half)), matrix(1, half, values.subarray(half))];
}

function momentsOf(pass: Pass, x: Matrix, isPerRow: boolean): Expected {
  const { mean, variance } = (isPerRow ? rowMoments : columnMoments)(x);
  const [lines, length] = isPerRow ? [x.rows, x.columns] : [x.columns, x.rows];
  const at = (line: number, i: number) => (isPerRow ? line * x.columns + i : i * x.columns + line);
  const roundings = reductionRoundings(length, constant(pass, 'WORKGROUP'));
  const means: Approximate[] = [];
  const variances: Approximate[] = [];
  for (let line = 0; line < lines; line++) {
    const values = Array.from({ length }, (_, i) => exact(x.values[at(line, i)]!));
    const average = divide(total(values, roundings), exact(length));
    const squares = values.map((value) => {
      const deviation = subtract(value, average);
      return multiply(deviation, deviation);
    });
    means.push(average);
    variances.push(divide(total(squares, roundings), exact(length)));
  }
  const steps = [...means, ...variances];
  return within([...mean.values, ...variance.values], (i) => steps[i]!);
}

/** The moments that the GPU has, and what they make of x: in the reference, and in steps. */
function linesOf(pass: Pass, x: Matrix, moments: Float64Array, isPerRow: boolean) {
  const epsilon = uniform(pass, 'epsilon');
  const lines = isPerRow ? x.rows : x.columns;
  const shape = (values: Float64Array) => (isPerRow ? matrix(lines, 1, values) : matrix(1, lines, values));
  const mean = shape(moments.subarray(0, lines));
  const variance = shape(moments.subarray(lines, 2 * lines));
  const lineOf = (i: number) => (isPerRow ? Math.floor(i / x.columns) : i % x.columns);
  const deviation = (i: number) => squareRoot(add(exact(variance.values[lineOf(i)]!), rounded(epsilon)));
  const normalized = (i: number) => divide(subtract(exact(x.values[i]!), exact(mean.values[lineOf(i)]!)), deviation(i));
  const xhat = (isPerRow ? normalizedRows : normalizedColumns)(x, mean, variance, epsilon);
  return { mean, variance, xhat, at: { isPerRow, deviation, normalized } };
}
