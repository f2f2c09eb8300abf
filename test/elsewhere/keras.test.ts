/**
 * The Keras file in Keras 3, where a Python has it, and its weights in h5py, bit by bit. IDLI_KERAS and IDLI_H5PY name a Python.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../../src/core/activations.js';
import { matrixFromRows } from '../../src/core/matrix.js';
import type { LayerDocument } from '../../src/core/model.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { exportKeras } from '../../src/formats/keras.js';
import type { ExportedFile, SavedModel } from '../../src/formats/saved-model.js';
import { LAYERS, TRAINING } from '../unit/formats/keras-documents.js';
import { savedModel } from '../unit/formats/saved.js';
import { float32Bounds } from './float32-bounds.js';
import { withPython } from './python.js';
import { folderWith, runProgram } from './tools.js';

interface Report {
  readonly keras: string;
  readonly differences: readonly string[];
  readonly layers: readonly string[];
  readonly answers: readonly (readonly number[])[];
  readonly described: readonly (readonly number[])[];
  readonly trained: readonly number[] | null;
  /** Of the loss huber, what an error of 10 costs. */
  readonly huber: number | null;
}

/** The most that answers to the examples are off, in shares of their bounds; NaN where one is NaN. */
function offBy(saved: SavedModel, found: Report['answers']): number {
  const { x, y } = saved.examples!;
  const bounds = float32Bounds(saved.model.layers, saved.weights, matrixFromRows(x));
  expect(found.map((row) => row.length)).toEqual(y.map((row) => row.length));
  return Math.max(...y.flat().map((value, i) => Math.abs(found.flat()[i]! - value) / bounds[i]!));
}

withPython({ module: 'keras', from: 'keras 3', variable: 'IDLI_KERAS', isPackaged: false }, (python) => {
  const script = join(import.meta.dirname, 'keras-check.py');

  async function reportOf(files: readonly ExportedFile[]): Promise<Report> {
    const { code, stdout, stderr } = await runProgram(python, [script, folderWith(files)], import.meta.dirname);
    if (code !== 0) throw new Error(stderr.slice(-2000));
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Report;
  }

  async function check(saved: SavedModel): Promise<Report> {
    const report = await reportOf(await exportKeras(saved));
    expect(report.differences).toEqual([]);
    expect(offBy(saved, report.answers)).toBeLessThanOrEqual(1);
    // From the description and the weights alone.
    expect(report.described).toEqual(report.answers);
    expect(report.trained === null || report.trained.every(Number.isFinite)).toBe(true);
    return report;
  }

  test('every kind of layer: the same answers, and no field that Keras would write otherwise', async () => {
    const report = await check(savedModel(LAYERS, 4, TRAINING));
    expect(report.layers.join(' ')).toBe('Dense BatchNormalization Activation Dropout Dense LayerNormalization Dense');
    expect(report.trained).toHaveLength(2);
  });

  test('every activation, one behind the other and as layers', async () => {
    const layers = ACTIVATION_NAMES.filter((name) => name !== 'geluTanh').flatMap((activation): LayerDocument[] => [
      { units: 3, activation },
      { type: 'activation', activation },
    ]);
    await check(savedModel(layers));
  });

  test('gelu by tanh, with everything else around it', async () => {
    const layers: LayerDocument[] = [
      { units: 3, activation: 'geluTanh' },
      ...LAYERS,
      { type: 'activation', activation: 'geluTanh' },
    ];
    const { layers: names } = await check(savedModel(layers, 4, { loss: 'meanSquaredError', optimizer: 'adam' }));
    expect(names).toContain('InputLayer');
  });

  const trainings: Record<string, TrainingDocument> = {
    sgd: { loss: 'meanSquaredError', optimizer: { name: 'sgd', momentum: 0.5, nesterov: true }, clipNorm: 1 },
    rmsprop: {
      loss: 'meanAbsoluteError',
      optimizer: 'rmsprop',
      clipValue: 1,
      metrics: ['rootMeanSquaredError', 'r2Score'],
    },
    adagrad: {
      loss: { name: 'huber', delta: 0.5 },
      optimizer: { name: 'adagrad', weightDecay: 0.01 },
      learningRateSchedule: { name: 'step', decaySteps: 2, decayRate: 1 },
      metrics: ['meanAbsoluteError', 'meanSquaredError'],
    },
    adam: {
      loss: 'binaryCrossentropy',
      optimizer: 'adam',
      learningRateSchedule: { name: 'cosine', decaySteps: 4 },
      metrics: ['accuracy', 'binaryAccuracy', 'precision', 'recall', 'auc'],
    },
  };
  test.each(Object.entries(trainings))('trains on as it was trained: %s', async (_, training) => {
    const { trained, huber } = await check(savedModel([{ units: 2, activation: 'sigmoid' }], 4, training));
    expect(trained).toHaveLength(2);
    // delta · (|e| − ½ delta)
    if (huber !== null) expect(huber).toBe(0.5 * (10 - 0.25));
  });

  test('the script beside the file finds the examples answered as they should be, and says so of no other model', async () => {
    const files = await exportKeras(savedModel(LAYERS));
    const run = (given: readonly ExportedFile[]) => {
      const folder = folderWith(given);
      return runProgram(python, [join(folder, 'load_keras.py')], folder);
    };
    const right = await run(files);
    expect([right.code, right.stdout.split('\n').at(-2)]).toEqual([0, expect.stringMatching(/^6 examples answered/)]);
    const other = savedModel(LAYERS);
    other.weights[6]!.bias!.values[0]! += 0.01;
    const [model] = await exportKeras(other);
    const wrong = await run([model!, ...files.slice(1)]);
    expect([wrong.code, wrong.stderr.trim().split('\n').at(-1)]).toEqual([
      1,
      expect.stringMatching(/^The model answers otherwise than it should: off by/),
    ]);
  });

  test('control: another weight, and a field that is off, are reported', async () => {
    const saved = savedModel(LAYERS);
    const other = savedModel(LAYERS);
    other.weights[0]!.kernel!.values[0]! += 0.01;
    const [model, ...rest] = await exportKeras(other);
    expect(offBy(saved, (await reportOf([model!, ...rest])).answers)).toBeGreaterThan(1);
    const entries = unzipSync(model!.bytes);
    const config = new TextDecoder()
      .decode(entries['config.json'])
      .replace('"kernel_constraint":null', '"kernel_constraints":null');
    expect(config).toContain('"kernel_constraints"');
    const bytes = zipSync({ ...entries, 'config.json': new TextEncoder().encode(config) });
    await expect(reportOf([{ name: 'model.keras', bytes }, ...rest])).rejects.toThrow('kernel_constraints');
  });
});

