/**
 * The test of a device at its first use: a right one is tested once and no more, one that computes wrongly is refused
 * by its name whatever is asked of it, and a cache that is broken, or knows another device, means that it is tested.
 */
import { beforeEach, describe } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import { adapterText, describeAdapter } from '../../src/gpu/device.js';
import { fromRun, ParityError, train, type TrainOptions } from '../../src/index.js';
import { SCHEDULES } from '../../src/plan/plan.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';
import { type Mistake, wrongGpu } from '../support/wrong-gpu.js';
import { textStore } from '../support/text-store.js';

const UPDATE: Mistake = { shader: 'sgd', right: '- rates.learningRate * g', wrong: '- 1.01 * rates.learningRate * g' };
const IN_LOOP = { right: 'w - rate * g', wrong: 'w - 1.01 * rate * g' };
const SOFTMAX: Mistake = {
  shader: 'softmax_forward',
  right: 'exp(x[i] - largest)',
  wrong: 'exp(x[i] - largest) * (1.0 + 0.01 * f32(i % 2u))',
};

const run = makeRun({
  batch: 6,
  inputs: 3,
  layers: [{ units: 5, activation: 'tanh' }, { units: 2 }, { type: 'activation', activation: 'softmax' }],
  epochs: 3,
  training: { loss: 'meanSquaredError' },
});
const x = run.data.x as number[][];
const y = run.data.y as number[][];

/** A step that `auto` gives the GPU without measuring the CPU. */
const heavy = makeRun({
  batch: 256,
  inputs: 300,
  layers: [{ units: 100 }],
  epochs: 1,
  training: { loss: 'meanSquaredError' },
});

// A page remembers by itself that its adapter computes right, and the wrong devices here are of the same adapter.
beforeEach(() => {
  if ('document' in globalThis) localStorage.clear();
});

/** Submits of a training on another device of the same adapter. */
async function submitsOf({ device, adapterInfo }: TestGpu, options: TrainOptions): Promise<number> {
  const counting = countingDevice(device);
  await trainOnDevice(productDevice(counting.device, adapterInfo), taskOf(run), { verify: 'off', ...options });
  return counting.counts.calls['submit']!;
}

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.for(SCHEDULES)('%s', (schedule) => {
  test('a right device is tested once, and not again while it lives', async ({ gpu }) => {
    const { device, counts } = countingDevice(gpu.device);
    const product = productDevice(device, gpu.adapterInfo);
    const submits: number[] = [];
    for (let time = 0; time < 3; time++) {
      counts.reset();
      await trainOnDevice(product, taskOf(run), { verify: 'off', schedule, tune: false });
      submits.push(counts.calls['submit']!);
    }
    expect(submits[0]).toBeGreaterThan(submits[1]!);
    expect(submits[2]).toBe(submits[1]);
  });

  test('nor after it, where a store remembers its adapter', async ({ gpu }) => {
    const store = textStore();
    const first = await submitsOf(gpu, { schedule, tune: store });
    const again = await submitsOf(gpu, { schedule, tune: store });
    expect(again).toBeLessThan(first);
    expect(store.text).toContain('"approved"');
    // What is kept is a digest of each text with its constants, and none of another schedule's.
    const other = SCHEDULES.find((one) => one !== schedule)!;
    const before = store.text;
    await submitsOf(gpu, { schedule: other, tune: store });
    expect(store.text).not.toBe(before);
    expect(await submitsOf(gpu, { schedule, tune: store })).toBe(again);
  });

  test.for([
    ['no JSON', '{"approved":'],
    ['a list', '[1, 2]'],
    ['of another kind', '{"version":1,"adapters":{},"approved":{"":7}}'],
    ['another adapter’s', undefined],
  ] as const)('a cache that is %s means that the device is tested', async ([, broken], { gpu }) => {
    const good = textStore();
    const first = await submitsOf(gpu, { schedule, tune: good });
    const renamed = good.text!.replaceAll('|false|', '|true|').replaceAll('|true|', '|other|');
    const store = textStore(broken ?? renamed);
    expect(await submitsOf(gpu, { schedule, tune: store })).toBe(first);
    // It is mended by that.
    expect(await submitsOf(gpu, { schedule, tune: store })).toBeLessThan(first);
  });

  test('a page remembers it by itself', async ({ gpu }) => {
    const first = await submitsOf(gpu, { schedule });
    const again = await submitsOf(gpu, { schedule });
    if ('document' in globalThis) expect(again).toBeLessThan(first);
    else expect(again).toBe(first);
  });

  test('one that cannot be read or written is none', async ({ gpu }) => {
    const fail = () => Promise.reject(new Error('no right'));
    const first = await submitsOf(gpu, { schedule, tune: false });
    expect(await submitsOf(gpu, { schedule, tune: { read: fail, write: fail } })).toBe(first);
  });
});

