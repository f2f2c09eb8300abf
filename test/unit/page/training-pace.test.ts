/**
 * The page's hand on a training, with the reference as the trainer: it pauses, steps and stops where it is told to, hands states to
 * what keeps them at each rest and at the end, and whatever it does the bits are those of a training that nobody touched.
 */
import { describe, expect, test } from 'vitest';
import type { Place, SavedState, StateKeeper } from '../../../src/core/saved-state.js';
import { taskOf } from '../../../src/core/task.js';
import type { Trained } from '../../../src/core/trained.js';
import { trainTaskOnCpu } from '../../../src/trainer/on-cpu.js';
import { SpareKeeper } from '../../../src/trainer/spare-keeper.js';
import { type PaceOptions, TrainingPace } from '../../../src/page/lab/worker/training-pace.js';
import { bitsOf, CLASSES, RESUMED } from '../../support/checkpoints.js';

const RUN = RESUMED['two classes, by momentum'];
const TASK = taskOf(RUN);
/** 12 rows in batches of 5, four times. */
const STEPS = 12;

interface Watched {
  readonly pace: TrainingPace;
  readonly rests: boolean[];
  readonly seen: Place[];
}

function watched(options: Partial<PaceOptions> = {}): Watched {
  const rests: boolean[] = [];
  const seen: Place[] = [];
  const pace = new TrainingPace({
    startsPaused: false,
    onRest: (isPaused) => rests.push(isPaused),
    onWeights: (place) => seen.push(place),
    ...options,
  });
  return { pace, rests, seen };
}

async function train(pace: TrainingPace, task = TASK, keeper: StateKeeper = pace): Promise<Trained> {
  const epochs = trainTaskOnCpu(task, { keeper, hold: () => pace.hold(), isStopped: () => pace.isStopped });
  for (;;) {
    const { done, value } = await epochs.next();
    if (done) return value;
  }
}

/** Waits until it rests; a training that does not is ended by the test's own limit. */
async function resting({ rests }: Watched): Promise<void> {
  while (rests.at(-1) !== true) await new Promise((resolve) => setTimeout(resolve));
}

/** Keeps every state that it is given. */
function keeping(options: Partial<StateKeeper> = {}): StateKeeper & { readonly states: SavedState[] } {
  const states: SavedState[] = [];
  return {
    from: undefined,
    endsAt: () => false,
    isDue: () => false,
    keep: (state) => Promise.resolve(void states.push(state)),
    states,
    ...options,
  };
}

const undisturbed = await train(watched({ onWeights: undefined }).pace);

