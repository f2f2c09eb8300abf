/**
 * Batch normalization (per column) and layer normalization (per row) in float64: moments, forward, gradients.
 * Twin of the normalization shaders. The variance is that of the population, Σ (x − mean)² / n.
 *
 * x, x̂, y (B, U); gamma, beta (1, U); mean and variance (1, U) of columns, (B, 1) of rows.
 */
import { type Matrix, matrix } from '../core/matrix.js';
import { columnSums, combine, map } from './matrix.js';

export interface Moments {
  readonly mean: Matrix;
  readonly variance: Matrix;
}

/** Which of the moments an element belongs to. */
type Line = (row: number, column: number) => number;
const byColumn: Line = (_, column) => column;
const byRow: Line = (row) => row;

/** Mean and variance of each column, over the batch: x (B, U) → (1, U) each */
export function columnMoments(x: Matrix): Moments {
  const mean = means(x, matrix(1, x.columns), byColumn);
  return { mean, variance: means(squaredDeviations(x, mean, byColumn), matrix(1, x.columns), byColumn) };
}

/** Mean and variance of each row, over its columns: x (B, U) → (B, 1) each */
export function rowMoments(x: Matrix): Moments {
  const mean = means(x, matrix(x.rows, 1), byRow);
  return { mean, variance: means(squaredDeviations(x, mean, byRow), matrix(x.rows, 1), byRow) };
}

/** x̂ = (x − mean) / √(variance + ε), with the moments of the columns */
export function normalizedColumns(x: Matrix, mean: Matrix, variance: Matrix, epsilon: number): Matrix {
  return normalized(x, { mean, variance }, epsilon, byColumn);
}

/** x̂ = (x − mean) / √(variance + ε), with the moments of the rows */
export function normalizedRows(x: Matrix, mean: Matrix, variance: Matrix, epsilon: number): Matrix {
  return normalized(x, { mean, variance }, epsilon, byRow);
}

/** y = γ x̂ + β, γ and β by column: x̂ (B, U) → y (B, U) */
export function scaleAndShift(xhat: Matrix, gamma: Matrix, beta: Matrix): Matrix {
  return mapElements(xhat, (value, _, column) => gamma.values[column]! * value + beta.values[column]!);
}

/** y = γ (x − mean) / √(variance + ε) + β, with the moments of the columns */
export function normalizeColumns(
  x: Matrix,
  mean: Matrix,
  variance: Matrix,
  epsilon: number,
  gamma: Matrix,
  beta: Matrix,
): Matrix {
  return scaleAndShift(normalizedColumns(x, mean, variance, epsilon), gamma, beta);
}

/** y = γ (x − mean) / √(variance + ε) + β, with the moments of the rows */
export function normalizeRows(
  x: Matrix,
  mean: Matrix,
  variance: Matrix,
  epsilon: number,
  gamma: Matrix,
  beta: Matrix,
): Matrix {
  return scaleAndShift(normalizedRows(x, mean, variance, epsilon), gamma, beta);
}

/** dγ = Σ dy x̂ and dβ = Σ dy, over the batch: x̂, dy (B, U) → (1, U) each; the same for both normalizations */
export function normalizationWeightGradients(xhat: Matrix, dy: Matrix): { gamma: Matrix; beta: Matrix } {
  return { gamma: columnSums(combine(xhat, dy, (a, b) => a * b)), beta: columnSums(dy) };
}

/**
 * dx = γ / √(variance + ε) · (dy − mean(dy) − x̂ mean(dy x̂)), means over the batch, which the moments came from.
 * Ioffe & Szegedy (2015), section 3, with its sums put together.
 */
export function columnsInputGradient(
  xhat: Matrix,
  dy: Matrix,
  variance: Matrix,
  epsilon: number,
  gamma: Matrix,
): Matrix {
  const meanGradient = means(dy, matrix(1, dy.columns), byColumn);
  const meanAlong = means(
    combine(dy, xhat, (a, b) => a * b),
    matrix(1, dy.columns),
    byColumn,
  );
  return mapElements(dy, (gradient, row, column) => {
    const along = xhat.values[row * dy.columns + column]! * meanAlong.values[column]!;
    const scale = gamma.values[column]! / Math.sqrt(variance.values[column]! + epsilon);
    return scale * (gradient - meanGradient.values[column]! - along);
  });
}

/** With g = γ dy: dx = (g − mean(g) − x̂ mean(g x̂)) / √(variance + ε), means over the columns of the row. */
export function rowsInputGradient(xhat: Matrix, dy: Matrix, variance: Matrix, epsilon: number, gamma: Matrix): Matrix {
  const g = mapElements(dy, (gradient, _, column) => gamma.values[column]! * gradient);
  const meanGradient = means(g, matrix(dy.rows, 1), byRow);
  const meanAlong = means(
    combine(g, xhat, (a, b) => a * b),
    matrix(dy.rows, 1),
    byRow,
  );
  return mapElements(g, (gradient, row, column) => {
    const along = xhat.values[row * dy.columns + column]! * meanAlong.values[row]!;
    return (gradient - meanGradient.values[row]! - along) / Math.sqrt(variance.values[row]! + epsilon);
  });
}

/** momentum · moving + (1 − momentum) · batch, of moments (1, U) */
export function movingAverage(moving: Matrix, batch: Matrix, momentum: number): Matrix {
  return combine(moving, batch, (old, current) => momentum * old + (1 - momentum) * current);
}

/** The mean of x along each line, put into the zeros of `result`. */
function means(x: Matrix, result: Matrix, line: Line): Matrix {
  for (let row = 0; row < x.rows; row++) {
    for (let column = 0; column < x.columns; column++) {
      result.values[line(row, column)]! += x.values[row * x.columns + column]!;
    }
  }
  const count = x.values.length / result.values.length;
  return map(result, (sum) => sum / count);
}

function squaredDeviations(x: Matrix, mean: Matrix, line: Line): Matrix {
  return mapElements(x, (value, row, column) => (value - mean.values[line(row, column)]!) ** 2);
}

function normalized(x: Matrix, { mean, variance }: Moments, epsilon: number, line: Line): Matrix {
  return mapElements(x, (value, row, column) => {
    const m = line(row, column);
    return (value - mean.values[m]!) / Math.sqrt(variance.values[m]! + epsilon);
  });
}

function mapElements(x: Matrix, f: (value: number, row: number, column: number) => number): Matrix {
  const result = matrix(x.rows, x.columns);
  for (let row = 0; row < x.rows; row++) {
    for (let column = 0; column < x.columns; column++) {
      const i = row * x.columns + column;
      result.values[i] = f(x.values[i]!, row, column);
    }
  }
  return result;
}
