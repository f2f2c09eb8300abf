/**
 * A training on the CPU that is broken off at any place and gone on with leaves the very bits of one without a break: history,
 * confusion matrices, weights, predictions, epochs.
 */
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/checkpoint/file.js';
import type { Run } from '../../../src/core/run.js';
import { CheckpointError } from '../../../src/core/saved-state.js';
import { type CheckpointInfo } from '../../../src/trainer/checkpoint-options.js';
import { train, type TrainOptions } from '../../../src/trainer/train.js';
import { bitsOf, CLASSES, memoryStore, newestIn, RESUMED } from '../../support/checkpoints.js';

const EVERY_UPDATE = { steps: 1 };
const onCpu = (run: Run, options: TrainOptions = {}) => train(run, { backend: 'cpu', ...options });

/** The file of each checkpoint of a training, in order. */
async function checkpointsOf(run: Run): Promise<(CheckpointInfo & { readonly bytes: Uint8Array })[]> {
  const store = memoryStore();
  const made: (CheckpointInfo & { readonly bytes: Uint8Array })[] = [];
  await onCpu(run, {
    checkpoint: { store, every: EVERY_UPDATE },
    onCheckpoint: (info) => made.push({ ...info, bytes: store.files.get(info.name)! }),
  });
  return made;
}

const goOn = (run: Run, bytes: Uint8Array, options: TrainOptions = {}) =>
  onCpu(run, {
    checkpoint: { store: memoryStore([['checkpoint-000001.safetensors', bytes]]) },
    resume: true,
    ...options,
  });

describe.each(Object.entries<Run>(RESUMED))('%s', (_, run) => {
  test('from each of its checkpoints', async () => {
    const whole = bitsOf(await onCpu(run));
    const checkpoints = await checkpointsOf(run);
    expect(checkpoints.length).toBeGreaterThan(run.training.epochs / 2);
    for (const { step, bytes } of checkpoints) expect([step, bitsOf(await goOn(run, bytes))]).toEqual([step, whole]);
  });

  test('stopped after each update, and once more after each', async () => {
    const whole = bitsOf(await onCpu(run));
    const store = memoryStore();
    for (let stops = 0; ; stops++) {
      const controller = new AbortController();
      const training = onCpu(run, {
        checkpoint: { store, every: EVERY_UPDATE },
        resume: true,
        signal: controller.signal,
        onCheckpoint: () => controller.abort(new Error('enough')),
      });
      const result = await training.then(bitsOf, (reason: unknown) => reason);
      if (result instanceof Error) expect(result.message).toBe('enough');
      else {
        expect([stops >= run.training.epochs / 2, result]).toEqual([true, whole]);
        break;
      }
    }
  });
});

test('the runs have what they are to show', async () => {
  const { history, epochs } = await onCpu(
    RESUMED['a regression whose learning rate falls on plateaus, and that ends early'],
  );
  expect([epochs < 12, epochs > 3, history['val_r2Score']!.length]).toEqual([true, true, epochs]);
  const classes = await onCpu(CLASSES);
  expect([classes.bestEpoch! > 0, Object.keys(classes.confusionMatrices)]).toEqual([
    true,
    ['confusionMatrix', 'val_confusionMatrix'],
  ]);
  const places = (await checkpointsOf(CLASSES)).map(({ bytes }) => decodeCheckpoint(bytes, 'it').state.place);
  expect(places.some(({ turn }) => turn > 0) && places.some(({ turn }) => turn === 0)).toBe(true);
});

test('epochs that are gone on with are told once, and in their order', async () => {
  const checkpoints = await checkpointsOf(CLASSES);
  const seen: number[] = [];
  await goOn(CLASSES, checkpoints.find(({ epoch }) => epoch === 2)!.bytes, {
    onEpoch: ({ epoch }) => seen.push(epoch),
  });
  expect(seen).toEqual([3, 4, 5].slice(0, seen.length));
  expect(seen.length).toBeGreaterThan(1);
});

