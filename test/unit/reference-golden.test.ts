/** Whole trainings of the reference against torch's, in float64 (test/golden). */
import { describe, expect, test } from 'vitest';
import { parseRun, type RunDocument } from '../../src/core/run.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { trainReference } from '../../src/reference/training.js';
import { flat, furthest, goldenClassifier, goldenOptimizers } from '../support/golden.js';

describe("torch's optimizers on a 3-5-2 network, to 1e-10 in every loss and weight", () => {
  const rates = { learningRate: 0.01, epsilon: 1e-8, weightDecay: 0 };
  const optimizers: Record<keyof typeof goldenOptimizers.runs, TrainingDocument['optimizer'] & object> = {
    sgd: { name: 'sgd', learningRate: 0.1 },
    sgd_momentum: { name: 'sgd', learningRate: 0.1, momentum: 0.9 },
    sgd_nesterov: { name: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
    rmsprop: { name: 'rmsprop', rho: 0.99, ...rates },
    adam: { name: 'adam', ...rates },
    adamw: { name: 'adamW', ...rates, weightDecay: 0.1 },
  };
  const trainWith = (optimizer: TrainingDocument['optimizer'] & object) => {
    const { x, y, kernels, biases, steps } = goldenOptimizers;
    return train({
      data: { x, y },
      model: {
        layers: [{ units: 5, activation: 'tanh' }, { units: 2 }],
        weights: kernels.map((kernel, l) => ({ kernel, bias: biases[l]! })),
      },
      training: { loss: 'meanSquaredError', optimizer, epochs: steps, shuffle: false },
    });
  };
  const names = Object.keys(optimizers) as (keyof typeof optimizers)[];

  test.each(names)('%s', (name) => {
    const { losses, kernels, biases } = goldenOptimizers.runs[name];
    const { history, weights } = trainWith(optimizers[name]);
    expect(furthest(history.loss, losses)).toBeLessThan(1e-10);
    expect(furthest(flat(weights), flatGolden(kernels, biases))).toBeLessThan(1e-10);
  });

  test('control: each is told from every other', () => {
    for (const name of names) {
      const { weights } = trainWith(optimizers[name]);
      for (const other of names.filter((candidate) => candidate !== name)) {
        const { kernels, biases } = goldenOptimizers.runs[other];
        expect(furthest(flat(weights), flatGolden(kernels, biases))).toBeGreaterThan(1e-4);
      }
    }
  });
});

describe("torch's classifier in mini-batches of 5, 5 and 2", () => {
  const { x, labels, kernels, biases, batch_losses, final_kernels, final_biases } = goldenClassifier;
  const targets = {
    sparseCategoricalCrossentropy: labels.map((label) => [label]),
    categoricalCrossentropy: labels.map((label) => [0, 1, 2].map((c) => (c === label ? 1 : 0))),
  };
  const losses = Array.from({ length: goldenClassifier.epochs }, (_, epoch) => {
    const [a, b, c] = batch_losses.slice(3 * epoch);
    return (5 * a! + 5 * b! + 2 * c!) / 12;
  });
  const trainWith = (loss: keyof typeof targets, changes: Partial<TrainingDocument> = {}) =>
    train({
      data: { x, y: targets[loss] },
      model: {
        layers: [
          { units: 8, activation: 'relu' },
          { units: 3, activation: 'softmax' },
        ],
        weights: kernels.map((kernel, l) => ({ kernel, bias: biases[l]! })),
      },
      training: {
        loss,
        optimizer: { name: 'sgd', learningRate: 0.5 },
        epochs: 4,
        batchSize: 5,
        shuffle: false,
        ...changes,
      },
    });

  test.each(Object.keys(targets) as (keyof typeof targets)[])('%s', (loss) => {
    const { history, weights } = trainWith(loss);
    expect(furthest(history.loss, losses)).toBeLessThan(1e-10);
    expect(furthest(flat(weights), flatGolden(final_kernels, final_biases))).toBeLessThan(1e-10);
  });

  test('control: with shuffled rows it is another training', () => {
    const { history, weights } = trainWith('sparseCategoricalCrossentropy', { shuffle: true });
    expect(furthest(history.loss, losses)).toBeGreaterThan(1e-4);
    expect(furthest(flat(weights), flatGolden(final_kernels, final_biases))).toBeGreaterThan(1e-4);
  });
});

function train(document: RunDocument) {
  return trainReference(parseRun(document));
}

function flatGolden(kernels: readonly number[][][], biases: readonly number[][]): number[] {
  return kernels.flatMap((kernel, l) => [...kernel.flat(), ...biases[l]!]);
}
