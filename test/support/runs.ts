/** Runs for tests, of any shape: seeded values, every field said. */
import { initialWeights } from '../../src/core/initializers.js';
import { matrixToRows } from '../../src/core/matrix.js';
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

/** Inputs in [−1, 1), targets in [0, 1); kernels as their initializers draw them, biases in [−1, 1) and never 0. */
export function makeRun({ batch, inputs, layers, epochs = 1, learningRate = 0.1, seed = 7 }: RunShape): Run {
  const random = numpyRandom(seed);
  const rows = (columns: number, low: number) =>
    Array.from({ length: batch }, () => Array.from({ length: columns }, () => low + (1 - low) * random()));
  const drawn = parseRun({
    data: { x: rows(inputs, -1), y: rows(layers.at(-1)!.units, 0) },
    model: { seed, layers },
    training: { loss: 'halfSumSquaredError', optimizer: { name: 'sgd', learningRate }, epochs },
  });
  const weights = initialWeights(drawn).map(({ kernel, bias }) => ({
    kernel: matrixToRows(kernel),
    bias: bias && Array.from(bias.values, () => 2 * random() - 1),
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
