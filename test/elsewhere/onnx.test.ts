/**
 * The ONNX file in ONNX Runtime (its WebAssembly, in Node): every layer and every activation, batches of any size, against the
 * float64 reference within derived bounds; and controls, which are files that say something else.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../../src/core/activations.js';
import { type Matrix, matrix } from '../../src/core/matrix.js';
import type { LayerDocument } from '../../src/core/model.js';
import { numpyRandom } from '../../src/core/random.js';
import { exportOnnx } from '../../src/formats/onnx.js';
import type { SavedModel } from '../../src/formats/saved-model.js';
import { predict } from '../../src/reference/evaluate.js';
import { savedModel } from '../unit/formats/saved.js';
import { float32Bounds } from './float32-bounds.js';

beforeAll(() => {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary = readFileSync(join(folder, 'ort-wasm-simd-threaded.wasm')).buffer;
});

/** What the runtime answers to rows of inputs. */
async function answers(model: Uint8Array, x: Matrix): Promise<Matrix> {
  const session = await InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  try {
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.from(x.values), [x.rows, x.columns]) });
    const [rows, columns] = y!.dims as [number, number];
    return matrix(rows, columns, Float64Array.from(y!.data as Float32Array));
  } finally {
    await session.release();
  }
}

/** Float32 values in [−size, size). */
function inputsOf(saved: SavedModel, rows: number, size = 1): Matrix {
  const random = numpyRandom(rows);
  const x = matrix(rows, saved.inputs);
  return { ...x, values: x.values.map(() => Math.fround(size * (2 * random() - 1))) };
}

/** The most that an answer is off, in shares of its bound: at most 1 where all is well, NaN where one is NaN. */
async function offBy(model: Uint8Array, saved: SavedModel, x: Matrix): Promise<number> {
  const expected = predict(saved.model, saved.weights, x);
  const bounds = float32Bounds(saved.model.layers, saved.weights, x);
  const found = await answers(model, x);
  expect([found.rows, found.columns]).toEqual([expected.rows, expected.columns]);
  return Math.max(...found.values.map((value, i) => Math.abs(value - expected.values[i]!) / bounds[i]!));
}

const modelOf = (saved: SavedModel) => exportOnnx(saved)[0]!.bytes;

describe('the network that was trained', () => {
  test.each(ACTIVATION_NAMES)('%s, in a dense layer and as a layer, near zero and far out', async (activation) => {
    const saved = savedModel([{ units: 7, activation }, { units: 5 }, { type: 'activation', activation }]);
    for (const size of [1e-3, 1, 30])
      expect(await offBy(modelOf(saved), saved, inputsOf(saved, 40, size))).toBeLessThanOrEqual(1);
  });

  test.each([1, 2, 7, 64, 1000])('every kind of layer, a batch of %i', async (rows) => {
    const saved = savedModel();
    expect(await offBy(modelOf(saved), saved, inputsOf(saved, rows))).toBeLessThanOrEqual(1);
  });

  const single: Record<string, LayerDocument[]> = {
    'one number to one number': [{ units: 1 }],
    'no bias': [{ units: 3, useBias: false }],
    'batch normalization first and last': [
      { type: 'batchNormalization', epsilon: 0.1 },
      { units: 2 },
      { type: 'batchNormalization', epsilon: 1e-37 },
    ],
    'layer normalization first and last': [
      { type: 'layerNormalization', epsilon: 0.1 },
      { units: 6 },
      { type: 'layerNormalization', epsilon: 1e-5 },
    ],
    'dropout first and last': [
      { type: 'dropout', rate: 0.9 },
      { units: 2, activation: 'tanh' },
      { type: 'dropout', rate: 0.5 },
    ],
    'linear layers alone': [{ units: 4 }, { type: 'activation', activation: 'linear' }],
  };
  test.each(Object.entries(single))('%s', async (name, layers) => {
    const saved = savedModel(layers, name === 'one number to one number' ? 1 : 4);
    expect(await offBy(modelOf(saved), saved, inputsOf(saved, 9))).toBeLessThanOrEqual(1);
  });

  test('a network of the size that pictures need', async () => {
    const saved = savedModel(
      [{ units: 128, activation: 'relu' }, { type: 'batchNormalization' }, { units: 10, activation: 'softmax' }],
      784,
    );
    expect(await offBy(modelOf(saved), saved, inputsOf(saved, 5))).toBeLessThanOrEqual(1);
  });

  test('the examples beside the file hold, and their tolerance is wide enough for this runtime', async () => {
    const [model, file] = exportOnnx(savedModel());
    const { inputs, outputs, tolerance } = JSON.parse(new TextDecoder().decode(file!.bytes)) as {
      inputs: number[][];
      outputs: number[][];
      tolerance: number;
    };
    const found = await answers(
      model!.bytes,
      matrix(inputs.length, inputs[0]!.length, Float64Array.from(inputs.flat())),
    );
    const off = outputs.flat().map((value, i) => Math.abs(found.values[i]! - value) / Math.max(1, Math.abs(value)));
    expect(Math.max(...off)).toBeLessThan(tolerance / 10);
  });
});