describe('a device that computes wrongly is refused by its name', () => {
  const refusal = (adapterInfo: GPUAdapterInfo, pass: string) => {
    const name = adapterText(describeAdapter(adapterInfo)).replace(/[()]/g, '\\$&');
    return new RegExp(
      `^The adapter ${name} computes wrongly and is not used, since in pass ${pass} the value .+\\[\\d+\\] is .+ on the GPU and .+ in the ` +
        "reference, a difference of .+ where .+ is allowed: update its driver, choose another adapter, or take the backend 'cpu'\\.$",
    );
  };

  test.for(['off', 'sample', 'every'] as const)('in a training with verify: %s', async (verify, { gpu }) => {
    const options = { backend: 'webgpu', schedule: 'layered', verify, tune: textStore() } as const;
    const error = await thrownBy(train(run, { ...options, gpu: wrongGpu(UPDATE).gpu }));
    expect(error).toBeInstanceOf(ParityError);
    const { message, failures, reproduction, refusal: why } = error as ParityError;
    expect(message).toMatch(refusal(gpu.adapterInfo, 'update'));
    expect([why, failures[0]!.shader, reproduction!.shader]).toEqual([message, 'sgd', 'sgd']);
    // It is not kept as good, nor as bad: a driver may be mended.
    expect(options.tune.text).toBeUndefined();
    const right = await train(run, { ...options, gpu: wrongGpu().gpu });
    expect(right.backend).toBe('webgpu');
    // A store that knows the right one knows its texts: the wrong device has the same, and is the same adapter.
    expect(options.tune.text).toContain('approved');
  });

  test('in the persistent schedule', async ({ gpu }) => {
    const mistakes = (['persistent', 'persistent_in_storage'] as const).map((shader) => ({ ...IN_LOOP, shader }));
    const options = { backend: 'webgpu', schedule: 'persistent', verify: 'off' } as const;
    const thrown = await Promise.all(
      mistakes.map((one) => thrownBy(train(run, { ...options, gpu: wrongGpu(one).gpu }))),
    );
    // One of the two is what the device runs.
    const refused = thrown.filter((error) => error !== undefined);
    expect(refused.map((error) => (error as Error).message)).toEqual([
      expect.stringMatching(refusal(gpu.adapterInfo, 'update')),
    ]);
  });

  test('in predict and evaluate', async ({ gpu }) => {
    const answers = async (from: GPU) => {
      await using model = fromRun(run);
      const options = { backend: 'webgpu', gpu: from } as const;
      return [
        await thrownBy(model.predict(x, options)),
        await thrownBy(model.evaluate(x, y, { ...options, verify: false })),
        await thrownBy(model.predict(x, { ...options, backend: 'cpu' })),
      ];
    };
    const [predicting, evaluating, onCpu] = await answers(wrongGpu(SOFTMAX).gpu);
    for (const error of [predicting, evaluating]) {
      expect(error).toBeInstanceOf(ParityError);
      expect((error as Error).message).toMatch(refusal(gpu.adapterInfo, 'layers.2 forward'));
    }
    expect(onCpu).toBeUndefined();
    // Control: without the mistake nothing is refused.
    expect(await answers(wrongGpu().gpu)).toEqual([undefined, undefined, undefined]);
  });

  test('and auto takes the CPU in its place, with a note', async ({ gpu }) => {
    const wrong = await train(heavy, { gpu: wrongGpu(UPDATE).gpu, verify: 'off', tune: false });
    expect(wrong.backend).toBe('cpu');
    const note = wrong.notes.find((one) => one.includes('computes wrongly'))!;
    expect(note).toMatch(/^backend 'auto': the CPU trains this\. The adapter .+ computes wrongly and is not used/);
    expect(note).toContain(adapterText(describeAdapter(gpu.adapterInfo)));
    const right = await train(heavy, { gpu: wrongGpu().gpu, verify: 'off', tune: false });
    expect([right.backend, right.notes]).toEqual(['webgpu', []]);
  });

  test('and so do predict and evaluate, whose answers are the CPU’s', async () => {
    await using model = fromRun(run);
    const on = (backend: 'auto' | 'cpu', from: GPU) => ({ backend, gpu: from }) as const;
    const wrong = wrongGpu(SOFTMAX).gpu;
    const [found, expected] = [await model.predict(x, on('auto', wrong)), await model.predict(x, on('cpu', wrong))];
    expect([found.backend, found.toRows()]).toEqual(['cpu', expected.toRows()]);
    expect(await model.evaluate(x, y, on('auto', wrong))).toEqual(await model.evaluate(x, y, on('cpu', wrong)));
    // Control: a right one computes by itself.
    expect((await model.predict(x, on('auto', wrongGpu().gpu))).backend).toBe('webgpu');
  });

  test('and a model that trains on auto says so too', async () => {
    await using model = fromRun(heavy);
    const fit = model.fit({ gpu: wrongGpu(UPDATE).gpu, verify: 'off', tune: false });
    const { backend, notes } = await fit.result;
    expect([backend, notes.join()]).toEqual(['cpu', expect.stringMatching(/computes wrongly and is not used/)]);
  });
});
