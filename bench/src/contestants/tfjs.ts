/**
 * TensorFlow.js core with one backend at a time: variables, `optimizer.minimize` with its cost, every step in `tidy`,
 * losses left on the device and read together at the end. Core and not its layers: fewer calls per step, same kernels.
 * The backends are registered by the files beside this one, so that a bundle holds only those it uses.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { stepsOfEpoch, type TrainingTask, type Values } from '../../../src/runs/workload.js';
import type { Backend, Contestant, Product, Trainer } from './contestant.js';

export function tfjs(backend: Backend): Contestant {
  return {
    ...{ id: `tfjs-${backend}`, name: `tfjs ${backend}`, library: 'tfjs', backend },
    async open() {
      if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} here`);
      await tf.ready();
    },
    trainer: (task) => Promise.resolve(trainer(task)),
    product,
  };
}

interface LayerVariables {
  readonly kernel: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1> | undefined;
}

function trainer(task: TrainingTask): Trainer {
  return {
    async run(epochs, isSettled) {
      const batches = batchesOf(task);
      const variables = variablesOf(task);
      const { name, learningRate } = task.optimizer;
      const optimizer = name === 'sgd' ? tf.train.sgd(learningRate) : tf.train.adam(learningRate, 0.9, 0.999, 1e-7);
      const sums: tf.Scalar[] = [];
      try {
        if (isSettled) await Promise.all(batches.flatMap(({ x, y }) => [settled(x), settled(y)]));
        const started = performance.now();
        for (let epoch = 0; epoch < epochs; epoch++) {
          sums.push(tf.tidy(() => epochOf(task, batches, variables, optimizer)));
        }
        const losses = await readAll(sums);
        return { losses, trainingMilliseconds: performance.now() - started };
      } finally {
        tf.dispose([sums, batches.map(({ x, y }) => [x, y])]);
        for (const { kernel, bias } of variables) tf.dispose([kernel, ...(bias ? [bias] : [])]);
        optimizer.dispose();
      }
    },
    dispose: () => Promise.resolve(),
  };
}

function epochOf(
  task: TrainingTask,
  batches: readonly Batch[],
  variables: readonly LayerVariables[],
  optimizer: tf.Optimizer,
): tf.Scalar {
  let sum: tf.Scalar | undefined;
  for (const { x, y } of batches) {
    const loss = optimizer.minimize(() => tf.tidy(() => lossOf(task, variables, x, y)), true)!;
    // With one batch the epoch's loss is the batch's: no operation of its own. One by one and not `addN`, whose sums
    // of 8 and of 16 losses were wrong on WebGPU.
    const share = batches.length === 1 ? loss : tf.mul(loss, x.shape[0] / task.rows);
    sum = (sum ? tf.add(sum, share) : share) as tf.Scalar;
  }
  return sum!;
}

function lossOf(
  { layers, loss }: TrainingTask,
  variables: readonly LayerVariables[],
  x: tf.Tensor2D,
  y: tf.Tensor2D,
): tf.Scalar {
  let h = x;
  layers.forEach(({ activation }, l) => {
    const { kernel, bias } = variables[l]!;
    const product = tf.matMul(h, kernel) as tf.Tensor2D;
    const z = bias ? (tf.add(product, bias) as tf.Tensor2D) : product;
    const isLast = l === layers.length - 1;
    h = isLast && loss !== 'halfSumSquaredError' ? z : activate(activation, z);
  });
  switch (loss) {
    case 'halfSumSquaredError':
      return tf.mul(tf.sum(tf.square(tf.sub(h, y))), 0.5);
    case 'binaryCrossentropy':
      return tf.losses.sigmoidCrossEntropy(y, h);
    case 'categoricalCrossentropy':
      return tf.losses.softmaxCrossEntropy(y, h);
  }
}

function activate(activation: TrainingTask['layers'][number]['activation'], z: tf.Tensor2D): tf.Tensor2D {
  switch (activation) {
    case 'sigmoid':
      return tf.sigmoid(z);
    case 'tanh':
      return tf.tanh(z);
    case 'relu':
      return tf.relu(z);
    case 'softmax':
      return tf.softmax(z);
  }
}

/** All losses in one read: a read of its own for each would wait for the device as often. */
async function readAll(losses: tf.Scalar[]): Promise<number[]> {
  const all = tf.stack(losses);
  const values = await all.data();
  all.dispose();
  return Array.from(values);
}

function variablesOf({ inputs, layers, weights }: TrainingTask): LayerVariables[] {
  return layers.map(({ units }, l) => {
    const { kernel, bias } = weights[l]!;
    const before = l === 0 ? inputs : layers[l - 1]!.units;
    return {
      kernel: tf.tidy(() => tf.variable(tf.tensor2d(kernel.slice(), [before, units]))),
      bias: bias && tf.tidy(() => tf.variable(tf.tensor1d(bias.slice()))),
    };
  });
}

interface Batch {
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
}

function batchesOf(task: TrainingTask): Batch[] {
  const { x, y, rows, inputs, outputs, batchSize } = task;
  return Array.from({ length: stepsOfEpoch(task) }, (_, b) => {
    const first = b * batchSize;
    const end = Math.min(rows, first + batchSize);
    return {
      x: tf.tensor2d(x.slice(first * inputs, end * inputs), [end - first, inputs]),
      y: tf.tensor2d(y.slice(first * outputs, end * outputs), [end - first, outputs]),
    };
  });
}

async function product(
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
  a: Values,
  b: Values,
): Promise<Product> {
  const left = tf.tensor2d(a.slice(), [rows, inner]);
  const right = tf.tensor2d(b.slice(), [inner, columns]);
  await Promise.all([settled(left), settled(right)]);
  return {
    async run(times) {
      for (let i = 1; i < times; i++) tf.matMul(left, right).dispose();
      const last = tf.matMul(left, right) as tf.Tensor2D;
      await settled(last);
      last.dispose();
    },
    async result() {
      const result = tf.matMul(left, right);
      const values = await result.data();
      result.dispose();
      return values as Float32Array;
    },
    dispose() {
      tf.dispose([left, right]);
      return Promise.resolve();
    },
  };
}

/** Waits until a tensor is on the device and computed, by reading one element of it. */
async function settled(tensor: tf.Tensor2D): Promise<void> {
  const one = tf.slice(tensor, [0, 0], [1, 1]);
  await one.data();
  one.dispose();
}
