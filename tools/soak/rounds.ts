/**
 * Rounds of a soak: a small training, and something that happens to it. Runs in Node and in pages alike; what is drawn follows from the
 * seed of the round. It judges a round and tells nobody.
 */
import { browserCheckpoints } from '../../src/checkpoint/browser-store.js';
import type { CheckpointStore } from '../../src/checkpoint/store.js';
import { crc32 } from '../../src/core/crc32.js';
import { numpyRandom } from '../../src/core/random.js';
import type { Run } from '../../src/core/run.js';
import type { Trained } from '../../src/core/trained.js';
import { adapterText, describeAdapter, DeviceError } from '../../src/gpu/device.js';
import type { Schedule } from '../../src/plan/plan.js';
import { train } from '../../src/trainer/train.js';
import type { Fault, FaultKind } from '../../test/support/faults.js';
import { DISTURBED, EPOCHS, STATELESS, trainDisturbed } from '../../test/support/fault-trainings.js';
import { memoryStore } from '../../test/support/memory-store.js';
import { makeRun } from '../../test/support/runs.js';

/** How a round went. */
export interface Round {
  /** What happened, by name. */
  readonly faults: readonly string[];
  /** Whether the training went on by itself, ended as it should, or was begun again from its checkpoint. */
  readonly outcome: 'recovered' | 'stopped' | 'resumed' | 'trained on';
  readonly isEqual: boolean;
  /** Updates that were computed once more. */
  readonly again: number;
  /** What was trained, and what was found where that is wrong. */
  readonly what: string;
}

const SCHEDULES = ['layered', 'persistent'] as const satisfies Schedule[];

/** Small ones of several kinds. */
const RUNS: Readonly<Record<string, Run>> = {
  'adam, dropout, early stopping': DISTURBED,
  'momentum, no early stopping': makeRun({
    batch: 16,
    inputs: 2,
    layers: [{ units: 4, activation: 'relu' }, { units: 1 }],
    epochs: 40,
    training: {
      loss: 'huber',
      optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
      learningRateSchedule: { name: 'cosine' },
      batchSize: 5,
      shuffle: true,
    },
  }),
  'classes, normalized, batches in groups': makeRun({
    batch: 18,
    inputs: 3,
    layers: [{ units: 6, activation: 'tanh' }, { type: 'layerNormalization' }, { units: 3, activation: 'softmax' }],
    epochs: 8,
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'rmsprop', learningRate: 0.02 },
      batchSize: 3,
      gradientAccumulationSteps: 2,
      shuffle: true,
      validationSplit: 0.2,
      metrics: ['accuracy'],
      earlyStopping: { monitor: 'loss', patience: EPOCHS, restoreBestWeights: true },
    },
    data: (draw) => ({ y: Array.from({ length: 18 }, () => [Math.floor(3 * draw())]) }),
  }),
};

/** Of everything that a training leaves. */
export function sumOf({ history, weights, predictions }: Trained): string {
  const values = [
    ...Object.values(history).flat(),
    ...weights.flatMap((layer) => Object.values(layer).flatMap((weight) => Array.from(weight.values))),
    ...predictions.values,
  ];
  return crc32(new Uint8Array(Float64Array.from(values).buffer)).toString(16);
}

export class Rounds {
  /** Of trainings that nothing happens to, by what is trained. */
  readonly #plain = new Map<string, { readonly sum: string; readonly slices: number }>();

