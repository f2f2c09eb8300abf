/**
 * The data and networks of the training workloads: the tutorial's network, spirals, and MNIST-shaped noise. Seeded, so
 * every contestant and bench/pytorch/workloads.py make the very same.
 */
import { hash, uniform } from './formulas.js';
import type { DenseSpec, TrainingTask } from './workload.js';

/** What numpy.random.seed(1); 2 * numpy.random.random(...) - 1 gives, as in the tutorial (article.ts). */
const TUTORIAL_KERNELS = [
  [
    -0.165955990594852, 0.4406489868843162, -0.9997712503653102, -0.39533485473632046, -0.7064882183657739,
    -0.8153228104624044, -0.6274795772446582, -0.3088785459139045, -0.20646505153866013, 0.07763346800671389,
    -0.1616109711934104, 0.370439000793519,
  ],
  [-0.5910955005369651, 0.7562348727818908, -0.9452248136041477, 0.34093502035680445],
];

/** The 3-4-1 sigmoid network of the tutorial, without biases. */
export function tutorial(): TrainingTask {
  return {
    inputs: 3,
    outputs: 1,
    rows: 4,
    x: Float32Array.of(0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1),
    y: Float32Array.of(0, 0, 1, 1),
    layers: [4, 1].map((units) => ({ units, activation: 'sigmoid', useBias: false })),
    weights: TUTORIAL_KERNELS.map((kernel) => ({ kernel: Float32Array.from(kernel) })),
    loss: 'halfSumSquaredError',
    optimizer: { name: 'sgd', learningRate: 1 },
    batchSize: 4,
  };
}

/** Two spirals of 250 points each, which take turns so that every batch has both. */
export function spirals(): TrainingTask {
  const rows = 500;
  const x = new Float32Array(2 * rows);
  const y = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    const arm = i % 2;
    const share = (i - arm) / rows;
    const angle = 2 * Math.PI * (1.25 * share + arm / 2) + (hash(31, i) / 2 ** 32 - 0.5) * 0.2;
    x[2 * i] = share * Math.cos(angle);
    x[2 * i + 1] = share * Math.sin(angle);
    y[i] = arm;
  }
  const layers: DenseSpec[] = [
    { units: 16, activation: 'tanh', useBias: true },
    { units: 16, activation: 'tanh', useBias: true },
    { units: 1, activation: 'sigmoid', useBias: true },
  ];
  return {
    ...{ inputs: 2, outputs: 1, rows, x, y, layers, weights: glorot(41, 2, layers) },
    ...{ loss: 'binaryCrossentropy', optimizer: { name: 'adam', learningRate: 0.01 }, batchSize: 32 },
  };
}

/** 784-256-128-10 on noise in the shape of MNIST. */
export function digits(batchSize: number, batches: number, optimizer: TrainingTask['optimizer']): TrainingTask {
  const rows = batchSize * batches;
  const y = new Float32Array(10 * rows);
  for (let i = 0; i < rows; i++) y[10 * i + (hash(52, i) % 10)] = 1;
  const layers: DenseSpec[] = [
    { units: 256, activation: 'relu', useBias: true },
    { units: 128, activation: 'relu', useBias: true },
    { units: 10, activation: 'softmax', useBias: true },
  ];
  return {
    ...{
      inputs: 784,
      outputs: 10,
      rows,
      x: uniform(51, 784 * rows, 0, 1),
      y,
      layers,
      weights: glorot(61, 784, layers),
    },
    ...{ loss: 'categoricalCrossentropy', optimizer, batchSize },
  };
}

/** Kernels as Glorot draws them, biases 0. */
function glorot(seed: number, inputs: number, layers: readonly DenseSpec[]): TrainingTask['weights'] {
  return layers.map(({ units }, l) => {
    const before = l === 0 ? inputs : layers[l - 1]!.units;
    const limit = Math.sqrt(6 / (before + units));
    return { kernel: uniform(seed + l, before * units, -limit, limit), bias: new Float32Array(units) };
  });
}
