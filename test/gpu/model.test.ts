/** The Keras-like model on WebGPU: the same numbers as on the CPU, the same bits twice, everything given back. */
import {
  adam,
  batchNormalization,
  dense,
  dropout,
  earlyStopping,
  layerNormalization,
  type Model,
  sequential,
  sgd,
  train,
  TrainingError,
} from '../../src/index.js';
import { numpyRandom } from '../../src/core/random.js';
import { parseRun } from '../../src/core/run.js';
import { expect, test } from '../support/device.js';
import { type DeviceWatch, watchDevice } from '../support/gpu-watch.js';

/** Points in a square, labelled by the quadrant. */
const random = numpyRandom(3);
const x = Array.from({ length: 100 }, () => [2 * random() - 1, 2 * random() - 1]);
const y = x.map(([a, b]) => (a! > 0 ? 1 : 0) + (b! > 0 ? 2 : 0));

const classifier = (): Model =>
  sequential(
    [
      dense(16, { activation: 'relu' }),
      batchNormalization({ momentum: 0.9 }),
      dropout(0.1),
      dense(9, { activation: 'tanh' }),
      layerNormalization(),
      dense(4, { activation: 'softmax' }),
    ],
    { inputs: 2, seed: 1 },
  );
/** With fewer shaders to compile. */
const small = (): Model =>
  sequential([dense(8, { activation: 'relu' }), dropout(0.1), dense(4, { activation: 'softmax' })], {
    inputs: 2,
    seed: 1,
  });
const settings = {
  loss: 'sparseCategoricalCrossentropy',
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 32,
  validationSplit: 0.2,
  metrics: ['accuracy'],
  backend: 'webgpu',
} as const;

/** `navigator.gpu`, with a watch over each device that is opened. */
function watchedGpu(): { gpu: GPU; devices: DeviceWatch[] } {
  const devices: DeviceWatch[] = [];
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    const adapter = await navigator.gpu.requestAdapter(options);
    const request = adapter!.requestDevice.bind(adapter);
    adapter!.requestDevice = async (descriptor) => {
      const device = await request(descriptor);
      devices.push(watchDevice(device));
      return device;
    };
    return adapter;
  };
  return { gpu: { requestAdapter } as unknown as GPU, devices };
}

test('trains, measures and predicts as on the CPU', async () => {
  await using model = classifier();
  const fit = model.fit(x, y, {
    ...settings,
    epochs: 30,
    callbacks: [earlyStopping({ patience: 20, restoreBestWeights: true })],
  });
  const history = await fit;
  const { backend, adapter, plan, verification, milliseconds } = await fit.result;
  expect({ backend, hasAdapter: adapter !== undefined, hasPlan: plan !== undefined }).toEqual({
    backend: 'webgpu',
    hasAdapter: true,
    hasPlan: true,
  });
  expect(verification.checks).toBeGreaterThan(0);
  expect(milliseconds).toBeGreaterThan(0);
  expect(history['val_accuracy']!.at(-1)).toBeGreaterThan(0.7);

  const close = (a: readonly number[], b: readonly number[]) => {
    expect(a).toHaveLength(b.length);
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThanOrEqual(1e-5));
  };
  const onGpu = await model.predict(x);
  const onCpu = await model.predict(x, { backend: 'cpu' });
  expect([onGpu.backend, onCpu.backend]).toEqual(['webgpu', 'cpu']);
  close(Array.from(onGpu.values), Array.from(onCpu.values));
  const measured = await model.evaluate(x, y);
  const wanted = await model.evaluate(x, y, { backend: 'cpu' });
  close([measured.loss, measured.accuracy!], [wanted.loss, wanted.accuracy!]);
  const kept = await model.evaluate(x.slice(80), y.slice(80));
  close([kept.loss], [Math.min(...history['val_loss']!)]);
});

test('gives the same bits twice, told of each epoch or not, and as its run document does', async () => {
  const trained = async (isTold: boolean) => {
    await using model = small();
    const epochs: number[] = [];
    const callbacks = isTold ? [{ onEpochEnd: ({ epoch }: { epoch: number }) => epochs.push(epoch) }] : [];
    const history = await model.fit(x, y, { ...settings, epochs: 6, callbacks, verify: false });
    expect(epochs).toEqual(isTold ? [1, 2, 3, 4, 5, 6] : []);
    const run = parseRun(JSON.parse(JSON.stringify(model.toRun())));
    return { history, weights: model.weights(), run, again: await model.fit({ verify: false }) };
  };
  const first = await trained(false);
  expect(await trained(true)).toEqual(first);
  const alone = await train(first.run, { backend: 'webgpu', gpu: navigator.gpu, verify: false });
  expect(alone.history).toEqual(first.again);
});

test('callbacks have the model of their epoch', async () => {
  await using model = small();
  const seen: number[] = [];
  const onEpochEnd = async () => {
    const { loss } = await model.evaluate(x.slice(80), y.slice(80), { verify: false });
    seen.push(loss);
  };
  const history = await model.fit(x, y, { ...settings, epochs: 3, callbacks: [{ onEpochEnd }] });
  expect(seen).toHaveLength(3);
  seen.forEach((loss, epoch) => expect(Math.abs(loss - history['val_loss']![epoch]!)).toBeLessThan(1e-6));
  expect(new Set(seen).size).toBe(3);
});

