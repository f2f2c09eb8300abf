/**
 * The model file: the same model back, exactly the float32 values; what it cannot hold is not written, and what has been
 * changed by others is refused with the place of it, or is a model.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matrix } from '../../../src/core/matrix.js';
import { readModel, writeModel } from '../../../src/formats/model-file.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors.js';
import type { SavedModel } from '../../../src/formats/saved-model.js';
import type { Tensor } from '../../../src/formats/tensor.js';
import { formatRefusal } from './format-refusal.js';
import { savedModel } from './saved.js';

const FULL: SavedModel = {
  ...savedModel(undefined, 4, {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: 'adam',
    earlyStopping: { monitor: 'val_loss' },
  }),
  data: { source: { file: 'iris.csv' }, target: 'species' },
  preprocessing: { columns: [{ name: 'a', mean: 1.5 }] },
  classes: ['setosa', "it's", 'ünïcode "quoted"'],
  history: { loss: [1, 0.5], val_loss: [2, 0.25] },
};
const read = (bytes: Uint8Array) => readModel(bytes, 'm.safetensors');

/** The file of a model, taken apart, changed and put together again. */
function edited(change: (tensors: Map<string, Tensor>, metadata: Record<string, string>) => void): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(writeModel(FULL), 'm');
  const [changedTensors, changedMetadata] = [new Map(tensors), { ...metadata }];
  change(changedTensors, changedMetadata);
  return encodeSafetensors(changedTensors, changedMetadata);
}
const refusal = (change: Parameters<typeof edited>[0]) => formatRefusal(() => read(edited(change)));

/** The run in the metadata with a value at a path replaced. */
const withRun = (path: string, value: unknown) =>
  refusal((_, metadata) => {
    const run: unknown = JSON.parse(metadata['run']!);
    const keys = path.split('.');
    const last = keys.pop()!;
    (keys.reduce((object, key) => (object as Record<string, unknown>)[key], run) as Record<string, unknown>)[last] =
      value;
    metadata['run'] = JSON.stringify(run);
  });

describe('there and back', () => {
  test('everything comes back as it was, and the same model gives the same bytes', () => {
    const bytes = writeModel(FULL);
    expect(read(bytes)).toEqual(FULL);
    expect(writeModel(read(bytes))).toEqual(bytes);
  });

  test('a model alone', () => {
    const { model, inputs, weights } = FULL;
    expect(read(writeModel({ model, inputs, weights }))).toEqual({ model, inputs, weights });
  });

  test('the tensors are named and shaped as the format says', () => {
    const { tensors, metadata } = decodeSafetensors(writeModel(FULL), 'm');
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['layers.0.kernel', 'F32', [4, 5]],
      ['layers.0.bias', 'F32', [5]],
      ['layers.1.gamma', 'F32', [5]],
      ['layers.1.beta', 'F32', [5]],
      ['layers.1.movingMean', 'F32', [5]],
      ['layers.1.movingVariance', 'F32', [5]],
      ['layers.4.kernel', 'F32', [5, 4]],
      ['layers.5.gamma', 'F32', [4]],
      ['layers.5.beta', 'F32', [4]],
      ['layers.6.kernel', 'F32', [4, 3]],
      ['layers.6.bias', 'F32', [3]],
    ]);
    expect(Object.keys(metadata)).toEqual([
      ...['format', 'version', 'inputs', 'run', 'preprocessing', 'classes', 'history', 'examples'],
    ]);
    expect(metadata['format']).toBe('idli');
  });

  test('weights are rounded to float32, or kept as they are in float64', () => {
    const weights = (kernel: number) => [{ kernel: matrix(1, 1, Float64Array.of(kernel)), bias: matrix(1, 1) }];
    fc.assert(
      fc.property(fc.double({ min: -3e38, max: 3e38, noNaN: true }), (value) => {
        const saved = { ...savedModel([{ units: 1 }], 1), weights: weights(value) };
        expect(read(writeModel(saved)).weights).toEqual(weights(Math.fround(value)));
        expect(read(writeModel(saved, { precision: 'float64' })).weights).toEqual(weights(value));
      }),
    );
    // Control: 0.1 is no float32.
    expect(Math.fround(0.1)).not.toBe(0.1);
  });

  test('a loss that was no number comes back as one that is none', () => {
    const history = { loss: [1, NaN] };
    expect(read(writeModel({ ...FULL, history })).history).toEqual(history);
  });
});

