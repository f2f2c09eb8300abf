/**
 * Networks that learn: iris, breast cancer and MNIST, trained on WebGPU and judged by rows that they never saw.
 * The data is no part of the project (see data.ts); where it is absent, a test says so by its name.
 *
 * Each threshold leaves room below what other seeds reach, so that it is no matter of luck: of iris and breast cancer
 * every row is held back once, in five trainings. Controls show that it is the data that is learnt.
 */
import { describe } from 'vitest';
import type { LayerDocument } from '../../src/core/model.js';
import { matrix, matrixToRows } from '../../src/core/matrix.js';
import { parseSettings } from '../../src/core/run.js';
import { makeTask, type Task } from '../../src/core/task.js';
import type { TrainingDocument } from '../../src/core/training.js';
import type { Device } from '../../src/gpu/device.js';
import { trainTask } from '../../src/reference/training.js';
import { train, trainOnDevice } from '../../src/trainer/train.js';
import { compareCurves } from '../../src/verify/curves.js';
import {
  dataFolder,
  type Dataset,
  firstRows,
  foldsOf,
  lackOf,
  permuted,
  readCsv,
  readDigits,
  standardized,
  standardizedAsOne,
  withShuffledLabels,
} from '../support/data.js';
import { expect, test } from '../support/device.js';
import { productDevice } from '../support/plans.js';

const SEED = 1;
/** The share of the rows that is held back from training; the last ones. */
const HELD_BACK = 0.2;
const FOLDS = 5;
const FOLDER = dataFolder();

/** How far the curves of a training in float32 may be from the reference's in float64, after 200 updates. */
const CURVES_APART = 1e-5;

interface Settings {
  readonly layers: readonly LayerDocument[];
  readonly training: TrainingDocument;
}

/** 4-8-3, all rows in one batch. */
const IRIS: Settings = {
  layers: [
    { units: 8, activation: 'relu', kernelRegularizer: { l2: 0.001 } },
    { units: 3, activation: 'softmax' },
  ],
  training: {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.1 },
    learningRateSchedule: 'cosine',
    epochs: 200,
    batchSize: 120,
    validationSplit: HELD_BACK,
    metrics: ['accuracy'],
  },
};

/** 30-16-1 in batches of 64, the last of 7. */
const BREAST_CANCER: Settings = {
  layers: [
    { units: 16, activation: 'relu', kernelRegularizer: { l2: 0.01 } },
    { units: 1, activation: 'sigmoid' },
  ],
  training: {
    loss: 'binaryCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.01 },
    learningRateSchedule: 'cosine',
    epochs: 15,
    batchSize: 64,
    validationSplit: HELD_BACK,
    metrics: ['accuracy'],
  },
};

/** 784-128-10. */
const MNIST: Settings = {
  layers: [
    { units: 128, activation: 'relu', kernelInitializer: 'heUniform' },
    { units: 10, activation: 'softmax' },
  ],
  training: {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'sgd', learningRate: 0.08, momentum: 0.9 },
    learningRateSchedule: 'cosine',
    epochs: 2,
    batchSize: 64,
    validationSplit: HELD_BACK,
    metrics: ['accuracy'],
  },
};