test('preprocessing in the graph: a table in, missing values and all, the target out', async () => {
  const saved = savedModel([{ units: 3, activation: 'tanh' }, { units: 2 }]);
  const preprocessing = {
    inputs: [
      { kind: 'numbers', width: 2, shift: [100], scale: [4] },
      { kind: 'numbers', width: 1, shift: [-1], scale: [0.5], fill: [7] },
      { kind: 'numbers', width: 1, shift: [0], scale: [1] },
    ],
    target: { kind: 'numbers', shift: [10, -3], scale: [2, 0.25] },
  };
  const [model] = exportOnnx({ ...saved, preprocessing }, { preprocessing: true });
  const table = matrix(2, 4, Float64Array.of(101, 96, NaN, 0.5, 104, 102, -1.25, -0.75));
  // (v − shift) / scale by hand; the missing value is a 7.
  const x = matrix(2, 4, Float64Array.of(0.25, -1, 16, 0.5, 1, 0.5, -0.5, -0.75));
  const y = predict(saved.model, saved.weights, x).values.map((value, i) =>
    i % 2 === 0 ? value * 2 + 10 : value / 4 - 3,
  );
  const found = await answers(model!.bytes, table);
  found.values.forEach((value, i) => expect(Math.abs(value - y[i]!)).toBeLessThan(1e-5));
});

describe('controls: what is not the same network is told from it', () => {
  const saved = savedModel();
  const x = inputsOf(saved, 64);

  test.each(saved.weights.flatMap((layer, l) => Object.keys(layer).map((name) => [l, name as 'kernel'] as const)))(
    'one number of layer %i, %s, off by a hundredth',
    async (l, name) => {
      const other = savedModel();
      other.weights[l]![name]!.values[0]! += 0.01;
      expect(await offBy(modelOf(other), saved, x)).toBeGreaterThan(1);
    },
  );

  // The layer in question comes last, so that nothing behind it widens the bound.
  const pairs: Record<string, [LayerDocument, LayerDocument]> = {
    'epsilon 0.0011 for 0.001 in a batch normalization': [
      { type: 'batchNormalization' },
      { type: 'batchNormalization', epsilon: 0.0011 },
    ],
    'epsilon 0.0011 for 0.001 in a layer normalization': [
      { type: 'layerNormalization' },
      { type: 'layerNormalization', epsilon: 0.0011 },
    ],
    'gelu by tanh for gelu': [
      { type: 'activation', activation: 'gelu' },
      { type: 'activation', activation: 'geluTanh' },
    ],
    'silu for gelu by tanh': [
      { type: 'activation', activation: 'geluTanh' },
      { type: 'activation', activation: 'silu' },
    ],
    'linear for elu': [
      { type: 'activation', activation: 'elu' },
      { type: 'activation', activation: 'linear' },
    ],
  };
  test.each(Object.entries(pairs))('%s', async (_, [layer, other]) => {
    const [right, wrong] = [savedModel([{ units: 4 }, layer]), savedModel([{ units: 4 }, other])];
    expect(await offBy(modelOf(right), right, x)).toBeLessThanOrEqual(1);
    // The weights are the right ones: only what is done with them differs.
    expect(await offBy(modelOf({ ...wrong, weights: right.weights }), right, x)).toBeGreaterThan(1);
  });
});