describe('what is not written', () => {
  const refused = (changes: Partial<SavedModel>) => formatRefusal(() => writeModel({ ...FULL, ...changes }));
  const withWeight = (value: number) => {
    const { kernel, bias } = FULL.weights[0]!;
    const values = kernel!.values.slice();
    values[7] = value;
    return { weights: [{ kernel: matrix(4, 5, values), bias: bias! }, ...FULL.weights.slice(1)] };
  };

  test.each([[NaN], [Infinity], [-Infinity], [1e39]])('a weight that is %d', (value) => {
    expect(refused(withWeight(value))).toBe(
      `the model to write, tensor layers.0.kernel, number 7: found ${value}, expected a finite number (float32).`,
    );
    expect(refused(withWeight(1e38))).toBeUndefined();
  });

  test('a precision that is none', () => {
    expect(() => writeModel(FULL, { precision: 'half' as 'float32' })).toThrow(
      'precision: found "half", expected one of "float32", "float64".',
    );
  });

  test('weights that do not fit', () => {
    expect(refused({ weights: FULL.weights.slice(1) })).toBe(
      'the model to write: found weights of 6 layers, expected 7, one for each layer.',
    );
    expect(refused({ weights: [{ ...FULL.weights[0], bias: matrix(1, 4) }, ...FULL.weights.slice(1)] })).toBe(
      'the model to write, tensor layers.0.bias: found (1, 4) numbers, expected (1, 5).',
    );
    expect(refused({ weights: [{ kernel: matrix(4, 5) }, ...FULL.weights.slice(1)] })).toBe(
      'the model to write, tensor layers.0.bias: found nothing, expected (1, 5) numbers.',
    );
    expect(refused({ weights: FULL.weights.map((layer, l) => (l === 3 ? { bias: matrix(1, 5) } : layer)) })).toBe(
      'the model to write, tensor layers.3.bias: found a weight that its layer has not, expected none.',
    );
    expect(refused({ inputs: 0 })).toMatch(/metadata "inputs": found 0, expected the columns of x/);
    expect(refused({ examples: { x: [[1, 2]], y: [[1, 0, 0]] } })).toBe(
      'the model to write, metadata "examples", x[0]: found 2 numbers, expected 4, the inputs of the model.',
    );
  });
});

