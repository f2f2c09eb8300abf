/**
 * A training on the GPU that is broken off and gone on with leaves the very bits of one without a break, in both schedules and from
 * the middle of an epoch too; what it needs for that is made when it is first needed, and never by others.
 */
import { describe, vi } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/checkpoint/file.js';
import { browserCheckpoints } from '../../src/checkpoint/browser-store.js';
import type { CheckpointStore } from '../../src/checkpoint/store.js';
import type { Run } from '../../src/core/run.js';
import { CheckpointError, type Place, type SavedState, type StateKeeper } from '../../src/core/saved-state.js';
import { taskOf } from '../../src/core/task.js';
import { loopTurns } from '../../src/gpu/loop-limit.js';
import type { Schedule } from '../../src/plan/plan.js';
import { type CheckpointEvery, type CheckpointOptions } from '../../src/trainer/checkpoint-options.js';
import { openKeeper } from '../../src/trainer/open-keeper.js';
import { type Training, trainOnDevice, train as trainRun } from '../../src/trainer/train.js';
import { adam, dense, dropout, sequential } from '../../src/index.js';
import { bitsOf, CLASSES, memoryStore, newestIn, RESUMED } from '../support/checkpoints.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { productDevice } from '../support/plans.js';

const SCHEDULES = ['layered', 'persistent'] as const satisfies Schedule[];
const EVERY_UPDATE: CheckpointEvery = { steps: 1 };

interface Options extends CheckpointOptions {
  readonly schedule: Schedule;
  readonly signal?: AbortSignal;
}

/** Trains on the test's device, as `train` does on one that it opens. */
async function train({ device, adapterInfo }: TestGpu, run: Run, options: Options): Promise<Training> {
  const task = taskOf(run);
  const keeper = await openKeeper(task, options);
  const { schedule, signal } = options;
  return trainOnDevice(productDevice(device, adapterInfo), task, { schedule, signal, verify: false }, keeper);
}

interface Made {
  readonly step: number;
  readonly bytes: Uint8Array;
  readonly state: SavedState;
}

/** Every checkpoint of a training, in order, and what it ended with. */
async function withCheckpoints(gpu: TestGpu, run: Run, schedule: Schedule, every = EVERY_UPDATE) {
  const store = memoryStore();
  const made: Made[] = [];
  const training = await train(gpu, run, {
    schedule,
    checkpoint: { store, every },
    onCheckpoint({ name, step }) {
      const bytes = store.files.get(name)!;
      made.push({ step, bytes, state: decodeCheckpoint(bytes, name).state });
    },
  });
  return { training, made };
}

const goOn = (gpu: TestGpu, run: Run, schedule: Schedule, bytes: Uint8Array) =>
  train(gpu, run, {
    schedule,
    checkpoint: { store: memoryStore([['checkpoint-000001.safetensors', bytes]]) },
    resume: true,
  });

/** A few of a list: the first, the last, and some in between. */
function some<T>(list: readonly T[], count: number): T[] {
  const places = Array.from({ length: count }, (_, i) => Math.round((i * (list.length - 1)) / (count - 1)));
  return [...new Set(places)].map((place) => list[place]!);
}

