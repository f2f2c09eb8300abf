/**
 * Uses a trained network and measures it, on the device or with the reference. It changes no weights.
 */
import type { Table } from '../core/examples.js';
import type { ConfusionMatrix, EpochLogs } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import type { ModelSettings } from '../core/model.js';
import type { Task } from '../core/task.js';
import type { Metric } from '../core/training.js';
import type { Device } from '../gpu/device.js';
import { loadReference, loadUse } from '../trainer/load-engine.js';
import { Predictions } from './predictions.js';

type MetricValues = { readonly [K in Exclude<Metric['name'], 'confusionMatrix'>]?: number };

/** The loss, penalties of regularizers included, and each metric that was asked for, by its name. */
export interface Evaluation extends MetricValues {
  readonly loss: number;
  /** Rows: true class, columns: predicted class. */
  readonly confusionMatrix?: ConfusionMatrix;
}

/** Rows that go through the reference at once. */
const REFERENCE_ROWS = 1024;

/** What the trained network makes of the training examples of a task. @internal */
export async function evaluate(
  device: Device | undefined,
  task: Task,
  weights: readonly LayerWeights[],
  verify: boolean,
): Promise<Evaluation> {
  const { model, training, train, batchSize } = task;
  if (device) {
    const { evaluateOnDevice } = await loadUse();
    const { logs, confusionMatrices } = await evaluateOnDevice(device, task, weights, verify);
    return evaluationOf(logs, confusionMatrices['confusionMatrix']);
  }
  const { evaluateReference } = await loadReference();
  const { logs, confusionMatrix } = evaluateReference(model, training, weights, train, batchSize);
  return evaluationOf(logs, confusionMatrix);
}

/** x (rows, inputs) → (rows, outputs) @internal */
export async function predictions(
  device: Device | undefined,
  network: { readonly model: ModelSettings; readonly widths: readonly number[] },
  weights: readonly LayerWeights[],
  x: Table,
): Promise<Predictions> {
  if (device) {
    const { predictOnDevice } = await loadUse();
    return new Predictions(await predictOnDevice(device, network, weights, x), 'webgpu');
  }
  const { predict } = await loadReference();
  return new Predictions(predict(network.model, weights, x, REFERENCE_ROWS), 'cpu');
}

function evaluationOf(logs: EpochLogs, confusionMatrix: ConfusionMatrix | undefined): Evaluation {
  return { ...logs, ...(confusionMatrix && { confusionMatrix }) };
}
