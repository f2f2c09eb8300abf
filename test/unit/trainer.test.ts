import { expect, test } from 'vitest';
import { matrixToRows } from '../../src/core/matrix.js';
import { parseRun, type Run } from '../../src/core/run.js';
import { describeAdapter, DeviceError, adapterText } from '../../src/gpu/device.js';
import { trainReference } from '../../src/reference/network.js';
import { article } from '../../src/runs/article.js';
import { train, trainOnCpu, TrainingError } from '../../src/trainer.js';

const run = parseRun(article);

test('on the CPU the training is the reference itself', async () => {
  const training = await train(run, { backend: 'cpu' });
  const { history, predictions, weights } = trainReference(run);
  expect(training).toMatchObject({ backend: 'cpu', adapter: undefined, plan: undefined, parity: [] });
  expect([training.history, training.predictions, training.weights]).toEqual([history, predictions, weights]);
});

test('`auto` without WebGPU takes the CPU and says so; `webgpu` refuses', async () => {
  expect((await train(run)).backend).toBe('cpu');
  await expect(train(run, { backend: 'webgpu' })).rejects.toThrow(DeviceError);
});

test('a training goes on from given weights', async () => {
  const whole = await train(run, { backend: 'cpu' });
  const half: Run = { ...run, training: { ...run.training, epochs: 25 } };
  const first = await train(half, { backend: 'cpu' });
  const weights = first.weights.map(({ kernel }) => ({ kernel: matrixToRows(kernel) }));
  const second = await train(parseRun({ ...half, model: { ...half.model, weights } }), { backend: 'cpu' });
  expect([...first.history.loss, ...second.history.loss]).toEqual(whole.history.loss);
});

test('a training that diverges is refused with its epoch', async () => {
  const wild = parseRun({
    data: { x: [[1]], y: [[0]] },
    model: { layers: [{ units: 1 }], weights: [{ kernel: [[1]], bias: [1] }] },
    training: { loss: 'halfSumSquaredError', optimizer: { name: 'sgd', learningRate: 1e30 }, epochs: 100 },
  });
  await expect(train(wild, { backend: 'cpu' })).rejects.toThrow(TrainingError);
  await expect(train(wild, { backend: 'cpu' })).rejects.toThrow(/the loss of epoch 7 is not a finite number/);
});

test('a long CPU training tells of its progress and stops when it is asked to', async () => {
  const long: Run = { ...run, training: { ...run.training, epochs: 1_000_000 } };
  const stop = new AbortController();
  const seen: number[] = [];
  const training = trainOnCpu(long, {
    signal: stop.signal,
    onProgress: (done) => {
      seen.push(done);
      if (seen.length === 2) stop.abort(new Error('enough'));
    },
  });
  await expect(training).rejects.toThrow('enough');
  expect(seen[1]).toBeGreaterThan(seen[0]!);
});

test('a software adapter is called that, flagged or not', () => {
  const info = (description: string, isFallbackAdapter: boolean) =>
    ({ vendor: 'v', architecture: 'a', description, isFallbackAdapter }) as GPUAdapterInfo;
  expect(adapterText(describeAdapter(info('llvmpipe (LLVM 15)', false)))).toMatch(/software adapter/);
  expect(adapterText(describeAdapter(info('', true)))).toBe('v a (software adapter: the CPU computes, not a GPU)');
  expect(adapterText(describeAdapter(info('GeForce', false)))).toBe('GeForce');
});
