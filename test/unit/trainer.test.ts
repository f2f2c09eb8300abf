/** Trainings as a caller asks for them, where there is no GPU: by the reference. */
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../src/core/initializers.js';
import { matrixToRows } from '../../src/core/matrix.js';
import { parseRun, type Run, type RunDocument } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import { type EpochReport, TrainingError } from '../../src/core/trained.js';
import { adapterText, describeAdapter, DeviceError } from '../../src/gpu/device.js';
import { trainReference } from '../../src/reference/training.js';
import { article } from '../../src/runs/article.js';
import { train, trainOnCpu } from '../../src/trainer/train.js';
import { changed, makeRun } from '../support/runs.js';
import { unchecked } from '../../src/verify/verification.js';

const run = parseRun(article);

test('on the CPU the training is the reference itself', async () => {
  const training = await train(run, { backend: 'cpu' });
  const { history, predictions, weights } = trainReference(run);
  expect(training).toMatchObject({
    backend: 'cpu',
    adapter: undefined,
    plan: undefined,
    verification: unchecked(),
    notes: [],
  });
  expect([training.history, training.predictions, training.weights]).toEqual([history, predictions, weights]);
  expect(training).toMatchObject({ epochs: 50, bestEpoch: undefined, confusionMatrices: {} });
});

test('a document is parsed first, so a person may write what a run must say', async () => {
  const written: RunDocument = { ...article, training: { loss: 'huber', optimizer: 'adam', epochs: 2 } };
  expect((await train(written, { backend: 'cpu' })).history).toEqual(trainReference(parseRun(written)).history);
  await expect(train(changed(article, { 'training.loss': 'mse' }) as Run, { backend: 'cpu' })).rejects.toThrow(
    'training.loss',
  );
});

test('`auto` without WebGPU takes the CPU and says so; `webgpu` refuses; another backend is none', async () => {
  expect((await train(run)).backend).toBe('cpu');
  await expect(train(run, { backend: 'webgpu' })).rejects.toThrow(DeviceError);
  await expect(train(run, { backend: 'gpu' as 'cpu' })).rejects.toThrow(
    'backend: found "gpu", expected one of "auto", "webgpu", "cpu".',
  );
});

test('a training goes on from given weights', async () => {
  const whole = await train(run, { backend: 'cpu' });
  const half: Run = { ...run, training: { ...run.training, epochs: 25 } };
  const first = await train(half, { backend: 'cpu' });
  const weights = first.weights.map(({ kernel }) => ({ kernel: matrixToRows(kernel!) }));
  const second = await train(parseRun({ ...half, model: { ...half.model, weights } }), { backend: 'cpu' });
  expect([...first.history.loss, ...second.history.loss]).toEqual(whole.history.loss);
});

test('what was changed without being wrong is told in the result', async () => {
  const training = await train(changed(article, { 'training.batchSize': 9 }) as Run, { backend: 'cpu' });
  expect(training.notes).toEqual([
    'training.batchSize: 9 is more than the 4 rows to train on; one batch takes them all.',
  ]);
});

describe('a training that diverges', () => {
  /** Of one weight, a row a batch; each step multiplies the weight by about the learning rate. */
  const wild = (learningRate: number, epochs = 100) =>
    parseRun({
      data: { x: [[1], [1]], y: [[0], [0]] },
      model: { layers: [{ units: 1, useBias: false }], weights: [{ kernel: [[1]] }] },
      training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate }, epochs, batchSize: 1 },
    });
  const failure = (of: Run) =>
    train(of, { backend: 'cpu' }).then(
      () => expect.unreachable('nothing diverged'),
      (error: unknown) => error as TrainingError,
    );

  test('is refused with its epoch, its step, and the tensor that is not finite', async () => {
    const error = await failure(wild(1e6));
    expect(error).toBeInstanceOf(TrainingError);
    // Each step takes the weight times −2e6: after four it is 1.6e25, whose square is more than float32 holds.
    expect(error.message).toBe(
      'The training diverged in epoch 3, step 5: the loss is not finite (float32). ' +
        'Lower training.optimizer.learningRate, now 1000000.',
    );
    expect(error.divergence).toMatchObject({ epoch: 3, step: 5, tensor: 'loss' });
  });

  test('keeps the weights before the update that led there', async () => {
    const { divergence } = await failure(wild(1e6));
    // Step 5 found it, step 4 led there: after three steps, which is half of the second epoch.
    const oneEpoch = await train(wild(1e6, 1), { backend: 'cpu' });
    const kept = divergence.weights[0]!.kernel!.values[0]!;
    expect(kept / oneEpoch.weights[0]!.kernel!.values[0]!).toBeCloseTo(1 - 2e6, 3);
  });

  test('in its first step is no matter of the learning rate', async () => {
    const large = Math.fround(3e38);
    const layers = Array.from({ length: 9 }, () => ({ units: 1, useBias: false }));
    const weights = layers.map(() => ({ kernel: [[large]] }));
    const run = parseRun({ ...wild(0.1), model: { layers, weights } });
    const error = await failure(run);
    expect(error.message).toBe(
      'The training diverged in epoch 1, step 1: layers.1.y is not finite (float32). Scale the data or the first weights down.',
    );
    expect(error.divergence.weights).toEqual(initialWeights(run.model, 1));
  });

  test('with its last update is refused too, by the weight that is not finite', async () => {
    // Loss and gradient are 10; times the learning rate that is more than float32 holds.
    const run = parseRun({
      data: { x: [[10]], y: [[0]] },
      model: { layers: [{ units: 1, useBias: false }], weights: [{ kernel: [[1]] }] },
      training: { loss: 'meanAbsoluteError', optimizer: { name: 'sgd', learningRate: 3e38 }, epochs: 1 },
    });
    const error = await failure(run);
    expect(error.message).toMatch(
      /^The training diverged in epoch 1, step 1: layers\.0\.kernel is not finite \(float32\)\./,
    );
    expect(error.divergence.weights).toEqual(initialWeights(run.model, 1));
  });
});

