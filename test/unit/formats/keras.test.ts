/**
 * The Keras file, taken apart: the zip, the weights read back from their HDF5, and what is refused. Its config.json is in
 * keras-config.test.ts; what Keras itself and h5py make of it in test/elsewhere/keras.test.ts.
 */
import { unzipSync } from 'fflate';
import * as h5wasm from 'h5wasm';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/format-error.js';
import { exportKeras } from '../../../src/formats/keras.js';
import { kerasWeights } from '../../../src/formats/keras-weights.js';
import type { ExportedFile, SavedModel } from '../../../src/formats/saved-model.js';
import { EXPECTED, LAYERS, TRAINING } from './keras-documents.js';
import { savedModel } from './saved.js';

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function exported(saved: SavedModel): Promise<Record<string, Uint8Array>> {
  return Object.fromEntries((await exportKeras(saved)).map(({ name, bytes }: ExportedFile) => [name, bytes]));
}

describe('the file', () => {
  test('a zip of three entries, as Keras has them, and what lies beside it', async () => {
    const files = await exported({ ...savedModel(LAYERS), classes: ['a', 'b', 'ü'], preprocessing: { p: 1 } });
    expect(Object.keys(files)).toEqual(['model.keras', 'model_config.json', 'load_keras.py', 'model.examples.json']);
    const entries = unzipSync(files['model.keras']!);
    expect(Object.keys(entries)).toEqual(['metadata.json', 'config.json', 'model.weights.h5']);
    expect(JSON.parse(textOf(entries['metadata.json']!))).toEqual({
      keras_version: '3.0.0',
      idli: { classes: ['a', 'b', 'ü'], preprocessing: { p: 1 } },
    });
    expect(JSON.parse(textOf(entries['config.json']!))).toEqual(JSON.parse(textOf(files['model_config.json']!)));
    expect(textOf(files['load_keras.py']!)).toContain('keras.models.load_model(folder / "model.keras")');
    expect(Object.keys(await exported({ ...savedModel(LAYERS), examples: undefined }))).toHaveLength(3);
    expect(JSON.parse(textOf((await exported(savedModel(LAYERS, 4, TRAINING)))['model_config.json']!))).toEqual(
      EXPECTED,
    );
  });

  test('the same model gives the same bytes, at any time of day', async () => {
    const { now } = Date;
    const first = await exported(savedModel(LAYERS, 4, TRAINING));
    Date.now = () => now() + 1e9;
    try {
      expect(await exported(savedModel(LAYERS, 4, TRAINING))).toEqual(first);
    } finally {
      Date.now = now;
    }
    const other = savedModel(LAYERS, 4, TRAINING);
    other.weights[0]!.bias!.values[0]! += 0.5;
    expect((await exported(other))['model.keras']).not.toEqual(first['model.keras']);
  });

  test('the clock goes on afterwards', async () => {
    await exported(savedModel());
    expect(Date.now()).toBeGreaterThan(1e12);
  });
});

