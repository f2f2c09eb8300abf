/**
 * The same run on the same device gives the same bits: of a run with everything that could break it, such as
 * anything random, mini-batches with a short last one, and sums over many invocations; and of a hundred small ones drawn at
 * random, each trained twice, and once more with a break at a random place.
 */
import fc from 'fast-check';
import type { Run } from '../../src/core/run.js';
import type { SavedState } from '../../src/core/saved-state.js';
import { taskOf } from '../../src/core/task.js';
import type { Trained } from '../../src/core/trained.js';
import type { Device } from '../../src/gpu/device.js';
import { type Plan, SCHEDULES } from '../../src/plan/plan.js';
import { trainTaskOnDevice, type OnDeviceOptions } from '../../src/trainer/on-device.js';
import { openKeeper } from '../../src/trainer/open-keeper.js';
import { type Training, trainOnDevice } from '../../src/trainer/train.js';
import { bitsOf, memoryStore } from '../support/checkpoints.js';
import { expect, test } from '../support/device.js';
import { type Drawing, drawings, KIND_NAMES, runOf } from '../support/drawn-trainings.js';
import { flat } from '../support/golden.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const ROWS = 70;
const CLASSES = 3;

/** 50 rows to train on in batches of 16, the last of 2, two batches an update; 20 rows to validate with. */
const run: Run = makeRun({
  batch: ROWS,
  inputs: 5,
  layers: [
    { units: 24, activation: 'relu', kernelRegularizer: { l1: 1e-3, l2: 1e-2 } },
    { type: 'batchNormalization' },
    { type: 'dropout', rate: 0.3 },
    { units: 17, activation: 'tanh' },
    { type: 'layerNormalization' },
    { type: 'dropout', rate: 0.1 },
    { units: CLASSES, activation: 'softmax' },
  ],
  epochs: 6,
  training: {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.01, weightDecay: 0.01 },
    learningRateSchedule: { name: 'cosine', warmupSteps: 3 },
    clipNorm: 1,
    batchSize: 16,
    gradientAccumulationSteps: 2,
    shuffle: true,
    validationSplit: 0.28,
    classWeight: { 0: 2 },
    metrics: ['accuracy', 'precision', 'recall', 'f1Score', 'auc', 'confusionMatrix'],
  },
  data: (draw) => ({
    y: Array.from({ length: ROWS }, () => [Math.floor(CLASSES * draw())]),
    sampleWeight: Array.from({ length: ROWS }, () => 0.5 + draw()),
  }),
});

test('a run with everything gives the same bits again', async ({ device, adapterInfo }) => {
  const bits = bitsWith(productDevice(device, adapterInfo));
  const first = await bits(run);
  expect(first.weights.length).toBeGreaterThan(600);
  expect(first.weights.every(Number.isFinite)).toBe(true);
  expect(await bits(run)).toEqual(first);
});

test('checked or not, at one go or epoch by epoch: the same bits', async ({ device, adapterInfo }) => {
  const bits = bitsWith(productDevice(device, adapterInfo));
  const first = await bits(run);
  expect(await bits(run, { verify: false })).toEqual(first);
  expect(await bits(run, { verify: false, onWeights: () => undefined })).toEqual(first);
});

test('control: another seed of dropout and shuffle gives other bits', async ({ device, adapterInfo }) => {
  const bits = bitsWith(productDevice(device, adapterInfo));
  const first = await bits(run);
  // The weights to start from are given, so that nothing else hangs on the seed.
  const other = await bits({ ...run, model: { ...run.model, seed: run.model.seed + 1 } });
  expect(other.weights).toHaveLength(first.weights.length);
  const changed = other.weights.filter((word, i) => word !== first.weights[i]);
  expect(changed.length).toBeGreaterThan(0.9 * first.weights.length);
});

/** A training on the device: every float32 weight as its 32 bits, and every number that was measured. */
function bitsWith(device: Device) {
  return async (of: Run, options: OnDeviceOptions = {}) => {
    const { weights, history, confusionMatrices, predictions } = await trained(device, of, options);
    return {
      weights: Array.from(new Uint32Array(Float32Array.from(flat(weights)).buffer)),
      history,
      confusionMatrices,
      predictions,
    };
  };
}

