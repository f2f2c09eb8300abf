import { describe } from 'vitest';
import type { TrainingDocument } from '../../src/core/training.js';
import { taskOf } from '../../src/core/task.js';
import { RATES } from '../../src/passes/rates.js';
import { learningRateFactor } from '../../src/reference/schedule.js';
import { trainTask } from '../../src/reference/training.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { expectParity, failuresOf, verifyTimes } from '../support/parity.js';
import { broken, productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const LAYERS = [{ units: 5, activation: 'tanh' as const }, { units: 2 }];

function runWith(training: Partial<TrainingDocument>, epochs = 6, batch = 12) {
  return makeRun({
    batch,
    inputs: 3,
    layers: LAYERS,
    epochs,
    training: { loss: 'meanSquaredError', batchSize: 4, ...training },
  });
}

/** How far a free-running float32 training of a few dozen small steps may be from the float64 one. */
const FREE = 2e-5;

async function expectSameCurve({ device, adapterInfo }: TestGpu, training: Partial<TrainingDocument>, epochs = 6) {
  const task = taskOf(runWith(training, epochs));
  const got = await trainOnDevice(productDevice(device, adapterInfo), task);
  const want = trainTask(task);
  expect(got.history.loss).toHaveLength(want.history.loss.length);
  for (const [key, values] of Object.entries(want.history)) {
    values.forEach((value, epoch) => {
      const difference = Math.abs(got.history[key]![epoch]! - value);
      expect([key, epoch, difference <= FREE * Math.max(1, Math.abs(value))]).toEqual([key, epoch, true]);
    });
  }
  return { got, want };
}

const OPTIMIZERS: readonly TrainingDocument['optimizer'][] = [
  { name: 'sgd', weightDecay: 0.1 },
  { name: 'sgd', momentum: 0.9, weightDecay: 0.1 },
  { name: 'sgd', momentum: 0.5, nesterov: true },
  { name: 'rmsprop', rho: 0.5, epsilon: 1e-3, weightDecay: 0.01 },
  { name: 'adagrad', initialAccumulatorValue: 0, weightDecay: 0.01 },
  { name: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 1e-4, weightDecay: 0.01 },
  { name: 'adamW', learningRate: 0.01 },
];

describe('optimizers, step after step from the state they left', () => {
  test.for(OPTIMIZERS)('%o', async (optimizer, { gpu }) => {
    await expectParity(gpu, runWith({ ...(optimizer && { optimizer }) }), ['update'], { times: 5 });
    await expectSameCurve(gpu, { ...(optimizer && { optimizer }) });
  });

  test('gradients that are zero from the start divide nothing by zero', async ({ gpu }) => {
    for (const optimizer of ['rmsprop', 'adagrad', 'adam'] as const) {
      const layers = [
        { units: 4, activation: 'relu' as const, kernelInitializer: 'zeros' as const, useBias: false },
        { units: 1 },
      ];
      const run = makeRun({ batch: 6, inputs: 2, layers, training: { optimizer } });
      await expectParity(gpu, run, ['update'], { times: 3 });
    }
  });
});

const SCHEDULES: readonly NonNullable<TrainingDocument['learningRateSchedule']>[] = [
  { name: 'constant', warmupSteps: 5 },
  { name: 'step', decaySteps: 4, decayRate: 0.5, warmupSteps: 2 },
  { name: 'exponential', decaySteps: 7, decayRate: 0.3 },
  { name: 'cosine', warmupSteps: 4, alpha: 0.1 },
  { name: 'cosine', decaySteps: 9 },
  { name: 'linearWarmup', warmupSteps: 7 },
  { name: 'oneCycle' },
  { name: 'oneCycle', totalSteps: 11, pctStart: 0.45, divFactor: 10, finalDivFactor: 100 },
  { name: 'oneCycle', pctStart: 0.01 },
];

describe('schedules of the learning rate', () => {
  test.for(SCHEDULES)('%o: every step as the reference has it', async (learningRateSchedule, { gpu }) => {
    const run = runWith({ learningRateSchedule, optimizer: { name: 'sgd', learningRate: 0.3 } });
    const { training } = run;
    await withExecution(productDevice(gpu.device, gpu.adapterInfo), run, async (execution) => {
      for (let step = 0; step < execution.plan.steps; step++) {
        execution.runProgram(step % 3 === 2 ? 'train last of 4' : 'train');
        const rates = new Float32Array((await execution.read(['rates'])).rates);
        const want = 0.3 * learningRateFactor(training.learningRateSchedule, step, execution.plan.steps);
        expect([step, Math.abs(rates[0]! - want) < 1e-6]).toEqual([step, true]);
      }
    });
    await expectParity(gpu, run, ['rates'], { times: 7 });
    await expectSameCurve(gpu, { learningRateSchedule });
  });

  test('reduceOnPlateau lowers the rate when nothing gets better, down to its least', async ({ gpu }) => {
    const learningRateSchedule = {
      name: 'reduceOnPlateau',
      patience: 2,
      factor: 0.5,
      cooldown: 1,
      minLearningRate: 0.02,
      minDelta: 10,
    } as const;
    const training = {
      learningRateSchedule,
      optimizer: { name: 'sgd', learningRate: 0.1 } as const,
      validationSplit: 0.3,
    };
    const run = runWith(training, 14);
    await expectParity(gpu, run, ['plateau'], { times: 8 });
    await expectSameCurve(gpu, training, 14);
    await withExecution(productDevice(gpu.device, gpu.adapterInfo), run, async (execution) => {
      const factors: number[] = [];
      for await (const slice of execution.run({ isEpochwise: true })) {
        // A slow adapter may need several slices for an epoch, never one for several.
        expect(slice.epochs).toBeLessThanOrEqual(1);
        if (slice.epochs === 0) continue;
        const rates = new Float32Array((await execution.read(['rates'])).rates);
        factors.push(rates[RATES.indexOf('plateauFactor')]!);
      }
      expect(factors).toHaveLength(14);
      expect(factors[0]).toBe(1);
      expect(factors).toContain(0.5);
      expect(factors.at(-1)).toBeCloseTo(0.2, 6);
    });
  });

  test('control: a schedule that is one step late is reported', async ({ gpu }) => {
    const run = runWith({ learningRateSchedule: { name: 'exponential', decaySteps: 7, decayRate: 0.3 } });
    const parity = await verifyTimes(gpu, run, 1, {
      shaders: broken('update_rates', 'counters.step - 1u', 'counters.step'),
    });
    expect(failuresOf(parity)[0]).toMatch(/^Pass rates is wrong: rates\[0\]/);
  });
});

describe('gradients before the update', () => {
  test.for([
    ['clipNorm', { clipNorm: 0.05 }],
    ['clipNorm that is never reached', { clipNorm: 1e6 }],
    ['clipValue', { clipValue: 0.01 }],
    ['gradient accumulation', { gradientAccumulationSteps: 2 }],
    ['accumulation of more batches than there are', { gradientAccumulationSteps: 50 }],
  ] as const)('%s', async ([, training], { gpu }) => {
    for (const optimizer of ['sgd', 'adam'] as const) {
      await expectParity(gpu, runWith({ ...training, optimizer }), [], { times: 3 });
      await expectSameCurve(gpu, { ...training, optimizer });
    }
  });

  test('accumulated gradients make the very update of one larger batch', async ({ gpu }) => {
    const { device, adapterInfo } = gpu;
    const weightsAfter = async (training: Partial<TrainingDocument>) => {
      const task = taskOf(runWith({ shuffle: false, ...training }));
      const { weights, plan } = await trainOnDevice(productDevice(device, adapterInfo), task);
      return {
        steps: plan!.steps,
        values: weights.flatMap((layer) => Object.values(layer).flatMap((m) => Array.from(m.values))),
      };
    };
    const parts = await weightsAfter({ batchSize: 3, gradientAccumulationSteps: 4 });
    const whole = await weightsAfter({ batchSize: 12 });
    expect(parts.steps).toBe(whole.steps);
    parts.values.forEach((value, i) => expect(Math.abs(value - whole.values[i]!)).toBeLessThan(1e-5));
  });

  test('l1 and l2 of some layers, in training, in validation and with accumulation', async ({ gpu }) => {
    const layers = [
      { units: 5, kernelRegularizer: { l1: 0.01, l2: 0.1 } },
      { type: 'layerNormalization' as const },
      { units: 4 },
      { units: 2, kernelRegularizer: { l2: 0.05 } },
    ];
    for (const gradientAccumulationSteps of [1, 2]) {
      const training = {
        loss: 'meanSquaredError' as const,
        batchSize: 4,
        validationSplit: 0.25,
        gradientAccumulationSteps,
      };
      const run = makeRun({ batch: 20, inputs: 3, layers, epochs: 5, training });
      await expectParity(gpu, run, [], { times: 3 });
      const task = taskOf(run);
      const { history } = await trainOnDevice(productDevice(gpu.device, gpu.adapterInfo), task);
      const want = trainTask(task).history;
      for (const key of ['loss', 'val_loss']) {
        history[key]!.forEach((value, e) => expect(Math.abs(value - want[key]![e]!)).toBeLessThan(FREE));
      }
    }
  });

  test('control: a norm that leaves the last gradients out is reported', async ({ gpu }) => {
    const shaders = broken('gradient_norm', 'i < shape.count', 'i < shape.count - 3u');
    const parity = await verifyTimes(gpu, runWith({ clipNorm: 0.05 }), 1, { shaders });
    expect(failuresOf(parity)[0]).toMatch(/^Pass (train: )?gradient norm is wrong/);
  });
});