describe('model.weights.h5', () => {
  /** Shape, type and numbers of each dataset, and the groups without one, by path. */
  async function contents(saved: SavedModel): Promise<Map<string, unknown>> {
    const { FS } = await h5wasm.ready;
    FS.writeFile('read.h5', unzipSync((await exported(saved))['model.keras']!)['model.weights.h5']!);
    const file = new h5wasm.File('read.h5', 'r');
    try {
      return new Map<string, unknown>(
        file.paths().map((path) => {
          const entity = file.get(path)!;
          if (!(entity instanceof h5wasm.Dataset))
            return [path, entity instanceof h5wasm.Group ? entity.keys().length : 'other'];
          return [path, [entity.dtype, entity.shape, Array.from(entity.value as Float32Array)]];
        }),
      );
    } finally {
      file.close();
      FS.unlink('read.h5');
    }
  }

  test('every weight where Keras looks for it, bit by bit, and a place for layers that have none', async () => {
    const saved = savedModel(LAYERS);
    const [dense, batch, , , plain, layer, last] = saved.weights;
    const row = (values: { columns: number; values: Float64Array }) => [
      '<f',
      [values.columns],
      Array.from(values.values),
    ];
    const kernel = ({ rows, columns, values }: { rows: number; columns: number; values: Float64Array }) => [
      '<f',
      [rows, columns],
      Array.from(values),
    ];
    expect(await contents(saved)).toEqual(
      new Map<string, unknown>([
        ['vars', 0],
        ['layers', 7],
        ['layers/dense', 1],
        ['layers/dense/vars', 2],
        ['layers/dense/vars/0', kernel(dense!.kernel!)],
        ['layers/dense/vars/1', row(dense!.bias!)],
        ['layers/batch_normalization', 1],
        ['layers/batch_normalization/vars', 4],
        ['layers/batch_normalization/vars/0', row(batch!.gamma!)],
        ['layers/batch_normalization/vars/1', row(batch!.beta!)],
        ['layers/batch_normalization/vars/2', row(batch!.movingMean!)],
        ['layers/batch_normalization/vars/3', row(batch!.movingVariance!)],
        ['layers/activation', 1],
        ['layers/activation/vars', 0],
        ['layers/dropout', 1],
        ['layers/dropout/vars', 0],
        ['layers/dense_1', 1],
        ['layers/dense_1/vars', 1],
        ['layers/dense_1/vars/0', kernel(plain!.kernel!)],
        ['layers/layer_normalization', 1],
        ['layers/layer_normalization/vars', 2],
        ['layers/layer_normalization/vars/0', row(layer!.gamma!)],
        ['layers/layer_normalization/vars/1', row(layer!.beta!)],
        ['layers/dense_2', 1],
        ['layers/dense_2/vars', 2],
        ['layers/dense_2/vars/0', kernel(last!.kernel!)],
        ['layers/dense_2/vars/1', row(last!.bias!)],
      ]),
    );
  });

  test('control: another weight is another number there', async () => {
    const other = savedModel(LAYERS);
    other.weights[6]!.bias!.values[2]! += 2 ** -23;
    expect(await contents(other)).not.toEqual(await contents(savedModel(LAYERS)));
  });

  test('two exports at once do not disturb each other', async () => {
    const other = savedModel([{ units: 2 }]);
    const alone = [await exported(savedModel(LAYERS)), await exported(other)];
    expect(await Promise.all([exported(savedModel(LAYERS)), exported(other)])).toEqual(alone);
  });
});

describe('refused', () => {
  const sentence = (attempt: Promise<unknown>): Promise<string | undefined> =>
    attempt.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof FormatError) return error.message;
        throw error;
      },
    );
  const refusal = (saved: SavedModel) => sentence(exported(saved));

  test('no h5wasm: the sentence says how to install it', async () => {
    const load = () => Promise.reject(new Error("Cannot find package 'h5wasm'"));
    expect(await sentence(kerasWeights([], 0, load))).toBe(
      'model.keras, model.weights.h5: found nothing to write HDF5 with, expected the package h5wasm, since Keras keeps weights in HDF5: npm install h5wasm.',
    );
  });

  test('a weight that float32 does not hold; nothing is left behind and the clock goes', async () => {
    const bad = savedModel();
    bad.weights[6]!.bias!.values[1] = Infinity;
    expect(await refusal(bad)).toBe(
      'the model to write, tensor layers.6.bias, number 1: found Infinity, expected a finite number (float32).',
    );
    expect(Date.now()).toBeGreaterThan(1e12);
    const { FS } = await h5wasm.ready;
    expect(FS.analyzePath('model.weights.h5', false).exists).toBe(false);
    expect(await refusal(savedModel())).toBeUndefined();
  });

  test('weights beyond 1 GiB, before any of them is looked at', async () => {
    const units = 12_000;
    const { model } = savedModel([1, 2].map(() => ({ units: 1, useBias: false })));
    const layers = model.layers.map((layer) => ({ ...layer, units }));
    const kernel = { rows: units, columns: units, values: new Float64Array() };
    const saved: SavedModel = { model: { seed: 0, layers }, inputs: units, weights: layers.map(() => ({ kernel })) };
    expect(await refusal(saved)).toBe(
      'model.keras: found weights of 1098.6 MiB, expected at most 1024.0 MiB in a Keras file; ONNX holds twice that.',
    );
  });
});
