/**
 * Control cases of whole trainings: whatever is made wrong on purpose (a shader, the reference, a checkpoint, a driver that leaves work
 * undone) ends them with one sentence that names the pass and the tensor, the file, or the step. None of it may pass unnoticed.
 */
import { describe } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import { openKeeper } from '../../src/trainer/open-keeper.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { explainFailure } from '../../src/verify/report.js';
import { TWINS } from '../../src/verify/twins/index.js';
import { memoryStore, newestIn } from '../support/checkpoints.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { broken, productDevice, verifyFirstStep } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

/** Five batches an epoch, by plain steps. */
const run = makeRun({
  batch: 20,
  inputs: 3,
  layers: [{ units: 4, activation: 'tanh' }, { units: 1 }],
  epochs: 4,
  training: { loss: 'meanSquaredError', batchSize: 4, metrics: [] },
});

const PATIENT = { minDelta: 0, restoreBestWeights: false };

/** What the training ends with. */
async function told({ device, adapterInfo }: TestGpu, options: Parameters<typeof trainOnDevice>[2] = {}, of = run) {
  const training = trainOnDevice(productDevice(device, adapterInfo), taskOf(of), { schedule: 'layered', ...options });
  return training.then(
    () => 'nothing',
    (error: unknown) => (error as Error).message,
  );
}

test('with nothing wrong nothing is told', async ({ gpu }) => {
  expect(await told(gpu)).toBe('nothing');
  expect(await told(gpu, { verify: 'every' })).toBe('nothing');
});

test('control: a shader with one wrong index: its pass, the tensor and the element', async ({ gpu }) => {
  const shaders = broken('dense_forward_plain', 'shape.biasOffset + column', 'shape.biasOffset + column + 1u');
  const parity = await verifyFirstStep(productDevice(gpu.device, gpu.adapterInfo), run, shaders);
  const failures = parity.filter(({ ok }) => !ok).map(explainFailure);
  expect(failures[0]).toMatch(
    /^Pass layers\.0 forward is wrong: layers\.0\.y\[\d+\] is -?[\d.e-]+ on the GPU and -?[\d.e-]+ in the reference, a difference of .+ allowed\.$/,
  );
});

test('control: a reference with one wrong sign: the pass that it is of, and the tensor', async ({ gpu }) => {
  const right = TWINS.sgd;
  const twins = TWINS as { sgd: typeof right };
  twins.sgd = (pass, before) => {
    const { parameters, ...others } = right(pass, before);
    const uphill = Array.from(parameters!.want, (want, i) => 2 * before['parameters']![i]! - want);
    return { ...others, parameters: { ...parameters!, want: uphill } };
  };
  try {
    expect(await told(gpu)).toMatch(
      /^Pass update is wrong.*: parameters\[\d+\] is .+ on the GPU and .+ in the reference/,
    );
  } finally {
    twins.sgd = right;
  }
  expect(await told(gpu)).toBe('nothing');
});

test('control: a checkpoint with one flipped bit, wherever it is: its file', async ({ gpu }) => {
  const store = memoryStore();
  const task = taskOf(run);
  const checkpoint = { store, every: { epochs: 2 } };
  const device = productDevice(gpu.device, gpu.adapterInfo);
  await trainOnDevice(device, task, { schedule: 'layered', verify: false }, await openKeeper(task, { checkpoint }));
  const name = newestIn(store);
  const bytes = store.files.get(name)!;
  for (let bit = 5; bit < 8 * bytes.length; bit += Math.floor(bytes.length / 5)) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const alone = { store: memoryStore([[name, flipped]]) };
    await expect(openKeeper(task, { checkpoint: alone, resume: true })).rejects.toThrow(`(${name}: `);
  }
  // As it was written it is taken.
  const whole = await openKeeper(task, { checkpoint: { store: memoryStore([[name, bytes]]) }, resume: true });
  expect(whole?.from?.place.epoch).toBe(4);
});

describe('control: a driver that leaves work undone without an error', () => {
  test('one submit, of any epoch: after how many steps', async ({ gpu }) => {
    // A submit for each epoch, since each might be the last.
    const epochwise = { ...run, training: { ...run.training, earlyStopping: { ...PATIENT, patience: 100 } } };
    for (let submit = 0; submit < 4; submit++) {
      const { device, undone } = forgetful(gpu.device, { submit });
      expect(await told({ ...gpu, device }, { verify: 'off' }, epochwise)).toMatch(
        new RegExp(`^The GPU stopped after \\d+ of ${5 * (submit + 1)} steps without an error\\.$`),
      );
      expect(undone()).toBe(1);
    }
  });

  test('the dispatch of a whole loop: after how many steps', async ({ gpu }) => {
    const { device, undone } = forgetful(gpu.device, { dispatch: 0 });
    expect(await told({ ...gpu, device }, { verify: 'off', schedule: 'persistent' })).toBe(
      'The GPU stopped after 0 of 20 steps without an error.',
    );
    expect(undone()).toBe(1);
  });

  test('any one dispatch of a step, where each step is checked: the step after it, and the tensor', async ({ gpu }) => {
    // Those of the seventh batch; each slice is one batch then, of nine passes.
    for (let dispatch = 6 * 9; dispatch < 7 * 9; dispatch++) {
      const { device, undone } = forgetful(gpu.device, { dispatch });
      expect(await told({ ...gpu, device }, { verify: 'every' })).toMatch(
        /^(Pass before .+ is wrong in step [78] \(epoch 2\): \S+\[\d+\] is|The GPU stopped after 5 of 6 steps)/,
      );
      expect(undone()).toBe(1);
    }
  });
});

/** A device that leaves one thing undone while it trains: a submit of a slice, or a dispatch in one, by its number from 0. */
function forgetful(device: GPUDevice, { submit = -1, dispatch = -1 }: { submit?: number; dispatch?: number }) {
  const count = { submits: 0, dispatches: 0, undone: 0 };
  const slices = new WeakSet<object>();
  const isUndone = (isIt: boolean) => {
    if (isIt) count.undone += 1;
    return isIt;
  };
  const standIn = <T extends object>(target: T, isSlice = false): T =>
    new Proxy(target, {
      get(_, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property === 'queue') return standIn(value as object);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const label = (args[0] as { readonly label?: string } | undefined)?.label;
          if (property === 'dispatchWorkgroups' && isSlice && isUndone(count.dispatches++ === dispatch))
            return undefined;
          if (property === 'submit' && (args[0] as object[]).some((one) => slices.has(one))) {
            if (isUndone(count.submits++ === submit)) return undefined;
          }
          const result: unknown = Reflect.apply(value, target, args);
          if (property === 'finish' && isSlice) slices.add(result as object);
          const isInner = property === 'createCommandEncoder' || property === 'beginComputePass';
          return isInner ? standIn(result as object, label === 'slice') : result;
        };
      },
    });
  return { device: standIn(device), undone: () => count.undone };
}