// prettier-ignore
describe('what is refused', () => {
  const M = 'm.safetensors, ';
  const nan: Tensor = { dtype: 'F32', shape: [5], data: Float32Array.of(0, 1, NaN, 2, 3) };

  test.each<[name: string, change: Parameters<typeof edited>[0], sentence: string]>([
    ['a file without format', (_, m) => delete m['format'], `${M}metadata "format": found nothing, expected "idli", as a model file of idli has it.`],
    ['a file of another program', (_, m) => (m['format'] = 'pt'), `${M}metadata "format": found "pt", expected "idli", as a model file of idli has it.`],
    ['weights of nn.Sequential', (t, m) => { m['format'] = 'pt'; t.set('0.weight', nan); }, 'm.safetensors: found a tensor "0.weight", as PyTorch\'s nn.Sequential names it, expected a model file of idli; importPytorch reads such a file, with its layers.'],
    ['a later version', (_, m) => (m['version'] = '2'), `${M}metadata "version": found "2", expected "1", the version that this program reads.`],
    ['no inputs', (_, m) => delete m['inputs'], `${M}metadata "inputs": found nothing, expected the columns of x, a whole number from 1 to 268435456.`],
    ['too many inputs', (_, m) => (m['inputs'] = '1e300'), `${M}metadata "inputs": found 1e+300, expected the columns of x, a whole number from 1 to 268435456.`],
    ['no run', (_, m) => delete m['run'], `${M}metadata "run": found nothing, expected an object with model, training, data.`],
    ['a run that is no JSON', (_, m) => (m['run'] = '{'), `${M}metadata "run": found text that is no JSON, expected JSON.`],
    ['a run that is null', (_, m) => (m['run'] = 'null'), `${M}metadata "run": found null, expected an object with model, training, data.`],
    ['a run with a stranger', (_, m) => (m['run'] = '{"modle":{}}'), `${M}metadata "run": found an unknown field "modle", expected only model, training, data.`],
    ['a run without a model', (_, m) => (m['run'] = '{}'), `${M}metadata "run", model: found nothing, expected an object with seed, layers, weights.`],
    ['a key twice', (_, m) => (m['run'] = '{"model":{},"model":{}}'), `${M}metadata "run": found the key "model" twice, expected each key once.`],
    ['classes that are no texts', (_, m) => (m['classes'] = '[1]'), `${M}metadata "classes": found a list of 1, expected a list of texts.`],
    ['a history without a loss', (_, m) => (m['history'] = '{}'), `${M}metadata "history": found an object, expected an object with loss.`],
    ['a history of texts', (_, m) => (m['history'] = '{"loss":["1"]}'), `${M}metadata "history", loss[0]: found "1", expected a number, or null.`],
    ['examples that are none', (_, m) => (m['examples'] = '{"x":[1]}'), `${M}metadata "examples", x[0]: found 1, expected a row of numbers.`],
    ['examples without answers', (_, m) => (m['examples'] = '{"x":[[1,2,3,4]],"y":[]}'), `${M}metadata "examples", y: found no rows, expected at least one.`],
    ['a weight that is missing', (t) => t.delete('layers.5.beta'), `${M}tensor layers.5.beta: found nothing, expected the weight of its layer.`],
    ['a weight of no layer', (t) => t.set('layers.3.kernel', nan), `${M}tensor layers.3.kernel: found a weight that no layer has, expected the weights of the layers alone.`],
    ['a weight of another shape', (t) => t.set('layers.0.kernel', { ...t.get('layers.0.kernel')!, shape: [5, 4] }), `${M}tensor layers.0.kernel: found the shape [5, 4], expected [4, 5], as its layer has it.`],
    ['a weight of whole numbers', (t) => t.set('layers.0.bias', { dtype: 'I32', shape: [5], data: new Int32Array(5) }), `${M}tensor layers.0.bias: found numbers of I32, expected F32, F64, F16 or BF16.`],
    ['NaN', (t) => t.set('layers.0.bias', nan), `${M}tensor layers.0.bias, number 2: found NaN, expected a finite number (float32).`],
    ['a negative variance', (t) => t.set('layers.1.movingVariance', { ...nan, data: Float32Array.of(1, -1, 1, 1, 1) }), `${M}tensor layers.1.movingVariance, number 1: found -1, expected a variance, a number of at least 0.`],
  ])('%s', (_, change, sentence) => {
    expect(refusal(change)).toBe(sentence);
  });

  test('a run that cannot be', () => {
    expect(withRun('model.layers.0.units', 0)).toBe(`${M}metadata "run", model.layers[0].units: found 0, expected a whole number from 1 to 268435456.`);
    expect(withRun('model.layers.0.units', 2 ** 28)).toMatch(/model\.layers\[0\]\.units: found .* expected a kernel of at most 268,435,456/);
    expect(withRun('model.layers.6.units', 1)).toMatch(/"softmax" over 1 unit/);
    expect(withRun('model.weights', [])).toBe(`${M}metadata "run", model.weights: found a list of 0, expected none, since the file has tensors.`);
    expect(withRun('training.loss.name', 'cats')).toMatch(/metadata "run", training\.loss\.name: found "cats"/);
    expect(withRun('training.epochs', 0)).toMatch(/training\.epochs: found 0/);
    // Control: the same way in, with what stands there already.
    expect(withRun('training.epochs', 1)).toBeUndefined();
  });
});

test('hostile metadata is refused or is a model, and nothing else happens', () => {
  const keys = ['format', 'version', 'inputs', 'run', 'classes', 'history', 'examples', '__proto__'];
  const base = decodeSafetensors(writeModel(FULL), 'm').metadata;
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.oneof(fc.json(), fc.string(), fc.json({ maxDepth: 5 })), (key, value) => {
      const changed = Object.fromEntries([...Object.entries(base), [key, value]]);
      formatRefusal(() => read(encodeSafetensors(decodeSafetensors(writeModel(FULL), 'm').tensors, changed)));
    }),
  );
});

test('a character of the metadata changed: refused, or a model', () => {
  const { tensors, metadata } = decodeSafetensors(writeModel(FULL), 'm');
  const at = fc.tuple(fc.constantFrom('run', 'history', 'examples'), fc.nat(), fc.constantFrom(...'{}[]",:0-.e\\x '));
  let refused = 0;
  fc.assert(
    fc.property(at, ([key, place, character]) => {
      const text = metadata[key]!;
      const index = place % text.length;
      const changed = { ...metadata, [key]: text.slice(0, index) + character + text.slice(index + 1) };
      if (formatRefusal(() => read(encodeSafetensors(tensors, changed)))) refused += 1;
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('bytes changed anywhere: refused, or a model', () => {
  const bytes = writeModel(FULL);
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  let refused = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const damaged = bytes.slice();
      for (const [at, value] of changes) damaged[at] = value;
      if (formatRefusal(() => read(damaged))) refused += 1;
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('cut anywhere: refused', () => {
  const bytes = writeModel(savedModel([{ units: 1 }], 1));
  for (let length = 0; length < bytes.length; length++) {
    expect([length, formatRefusal(() => read(bytes.subarray(0, length)))]).toEqual([length, expect.any(String)]);
  }
});
