/**
 * Trainings as NumPy and torch computed them in float64. Loaded, never recomputed here. Below them, how far others are from them.
 *
 * golden: the tutorial's run, every epoch's losses, the weights before and after, the table the tutorial printed.
 * goldenOptimizers: a 3-5-2 network under torch's optimizers. goldenClassifier: a 4-8-3 network in mini-batches.
 */
import { expect } from 'vitest';
import type { LayerWeights } from '../../src/core/initializers.js';
import type { LayerDocument } from '../../src/core/model.js';
import { numpyRandom } from '../../src/core/random.js';
import type { RunDocument } from '../../src/core/run.js';
import type { TrainingDocument } from '../../src/core/training.js';
import article from '../golden/article.json';
import classifier from '../golden/classifier.json';
import optimizers from '../golden/optimizers.json';

export const golden = article;
export const goldenOptimizers = optimizers;
export const goldenClassifier = classifier;

/** What the tutorial printed for epoch 50, to its eight digits. */
export const PUBLISHED = ['0.16773399', '0.14277980', '0.84060332', '0.82558171'];

/** All weights one after the other, as numbers to compare. */
export function flat(weights: readonly LayerWeights[]): number[] {
  return weights.flatMap((layer) => Object.values(layer).flatMap(({ values }) => Array.from(values)));
}

/** The largest difference between two lists of one length. */
export function furthest(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

export const hidden = { units: 4, activation: 'tanh' } as const satisfies LayerDocument;
export const two: LayerDocument = { units: 2 };

/** A small run that no golden file has: seeded rows in [−1, 1), targets in [0, 1), three inputs and two outputs. */
export function sample(
  rows: number,
  training: Partial<TrainingDocument>,
  layers: readonly LayerDocument[] = [hidden, two],
  seed = 3,
) {
  const random = numpyRandom(seed);
  const draw = (columns: number, low: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => low + (1 - low) * random()));
  return {
    data: { x: draw(3, -1), y: draw(2, 0) },
    model: { seed: 3, layers },
    training: { loss: 'meanSquaredError' as const, ...training },
  } satisfies RunDocument;
}