describe.each(SCHEDULES)('%s', (schedule) => {
  test.for(Object.entries<Run>(RESUMED))('%s: the same bits from anywhere', async ([, run], { gpu }) => {
    const training = await train(gpu, run, { schedule });
    expect(training.plan!.schedule).toBe(schedule);
    const whole = bitsOf(training);
    const { training: paused, made } = await withCheckpoints(gpu, run, schedule);
    // That it pauses after each update changes no bit either.
    expect(bitsOf(paused)).toEqual(whole);
    expect(made.length).toBeGreaterThanOrEqual(training.epochs);
    for (const { step, bytes } of some(made, 5)) {
      expect([step, bitsOf(await goOn(gpu, run, schedule, bytes))]).toEqual([step, whole]);
    }
  });

  test('stopped in the middle of an epoch, again and again: the same bits', async ({ gpu }) => {
    const whole = bitsOf(await train(gpu, CLASSES, { schedule }));
    const store = memoryStore();
    const places: number[] = [];
    for (;;) {
      const controller = new AbortController();
      let checkpoints = 0;
      const result = await train(gpu, CLASSES, {
        ...{ schedule, checkpoint: { store, every: EVERY_UPDATE }, resume: true, signal: controller.signal },
        // At the fourth, so that some are within an epoch, which has three updates.
        onCheckpoint: () => ++checkpoints === 4 && controller.abort(new Error('enough')),
      }).then(bitsOf, (reason: unknown) => reason);
      if (!(result instanceof Error)) {
        expect(result).toEqual(whole);
        break;
      }
      expect(result.message).toBe('enough');
      places.push(decodeCheckpoint(store.files.get(newestIn(store))!, 'it').state.place.turn);
    }
    expect(places.length).toBeGreaterThanOrEqual(3);
    expect(places.some((turn) => turn > 0)).toBe(true);
  });

  test('one an epoch, and one whenever a slice ends: the same bits', async ({ gpu }) => {
    const whole = bitsOf(await train(gpu, CLASSES, { schedule }));
    for (const every of [{ epochs: 2 }, { seconds: 1e-9 }]) {
      const { training, made } = await withCheckpoints(gpu, CLASSES, schedule, every);
      expect(bitsOf(training)).toEqual(whole);
      expect(bitsOf(await goOn(gpu, CLASSES, schedule, made[0]!.bytes))).toEqual(whole);
    }
  });

  test('between any two programs, of one update too and of the validation: the same bits', async ({ gpu }) => {
    const device = productDevice(gpu.device, gpu.adapterInfo);
    const task = taskOf(CLASSES);
    const whole = bitsOf(await train(gpu, CLASSES, { schedule }));
    const states: SavedState[] = [];
    const everywhere = (from: SavedState | undefined, kept: SavedState[]): StateKeeper => {
      let last = -1;
      const isNew = ({ epoch, turn }: Place) => 100 * epoch + turn !== last;
      return {
        ...{ from, endsAt: isNew, isDue: isNew },
        keep(state) {
          last = 100 * state.place.epoch + state.place.turn;
          kept.push(state);
          return Promise.resolve();
        },
      };
    };
    expect(
      bitsOf(await trainOnDevice(device, task, { schedule, verify: false }, everywhere(undefined, states))),
    ).toEqual(whole);
    const updates = new Set(states.map(({ place }) => place.step)).size;
    expect(states.length).toBeGreaterThan(2 * updates);
    const inOneUpdate = states.filter(({ place }, i) => place.step === states[i - 1]?.place.step);
    for (const from of some(inOneUpdate, 8)) {
      const result = await trainOnDevice(
        device,
        task,
        { schedule, verify: false },
        { ...everywhere(from, []), endsAt: () => false },
      );
      expect([from.place, bitsOf(result)]).toEqual([from.place, whole]);
    }
  });

  test('a training that is over is gone on with at once, with the best weights', async ({ gpu }) => {
    const { training, made } = await withCheckpoints(gpu, CLASSES, schedule, { epochs: 1 });
    const again = await goOn(gpu, CLASSES, schedule, made.at(-1)!.bytes);
    expect(bitsOf(again)).toEqual(bitsOf(training));
    expect(again.bestEpoch).toBeGreaterThan(0);
  });

  test('control: a part of the optimizer set to zero gives other bits', async ({ gpu }) => {
    const run = RESUMED['two classes, by momentum'];
    const { training, made } = await withCheckpoints(gpu, run, schedule);
    const { state } = made[2]!;
    const { plan } = training;
    const velocity = plan!.buffers.find(({ name }) => name === 'velocity' || name === 'momentum')!;
    const owner = velocity.within?.buffer ?? velocity.name;
    const words = state.tensors[owner]!.slice();
    const first = velocity.within?.offset ?? 0;
    const count = velocity.shape.reduce((product, size) => product * size, 1);
    expect(words.subarray(first, first + count).some((word) => word !== 0)).toBe(true);
    words.fill(0, first, first + count);
    const result = await goOn(
      gpu,
      run,
      schedule,
      forged(made[2]!.bytes, { ...state, tensors: { ...state.tensors, [owner]: words } }),
    );
    expect(bitsOf(result).weights).not.toEqual(bitsOf(training).weights);
    // Control of the control: forged without a change, it is the same.
    expect(bitsOf(await goOn(gpu, run, schedule, forged(made[2]!.bytes, state)))).toEqual(bitsOf(training));
  });

  test.for([
    ['a buffer that is gone', { tensors: {} }],
    ['a place in an epoch that has fewer', { place: { epoch: 0, turn: 99, step: 1 } }],
    ['a place after the last epoch', { place: { epoch: 9, turn: 0, step: 99 }, history: { loss: Array(9).fill(1) } }],
    ['a step that is not that of the place', { place: { epoch: 0, turn: 1, step: 3 } }],
  ] as const)('%s is refused, and nothing hangs', async ([, change], { gpu }) => {
    const run = RESUMED['two classes, by momentum'];
    const { made } = await withCheckpoints(gpu, run, schedule);
    const { bytes, state } = made[0]!;
    const other = forged(bytes, { ...state, ...change, confusionMatrices: {} });
    await expect(goOn(gpu, run, schedule, other)).rejects.toThrow(CheckpointError);
  });
});