describe('control: a state that is not the one of before gives other bits', () => {
  test.each([
    ['a number of the optimizer', 'optimizer.0.layers.0.kernel'],
    ['a weight', 'layers.3.kernel'],
    ['a moving mean', 'layers.1.movingMean'],
    ['what the epoch has of its loss', 'running'],
    ['what it has counted', 'metrics.precision'],
    ['what its confusion matrix has', 'metrics.confusionMatrix'],
    ['how many updates and batches there were', 'counts'],
  ])('%s', async (_, name) => {
    const whole = bitsOf(await onCpu(CLASSES));
    const bytes = (await checkpointsOf(CLASSES))[0]!.bytes;
    const { fingerprint, state } = decodeCheckpoint(bytes, 'it');
    const tensor = state.tensors[name]!;
    const other = encodeCheckpoint({
      fingerprint,
      // All but the place in the epoch, without which it is another place.
      state: {
        ...state,
        tensors: {
          ...state.tensors,
          [name]: tensor.map((value, i) => (name === 'running' && i === 0 ? value : value + 1)),
        },
      },
    });
    const result = await goOn(CLASSES, other).then(bitsOf, (error: unknown) => error);
    expect(result).not.toEqual(whole);
  });

  test('the optimizer set back to zero', async () => {
    const whole = bitsOf(await onCpu(CLASSES));
    const { fingerprint, state } = decodeCheckpoint((await checkpointsOf(CLASSES))[1]!.bytes, 'it');
    const name = 'optimizer.1.layers.5.bias';
    expect(state.tensors[name]!.some((value) => value !== 0)).toBe(true);
    const zeroed = { ...state, tensors: { ...state.tensors, [name]: new Float64Array(state.tensors[name]!.length) } };
    const { weights } = bitsOf(await goOn(CLASSES, encodeCheckpoint({ fingerprint, state: zeroed })));
    expect(weights).not.toEqual(whole.weights);
  });
});

describe('a whole file with a state that is of no use', () => {
  test.each([
    ['layers.0.kernel', undefined],
    ['layers.0.kernel', new Float64Array(1)],
    ['previous.layers.0.kernel', new Float32Array(18)],
    ['optimizer.0.layers.0.kernel', undefined],
    ['counts', undefined],
    ['running', undefined],
    ['lastOutputs.values', new Float64Array(1)],
    ['metrics.precision', undefined],
    ['metrics.confusionMatrix', new Float64Array(4)],
    ['running', new Float64Array(0)],
    ['best.layers.0.kernel', undefined],
  ])('%s is %s', async (name, value) => {
    // In the middle of the third epoch, when there is a best one.
    const checkpoints = (await checkpointsOf(CLASSES)).map(({ bytes }) => decodeCheckpoint(bytes, 'it'));
    const { fingerprint, state } = checkpoints.find(({ state: { place } }) => place.epoch === 2 && place.turn > 0)!;
    const tensors: Record<string, Float64Array | Float32Array> = { ...state.tensors } as Record<string, Float64Array>;
    expect(tensors).toHaveProperty([name]);
    if (value) tensors[name] = value;
    else delete tensors[name];
    await expect(goOn(CLASSES, encodeCheckpoint({ fingerprint, state: { ...state, tensors } }))).rejects.toThrow(
      CheckpointError,
    );
  });
});

test('a training that is over is gone on with at once', async () => {
  const store = memoryStore();
  const run = RESUMED['a regression whose learning rate falls on plateaus, and that ends early'];
  const first = await onCpu(run, { checkpoint: { store } });
  const before = newestIn(store);
  const seen: unknown[] = [];
  const again = await onCpu(run, { checkpoint: { store }, resume: true, onEpoch: (report) => seen.push(report) });
  expect(bitsOf(again)).toEqual(bitsOf(first));
  expect([seen, newestIn(store)]).toEqual([[], before]);
});

test('what began on the CPU goes on there where nothing is named', async () => {
  const bytes = (await checkpointsOf(CLASSES))[1]!.bytes;
  const training = await goOn(CLASSES, bytes, { backend: 'auto' });
  expect([training.backend, bitsOf(training)]).toEqual(['cpu', bitsOf(await onCpu(CLASSES))]);
});
