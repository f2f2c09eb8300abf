/**
 * IDLI through its public API: a model of layers, `setWeights`, `fit`. The model lives from run to run, so its device
 * stays open as the peers' do, with the pipelines, and of a small network the buffers too. Products are in idli-product.ts.
 */
import { adam, dense, type Model, sequential, sgd } from '../../../src/index.js';
import type { TrainingTask } from '../../../src/runs/workload.js';
import type { Contestant, Trainer } from './contestant.js';

export interface IdliOptions {
  readonly id: string;
  readonly name: string;
  readonly backend: 'webgpu' | 'cpu';
  readonly gpu?: GPU | undefined;
  /** Whether each training is checked pass by pass, as it is by default. Peers check nothing. */
  readonly verify?: boolean;
  /** A new model, and so a new device, in each run. */
  readonly isNewEachTime?: boolean;
  readonly product?: Contestant['product'];
}

export function idli({
  id,
  name,
  backend,
  gpu,
  verify = false,
  isNewEachTime = false,
  product,
}: IdliOptions): Contestant {
  return {
    ...{ id, name, library: 'idli', backend, open: () => Promise.resolve() },
    ...(product && { product }),
    trainer: (task) => Promise.resolve(trainer(task, { backend, gpu, verify }, isNewEachTime)),
  };
}

interface FitOptions {
  readonly backend: 'webgpu' | 'cpu';
  readonly gpu: GPU | undefined;
  readonly verify: boolean;
}

function trainer(task: TrainingTask, { backend, gpu, verify }: FitOptions, isNewEachTime: boolean): Trainer {
  const { inputs, outputs, rows, x, y, weights } = task;
  const kept: { model?: Model } = {};
  return {
    async run(epochs) {
      const model = kept.model ?? modelOf(task);
      if (!isNewEachTime) kept.model = model;
      model.setWeights(weights);
      const fit = model.fit(
        { data: x, shape: [rows, inputs] },
        { data: y, shape: [rows, outputs] },
        {
          loss: task.loss,
          optimizer: { sgd, adam }[task.optimizer.name]({ learningRate: task.optimizer.learningRate }),
          batchSize: task.batchSize,
          epochs,
          shuffle: false,
          // The tutorial's loss brings a metric by default; peers compute none.
          metrics: [],
          backend,
          verify,
          ...(gpu && { gpu }),
        },
      );
      const { history, milliseconds } = await fit.result;
      if (isNewEachTime) await model.dispose();
      return { losses: [...history.loss], trainingMilliseconds: milliseconds };
    },
    async dispose() {
      await kept.model?.dispose();
    },
  };
}

function modelOf({ inputs, layers }: TrainingTask): Model {
  return sequential(
    layers.map(({ units, activation, useBias }) => dense(units, { activation, useBias })),
    { inputs, seed: 1 },
  );
}