/** A whole file with another state in it. */
function forged(bytes: Uint8Array, state: SavedState): Uint8Array {
  return encodeCheckpoint({ fingerprint: decodeCheckpoint(bytes, 'it').fingerprint, state });
}

test('a checkpoint of another schedule or backend is refused where one is named', async ({ gpu }) => {
  const run = RESUMED['one-hot classes, by adagrad'];
  const { made } = await withCheckpoints(gpu, run, 'layered');
  await expect(goOn(gpu, run, 'persistent', made[0]!.bytes)).rejects.toThrow(
    'schedule: found "persistent", expected "layered", as in the checkpoint.',
  );
  const store = memoryStore([['checkpoint-000001.safetensors', made[0]!.bytes]]);
  await expect(trainRun(run, { backend: 'cpu', checkpoint: { store }, resume: true })).rejects.toThrow(
    'backend: found "cpu", expected "webgpu", which the checkpoint was made on.',
  );
});

test('a divergence of the last update is found after going on from its checkpoint, too', async ({ gpu }) => {
  const run = RESUMED['one batch an epoch, whose last forward pass is the prediction'];
  const { made } = await withCheckpoints(gpu, run, 'layered');
  const { bytes, state } = made.at(-1)!;
  const parameters = state.tensors['parameters']!.slice();
  parameters[0] = NaN;
  const other = forged(bytes, { ...state, tensors: { ...state.tensors, parameters } });
  await expect(goOn(gpu, run, 'layered', other)).rejects.toThrow('layers.0.kernel is not finite');
});

describe('what is created', () => {
  const run = RESUMED['two classes, by momentum'];
  /** Labels of the buffers that a training creates. */
  async function created(gpu: TestGpu, schedule: Schedule, keeper?: StateKeeper): Promise<string[]> {
    const { device, counts } = countingDevice(gpu.device);
    await loopTurns(device);
    counts.reset();
    const labels: string[] = [];
    const spied = new Proxy(device, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (property !== 'createBuffer')
          return typeof value === 'function' ? (value as () => void).bind(target) : value;
        return (descriptor: GPUBufferDescriptor) => {
          labels.push(descriptor.label ?? '');
          return target.createBuffer(descriptor);
        };
      },
    });
    await trainOnDevice(productDevice(spied, gpu.adapterInfo), taskOf(run), { schedule, verify: false }, keeper);
    expect(counts.calls['createBuffer']).toBe(labels.length);
    return labels.sort();
  }

  test.for(SCHEDULES)(
    '%s: staging for the state, once, and nothing where no checkpoint is',
    async (schedule, { gpu }) => {
      const keeping = (isDue: boolean) => {
        let last = 0;
        let kept = 0;
        const keeper: StateKeeper = {
          from: undefined,
          endsAt: ({ step }) => isDue && step !== last,
          isDue: ({ step }) => isDue && step !== last,
          keep({ place }) {
            last = place.step;
            kept += 1;
            return Promise.resolve();
          },
        };
        return { keeper, kept: () => kept };
      };
      const without = await created(gpu, schedule);
      const [once, often] = [keeping(false), keeping(true)];
      const withOne = await created(gpu, schedule, once.keeper);
      const withMany = await created(gpu, schedule, often.keeper);
      expect([once.kept(), often.kept() > 8]).toEqual([1, true]);
      expect(withMany).toEqual(withOne);
      const rest = [...withOne];
      for (const label of without) rest.splice(rest.indexOf(label), 1);
      expect(rest.length).toBeGreaterThan(0);
      expect(rest.every((label) => label.endsWith(' readback'))).toBe(true);
      expect(withOne.length - without.length).toBe(rest.length);
    },
  );
});