withPython({ module: 'h5py', from: 'python3-h5py', variable: 'IDLI_H5PY', isPackaged: true }, (python) => {
  const script = `import h5py, json, sys
f = h5py.File(sys.argv[1])
found = {}
f.visititems(lambda name, o: found.update({name: [o.dtype.str, list(o.shape), o[()].tobytes().hex()]}) if isinstance(o, h5py.Dataset) else None)
print(json.dumps([found, f["layers/dense/vars"].attrs["name"], sorted(f["vars"].keys())]))`;

  async function read(saved: SavedModel): Promise<unknown> {
    const [model] = await exportKeras(saved);
    const bytes = unzipSync(model!.bytes)['model.weights.h5']!;
    const folder = folderWith([{ name: 'model.weights.h5', bytes }]);
    expect(new Uint8Array(readFileSync(join(folder, 'model.weights.h5')))).toEqual(bytes);
    const { code, stdout, stderr } = await runProgram(python, ['-c', script, join(folder, 'model.weights.h5')], folder);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  }

  describe('the weights, bit by bit', () => {
    const names: Record<number, string> = {
      0: 'dense',
      1: 'batch_normalization',
      4: 'dense_1',
      5: 'layer_normalization',
      6: 'dense_2',
    };
    const expected = (saved: SavedModel) => {
      const datasets = saved.weights.flatMap((layer, l) =>
        Object.entries(layer).map(([name, { rows, columns, values }], v) => {
          const bits = Buffer.from(Float32Array.from(values).buffer).toString('hex');
          return [`layers/${names[l]}/vars/${v}`, ['<f4', name === 'kernel' ? [rows, columns] : [columns], bits]];
        }),
      );
      return [Object.fromEntries(datasets) as unknown, 'dense', []];
    };

    test('each where Keras looks for it', async () => {
      expect(await read(savedModel(LAYERS))).toEqual(expected(savedModel(LAYERS)));
    });

    test('control: the last bit of one weight', async () => {
      const other = savedModel(LAYERS);
      const { values } = other.weights[1]!.movingVariance!;
      values[3] = Math.fround(values[3]! * (1 + 2 ** -23));
      expect(await read(other)).not.toEqual(expected(savedModel(LAYERS)));
    });
  });
});
