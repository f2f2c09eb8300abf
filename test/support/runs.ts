/** Runs for tests, of any shape: seeded values, every field said. */
import { numpyRandom } from '../../src/core/random.js';
import { type LayerDocument, parseRun, type Run } from '../../src/core/run.js';

export interface RunShape {
  readonly batch: number;
  readonly inputs: number;
  readonly layers: readonly LayerDocument[];
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly seed?: number;
}

/** Inputs in [−1, 1), targets in [0, 1). */
export function makeRun({ batch, inputs, layers, epochs = 1, learningRate = 0.1, seed = 7 }: RunShape): Run {
  const random = numpyRandom(seed);
  const rows = (columns: number, low: number) =>
    Array.from({ length: batch }, () => Array.from({ length: columns }, () => low + (1 - low) * random()));
  return parseRun({
    data: { x: rows(inputs, -1), y: rows(layers.at(-1)!.units, 0) },
    model: { seed, layers },
    training: { loss: 'halfSumSquaredError', optimizer: { name: 'sgd', learningRate }, epochs },
  });
}

/** The changed copy of a document, for bad input: `change` may do anything to it. */
export function changed<T>(document: T, change: (copy: Record<string, any>) => void): unknown {
  const copy = structuredClone(document) as Record<string, any>;
  change(copy);
  return copy;
}