test("checkpoints of the browser's own storage, or of memory in Node: a model's fit goes on from them", async ({
  gpu,
}) => {
  expect(gpu.device).toBeDefined();
  const name = `test ${CLASSES.model.seed}/ü ${Array.from(crypto.getRandomValues(new Uint8Array(6))).join('')}`;
  const store = isNode() ? memoryStore() : browserCheckpoints(name);
  const x = CLASSES.data.x;
  const y = CLASSES.data.y;
  const fitted = async (options: CheckpointOptions & { readonly signal?: AbortSignal }) => {
    await using model = sequential(
      [dense(6, { activation: 'tanh' }), dropout(0.2), dense(3, { activation: 'softmax' })],
      {
        inputs: 3,
        seed: 5,
      },
    );
    const settings = {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: adam({ learningRate: 0.05 }),
      epochs: 4,
      batchSize: 5,
    } as const;
    const history = await model.fit(x, y, {
      ...settings,
      backend: 'webgpu',
      schedule: 'layered',
      tune: false,
      verify: false,
      ...options,
    });
    return { history, weights: model.weights() };
  };
  const whole = await fitted({});
  const controller = new AbortController();
  let count = 0;
  await expect(
    fitted({
      checkpoint: { store, every: EVERY_UPDATE },
      signal: controller.signal,
      onCheckpoint: () => ++count === 8 && controller.abort(new Error('enough')),
    }),
  ).rejects.toThrow('enough');
  expect([...(await store.list())].sort()).toEqual(['checkpoint-000007.safetensors', 'checkpoint-000008.safetensors']);
  // As after a reload: another object, the same storage.
  const again = isNode() ? store : browserCheckpoints(name);
  const resumed: number[] = [];
  expect(
    await fitted({ checkpoint: { store: again }, resume: true, onResume: ({ step }) => resumed.push(step) }),
  ).toEqual(whole);
  expect(resumed).toEqual([8]);
  if (!isNode()) expect(await browserCheckpoints('another').list()).toEqual([]);
  for (const file of await again.list()) await again.remove(file);
  expect(await store.list()).toEqual([]);
});

/** What there is to keep checkpoints in here. */
const STORES: readonly (readonly [what: string, open: (name: string) => CheckpointStore])[] = isNode()
  ? [['memory', () => memoryStore()]]
  : [
      ['the private file system', (name: string) => browserCheckpoints(name)],
      [
        'IndexedDB, where that cannot be had',
        (name: string) => {
          const storage = { getDirectory: () => Promise.reject(new Error('not here')) };
          vi.stubGlobal('navigator', { ...navigator, gpu: navigator.gpu, storage });
          return browserCheckpoints(name);
        },
      ],
    ];

function isNode(): boolean {
  return !('document' in globalThis);
}

test.for(STORES)('%s keeps bytes, under names of its own', async ([, open]) => {
  try {
    const [store, other] = [open('one'), open('two')];
    for (const one of [store, other]) await one.prepare();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    await store.write('a', bytes);
    await store.write('b', Uint8Array.of(1));
    await store.write('b', Uint8Array.of(2, 3));
    expect([...(await store.list())].sort()).toEqual(['a', 'b']);
    expect(await other.list()).toEqual([]);
    // As after a reload.
    const again = open('one');
    if (!isNode()) {
      expect(await again.read('a')).toEqual(bytes);
      expect(await again.read('b')).toEqual(Uint8Array.of(2, 3));
    }
    await store.remove('a');
    expect(await store.list()).toEqual(['b']);
    if (!isNode()) await expect(store.read('a')).rejects.toThrow();
    await store.remove('b');
  } finally {
    vi.unstubAllGlobals();
  }
});
