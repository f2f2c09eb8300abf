/**
 * The tutorial's run: a 3-4-1 sigmoid network without biases, full-batch gradient descent with learning
 * rate 1, fifty epochs, NumPy seed 1. Its published result is the forward pass of epoch 50.
 */
import type { RunDocument } from '../core/run.js';

const sigmoidLayer = (units: number) => ({
  units,
  activation: 'sigmoid' as const,
  useBias: false,
  kernelInitializer: { name: 'randomUniform' as const, minval: -1, maxval: 1 },
});

export const article: RunDocument = {
  data: {
    x: [
      [0, 0, 1],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 1],
    ],
    y: [[0], [0], [1], [1]],
  },
  model: { seed: 1, layers: [sigmoidLayer(4), sigmoidLayer(1)] },
  training: {
    loss: 'halfSumSquaredError',
    optimizer: { name: 'sgd', learningRate: 1 },
    epochs: 50,
  },
};
