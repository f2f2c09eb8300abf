/**
 * Trainings whose steps are checked while they train: each step, or some; the same bits as without; and what goes wrong in a later step
 * is named with its step, its pass and its element.
 */
import { describe } from 'vitest';
import type { Run } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import { taskContents } from '../../src/plan/contents.js';
import { Execution } from '../../src/plan/execute.js';
import { epochTurns, SCHEDULES, type Schedule } from '../../src/plan/plan.js';
import { planTask } from '../../src/plan/schedule.js';
import { DeviceState } from '../../src/trainer/device-state.js';
import { ParityError } from '../../src/trainer/errors.js';
import { type OnDeviceOptions, trainTaskOnDevice } from '../../src/trainer/on-device.js';
import { Replays } from '../../src/trainer/replays.js';
import { VerificationRecord } from '../../src/verify/record.js';
import type { VerifyMode } from '../../src/verify/report.js';
import type { Device } from '../../src/gpu/device.js';
import { expect, test } from '../support/device.js';
import { flat } from '../support/golden.js';
import { broken, productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';
import { SHADERS } from '../support/shaders.js';

const ROWS = 50;

/** 40 rows in batches of 16, the last of 8, and 10 to validate with: three updates an epoch. */
const run: Run = makeRun({
  batch: ROWS,
  inputs: 3,
  layers: [
    { units: 5, activation: 'tanh' },
    { type: 'dropout', rate: 0.2 },
    { units: 1, activation: 'sigmoid' },
  ],
  epochs: 4,
  training: {
    loss: 'binaryCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.01 },
    batchSize: 16,
    shuffle: true,
    validationSplit: 0.2,
    metrics: ['accuracy'],
    earlyStopping: { patience: 100, restoreBestWeights: true },
  },
  data: (draw) => ({ y: Array.from({ length: ROWS }, () => [Math.round(draw())]) }),
});

async function trained(device: Device, options: OnDeviceOptions) {
  const epochs = trainTaskOnDevice(device, taskOf(run), options);
  for (;;) {
    const step = await epochs.next();
    if (step.done) return step.value;
  }
}

const bitsOf = ({ weights, history }: Awaited<ReturnType<typeof trained>>) => ({
  weights: Array.from(new Uint32Array(Float32Array.from(flat(weights)).buffer)),
  history,
});

describe.for(SCHEDULES)('%s', (schedule) => {
  test('each step is checked, and changes no bit', async ({ device, adapterInfo }) => {
    const product = productDevice(device, adapterInfo);
    const plain = await trained(product, { schedule, verify: 'off' });
    expect(plain.verification).toMatchObject({ mode: 'off', checks: 0, steps: 0, values: 0, passes: [] });
    const every = await trained(product, { schedule, verify: 'every' });
    expect(bitsOf(every)).toEqual(bitsOf(plain));
    const { plan, verification } = every;
    const programs = Object.keys(plan.programs).length;
    expect(verification).toMatchObject({ mode: 'every', ok: true });
    // Each once, and all programs before and after.
    expect(verification.checks).toBe(plan.epochs * epochTurns(plan) + 2 * programs);
    expect(verification.steps).toBe(plan.steps + 1);
    const update = verification.passes.find(({ program, pass }) => program === 'train' && /update/.test(pass))!;
    expect(update.times).toBeGreaterThan(2 * plan.epochs);
    expect(update.values).toBeGreaterThan(0);
    const { worst } = verification;
    expect(worst!.shareOfBound).toBe(Math.max(...verification.passes.map(({ shareOfBound }) => shareOfBound)));
    expect(Math.abs(worst!.worst.got - worst!.worst.want)).toBeLessThanOrEqual(worst!.worst.bound);
  });

  test('some steps are checked, where a clock says that there is time, and no bit is another', async ({
    device,
    adapterInfo,
  }) => {
    const product = productDevice(device, adapterInfo);
    const plain = await replayed(product, schedule, undefined);
    const sampled = await replayed(product, schedule, 'sample');
    expect(sampled.words).toEqual(plain.words);
    const { checks, steps, passes } = sampled.verification!;
    expect(checks).toBeGreaterThan(3);
    expect(steps).toBeGreaterThan(3);
    expect(new Set(passes.map(({ program }) => program))).toEqual(new Set(Object.keys(sampled.plan.programs)));
  });
});

describe('control: a pass that is wrong from the fifth update on', () => {
  // prettier-ignore
  const wrong: [schedule: Schedule, shaders: typeof SHADERS][] = [
    ['layered', broken('adam', 'parameters[i] =', 'parameters[i] = select(0.0, 1.0, counters.step >= 5u && i == 7u) +')],
  ];
  test.for(wrong)(
    '%s: is named, with its step and its element',
    async ([schedule, shaders], { device, adapterInfo }) => {
      const error = await replayed(productDevice(device, adapterInfo), schedule, 'every', shaders).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ParityError);
      const { message, failures, reproduction } = error as ParityError;
      expect(message).toMatch(/^Pass update is wrong in step 5 \(epoch 2\): parameters\[7\] is .+ on the GPU and .+/);
      expect(failures[0]!.place).toMatchObject({ epoch: 1, step: 4 });
      // By itself: its shader, and what it read, as it was before.
      expect(reproduction).toMatchObject({ pass: 'update', shader: 'adam', wrong: { buffer: 'parameters', index: 7 } });
      const { storage, wrong } = reproduction!;
      const before = new Float32Array(storage[wrong.binding]!.content)[wrong.word]!;
      // The shader adds one to what the right one would have made of it, which is a small step away.
      expect(Math.abs(wrong.want - before)).toBeLessThan(0.1);
      expect(Math.abs(wrong.got - wrong.want - 1)).toBeLessThan(1e-5);
    },
  );
});

test('control: a value that somebody changes between two steps is found where it is read', async ({
  device,
  adapterInfo,
}) => {
  const product = productDevice(device, adapterInfo);
  const error = await replayed(product, 'layered', 'every', SHADERS, (execution, step) => {
    if (step === 6) execution.write('parameters', new Float32Array([0.5]));
  }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ParityError);
  expect((error as ParityError).message).toMatch(
    /^Pass before .+ is wrong in step 7 .+: parameters\[0\] is 0.5 on the GPU/,
  );
});

/** Trains by hand, with a clock that goes on a minute with each epoch. */
async function replayed(
  device: Device,
  schedule: Schedule,
  mode: Exclude<VerifyMode, 'off'> | undefined,
  shaders = SHADERS,
  meddle: (execution: Execution, step: number) => void = () => undefined,
) {
  const task = taskOf({ ...run, training: { ...run.training, epochs: 12 } });
  const plan = planTask(task, { schedule });
  const execution = await Execution.create(device, plan, () => taskContents(task, plan), { shaders });
  try {
    const record = mode && new VerificationRecord(mode);
    const clock = { time: 0 };
    const pause =
      mode &&
      new Replays(execution, {
        ...{ mode, record: record!, seed: 3, checkMilliseconds: 1 },
        state: () => Promise.resolve(new DeviceState(execution, task.model.layers.length)),
        now: () => clock.time,
      });
    for await (const { counters } of execution.run({ pause, isEpochwise: true })) {
      clock.time += 60_000;
      meddle(execution, counters.step);
    }
    const { parameters } = await execution.read(['parameters']);
    return { plan, words: Array.from(new Uint32Array(parameters)), verification: record?.verification };
  } finally {
    execution.destroy();
  }
}
