/**
 * Run documents of at most ten lines that name real files: loaded, trained on WebGPU, judged by rows that were never
 * trained on. The data is no part of the project (see data.ts); where it is absent, a test says so by its name.
 *
 * Thresholds leave room below what other seeds reach. Controls: the same runs with targets that belong to other rows.
 */
import { describe } from 'vitest';
import type { Examples } from '../../src/core/examples.js';
import { applyInputs } from '../../src/data/apply.js';
import { readCsv } from '../../src/data/csv.js';
import { loadRun, type LoadedRun, taskOfLoaded } from '../../src/data/load.js';
import { parsePreprocessing } from '../../src/data/preprocessing.js';
import { labelsOf, unscaleTarget } from '../../src/data/targets.js';
import type { Device } from '../../src/gpu/device.js';
import { evaluate, type Evaluation, predictions } from '../../src/model/evaluate.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { dataFolder, lackOf, permutation } from '../support/data.js';
import { expect, test } from '../support/device.js';
import { folderOpener } from '../support/node-files.js';
import { productDevice } from '../support/plans.js';

const FOLDER = dataFolder();
const opener = folderOpener(FOLDER.path);

const IRIS = `{
  "data": { "csv": "iris.csv", "target": "species", "normalize": "standard", "validationSplit": 0.2, "testSplit": 0.2 },
  "model": { "seed": 1, "layers": [{ "units": 8, "activation": "relu" }, { "units": 3, "activation": "softmax" }] },
  "training": {
    "loss": "sparseCategoricalCrossentropy", "optimizer": { "name": "adam", "learningRate": 0.05 },
    "epochs": 100, "metrics": ["accuracy"]
  }
}`;

const BREAST_CANCER = `{
  "data": { "csv": "breast_cancer.csv", "target": "diagnosis", "normalize": "standard", "testSplit": 0.3 },
  "model": { "seed": 1, "layers": [{ "units": 16, "activation": "relu" }, { "units": 1, "activation": "sigmoid" }] },
  "training": {
    "loss": "binaryCrossentropy", "optimizer": { "name": "adam", "learningRate": 0.01 },
    "epochs": 15, "metrics": ["accuracy"]
  }
}`;

const DIABETES = `{
  "data": { "csv": "diabetes.csv", "target": "progression", "normalize": "standard", "targetNormalize": "standard", "testSplit": 0.3 },
  "model": { "seed": 1, "layers": [{ "units": 16, "activation": "relu" }, { "units": 1 }] },
  "training": {
    "loss": "meanSquaredError", "optimizer": { "name": "adam", "learningRate": 0.003 },
    "epochs": 40, "metrics": ["r2Score"]
  }
}`;

const MNIST = `{
  "data": {
    "idx": { "images": "mnist/t10k-images-idx3-ubyte.gz", "labels": "mnist/t10k-labels-idx1-ubyte.gz" },
    "normalize": "standard", "testSplit": 0.2
  },
  "model": { "seed": 1, "layers": [{ "units": 128, "activation": "relu" }, { "units": 10, "activation": "softmax" }] },
  "training": { "loss": "sparseCategoricalCrossentropy", "optimizer": { "name": "sgd", "learningRate": 0.08, "momentum": 0.9 },
    "learningRateSchedule": "cosine", "epochs": 2, "batchSize": 64, "metrics": ["accuracy"] }
}`;

test('no document is longer than ten lines', () => {
  for (const document of [IRIS, BREAST_CANCER, DIABETES, MNIST]) {
    expect(document.split('\n').length).toBeLessThanOrEqual(10);
  }
});

withData('iris', ['iris.csv'], () => {
  test('of 60 rows held back at least 90 % are told right, and named', async ({ device, adapterInfo }) => {
    const loaded = await load(IRIS);
    expect([loaded.train.x.rows, loaded.validation?.x.rows, loaded.test?.x.rows]).toEqual([90, 30, 30]);
    expect(loaded.classes).toEqual(['setosa', 'versicolor', 'virginica']);
    const on = productDevice(device, adapterInfo);
    const { history, weights } = await trainOnDevice(on, taskOfLoaded(loaded));
    const { accuracy } = await measured(on, loaded, weights);
    const right = Math.round(30 * accuracy!) + Math.round(30 * history['val_accuracy']!.at(-1)!);
    expect(right).toBeGreaterThanOrEqual(54);

    // What the model's file keeps is enough to name the flowers of the file itself.
    const stored = parsePreprocessing(JSON.parse(JSON.stringify(loaded.preprocessing)), 'model', {
      inputs: 4,
      outputs: 3,
    });
    const table = await readCsv(await opener.open('iris.csv'));
    const task = taskOfLoaded(loaded);
    const said = labelsOf(stored, await predictions(on, task, weights, applyInputs(stored, table)))!;
    const species = table.columns.at(-1)!;
    const named = said.filter(
      (name, row) => species.kind === 'text' && species.categories[species.codes[row]!] === name,
    );
    expect(named.length).toBeGreaterThanOrEqual(138);
  });

  test("control: with each other's species a third is told right, by chance", async ({ device, adapterInfo }) => {
    const { accuracy } = await trainedAndMeasured(productDevice(device, adapterInfo), mixed(await load(IRIS)));
    expect(accuracy).toBeLessThan(0.65);
  });
});

