/** One tensor of one layer, weights, gradients or activations, shortened to what can be looked at, with its statistics. */
import type { Table } from '../../../../core/examples.js';
import { takeRows } from '../../../../core/task.js';
import { takeBatch } from '../../../../reference/evaluate.js';
import { batchGradients, forward } from '../../../../reference/network.js';
import type { Histogram, Nothing, Statistics, TensorChoice, TensorView } from '../../charts/view-results.js';
import { affordableRows, nothing, type ViewSubject } from './subject.js';

/** Cells of a heat-map: along its longer side, and along its shorter one. */
const MOST_CELLS = [392, 196] as const;
/** Rows of the sample that gradients and activations are of. */
const SAMPLE = 64;
const BINS = 40;

export function tensorView(subject: ViewSubject, { layer, tensor }: TensorChoice): TensorView | Nothing {
  const { task, weights } = subject;
  const { model, training, train } = task;
  if (!model.layers[layer]) return nothing(`this network has ${model.layers.length} layers.`);
  if (tensor.kind === 'weights') {
    const found = weights[layer]?.[tensor.weight];
    return found ? shortened(found, 0) : nothing(`this layer has no ${tensor.weight}.`);
  }
  const rows = affordableRows(subject, train.x.rows, SAMPLE);
  if (tensor.kind === 'activations') {
    const { y } = forward(model.layers, weights, takeRows(train.x, rows), undefined)[layer]!;
    return shortened(y, rows.length);
  }
  const { gradients } = batchGradients(model, training.loss, weights, takeBatch(train, rows), 0);
  const gradient = gradients[layer]?.[tensor.weight];
  return gradient
    ? shortened(gradient, rows.length)
    : nothing(`no gradient reaches the ${tensor.weight} of this layer.`);
}

export function shortened({ rows, columns, values }: Table, sampleRows: number): TensorView {
  const [forRows, forColumns] = rows > columns ? MOST_CELLS : ([MOST_CELLS[1], MOST_CELLS[0]] as const);
  const rowsInCell = Math.ceil(rows / forRows);
  const columnsInCell = Math.ceil(columns / forColumns);
  const across = Math.ceil(columns / columnsInCell);
  const cells = new Float32Array(Math.ceil(rows / rowsInCell) * across);
  for (let row = 0; row < rows; row++) {
    const start = Math.floor(row / rowsInCell) * across;
    for (let column = 0; column < columns; column++) {
      const at = start + Math.floor(column / columnsInCell);
      const value = values[row * columns + column]!;
      // Written so that NaN takes the cell and keeps it.
      if (!(Math.abs(value) <= Math.abs(cells[at]!)) && !Number.isNaN(cells[at]!)) cells[at] = value;
    }
  }
  const statistics = statisticsOf(values);
  return {
    kind: 'tensor',
    rows,
    columns,
    rowsInCell,
    columnsInCell,
    cells,
    statistics,
    histogram: histogramOf(values, statistics, BINS),
    sampleRows,
  };
}

export function statisticsOf(values: ArrayLike<number>): Statistics {
  let [min, max, sum, zeros, notFinite] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
    sum += value;
  }
  const count = values.length;
  const finite = count - notFinite;
  if (finite === 0) return { count, min: NaN, max: NaN, mean: NaN, deviation: NaN, zeros, notFinite };
  const mean = sum / finite;
  let squares = 0;
  for (let i = 0; i < count; i++) if (Number.isFinite(values[i]!)) squares += (values[i]! - mean) ** 2;
  return { count, min, max, mean, deviation: Math.sqrt(squares / finite), zeros, notFinite };
}

/** Equal bins over the finite values; the largest value is in the last bin. All equal, they are one bin. */
export function histogramOf(values: ArrayLike<number>, { min, max }: Statistics, bins: number): Histogram {
  if (!(max > min)) {
    let count = 0;
    for (let i = 0; i < values.length; i++) count += Number(Number.isFinite(values[i]!));
    return { min, max, counts: [count] };
  }
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) continue;
    counts[Math.min(bins - 1, Math.floor((bins * (values[i]! - min)) / (max - min)))]!++;
  }
  return { min, max, counts };
}
