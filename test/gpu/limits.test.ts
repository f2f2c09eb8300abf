import { describe } from 'vitest';
import { RunError } from '../../src/core/run-error.js';
import { initialWeights } from '../../src/core/initializers.js';
import { parseRun } from '../../src/core/run.js';
import { DeviceError, openDevice } from '../../src/gpu/device.js';
import type { PlanLimits } from '../../src/plan/limits.js';
import { article } from '../../src/runs/article.js';
import { taskOf } from '../../src/core/task.js';
import { TrainingError } from '../../src/core/trained.js';
import { checkParity } from '../../src/trainer/checked.js';
import { ParityError } from '../../src/trainer/errors.js';
import { predictOnDevice } from '../../src/trainer/predict.js';
import { train, trainOnDevice } from '../../src/trainer/train.js';
import { firstBeyond } from '../../src/verify/beyond.js';
import { compare } from '../../src/verify/compare.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

/** Those that a plan is held against. */
const LIMITS = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65_535,
};

/** A device that says it has other limits. */
function withLimits(device: GPUDevice, changed: Partial<PlanLimits>): GPUDevice {
  const { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = device.limits;
  const limits = { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup, ...LIMITS, ...changed };
  return new Proxy(device, {
    get(target, property) {
      if (property === 'limits') return limits;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

test('a network over the limits of the device is refused by its field, before any buffer', async ({
  device,
  adapterInfo,
}) => {
  const counting = countingDevice(device);
  const { maxStorageBufferBindingSize } = device.limits;
  const units = Math.ceil(maxStorageBufferBindingSize / (4 * 1000)) + 1;
  const wide = makeRun({ batch: 1, inputs: 1000, layers: [{ units }] });
  const training = trainOnDevice(productDevice(counting.device, adapterInfo), taskOf(wide));
  await expect(training).rejects.toThrow(RunError);
  await expect(training).rejects.toThrow(/^model\.layers\[0\]\.units: found a size of .* the limit of this device\.$/);
  expect(counting.counts.calls['createBuffer']).toBeUndefined();
  expect(counting.counts.calls['submit']).toBeUndefined();
});

describe('a batch that is over the limits of the device', () => {
  /** A training in batches of so many rows, on a device whose buffers hold 20,000 bytes: fewer than the other schedule's take. */
  const trained = ({ device, adapterInfo }: TestGpu, batchSize: number) => {
    const small = withLimits(device, { maxStorageBufferBindingSize: 20_000 });
    const training = { batchSize, loss: 'meanSquaredError', validationSplit: 0.2, metrics: ['r2Score'] } as const;
    const layers = [{ units: 50, activation: 'tanh' as const }, { units: 1 }];
    const run = makeRun({ batch: 500, inputs: 2, layers, training });
    return trainOnDevice(productDevice(small, adapterInfo), taskOf(run), { schedule: 'layered', verify: false });
  };

  test('is refused with the batch size that would fit, and that one fits', async ({ gpu }) => {
    // 100 rows of 50 units of four bytes.
    await expect(trained(gpu, 400)).rejects.toThrow(
      new RunError(
        'model.layers[0].units',
        'a size of 400 × 50 that needs 80,000 bytes for layers.0.y',
        'at most 20,000 bytes, the limit of this device; with a training.batchSize of 100 or less it would fit',
      ),
    );
    expect((await trained(gpu, 100)).history.loss).toHaveLength(1);
    // Control: one row more does not.
    await expect(trained(gpu, 101)).rejects.toThrow('with a training.batchSize of 100 or less it would fit.');
  });

  test('where not one row fits, no batch size is named', async ({ device, adapterInfo }) => {
    const small = withLimits(device, { maxStorageBufferBindingSize: 400 });
    const run = makeRun({ batch: 30, inputs: 2, layers: [{ units: 101 }, { units: 1 }] });
    await expect(trainOnDevice(productDevice(small, adapterInfo), taskOf(run))).rejects.toThrow(
      /^model\.layers\[0\]\.units: found .* expected at most 400 bytes, the limit of this device\.$/,
    );
  });
});

test('predictions of rows that together are over a limit are made of fewer at once', async ({
  device,
  adapterInfo,
}) => {
  // Five rows of the widest layer.
  const limited = withLimits(device, { maxStorageBufferBindingSize: 4 * 5 * 50 });
  const run = makeRun({ batch: 23, inputs: 2, layers: [{ units: 50, activation: 'tanh' }, { units: 1 }] });
  const { model, widths, train: examples } = taskOf(run);
  const weights = initialWeights(model, 2);
  const network = { model, widths };
  const few = await predictOnDevice(productDevice(limited, adapterInfo), network, weights, examples.x);
  const all = await predictOnDevice(productDevice(device, adapterInfo), network, weights, examples.x);
  expect(few.rows).toBe(23);
  // Other batches have other tiles, and sums in another order.
  few.values.forEach((value, i) => expect(Math.abs(value - all.values[i]!)).toBeLessThan(1e-5));
});

test('a training that diverges says so, with the epoch and what to change', async ({ device, adapterInfo }) => {
  const run = makeRun({ batch: 8, inputs: 2, layers: [{ units: 3 }, { units: 1 }], learningRate: 1e6, epochs: 40 });
  const training = trainOnDevice(productDevice(device, adapterInfo), taskOf(run), { verify: false });
  await expect(training).rejects.toThrow(TrainingError);
  await expect(training).rejects.toThrow(
    /^The training diverged in epoch 3, step 3: layers\.1\.y is not finite \(float32\)\. Lower training\.optimizer\.learningRate, now 1000000\.$/,
  );
});

test('data whose squares are beyond float32 are no fault of the GPU: the training diverged in its first step', async ({
  device,
  adapterInfo,
}) => {
  const run = makeRun({ batch: 8, inputs: 3, layers: [{ units: 4 }, { units: 1 }] });
  const x = run.data.x.map((row) => row.map((value) => value * 1e20));
  const training = trainOnDevice(productDevice(device, adapterInfo), taskOf({ ...run, data: { ...run.data, x } }));
  await expect(training).rejects.toThrow(TrainingError);
  await expect(training).rejects.toThrow(
    'The training diverged in epoch 1, step 1: the loss is not finite (float32). Scale the data or the first weights down.',
  );
});

/** Losses and gradients are finite, and their squares are not. */
const HUGE_GRADIENTS = { x: [[1.7e12], [1.6e12]], y: [[1], [2]] };

test.for([
  ['the squares that clipping sums up', { clipNorm: 1, optimizer: 'sgd' }, 'squares'],
  ['what rmsprop keeps', { optimizer: 'rmsprop' }, 'meanSquare'],
  ['what adam keeps', { optimizer: 'adam' }, 'secondMoment'],
] as const)(
  '%s may leave float32 though the loss does not: the tensor is named',
  async ([, changes, name], { device, adapterInfo }) => {
    const run = makeRun({
      batch: 2,
      inputs: 1,
      layers: [{ units: 1 }],
      epochs: 2,
      training: { loss: 'meanSquaredError', ...changes },
      data: () => HUGE_GRADIENTS,
    });
    const training = trainOnDevice(productDevice(device, adapterInfo), taskOf(run));
    await expect(training).rejects.toThrow(TrainingError);
    await expect(training).rejects.toMatchObject({ divergence: { epoch: 1, step: 1, tensor: name } });
  },
);

test('a metric beyond float32 is infinite, and the training goes on', async ({ device, adapterInfo }) => {
  const run = makeRun({
    batch: 2,
    inputs: 1,
    layers: [{ units: 1 }],
    training: {
      loss: 'meanAbsoluteError',
      optimizer: { name: 'sgd', learningRate: 1e-30 },
      metrics: ['meanSquaredError'],
    },
    data: () => ({ x: [[1e25], [2e25]], y: [[1], [2]] }),
  });
  const { history } = await trainOnDevice(productDevice(device, adapterInfo), taskOf(run));
  expect(history['meanSquaredError']).toEqual([Infinity]);
  expect(history.loss[0]).toBeLessThan(1e26);
});

test('control: a wrong value beside one that is beyond float32 is still found', () => {
  const judged = { program: 'train', pass: 'a', shader: 'sgd', buffer: 'b', computed: 1, isBeyond: false } as const;
  const wrong = { ...judged, ...compare([2], [1], [0.5]) };
  const beyond = { ...judged, pass: 'c', isBeyond: true, ...compare([0], [0], [0]) };
  const trains = () => true;
  expect(() => checkParity([beyond, wrong])).toThrow(ParityError);
  expect(firstBeyond([beyond, wrong], trains)).toBe('b');
  // One that is wrong first may be the cause.
  expect(firstBeyond([wrong, beyond], trains)).toBeUndefined();
  expect(firstBeyond([beyond], () => false)).toBeUndefined();
});

test('a training that would leave float32 in a step it was not asked for is kept', async ({ device, adapterInfo }) => {
  const run = makeRun({ batch: 8, inputs: 3, layers: [{ units: 4 }, { units: 1 }], learningRate: 30, epochs: 2 });
  const trained = await trainOnDevice(productDevice(device, adapterInfo), taskOf(run));
  const { history, weights, verification } = trained;
  expect(history.loss).toHaveLength(2);
  expect(history.loss.every(Number.isFinite)).toBe(true);
  expect(weights.every((layer) => Object.values(layer).every(({ values }) => values.every(Number.isFinite)))).toBe(
    true,
  );
  // The step after the last, which was only looked at, left it; what could be compared was right.
  expect(verification).toMatchObject({ ok: true, steps: 2 });
  const further = { ...run, training: { ...run.training, epochs: 3 } };
  await expect(trainOnDevice(productDevice(device, adapterInfo), taskOf(further))).rejects.toThrow(TrainingError);
});

test('a training that is stopped in its last slice does not end as if it had not been', async ({
  device,
  adapterInfo,
}) => {
  const stop = AbortSignal.timeout(1);
  const run = makeRun({ batch: 300, inputs: 40, layers: [{ units: 40 }], epochs: 2 });
  const training = trainOnDevice(productDevice(device, adapterInfo), taskOf(run), { verify: false, signal: stop });
  await expect(training).rejects.toThrow(/timed? ?out|abort/i);
});

test('a deep network is observed in groups of bounded size', async ({ device, adapterInfo }) => {
  const layers = Array.from({ length: 40 }, () => ({ units: 160, activation: 'tanh' as const }));
  const created: number[] = [];
  const createBuffer = device.createBuffer.bind(device);
  // Every staging buffer that is alive at once belongs to one group.
  let alive = 0;
  const watched = new Proxy(device, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property === 'createBuffer') {
        return (descriptor: GPUBufferDescriptor) => {
          const buffer = createBuffer(descriptor);
          if ((descriptor.usage & GPUBufferUsage.MAP_READ) === 0) return buffer;
          alive += descriptor.size;
          created.push(alive);
          const destroy = buffer.destroy.bind(buffer);
          buffer.destroy = () => {
            alive -= descriptor.size;
            destroy();
          };
          return buffer;
        };
      }
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const run = makeRun({ batch: 4, inputs: 8, layers, learningRate: 0.001 });
  const { verification } = await trainOnDevice(productDevice(watched, adapterInfo), taskOf(run));
  expect(verification.ok).toBe(true);
  // Four megabytes of parameters, used by more than a hundred passes.
  expect(Math.max(...created)).toBeLessThan(40 * 2 ** 20);
});

test('a device that is lost during a training ends it with that reason', async () => {
  const device = await openDevice(navigator.gpu);
  const run = { ...parseRun(article), training: { ...parseRun(article).training, epochs: 100_000 } };
  const training = trainOnDevice(device!, taskOf(run), { verify: false, onProgress: () => device!.gpu.destroy() });
  await expect(training).rejects.toThrow(DeviceError);
  await expect(training).rejects.toThrow('The GPU device was lost');
});

test('without an adapter WebGPU is an error, and `auto` trains on the CPU and says so', async () => {
  const gpu = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  await expect(train(parseRun(article), { backend: 'webgpu', gpu })).rejects.toThrow(
    'There is no WebGPU adapter here: ',
  );
  const training = await train(parseRun(article), { gpu });
  expect([training.backend, training.adapter]).toEqual(['cpu', undefined]);
});
