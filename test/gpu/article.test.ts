import { type Execution } from '../../src/plan/execute.js';
import { workgroupLimits } from '../../src/plan/limits.js';
import { parseRun, type Run } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import { trainTaskOnDevice } from '../../src/trainer/on-device.js';
import { train, trainOnDevice } from '../../src/trainer/train.js';
import { trainReference } from '../../src/reference/training.js';
import { article } from '../../src/runs/article.js';
import { compareCurves, CURVE_TOLERANCE } from '../../src/verify/curves.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test } from '../support/device.js';
import { golden } from '../support/golden.js';
import { productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const run = parseRun(article);
const task = taskOf(run);

test("every epoch's losses and every prediction are within 2e-6 of NumPy's", async ({ device, adapterInfo }) => {
  const { history, predictions, weights } = await trainOnDevice(productDevice(device, adapterInfo), task);
  expectClose(history.loss, golden.half_sum_squared_error);
  expectClose(history['meanAbsoluteError']!, golden.mean_absolute_error);
  expectClose(Array.from(predictions.values), golden.predictions_of_epoch_50);
  weights.forEach(({ kernel }, l) => expectClose(Array.from(kernel!.values), golden.final_kernels[l]!.flat()));
});

test('`train` opens its own device and agrees with the reference', async () => {
  const training = await train(run, { backend: 'webgpu', gpu: navigator.gpu });
  const { maxAbsoluteDifference } = compareCurves(training, trainReference(run));
  expect(maxAbsoluteDifference).toBeLessThanOrEqual(CURVE_TOLERANCE);
  // Not a copy of the reference: float32 cannot agree to the last bit of float64 fifty times.
  expect(maxAbsoluteDifference).toBeGreaterThan(0);
});

test('the same run gives the same bits, checked or not', async ({ device, adapterInfo }) => {
  const bits = async (verify: boolean) => {
    const training = await trainOnDevice(productDevice(device, adapterInfo), task, { verify });
    return [training.history, training.predictions, training.weights];
  };
  const first = await bits(true);
  expect(await bits(true)).toEqual(first);
  expect(await bits(false)).toEqual(first);
});

test('another seed gives another training', async ({ device, adapterInfo }) => {
  const other = parseRun({ ...run, model: { ...run.model, seed: 2 } });
  const training = await trainOnDevice(productDevice(device, adapterInfo), taskOf(other));
  expect(compareCurves(training, trainReference(other)).maxAbsoluteDifference).toBeLessThanOrEqual(CURVE_TOLERANCE);
  expect(compareCurves(training, trainReference(run)).maxAbsoluteDifference).toBeGreaterThan(0.01);
});

test('fifty epochs are one submit, and nothing is created after set-up', async ({ device, adapterInfo }) => {
  const counting = countingDevice(device);
  await withExecution(productDevice(counting.device, adapterInfo), run, async (execution) => {
    expect(counting.counts.calls).toMatchObject({ createBuffer: 18, createComputePipelineAsync: 7 });
    counting.counts.reset();
    for await (const slice of execution.run()) expect([slice.epochs, slice.counters.step]).toEqual([50, 50]);
    // The log and the counters come back with the same submit.
    expect(counting.counts.calls).toEqual({
      createCommandEncoder: 1,
      beginComputePass: 1,
      setPipeline: 450,
      setBindGroup: 450,
      dispatchWorkgroups: 450,
      end: 1,
      copyBufferToBuffer: 2,
      finish: 1,
      submit: 1,
    });
  });
});

test('many epochs are cut into slices without changing a bit', async ({ device, adapterInfo }) => {
  const long: Run = { ...run, training: { ...run.training, epochs: 2000 } };
  const progress: number[] = [];
  const options = { verify: false, onProgress: (done: number) => progress.push(done) };
  const whole = await trainOnDevice(productDevice(device, adapterInfo), taskOf(long), options);
  expect(progress.length).toBeGreaterThan(1);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(whole.plan!.schedule).toBe('persistent');
  const sameWay = { schedule: 'persistent', workgroup: workgroupLimits(productDevice(device, adapterInfo)) } as const;
  const stepwise = await withExecution(productDevice(device, adapterInfo), long, eachEpoch, sameWay);
  expect(whole.history.loss.slice(0, 60)).toEqual(stepwise);
  expect(compareCurves(whole, trainReference(long)).maxAbsoluteDifference).toBeLessThanOrEqual(1e-5);

  async function eachEpoch(execution: Execution): Promise<number[]> {
    const losses: number[] = [];
    for await (const { sums } of execution.run({ isEpochwise: true })) {
      losses.push(sums[0]!);
      if (losses.length === 60) break;
    }
    return losses;
  }
});

test('a deeper network with biases follows its reference', async ({ device, adapterInfo }) => {
  const layers = [20, 17, 3].map((units) => ({ units, activation: 'sigmoid' as const }));
  const deep = makeRun({ batch: 40, inputs: 6, layers, epochs: 30, learningRate: 0.2 });
  const training = await trainOnDevice(productDevice(device, adapterInfo), taskOf(deep));
  const reference = trainReference(deep);
  expect(reference.history.loss.at(-1)).toBeLessThan(0.9 * reference.history.loss[0]!);
  expect(compareCurves(training, reference).maxAbsoluteDifference).toBeLessThan(
    CURVE_TOLERANCE * reference.history.loss[0]!,
  );
});

test('a stopped training ends with the reason it was given', async ({ device, adapterInfo }) => {
  const stop = new AbortController();
  const long: Run = { ...run, training: { ...run.training, epochs: 100_000 } };
  const onProgress = () => stop.abort(new Error('enough'));
  const training = trainOnDevice(productDevice(device, adapterInfo), taskOf(long), { onProgress, signal: stop.signal });
  await expect(training).rejects.toThrow('enough');
});

test('a training that is ended early has exactly the weights of the epochs it tells of', async ({
  device,
  adapterInfo,
}) => {
  const withEpochs = (epochs: number) => taskOf({ ...run, training: { ...run.training, epochs } });
  const watched = productDevice(device, adapterInfo);
  let isStopped = false;
  const options = { verify: false, onProgress: () => (isStopped = true), isStopped: () => isStopped };
  const training = trainTaskOnDevice(watched, withEpochs(100_000), options);
  let step = await training.next();
  while (!step.done) step = await training.next();
  const { epochs, history, weights } = step.value;
  expect(epochs).toBeLessThan(100_000);
  expect(history.loss).toHaveLength(epochs);
  const whole = await trainOnDevice(watched, withEpochs(epochs), { verify: false });
  expect([whole.history, whole.weights]).toEqual([history, weights]);
});

function expectClose(got: readonly number[], want: readonly number[]): void {
  expect(got).toHaveLength(want.length);
  got.forEach((value, i) => expect(Math.abs(value - want[i]!)).toBeLessThanOrEqual(CURVE_TOLERANCE));
}