test('keeps one device, compiles its shaders once, and gives everything back', async () => {
  const { gpu, devices } = watchedGpu();
  let model: Model;
  {
    await using used = small();
    model = used;
    await used.fit(x, y, { ...settings, gpu });
    const { device, liveBuffers } = devices[0]!;
    expect(liveBuffers.size).toBe(0);
    let compiled = 0;
    const compile = device.createComputePipelineAsync.bind(device);
    device.createComputePipelineAsync = (descriptor) => {
      compiled += 1;
      return compile(descriptor);
    };
    await used.fit();
    expect(compiled).toBe(0);
    await used.evaluate(x, y);
    await used.predict(x);
    await used.predict(x);
    expect(devices).toHaveLength(1);
    expect(liveBuffers.size).toBe(0);
    devices[0]!.expectLoss();
  }
  expect((await devices[0]!.device.lost).reason).toBe('destroyed');
  expect(devices[0]!.incidents).toEqual([]);
  // It can still be used, and opens another.
  expect(await model.predict(x)).toMatchObject({ backend: 'webgpu', rows: 100 });
  expect(devices).toHaveLength(2);
  devices[1]!.expectLoss();
  await model.dispose();
  expect(devices[1]!.liveBuffers.size).toBe(0);
});

test('opens its device anew when it was lost', async () => {
  const { gpu, devices } = watchedGpu();
  await using model = small();
  await model.fit(x, y, { ...settings, gpu, verify: false });
  devices[0]!.expectLoss();
  devices[0]!.device.destroy();
  await devices[0]!.device.lost;
  await model.fit({ verify: false });
  expect(devices).toHaveLength(2);
  devices[1]!.expectLoss();
});

test('pauses between epochs, stops, and is disposed of while it trains', async () => {
  const { gpu, devices } = watchedGpu();
  const model = small();
  const done: number[] = [];
  const onEpochEnd = ({ epoch }: { epoch: number }) => {
    done.push(epoch);
    // Between two epochs, so that none is under way.
    if (epoch === 2) fit.pause();
  };
  const options = { ...settings, gpu, epochs: 100_000, verify: false, callbacks: [{ onEpochEnd }] };
  const fit = model.fit(x, y, options);
  for await (const { epoch } of fit) {
    if (epoch === 2) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(done).toEqual([1, 2]);
      fit.resume();
    }
    if (epoch === 8) break;
  }
  const { loss } = await fit;
  expect(loss.length).toBeGreaterThanOrEqual(8);
  expect(loss).toHaveLength(done.length);

  const before = model.weights();
  const other = model.fit({ epochs: 100_000, verify: false });
  for await (const report of other) if (report.epoch >= 1) break;
  expect(model.weights()).not.toEqual(before);
  const last = model.fit({ epochs: 100_000, verify: false });
  devices[0]!.expectLoss();
  await model.dispose();
  expect((await last).loss.length).toBeLessThan(100_000);
  expect(devices[0]!.liveBuffers.size).toBe(0);
});

test('pauses and stops within an epoch, with the weights of what was under way', async () => {
  const { gpu, devices } = watchedGpu();
  await using model = small();
  const before = model.weights();
  const many = Array.from({ length: 4000 }, (_, i) => x[i % 100]!);
  const classes = many.map((_, i) => y[i % 100]!);
  let [slices, slicesAtPause] = [0, 0];
  const countSlices = ({ device }: DeviceWatch) => {
    const create = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => {
      if (descriptor?.label === 'slice') slices += 1;
      return create(descriptor);
    };
  };
  const paused: (() => void)[] = [];
  const fit = model.fit(many, classes, {
    ...settings,
    gpu,
    batchSize: 2,
    epochs: 50,
    verify: false,
    callbacks: [{ onTrainBegin: () => countSlices(devices[0]!) }],
    onProgress: (done) => {
      if (done === 0 || fit.paused) return;
      fit.pause();
      slicesAtPause = slices;
      paused.shift()?.();
    },
  });
  const nextPause = () => new Promise<void>((resolve) => paused.push(resolve));
  await nextPause();
  expect(slicesAtPause).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(slices).toBe(slicesAtPause);
  const again = nextPause();
  fit.resume();
  await again;
  expect(slices).toBeGreaterThan(1);
  // Held again, and stopped from there: nothing is trained on.
  fit.stop();
  expect((await fit).loss).toEqual([]);
  expect(slices).toBe(slicesAtPause);
  expect(model.weights()).not.toEqual(before);
  devices[0]!.expectLoss();
});

test('keeps the weights trained so far when it is aborted, and the last good ones when it diverges', async () => {
  await using model = sequential([dense(8, { activation: 'relu' }), dense(2)], { inputs: 2, seed: 2 });
  const first = model.weights();
  const stop = new AbortController();
  const options = { loss: 'meanSquaredError', backend: 'webgpu', verify: false } as const;
  const onEpochEnd = ({ epoch }: { epoch: number }) => {
    if (epoch === 3) stop.abort(new Error('enough'));
  };
  const aborted = model.fit(x, x, { ...options, epochs: 100_000, signal: stop.signal, callbacks: [{ onEpochEnd }] });
  await expect(aborted).rejects.toThrow('enough');
  expect(model.weights()).not.toEqual(first);

  const wild = { ...options, optimizer: sgd({ learningRate: 1e12 }), epochs: 50 };
  const error: unknown = await model.fit(x, x, wild).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TrainingError);
  expect(model.weights()).toEqual((error as TrainingError).divergence.weights);
  const values = model
    .weights()
    .flatMap((layer) => Object.values(layer).flatMap((matrix) => Array.from(matrix.values)));
  expect(values.every(Number.isFinite)).toBe(true);
  // Trained on with a rate that is right, from weights of before.
  model.setWeights(first);
  expect((await model.fit(x, x, { ...options, optimizer: 'adam', epochs: 2 })).loss).toHaveLength(2);
});