describe('a hand on a training', () => {
  test('starts resting, steps one update at a time and goes on, to the same bits', async () => {
    const one = watched({ startsPaused: true });
    const { pace, rests, seen } = one;
    const trained = train(pace);
    for (let step = 1; step <= 5; step++) {
      await resting(one);
      expect(seen.at(-1)?.step ?? 0).toBe(step - 1);
      rests.push(false);
      pace.step('step');
    }
    await resting(one);
    expect(seen.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    pace.resume();
    expect(bitsOf(await trained)).toEqual(bitsOf(undisturbed));
  });

  test('goes on to the end of an epoch, from its middle and from its beginning', async () => {
    const one = watched({ startsPaused: true });
    const { pace, rests, seen } = one;
    const trained = train(pace);
    for (const stride of ['step', 'epoch', 'epoch'] as const) {
      await resting(one);
      rests.push(false);
      pace.step(stride);
    }
    await resting(one);
    expect(seen).toEqual([
      { epoch: 0, turn: 1, step: 1 },
      { epoch: 1, turn: 0, step: 3 },
      { epoch: 2, turn: 0, step: 6 },
    ]);
    pace.resume();
    expect(bitsOf(await trained)).toEqual(bitsOf(undisturbed));
  });

  test('ends where it is stopped, at rest too, and says so', async () => {
    const one = watched({ startsPaused: true });
    const trained = train(one.pace);
    await resting(one);
    one.pace.step('epoch');
    one.rests.push(false);
    await resting(one);
    one.pace.stop();
    expect((await trained).epochs).toBe(1);
    expect(one.pace.isStopped).toBe(true);
  });

  test('in a training of every layer with early stopping, rests after each update change no bit', async () => {
    const task = taskOf(CLASSES);
    const plain = await train(watched().pace, task);
    const one = watched({ startsPaused: true });
    let isOver = false;
    const trained = train(one.pace, task).finally(() => (isOver = true));
    while (!isOver) {
      if (one.rests.at(-1) === true) {
        one.rests.push(false);
        one.pace.step('step');
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(one.seen.length).toBeGreaterThan(10);
    expect(bitsOf(await trained)).toEqual(bitsOf(plain));
  });

  test('control: another seed is other bits', async () => {
    const other = await train(watched().pace, taskOf({ ...RUN, model: { ...RUN.model, seed: 2 } }));
    expect(bitsOf(other)).not.toEqual(bitsOf(undisturbed));
  });
});

describe('what keeps states', () => {
  test('is given one at each rest and at the end, and none between', async () => {
    const inner = keeping();
    const one = watched({ startsPaused: true });
    one.pace.begin({ epochs: RUN.training.epochs, inner });
    const trained = train(one.pace);
    for (let step = 1; step <= 2; step++) {
      await resting(one);
      one.rests.push(false);
      one.pace.step('step');
    }
    await resting(one);
    one.pace.resume();
    await trained;
    expect(inner.states.map(({ place }) => place.step)).toEqual([1, 2, STEPS]);
  });

  test('is given one where it is due, and the last where it is stopped', async () => {
    const due = ({ step }: Place) => step % 4 === 0;
    const inner = keeping({ isDue: due, endsAt: due });
    const { pace } = watched({ onWeights: undefined });
    const keep: StateKeeper['keep'] = (state, weights) => {
      if (state.place.step === 4) pace.stop();
      return inner.keep(state, weights);
    };
    pace.begin({ epochs: RUN.training.epochs, inner: { ...inner, keep } });
    await train(pace);
    // The second is the last, which is given wherever a training ends.
    expect(inner.states.map(({ place }) => place.step)).toEqual([4, 4]);
  });

  test('is given one when the page asks, without a rest', async () => {
    const inner = keeping();
    const { pace, rests } = watched({ onWeights: undefined });
    pace.begin({ epochs: RUN.training.epochs, inner });
    pace.save();
    expect(bitsOf(await train(pace))).toEqual(bitsOf(undisturbed));
    expect(inner.states.map(({ place }) => place.step)).toEqual([1, STEPS]);
    expect(rests).toEqual([]);
  });

  test('has the state that a training goes on from, to the same bits', async () => {
    const inner = keeping();
    const one = watched({ startsPaused: true });
    one.pace.begin({ epochs: RUN.training.epochs, inner });
    const first = train(one.pace);
    for (let step = 1; step <= 4; step++) {
      await resting(one);
      one.rests.push(false);
      one.pace.step('step');
    }
    await resting(one);
    one.pace.stop();
    await first;
    const { pace } = watched();
    pace.begin({ epochs: RUN.training.epochs, inner: keeping({ from: inner.states[3]! }) });
    expect(bitsOf(await train(pace))).toEqual(bitsOf(undisturbed));
  });
});

/** What the trainer has beside it, in case its device is lost. */
const spareOf = (pace: TrainingPace, from: SavedState | undefined) =>
  new SpareKeeper(pace, from, 1e9, ({ place }) => place.epoch >= RUN.training.epochs || pace.isStopped);

describe('after a loss', () => {
  test('the next trainer goes on from the last state in hand, to the same bits', async () => {
    const one = watched({ startsPaused: true });
    const { pace, rests } = one;
    const spare = spareOf(pace, undefined);
    const lost = trainTaskOnCpu(TASK, { keeper: spare, hold: () => pace.hold(), isStopped: () => pace.isStopped });
    const epoch = lost.next();
    for (let step = 1; step <= 3; step++) {
      await resting(one);
      rests.push(false);
      pace.step('step');
    }
    await epoch;
    // The third update has ended an epoch, and its state was not taken yet.
    expect(spare.newest?.place).toEqual({ epoch: 0, turn: 2, step: 2 });
    pace.resume();
    expect(bitsOf(await train(pace, TASK, spareOf(pace, spare.newest)))).toEqual(bitsOf(undisturbed));
  });

  test('and begins anew where there is none', async () => {
    const { pace } = watched();
    const spare = spareOf(pace, undefined);
    expect([spare.from, spare.newest]).toEqual([undefined, undefined]);
    expect(bitsOf(await train(pace, TASK, spare))).toEqual(bitsOf(undisturbed));
  });
});