withData('breast cancer', ['breast_cancer.csv'], () => {
  test('of 171 rows held back at least 94 % are told right', async ({ device, adapterInfo }) => {
    const loaded = await load(BREAST_CANCER);
    expect([loaded.train.x.rows, loaded.test?.x.rows, loaded.classes]).toEqual([398, 171, ['benign', 'malignant']]);
    const { accuracy } = await trainedAndMeasured(productDevice(device, adapterInfo), loaded);
    expect(accuracy).toBeGreaterThanOrEqual(0.94);
  });
});

withData('diabetes', ['diabetes.csv'], () => {
  test('of what varies in 133 rows held back at least a third is explained', async ({ device, adapterInfo }) => {
    const loaded = await load(DIABETES);
    const on = productDevice(device, adapterInfo);
    const task = taskOfLoaded(loaded);
    const { weights } = await trainOnDevice(on, task);
    expect((await measured(on, loaded, weights)).r2Score).toBeGreaterThanOrEqual(0.33);
    // Predictions come back in the units of the file: from 25 to 346, and 152 on average.
    const scaled = await predictions(on, task, weights, loaded.test!.x);
    const values = unscaleTarget(loaded.preprocessing!, scaled).values;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 152)).toBeLessThan(30);
  });

  test("control: with each other's targets nothing is", async ({ device, adapterInfo }) => {
    const { r2Score } = await trainedAndMeasured(productDevice(device, adapterInfo), mixed(await load(DIABETES)));
    expect(r2Score).toBeLessThan(0.1);
  });
});

const DIGITS = ['mnist/t10k-images-idx3-ubyte.gz', 'mnist/t10k-labels-idx1-ubyte.gz'];

withData('MNIST', DIGITS, () => {
  const patience = { timeout: 300_000 };

  test('of 2,000 digits held back at least 93 % are told right', patience, async ({ device, adapterInfo }) => {
    const loaded = await load(MNIST);
    expect([loaded.train.x.rows, loaded.test?.x.rows, loaded.train.x.columns]).toEqual([8000, 2000, 784]);
    expect(loaded.train.x.values).toBeInstanceOf(Float32Array);
    const { accuracy } = await trainedAndMeasured(productDevice(device, adapterInfo), loaded);
    expect(accuracy).toBeGreaterThanOrEqual(0.93);
  });

  test(
    "control: with each other's labels a tenth is told right, by chance",
    patience,
    async ({ device, adapterInfo }) => {
      const few = MNIST.replace('"testSplit": 0.2', '"testSplit": 0.2, "limit": 2500');
      const { accuracy } = await trainedAndMeasured(productDevice(device, adapterInfo), mixed(await load(few)));
      expect(accuracy).toBeLessThan(0.2);
    },
  );
});

/** Tests that need files. Without them: a failure where the folder was named, else a test that says what is missing. */
function withData(name: string, files: readonly string[], tests: () => void): void {
  const lack = lackOf(FOLDER, files);
  if (lack === undefined) describe(name, tests);
  else {
    test(`real data: ${name}: ${lack}`, () => {
      if (FOLDER.isDemanded) throw new Error(lack);
    });
  }
}

async function load(document: string): Promise<LoadedRun> {
  return loadRun(JSON.parse(document), { opener });
}

type Weights = Awaited<ReturnType<typeof trainOnDevice>>['weights'];

async function trainedAndMeasured(device: Device, loaded: LoadedRun) {
  const { weights } = await trainOnDevice(device, taskOfLoaded(loaded));
  return measured(device, loaded, weights);
}

/** Loss and metrics over the rows for the test, which no training has seen. */
async function measured(device: Device, loaded: LoadedRun, weights: Weights): Promise<Evaluation> {
  const task = taskOfLoaded({ ...loaded, train: loaded.test!, validation: undefined });
  return evaluate(device, task, weights, true);
}

/** The rows to train on with each other's targets. */
function mixed(loaded: LoadedRun): LoadedRun {
  const { y }: Examples = loaded.train;
  const order = permutation(y.rows, 1);
  const values = Float64Array.from(order, (row) => y.values[row]!);
  return { ...loaded, train: { ...loaded.train, y: { ...y, values } } };
}