withData('iris', ['iris.csv'], () => {
  const tasks = () => foldsOf(permuted(readCsv(FOLDER, 'iris.csv'), SEED), FOLDS).map((data) => taskOf(IRIS, data));

  test('of the rows held back at least 95 % are told right', async ({ device, adapterInfo }) => {
    const accuracy = await heldBackAccuracy(productDevice(device, adapterInfo), tasks());
    expect(accuracy).toBeGreaterThanOrEqual(0.95);
  });

  test('`train` of the same as a run follows the float64 reference in every curve and prediction', async () => {
    const { model, training, train: rows, validation } = tasks()[0]!;
    const document = {
      data: { ...rowsOf(rows), validation: rowsOf(validation!) },
      model,
      training: { ...training, validationSplit: 0 },
    };
    const trained = await train(document, { backend: 'webgpu', gpu: navigator.gpu });
    const parity = compareCurves(trained, trainTask(tasks()[0]!));
    expect(parity.curves.filter(({ difference }) => !(difference <= CURVES_APART))).toEqual([]);
    // Not a copy of the reference: float32 cannot agree with float64 to the last bit.
    expect(parity.maxAbsoluteDifference).toBeGreaterThan(0);
  });

  test("control: with each other's labels a third is told right, by chance", async ({ device, adapterInfo }) => {
    const data = withShuffledLabels(permuted(readCsv(FOLDER, 'iris.csv'), SEED), SEED + 1);
    const shuffled = foldsOf(data, FOLDS).map((fold) => taskOf(IRIS, fold));
    expect(await heldBackAccuracy(productDevice(device, adapterInfo), shuffled)).toBeLessThan(0.55);
  });
});

withData('breast cancer', ['breast_cancer.csv'], () => {
  test('of the rows held back at least 96 % are told right', async ({ device, adapterInfo }) => {
    const folds = foldsOf(permuted(readCsv(FOLDER, 'breast_cancer.csv'), SEED), FOLDS);
    const tasks = folds.map((data) => taskOf(BREAST_CANCER, data));
    expect(await heldBackAccuracy(productDevice(device, adapterInfo), tasks)).toBeGreaterThanOrEqual(0.96);
  });
});

const DIGITS = ['mnist/t10k-images-idx3-ubyte.gz', 'mnist/t10k-labels-idx1-ubyte.gz'] as const;

withData('MNIST', DIGITS, () => {
  // Half a minute on two cores, where nobody else works on them.
  const patience = { timeout: 300_000 };

  test('of 2,000 digits held back at least 93 % are told right', patience, async ({ device, adapterInfo }) => {
    const task = taskOf(MNIST, permuted(readDigits(FOLDER, ...DIGITS), SEED), standardizedAsOne);
    expect([task.train.x.rows, task.validation?.x.rows]).toEqual([8000, 2000]);
    expect(await heldBackAccuracy(productDevice(device, adapterInfo), [task])).toBeGreaterThanOrEqual(0.93);
  });

  test("control: with each other's labels a tenth is told right, by chance", async ({ device, adapterInfo }) => {
    const some = firstRows(permuted(readDigits(FOLDER, ...DIGITS), SEED), 2000);
    const task = taskOf(MNIST, withShuffledLabels(some, SEED + 1), standardizedAsOne);
    expect(await heldBackAccuracy(productDevice(device, adapterInfo), [task])).toBeLessThan(0.2);
  });
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

function taskOf({ layers, training }: Settings, { x, labels }: Dataset, scaled = standardized): Task {
  const settings = parseSettings({ model: { seed: SEED, layers }, training });
  const trainRows = Math.floor(labels.length * (1 - HELD_BACK));
  const y = matrix(labels.length, 1, Float64Array.from(labels));
  const task = makeTask(settings.model, settings.training, { prefix: '', x: scaled(x, trainRows), y });
  // What was scaled by is what is trained on, and nothing else.
  expect(task.train.x.rows).toBe(trainRows);
  return task;
}

/** Of all rows that the trainings held back, the share that the last epoch told right. */
async function heldBackAccuracy(device: Device, tasks: readonly Task[]): Promise<number> {
  const counts = { right: 0, all: 0 };
  for (const task of tasks) {
    const { history } = await trainOnDevice(device, task);
    const rows = task.validation!.x.rows;
    counts.right += history['val_accuracy']!.at(-1)! * rows;
    counts.all += rows;
  }
  return Math.round(counts.right) / counts.all;
}

function rowsOf({ x, y }: Task['train']) {
  const nested = ({ rows, columns, values }: Task['train']['x']) =>
    matrixToRows(matrix(rows, columns, Float64Array.from(values)));
  return { x: nested(x), y: nested(y) };
}
