import { RunError } from '../../src/core/run-error.js';
import { parseRun } from '../../src/core/run.js';
import { DeviceError, openDevice } from '../../src/gpu/device.js';
import { article } from '../../src/runs/article.js';
import { train, TrainingError, trainOnDevice } from '../../src/trainer.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test } from '../support/device.js';
import { productDevice, verifyFirstStep } from '../support/plans.js';
import { makeRun } from '../support/runs.js';
import { explainFailure } from '../../src/verify/parity.js';

test('a network over the limits of the device is refused by its field, before any buffer', async ({
  device,
  adapterInfo,
}) => {
  const counting = countingDevice(device);
  const { maxStorageBufferBindingSize } = device.limits;
  const epochs = maxStorageBufferBindingSize / 8 + 1;
  const long = { ...parseRun(article), training: { ...parseRun(article).training, epochs } };
  const training = trainOnDevice(productDevice(counting.device, adapterInfo), long);
  await expect(training).rejects.toThrow(RunError);
  await expect(training).rejects.toThrow(/^training\.epochs: found a size of \d+ × 2 .* the limit of this device\.$/);
  expect(counting.counts.calls['createBuffer']).toBeUndefined();
  expect(counting.counts.calls['submit']).toBeUndefined();
});

test('a batch longer than any loop a driver may cut short is summed whole', async ({ device, adapterInfo }) => {
  // llvmpipe stops a shader without an error after about 65,000 turns of a loop.
  const run = makeRun({ batch: 70_001, inputs: 2, layers: [{ units: 1, activation: 'sigmoid' }], learningRate: 1e-5 });
  const parity = await verifyFirstStep(productDevice(device, adapterInfo), run);
  expect(parity.filter(({ ok }) => !ok).map(explainFailure)).toEqual([]);
});

test('a training that diverges says so, with the epoch and what to change', async ({ device, adapterInfo }) => {
  const run = makeRun({ batch: 8, inputs: 2, layers: [{ units: 3 }, { units: 1 }], learningRate: 1e6, epochs: 40 });
  const training = trainOnDevice(productDevice(device, adapterInfo), run, { verify: false });
  await expect(training).rejects.toThrow(TrainingError);
  await expect(training).rejects.toThrow(
    /^The training diverged: the loss of epoch \d+ is not a finite number\. Lower training\.optimizer\.learningRate, now 1000000\.$/,
  );
});

test('a device that is lost during a training ends it with that reason', async () => {
  const device = await openDevice(navigator.gpu);
  const run = { ...parseRun(article), training: { ...parseRun(article).training, epochs: 100_000 } };
  const training = trainOnDevice(device!, run, { verify: false, onProgress: () => device!.gpu.destroy() });
  await expect(training).rejects.toThrow(DeviceError);
});

test('without an adapter WebGPU is an error, and `auto` trains on the CPU and says so', async () => {
  const gpu = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  await expect(train(parseRun(article), { backend: 'webgpu', gpu })).rejects.toThrow('There is no WebGPU adapter.');
  const training = await train(parseRun(article), { gpu });
  expect([training.backend, training.adapter]).toEqual(['cpu', undefined]);
});
