/**
 * Plans that use a trained network: that measure examples with its weights, and that predict. Pure functions as compile.ts's, which
 * has those that train.
 */
import type { LayerWeights } from '../core/initializers.js';
import type { ModelSettings } from '../core/model.js';
import type { Task } from '../core/task.js';
import { MAX_PARTIALS, type Pass } from '../passes/pass.js';
import { EVERYWHERE, type ProductChoices } from '../passes/products.js';
import { COUNTERS } from '../passes/rates.js';
import { type BatchContext, measurePasses, measuresOf } from './batch-passes.js';
import { validationBatches } from './batches.js';
import {
  ALWAYS,
  checkInner,
  columnsOf,
  type CompileOptions,
  isUsed,
  largestLayer,
  measureBuffers,
  networkOf,
  once,
  REASON,
  statistics,
} from './compile.js';
import { type Contents, flatWeights } from './contents.js';
import { dataSource } from './data-source.js';
import { forwardPasses } from './layer-passes.js';
import { DEFAULT_BINDING_BYTES } from './limits.js';
import { layerBuffers, layOut } from './network.js';
import { f32, type Plan, u32 } from './plan.js';

/** A plan that measures examples with given weights: the validation of a task, once. */
export function compileEvaluation(
  task: Task,
  { maxBindingBytes = DEFAULT_BINDING_BYTES, products }: CompileOptions = {},
): Plan {
  checkInner(task, task.batchSize, 'training.batchSize', task.train.prefix);
  const network = networkOf(task, products);
  const measures = measuresOf(task, task.train, undefined);
  const source = dataSource('', task, task.train, task.batchSize, false, { maxBindingBytes, gathersAlways: false });
  const logColumns = columnsOf(measures, undefined);
  const mostPartials = MAX_PARTIALS;
  const context: BatchContext = { task, network, logColumns, logRows: 1, steps: 0, mostPartials };
  const batches = validationBatches(measures.examples, source.batchRows);
  const programs: Record<string, readonly Pass[]> = {};
  for (const [name, batch] of batches.batches) {
    programs[name] = measurePasses(context, source, measures, batch, name === 'validate' ? '' : `${name}: `);
  }
  const field = largestLayer(network);
  return {
    schedule: 'layered',
    reason: REASON,
    buffers: [
      ...source.buffers,
      ...source.batchBuffers,
      u32('order', [1], `${task.train.prefix}x`),
      ...['parameters', 'gradients'].map((name) => f32(name, [network.parameterCount], field)),
      ...statistics(network),
      ...layerBuffers(network, source.batchRows, true),
      ...measureBuffers(context, source.batchRows, measures, undefined),
      u32('counters', [COUNTERS.length], 'training'),
    ].filter(({ name }) => isUsed(name, programs) || ALWAYS.includes(name)),
    parameters: network.parameters,
    programs,
    epoch: batches.segments,
    epochs: 1,
    steps: 0,
    train: undefined,
    validation: measures,
    output: network.layers.at(-1)!.y,
  };
}

/** A plan that computes the outputs of one batch of so many rows, put into `x` by the host; no epoch, no log. */
export function compilePrediction(
  model: ModelSettings,
  widths: readonly number[],
  rows: number,
  products: ProductChoices = EVERYWHERE,
): Plan {
  checkInner({ model, widths }, rows, 'x', '');
  const network = layOut(model, widths, false, products);
  const { passes, y } = forwardPasses(network, { rows, x: 'x', prefix: '' }, false);
  const programs = { predict: passes };
  const field = largestLayer(network);
  return {
    schedule: 'layered',
    reason: REASON,
    buffers: [
      f32('x', [rows, widths[0]!], 'x'),
      f32('parameters', [Math.max(1, network.parameterCount)], field),
      ...statistics(network),
      ...layerBuffers(network, rows, false),
    ].filter(({ name }) => isUsed(name, programs) || name === 'parameters' || name === 'x'),
    parameters: network.parameters,
    programs,
    epoch: [once('predict')],
    epochs: 1,
    steps: 0,
    train: undefined,
    validation: undefined,
    output: y,
  };
}

/** The contents of a plan that only predicts; its inputs come batch by batch. */
export function predictionContents(plan: Plan, weights: readonly LayerWeights[]): Contents {
  const size = (name: string) => plan.buffers.find((buffer) => buffer.name === name)?.shape[0];
  const state = (['parameters', 'statistics'] as const).flatMap((name) => {
    const count = size(name);
    return count === undefined ? [] : [[name, flatWeights(plan.parameters, weights, name, count)] as const];
  });
  return { data: {}, state: Object.fromEntries(state) };
}
