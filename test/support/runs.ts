/** Runs for tests, of any shape: seeded values, every field said. */
import { initialWeights } from '../../src/core/initializers.js';
import { matrixToRows } from '../../src/core/matrix.js';
import { numpyRandom } from '../../src/core/random.js';
import { type LayerDocument } from '../../src/core/model.js';
import { parseRun, type Run } from '../../src/core/run.js';
import type { TrainingDocument } from '../../src/core/training.js';

export interface RunShape {
  readonly batch: number;
  readonly inputs: number;
  readonly layers: readonly LayerDocument[];
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  /** What else the training says; all rows are one batch where it says nothing. */
  readonly training?: Partial<TrainingDocument>;
  /** More of the data: targets of another kind, weights, validation. */
  readonly data?: (draw: () => number) => Partial<Run['data']>;
}

/** Inputs in [−1, 1), targets in [0, 1); kernels as their initializers draw them, biases in [−1, 1) and never 0. */
export function makeRun(shape: RunShape): Run {
  const { batch, inputs, layers, epochs = 1, learningRate = 0.1, seed = 7, training, data } = shape;
  const random = numpyRandom(seed);
  const rows = (columns: number, low: number) =>
    Array.from({ length: batch }, () => Array.from({ length: columns }, () => low + (1 - low) * random()));
  const outputs = layers.reduce((width, layer) => ('units' in layer ? layer.units : width), inputs);
  const x = rows(inputs, -1);
  const drawn = parseRun({
    data: { x, y: rows(outputs, 0), ...data?.(random) },
    model: { seed, layers },
    training: {
      loss: 'halfSumSquaredError',
      optimizer: { name: 'sgd', learningRate },
      batchSize: batch,
      ...training,
      epochs,
    },
  });
  const wide = (values: Float64Array) => Array.from(values, () => 2 * random() - 1);
  const weights = initialWeights(drawn.model, inputs).map((layer) => ({
    ...Object.fromEntries(Object.entries(layer).map(([name, { values }]) => [name, Array.from(values)])),
    ...(layer.kernel && { kernel: matrixToRows(layer.kernel) }),
    ...(layer.bias && { bias: wide(layer.bias.values) }),
    ...(layer.gamma && { gamma: wide(layer.gamma.values), beta: wide(layer.beta!.values) }),
  }));
  return parseRun({ ...drawn, model: { ...drawn.model, weights } });
}

/** What `changed` takes away. */
export const MISSING = Symbol('missing');

/** A copy of a document with the values at these paths (`model.layers.0.units`) replaced or taken away. */
export function changed(document: unknown, changes: Readonly<Record<string, unknown>>): unknown {
  const copy: unknown = structuredClone(document);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const owner = keys.reduce((object, key) => (object as Record<string, unknown>)[key], copy) as Record<
      string,
      unknown
    >;
    if (value === MISSING) delete owner[last];
    else owner[last] = value;
  }
  return copy;
}
