/**
 * What a network says of given inputs, and how well: on an open device, with weights from the host.
 * Inputs go to the GPU batch by batch, so there may be more of them than a buffer holds.
 */
import type { Table } from '../core/examples.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrix } from '../core/matrix.js';
import type { ModelSettings } from '../core/model.js';
import type { Task } from '../core/task.js';
import type { EpochReport } from '../core/trained.js';
import type { Device } from '../gpu/device.js';
import { compileEvaluation, compilePrediction, predictionContents } from '../plan/compile-use.js';
import { taskContents } from '../plan/contents.js';
import { Execution } from '../plan/execute.js';
import { maxBindingBytes } from '../plan/limits.js';
import { logReader } from '../plan/log-reader.js';
import { knownProducts } from '../tune/known.js';
import { approve } from './approval.js';
import { loadChecks } from './checks.js';
import { measured } from './measured.js';

/** Rows that go through the network at once, where the widest of its layers lets so many fit a buffer. */
const PREDICT_ROWS = 1024;

export interface Network {
  readonly model: ModelSettings;
  readonly widths: readonly number[];
}

/** The outputs (rows, outputs) for x (rows, inputs), in inference. */
export async function predictOnDevice(
  device: Device,
  { model, widths }: Network,
  weights: readonly LayerWeights[],
  x: Table,
): Promise<Matrix> {
  const outputs = widths.at(-1)!;
  const fitting = Math.floor(maxBindingBytes(device.gpu.limits) / (4 * Math.max(...widths)));
  const rows = Math.max(1, Math.min(PREDICT_ROWS, x.rows, fitting));
  const plan = compilePrediction(model, widths, rows, await knownProducts(device));
  await approve(device, plan, ({ predictionTest }) => predictionTest({ model, widths }, rows, plan));
  const execution = await Execution.create(device, plan, () => predictionContents(plan, weights));
  try {
    const predictions = matrix(x.rows, outputs);
    const batch = new Float32Array(rows * x.columns);
    for (let first = 0; first < x.rows; first += rows) {
      // The last batch is filled up with what the one before left; its rows are computed and dropped.
      const count = Math.min(rows, x.rows - first);
      for (let i = 0; i < count * x.columns; i++) batch[i] = x.values[first * x.columns + i]!;
      execution.write('x', batch);
      execution.runProgram('predict');
      const { [plan.output]: output } = await execution.read([plan.output]);
      predictions.values.set(new Float32Array(output!, 0, count * outputs), first * outputs);
    }
    return predictions;
  } finally {
    execution.destroy();
  }
}

/** Loss and metrics of a task's training examples with given weights, in inference, under the keys of the history. */
export async function evaluateOnDevice(
  device: Device,
  task: Task,
  weights: readonly LayerWeights[],
  verify: boolean,
): Promise<Pick<EpochReport, 'logs' | 'confusionMatrices'>> {
  const options = { maxBindingBytes: maxBindingBytes(device.gpu.limits), products: await knownProducts(device) };
  const plan = compileEvaluation(task, options);
  const checks = verify ? loadChecks() : undefined;
  await approve(device, plan, ({ evaluationTest }) => evaluationTest(task, plan));
  const execution = await Execution.create(device, plan, () => taskContents(task, plan, weights));
  try {
    if (checks) {
      const { checkParity, verifyPlan } = await checks;
      checkParity(await verifyPlan(execution));
      execution.restart();
    }
    for await (const { sums, counts } of execution.run()) {
      if (sums.length === 0) continue;
      const { logs, confusionMatrix } = logReader(measured(task, task.train), plan.validation!)(sums, counts);
      return { logs: logs as EpochReport['logs'], confusionMatrices: confusionMatrix ? { confusionMatrix } : {} };
    }
    throw new Error('An evaluation ended without a result.');
  } finally {
    execution.destroy();
  }
}
