/** What `auto` takes where there is an adapter: the backend that trains the task sooner, as measured. */
import { describe, expect, test } from 'vitest';
import { type Task, taskOf } from '../../src/core/task.js';
import { describeAdapter, watchDevice } from '../../src/gpu/device.js';
import { cpuTime } from '../../src/trainer/cpu-time.js';
import { quickerBackend, type Stopwatch } from '../../src/trainer/quicker.js';
import { isAuto } from '../../src/trainer/train.js';
import { makeRun } from '../support/runs.js';

const task = (units = 4, epochs = 10): Task =>
  taskOf(makeRun({ batch: 8, inputs: 3, layers: [{ units, activation: 'tanh' }], epochs }));

/** A device of which nothing is asked but its name. */
function device() {
  const gpu = { addEventListener: () => undefined, lost: new Promise(() => undefined) } as unknown as GPUDevice;
  return watchDevice(gpu, describeAdapter({ vendor: 'acme', description: 'Acme 1' } as GPUAdapterInfo));
}

function stopwatch(cpu: number, gpu: number, refusal?: string): Stopwatch & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    cpu: () => {
      asked.push('cpu');
      return Promise.resolve(cpu);
    },
    gpu: () => {
      asked.push('gpu');
      return Promise.resolve(gpu);
    },
    refusal: () => {
      asked.push('refusal');
      return Promise.resolve(refusal);
    },
  };
}

test.each([
  ['the CPU, without asking the GPU, where it is done before one is set up', 20, 1, 'cpu', ['cpu']],
  ['the CPU where the GPU takes longer', 200, 300, 'cpu', ['cpu', 'gpu']],
  ['the GPU where the CPU takes longer', 300, 200, 'webgpu', ['cpu', 'gpu', 'refusal']],
] as const)('it is %s', async (_, cpu, gpu, backend, asked) => {
  const watch = stopwatch(cpu, gpu);
  const found = await quickerBackend(device(), task(), false, { watch });
  expect(found.backend).toBe(backend);
  expect(watch.asked).toEqual(asked);
  if (backend === 'webgpu') expect(found.note).toBeUndefined();
  else expect(found.note).toBe("backend 'auto': the CPU trains this sooner than Acme 1 would, as measured.");
});

test('steps so large that measuring the CPU would take long are the GPU’s', async () => {
  const watch = stopwatch(1, 1000);
  const large = taskOf(makeRun({ batch: 256, inputs: 300, layers: [{ units: 100 }] }));
  expect(await quickerBackend(device(), large, false, { watch })).toEqual({ backend: 'webgpu', note: undefined });
  expect(watch.asked).toEqual(['refusal']);
});

test('the like of a task is measured once a device', async () => {
  const watch = stopwatch(300, 200);
  const one = device();
  await quickerBackend(one, task(), false, { watch });
  await quickerBackend(one, task(), false, { watch });
  expect(watch.asked).toEqual(['cpu', 'gpu', 'refusal']);
  await quickerBackend(one, task(5), false, { watch });
  await quickerBackend(device(), task(), false, { watch });
  const each = ['cpu', 'gpu', 'refusal'];
  expect(watch.asked).toEqual([...each, ...each, ...each]);
});

test('it is the CPU where the quicker GPU computes wrongly, with a note that says so each time', async () => {
  const watch = stopwatch(300, 200, '. The adapter Acme 1 computes wrongly.');
  const one = device();
  const cpu = {
    backend: 'cpu',
    note: "backend 'auto': the CPU trains this. The adapter Acme 1 computes wrongly.",
  };
  expect(await quickerBackend(one, task(), false, { watch })).toEqual(cpu);
  expect(await quickerBackend(one, task(), false, { watch })).toEqual(cpu);
  expect(watch.asked).toEqual(['cpu', 'gpu', 'refusal']);
});

describe('the CPU is really measured', () => {
  // The clock itself is not judged: a GPU that takes forever, or no time at all, decides whatever the CPU took.
  const against = async (gpu: number, measured: Task) =>
    (
      await quickerBackend(device(), measured, false, {
        watch: {
          cpu: (timed) => Promise.resolve(cpuTime(timed)),
          gpu: () => Promise.resolve(gpu),
          refusal: () => Promise.resolve(undefined),
        },
      })
    ).backend;

  test('to the end, where a training is short', async () => {
    expect(await against(Infinity, task(2, 1))).toBe('cpu');
  });
  test('for a moment, where it is long', async () => {
    expect(await against(0, task(64, 1e6))).toBe('webgpu');
    expect(await against(Infinity, task(64, 1e6))).toBe('cpu');
  });
  test('as far as it goes, where it diverges', async () => {
    const wild = taskOf(makeRun({ batch: 8, inputs: 3, layers: [{ units: 2 }], epochs: 1e6, learningRate: 1e30 }));
    expect(await against(Infinity, wild)).toBe('cpu');
  });
});

test('only `auto` is a choice, and not where a schedule of the GPU is named', () => {
  expect([isAuto({}), isAuto({ backend: 'auto' }), isAuto({ backend: 'webgpu' }), isAuto({ backend: 'cpu' })]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(isAuto({ schedule: 'layered' })).toBe(false);
});