test.each([
  [
    { bakend: 'cpu' },
    'bakend: found an unknown option, expected one of backend, gpu, verify, schedule, tune, onProgress, onEpoch, onRecovery, signal, checkpoint, resume, onCheckpoint, onCheckpointError, onResume.',
  ],
  [{ signal: 5 }, 'signal: found 5, expected the signal of an AbortController.'],
  [{ gpu: null }, 'gpu: found null, expected navigator.gpu, or the gpu of openNodeGpu().'],
  [{ onEpoch: 'x' }, 'onEpoch: found "x", expected a function.'],
  [{ verify: 1 }, 'verify: found 1, expected one of "off", "sample", "every", or true or false.'],
  [{ schedule: 'fast' }, 'schedule: found "fast", expected one of "persistent", "layered".'],
  [{ tune: 1 }, 'tune: found 1, expected true, false, or a store with read() and write(text).'],
  [{ tune: null }, 'tune: found null, expected true, false, or a store with read() and write(text).'],
  [null, 'options: found null, expected an object.'],
])('options that are wrong are refused: %o', async (options, sentence) => {
  const error: unknown = await train(run, options as never).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'RunError', message: sentence });
});

describe('while it trains', () => {
  const long: Run = { ...run, training: { ...run.training, epochs: 1_000_000 } };

  test('a long CPU training tells of its progress and stops when it is asked to', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const training = trainOnCpu(taskOf(long), {
      signal: stop.signal,
      onProgress: (done, of) => {
        expect(of).toBe(1_000_000);
        seen.push(done);
        if (seen.length === 2) stop.abort(new Error('enough'));
      },
    });
    await expect(training).rejects.toThrow('enough');
    expect(seen[1]).toBeGreaterThan(seen[0]!);
  });

  test('one that is stopped before it begins does nothing', async () => {
    const seen: number[] = [];
    const stopped = trainOnCpu(taskOf(long), {
      signal: AbortSignal.abort(new Error('no')),
      onEpoch: ({ epoch }) => seen.push(epoch),
    });
    await expect(stopped).rejects.toThrow('no');
    expect(seen).toEqual([]);
  });

  test('every epoch is told, in order, with the numbers that the history has', async () => {
    const reports: EpochReport[] = [];
    const measured = makeRun({
      batch: 6,
      inputs: 2,
      layers: [{ units: 1, activation: 'sigmoid' }],
      epochs: 3,
      training: { metrics: ['binaryAccuracy', 'confusionMatrix'], validationSplit: 0.5 },
    });
    const training = await train(measured, { backend: 'cpu', onEpoch: (report) => reports.push(report) });
    expect(reports.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    for (const [key, values] of Object.entries(training.history)) {
      expect([key, reports.map(({ logs }) => logs[key])]).toEqual([key, values]);
    }
    expect(Object.keys(training.history)).toEqual(['loss', 'binaryAccuracy', 'val_loss', 'val_binaryAccuracy']);
    expect(reports.map(({ confusionMatrices }) => confusionMatrices['val_confusionMatrix'])).toEqual(
      training.confusionMatrices['val_confusionMatrix'],
    );
  });

  test('the end of the progress is the end of the training', async () => {
    const seen: [number, number][] = [];
    await train(run, { backend: 'cpu', onProgress: (done, of) => seen.push([done, of]) });
    expect(seen.at(-1)).toEqual([50, 50]);
  });
});

test('a software adapter is called that, flagged or not', () => {
  const info = (description: string, isFallbackAdapter: boolean) =>
    ({ vendor: 'v', architecture: 'a', description, isFallbackAdapter }) as GPUAdapterInfo;
  expect(adapterText(describeAdapter(info('llvmpipe (LLVM 15)', false)))).toMatch(/software adapter/);
  expect(adapterText(describeAdapter(info('', true)))).toBe('v a (software adapter: the CPU computes, not a GPU)');
  expect(adapterText(describeAdapter(info('GeForce', false)))).toBe('GeForce');
});

test('control: a training of other weights is another training', async () => {
  const other = parseRun({ ...article, model: { ...article.model, seed: 2 } });
  expect((await train(other, { backend: 'cpu' })).history).not.toEqual(trainReference(run).history);
});