async function trained(device: Device, of: Run, options: OnDeviceOptions): Promise<Trained> {
  const epochs = trainTaskOnDevice(device, taskOf(of), options);
  for (;;) {
    const step = await epochs.next();
    if (step.done) return step.value;
  }
}

/** Trainings that are drawn, and what the drawing begins with: the same ones everywhere, so that a failure shows again. */
const DRAWN = { numRuns: 100, seed: 1 };

test('a hundred trainings drawn at random: twice, and broken off and gone on with, the same bits', async ({
  device,
  adapterInfo,
}) => {
  const product = productDevice(device, adapterInfo);
  const seen = { breaks: 0, trainings: 0, kinds: new Set<string>() };
  const same = fc.asyncProperty(drawings, async (drawing) => {
    const first = await drawn(product, drawing);
    const bits = bitsOf(first);
    expect(bitsOf(await drawn(product, drawing))).toEqual(bits);
    const { training, wasBroken } = await brokenOff(product, drawing, first.plan!);
    expect(bitsOf(training)).toEqual(bits);
    seen.trainings += 1;
    seen.breaks += Number(wasBroken);
    seen.kinds.add(`${drawing.kind}, ${drawing.schedule}`);
  });
  // Its message has the seed, the path, and the drawing that fails, made as small as it goes.
  await fc.assert(same, DRAWN);
  expect(seen.trainings).toBe(DRAWN.numRuns);
  expect(seen.breaks).toBe(DRAWN.numRuns);
  expect(seen.kinds.size).toBe(2 * KIND_NAMES.length);
});

test.for(SCHEDULES)(
  'control: %s, gone on with from a state of which one bit is another, and by another seed: other bits, for every kind',
  async (schedule, { device, adapterInfo }) => {
    const product = productDevice(device, adapterInfo);
    for (const kind of KIND_NAMES) {
      const drawing = {
        ...{ schedule, kind, seed: 5, rows: 20 },
        epochs: 3,
        shuffle: true,
        breakAt: 0.5,
      };
      const first = await drawn(product, drawing);
      const other = await drawn(product, { ...drawing, seed: 6 });
      expect([kind, bitsOf(other).weights === bitsOf(first).weights]).toEqual([kind, false]);
      const { training } = await brokenOff(product, drawing, first.plan!, ({ tensors }) => {
        const { name, within } = first.plan!.buffers.find((buffer) => buffer.name === 'parameters')!;
        const words = tensors[within?.buffer ?? name]!;
        // The lowest bit of the first weight.
        new Uint32Array(words.buffer, words.byteOffset)[within?.offset ?? 0]! ^= 1;
      });
      expect([kind, bitsOf(training).weights === bitsOf(first).weights]).toEqual([kind, false]);
    }
  },
);

async function drawn(device: Device, drawing: Drawing): Promise<Training> {
  return trainOnDevice(device, taskOf(runOf(drawing)), { schedule: drawing.schedule, verify: false });
}

/** Aborted by the first checkpoint after the drawing's place, and gone on with from there, after `meddle` had the state. */
async function brokenOff(
  device: Device,
  drawing: Drawing,
  { steps }: Plan,
  meddle: (state: SavedState) => void = () => undefined,
) {
  const { schedule, breakAt } = drawing;
  const task = taskOf(runOf(drawing));
  const checkpoint = { store: memoryStore(), every: { steps: 1 } };
  const controller = new AbortController();
  const at = 1 + Math.floor(breakAt * (steps - 2));
  const keeper = await openKeeper(task, {
    checkpoint,
    onCheckpoint: ({ step }) => {
      if (step >= at) controller.abort(new Error('enough'));
    },
  });
  const options = { schedule, verify: false };
  const broken = trainOnDevice(device, task, { ...options, signal: controller.signal }, keeper);
  const reason: unknown = await broken.catch((error: unknown) => error);
  const resumed = await openKeeper(task, { checkpoint, resume: true });
  meddle(resumed!.from!);
  const training = await trainOnDevice(device, task, options, resumed);
  return {
    training,
    wasBroken: reason instanceof Error && reason.message === 'enough' && resumed!.from!.place.step === at,
  };
}
