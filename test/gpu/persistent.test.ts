/**
 * The persistent schedule: every pass of it against the reference, in the very shader that trains; the same trainings
 * as the layered schedule; one dispatch a slice; and what must be noticed is.
 */
import { describe } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import { parseRun, type Run } from '../../src/core/run.js';
import { loopTurns } from '../../src/gpu/loop-limit.js';
import { SAFE_TURNS } from '../../src/gpu/safe-turns.js';
import { workgroupLimits } from '../../src/plan/limits.js';
import type { Schedule } from '../../src/plan/plan.js';
import { planTask } from '../../src/plan/schedule.js';
import { article } from '../../src/runs/article.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { failuresOf, verifyTimes } from '../support/parity.js';
import { broken, productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';
import { RUNS } from '../unit/plan-runs.js';

const ONE_WORKGROUP = { bytes: 16384, invocations: 256, isSerial: true };
const PERSISTENT = { schedule: 'persistent', workgroup: { ...ONE_WORKGROUP, lanes: 4, isFast: false } } as const;

describe.each(Object.entries(RUNS))('%s', (_, run) => {
  test.for([
    [4, 'storage'],
    [32, 'workgroup memory'],
  ] as const)('every pass is within its bound, by %i invocations in %s', async ([lanes, where], { gpu }) => {
    const workgroup = { ...ONE_WORKGROUP, lanes, isFast: where === 'workgroup memory' };
    const options = { schedule: 'persistent', workgroup } as const;
    expect(planTask(taskOf(run), options).loop!.constants).toMatchObject({ WORKGROUP: lanes });
    expect(failuresOf(await verifyTimes(gpu, run, 3, options))).toEqual([]);
  });

  test('ends where the layered schedule ends', async ({ gpu }) => {
    const [persistent, layered] = [await train(gpu, run, 'persistent'), await train(gpu, run, 'layered')];
    expect([persistent.plan!.schedule, layered.plan!.schedule]).toEqual(['persistent', 'layered']);
    expect(persistent.epochs).toBe(layered.epochs);
    for (const [name, values] of Object.entries(layered.history)) {
      values.forEach((value, epoch) => {
        const got = persistent.history[name]![epoch]!;
        expect([name, epoch, Math.abs(got - value) <= 1e-5 * Math.max(1, Math.abs(value))]).toEqual([
          name,
          epoch,
          true,
        ]);
      });
    }
    expect(persistent.confusionMatrices).toEqual(layered.confusionMatrices);
  });
});

function train({ device, adapterInfo }: TestGpu, run: Run, schedule: Schedule) {
  return trainOnDevice(productDevice(device, adapterInfo), taskOf(run), { schedule, verify: false });
}

/** Widths around the blocks of products, and a batch that leaves a short last one. */
describe.each([
  [3, 5, 2],
  [4, 4, 4],
  [5, 3, 1],
  [1, 17, 8],
])('%i inputs, %i units, %i outputs', (inputs, units, outputs) => {
  const run = makeRun({
    batch: 13,
    inputs,
    layers: [{ units, activation: 'tanh' }, { units: outputs }],
    training: { loss: 'meanSquaredError', batchSize: 5, shuffle: true, optimizer: 'adam' },
  });
  test.for([4, 64])('every pass is within its bound, by %i invocations', async (lanes, { gpu }) => {
    const workgroup = { ...ONE_WORKGROUP, lanes, isFast: lanes > 4 };
    expect(failuresOf(await verifyTimes(gpu, run, 2, { schedule: 'persistent', workgroup }))).toEqual([]);
  });
});

test('fifty epochs are one submit and one dispatch, and bring weights and predictions with them', async ({ gpu }) => {
  const counting = countingDevice(gpu.device);
  const device = productDevice(counting.device, gpu.adapterInfo);
  // The first use of a device tests it.
  await trainOnDevice(device, taskOf(parseRun(article)), { verify: false });
  counting.counts.reset();
  const training = await trainOnDevice(device, taskOf(parseRun(article)), { verify: false });
  expect(training.plan!.schedule).toBe('persistent');
  expect(training.history.loss).toHaveLength(50);
  expect(counting.counts.calls).toMatchObject({ submit: 1, dispatchWorkgroups: 1, beginComputePass: 1 });
});

test('a long training is as many dispatches as slices, and its slices grow', async ({ gpu }) => {
  const run = parseRun({ ...article, training: { ...article.training, epochs: 6000 } });
  const counting = countingDevice(gpu.device);
  await loopTurns(counting.device);
  const before = counting.counts.calls['submit']!;
  const device = productDevice(counting.device, gpu.adapterInfo);
  const options = { schedule: 'persistent', workgroup: workgroupLimits(device) } as const;
  await withExecution(
    device,
    run,
    async (execution) => {
      const lengths: number[] = [];
      for await (const { epochs, counters, stepsAsked } of execution.run()) {
        lengths.push(epochs);
        expect(counters.step).toBe(stepsAsked);
      }
      expect(lengths.reduce((sum, epochs) => sum + epochs, 0)).toBe(6000);
      expect(lengths.length).toBeGreaterThan(1);
      expect(counting.counts.calls['submit']! - before).toBe(lengths.length);
      expect(counting.counts.calls['dispatchWorkgroups']! - 1).toBe(lengths.length);
    },
    options,
  );
});

test('how many turns loops may take is asked of the device, once', async ({ gpu }) => {
  const counting = countingDevice(gpu.device);
  const turns = await loopTurns(counting.device);
  expect([SAFE_TURNS, Infinity]).toContain(turns);
  expect(await loopTurns(counting.device)).toBe(turns);
  expect(counting.counts.calls['submit']).toBe(1);
});

describe('control: a wrong pass is reported', () => {
  // prettier-ignore
  const mistakes = [
    ['an update uphill', 'w - rate * g', 'w + rate * g', 'update'],
    ['a product one term short', 'k < length', 'k + 1u < length', 'layers.0 forward'],
    ['a bias left out', 'inputs + layers[l].useBias', 'inputs', ''],
    ['a slope forgotten', 'memory[gradient + i] *= slopeBy', 'memory[gradient + i] *= 0.0 * slopeBy', 'layers.1 input gradient'],
    ['a loss of the wrong sign', 'sum += weight * one.x', 'sum -= weight * one.x', 'loss'],
    ['an epoch logged in the wrong row', 'counters.epoch % settings.logRows * settings.logColumns', '(counters.epoch + 1u) % settings.logRows * settings.logColumns', 'log'],
    ['a stray write', 'memory[settings.partials] = total;', 'memory[settings.partials] = total; memory[settings.parameters] += 1.0;', 'before update'],
  ] as const;
  const run = makeRun({
    batch: 6,
    inputs: 3,
    layers: [4, 2].map((units) => ({ units, activation: 'sigmoid' as const })),
    epochs: 3,
  });
  test.for(mistakes)('%s', async ([, right, wrong, pass], { gpu }) => {
    const shaders = broken('persistent_in_storage', right, wrong);
    const wrongs = (await verifyTimes(gpu, run, 1, { ...PERSISTENT, shaders })).filter(({ ok }) => !ok);
    expect(wrongs.length).toBeGreaterThan(0);
    if (pass) expect(wrongs[0]!.pass).toBe(pass);
  });
});

test('control: a shader that does fewer batches than it was told is noticed', async ({ gpu }) => {
  const shaders = broken('persistent_in_storage', 'done < control.turns', 'done < control.turns / 2u');
  await withExecution(
    productDevice(gpu.device, gpu.adapterInfo),
    parseRun(article),
    async (execution) => {
      for await (const { counters, stepsAsked } of execution.run()) expect(counters.step).toBeLessThan(stepsAsked);
    },
    { ...PERSISTENT, shaders },
  );
});
