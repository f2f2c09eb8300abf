/**
 * A trained network in float64, used and measured: inference alone, nothing is changed.
 */
import type { Examples, Table } from '../core/examples.js';
import type { EpochLogs } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrix } from '../core/matrix.js';
import type { ModelSettings } from '../core/model.js';
import { takeRows } from '../core/task.js';
import type { TrainingSettings } from '../core/training.js';
import { EpochMetrics } from './metrics.js';
import { type Batch, dataLoss, forward, totalPenalty } from './network.js';

/** What the network says to each row: x (rows, inputs) → (rows, outputs). The batch size changes no number. */
export function predict(model: ModelSettings, weights: readonly LayerWeights[], x: Table, batchSize = x.rows): Matrix {
  const parts = batchesOf(x.rows, batchSize).map((indices) => {
    return forward(model.layers, weights, takeRows(x, indices), undefined).at(-1)!.y;
  });
  const predictions = matrix(x.rows, parts[0]?.columns ?? 0);
  parts.forEach((part, b) => predictions.values.set(part.values, b * batchSize * part.columns));
  return predictions;
}

/** Loss (penalty included) and metrics of the examples, in batches in their order. */
export function evaluateReference(
  model: ModelSettings,
  training: Pick<TrainingSettings, 'loss' | 'metrics'>,
  weights: readonly LayerWeights[],
  examples: Examples,
  batchSize: number,
): { logs: EpochLogs; confusionMatrix: number[][] | undefined } {
  const { layers } = model;
  const { rows } = examples.x;
  const added = totalPenalty(layers, weights);
  let loss = 0;
  let metrics: EpochMetrics | undefined;
  for (const indices of batchesOf(rows, batchSize)) {
    const batch = takeBatch(examples, indices);
    const passes = forward(layers, weights, batch.x, undefined);
    const { y } = passes.at(-1)!;
    loss += ((dataLoss(layers, training.loss, passes, batch) + added) * indices.length) / rows;
    metrics ??= new EpochMetrics(training.metrics, training.loss, y.columns);
    metrics.add(y, batch.targets);
  }
  return { logs: { loss, ...metrics?.logs() }, confusionMatrix: metrics?.confusionMatrix() };
}

/** The examples of these rows. */
export function takeBatch({ x, y, weights }: Examples, indices: readonly number[]): Batch {
  return {
    x: takeRows(x, indices),
    targets: takeRows(y, indices),
    weights: weights && indices.map((row) => weights[row]!),
  };
}

/** The places 0 … rows − 1 in batches, the last of which may be short. */
export function batchesOf(rows: number, batchSize: number): number[][] {
  return Array.from({ length: Math.ceil(rows / batchSize) }, (_, b) => {
    const start = b * batchSize;
    return Array.from({ length: Math.min(batchSize, rows - start) }, (_, i) => start + i);
  });
}