  /** @param seed of the round: the same again is the same round */
  async round(seed: number): Promise<Round> {
    const draw = numpyRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(list.length * draw())]!;
    const name = pick(Object.keys(RUNS));
    const schedule = pick(SCHEDULES);
    const run = RUNS[name]!;
    const plain = await this.#plainOf(name, schedule);
    const at = () => 1 + Math.floor(plain.slices * draw());
    const trained = (faults: readonly Fault[], more: object = {}) => trainDisturbed(faults, { run, schedule, ...more });
    const what = `seed ${seed}: ${name}, ${schedule}`;
    const judged = (
      result: Awaited<ReturnType<typeof trainDisturbed>>,
      of: Omit<Round, 'isEqual' | 'again' | 'what'>,
    ): Round => {
      const isEqual =
        result.training !== undefined &&
        sumOf(result.training) === plain.sum &&
        isInOrder(result.reports, result.training.epochs);
      return {
        ...of,
        isEqual,
        again: stepsAgain(result.training?.notes),
        what: `${what}: ${result.error?.message ?? 'ended'}`,
      };
    };
    const kind = pick([
      'destroyed',
      'destroyed',
      'destroyed, nothing held',
      'no further',
      'aborted',
      'storage full',
      ...STOPPING,
    ] as const);
    switch (kind) {
      case 'destroyed':
      case 'destroyed, nothing held': {
        // From the beginning each time, no attempt gets further: three at most.
        const count = 1 + Math.floor(3 * draw());
        const faults = Array.from({ length: count }, () => ({ kind: 'destroyed', at: at() }) as const);
        const result = await trained(faults, kind === 'destroyed' ? {} : { pace: STATELESS });
        return judged(result, {
          faults: result.happened.map(() => kind),
          outcome: result.recoveries.length > 0 ? 'recovered' : 'trained on',
        });
      }
      case 'no further': {
        const result = await trained(Array.from({ length: 4 }, () => ({ kind: 'destroyed', at: 1 })));
        const isRight =
          result.error instanceof DeviceError && /3 attempts to go on failed as well/.test(result.error.message);
        return { ...judged(result, { faults: result.happened.map(() => kind), outcome: 'stopped' }), isEqual: isRight };
      }
      case 'storage full': {
        const store = memoryStore();
        store.writeFails = new Error('no space left');
        const result = await trained([{ kind: 'destroyed', at: at() }], {
          checkpoint: { store, every: { epochs: 1 } },
        });
        return judged(result, {
          faults: ['storage full', ...result.happened],
          outcome: result.recoveries.length > 0 ? 'recovered' : 'trained on',
        });
      }
      case 'aborted': {
        const store = memoryStore();
        const controller = new AbortController();
        const last = 1 + Math.floor(6 * draw());
        let count = 0;
        const onCheckpoint = () => ++count === last && controller.abort(new Error('enough'));
        const checkpoint = { store, every: { steps: 1 } };
        const first = await trained([], { checkpoint, onCheckpoint, signal: controller.signal });
        const result = first.error ? await trained([], { checkpoint, resume: true }) : first;
        const isEqual = sumOf(result.training!) === plain.sum;
        return { faults: [kind], outcome: 'resumed', isEqual, again: 0, what };
      }
      case 'invalid command':
      case 'readback refused':
      case 'out of memory':
      case 'stops early':
      case 'no room at set-up':
        return this.#stops(kind, at(), what, plain.sum, trained);
    }
  }

  /** What nothing goes on after: it ends in a sentence, and its last checkpoint is good. */
  async #stops(
    kind: (typeof STOPPING)[number],
    at: number,
    what: string,
    sum: string,
    trained: (faults: readonly Fault[], more?: object) => ReturnType<typeof trainDisturbed>,
  ): Promise<Round> {
    const store = memoryStore();
    const checkpoint = { store, every: { epochs: 1 } };
    const first = await trained([{ kind, at: kind === 'no room at set-up' ? 0 : at }], { checkpoint });
    // What happens with the last slice may come too late to matter: then all is as it should be.
    const isStopped = first.error instanceof DeviceError && first.recoveries.length === 0;
    const result = first.error ? await trained([], { checkpoint, resume: true }) : first;
    const isEqual =
      (isStopped || first.error === undefined) && result.training !== undefined && sumOf(result.training) === sum;
    const said = `${what}: ${(first.error ?? result.error)?.message ?? 'ended'}`;
    return { faults: [kind], outcome: isStopped ? 'stopped' : 'trained on', isEqual, again: 0, what: said };
  }

  async #plainOf(name: string, schedule: Schedule) {
    const key = `${name} ${schedule}`;
    const known = this.#plain.get(key);
    if (known) return known;
    const { training, slices } = await trainDisturbed([], { run: RUNS[name]!, schedule });
    const plain = { sum: sumOf(training!), slices: slices[0]! };
    this.#plain.set(key, plain);
    return plain;
  }
}

const STOPPING = [
  'invalid command',
  'readback refused',
  'out of memory',
  'stops early',
  'no room at set-up',
] as const satisfies FaultKind[];

/** Long enough to be killed in the middle of it. */
const KILLED: Run = {
  ...DISTURBED,
  training: {
    ...DISTURBED.training,
    epochs: 400,
    earlyStopping: { ...DISTURBED.training.earlyStopping!, patience: 400 },
  },
};

export const KILLED_EPOCHS = KILLED.training.epochs;

/**
 * Trains what is to be killed. @returns its sum, and how often it went on by itself
 * @param storage where its checkpoints are; without a name there are none
 */
export async function trainToBeKilled(
  storage?: string,
  resume = false,
): Promise<{ readonly sum: string; readonly again: number; readonly recoveries: number }> {
  const store: CheckpointStore | undefined = storage === undefined ? undefined : browserCheckpoints(storage);
  let recoveries = 0;
  const training = await train(KILLED, {
    ...{ backend: 'webgpu', gpu: globalThis.navigator.gpu, schedule: 'layered', verify: false, tune: false },
    ...(resume && { resume }),
    ...(store && { checkpoint: { store, every: { epochs: 5 } } }),
    onRecovery: () => (recoveries += 1),
  });
  for (const name of (await store?.list()) ?? []) await store!.remove(name);
  return { sum: sumOf(training), again: stepsAgain(training.notes), recoveries };
}

/** @param patience milliseconds that it may take until there is one */
export async function adapterName(patience = 0): Promise<string> {
  const { gpu } = (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator ?? {};
  for (const ends = performance.now() + patience; ;) {
    const adapter = await gpu?.requestAdapter();
    if (adapter) return adapterText(describeAdapter(adapter.info));
    if (performance.now() >= ends) throw new Error('There is no WebGPU adapter here.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isInOrder(reports: readonly { readonly epoch: number }[], epochs: number): boolean {
  return reports.length === epochs && reports.every(({ epoch }, i) => epoch === i + 1);
}

function stepsAgain(notes: readonly string[] = []): number {
  const found = notes.map((note) => /by itself, with ([\d,]+) steps? computed anew/.exec(note)?.[1]).find(Boolean);
  return found === undefined ? 0 : Number(found.replaceAll(',', ''));
}
