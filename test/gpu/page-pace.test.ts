/**
 * The page's hand on a training of the GPU: rests, steps, snapshots and a device that is lost change no bit, in either schedule.
 */
import { describe } from 'vitest';
import type { Place } from '../../src/core/saved-state.js';
import { taskOf } from '../../src/core/task.js';
import type { Trained } from '../../src/core/trained.js';
import { TrainingPace } from '../../src/page/lab/worker/training-pace.js';
import type { Schedule } from '../../src/plan/plan.js';
import { trainTaskOnDevice } from '../../src/trainer/on-device.js';
import { bitsOf, CLASSES } from '../support/checkpoints.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { productDevice } from '../support/plans.js';

const TASK = taskOf(CLASSES);

function paced(startsPaused: boolean) {
  const seen: Place[] = [];
  const rests = { count: 0 };
  const pace: TrainingPace = new TrainingPace({
    startsPaused,
    onWeights: (place) => seen.push(place),
    onRest: (isPaused) => (rests.count += Number(isPaused)),
  });
  pace.begin({ epochs: TASK.training.epochs });
  return { pace, seen, rests };
}

async function train({ device, adapterInfo }: TestGpu, pace: TrainingPace, schedule: Schedule): Promise<Trained> {
  const epochs = trainTaskOnDevice(productDevice(device, adapterInfo), TASK, {
    schedule,
    verify: false,
    keeper: pace,
    hold: () => pace.hold(),
    isStopped: () => pace.isStopped,
  });
  for (;;) {
    const { done, value } = await epochs.next();
    if (done) return value;
  }
}

describe.each(['layered', 'persistent'] as const)('a %s training', (schedule) => {
  test('under a hand has the bits of one that nobody touches', async ({ gpu }) => {
    const plain = await train(gpu, paced(false).pace, schedule);
    const { pace, seen, rests } = paced(true);
    let isOver = false;
    const trained = train(gpu, pace, schedule).finally(() => (isOver = true));
    let answered = 0;
    while (!isOver) {
      if (rests.count > answered) {
        answered = rests.count;
        pace.step(answered % 3 === 0 ? 'epoch' : 'step');
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(seen.length).toBeGreaterThan(5);
    expect(seen[0]!.step).toBe(1);
    expect(bitsOf(await trained)).toEqual(bitsOf(plain));
  });

  test('that is broken off goes on from the last state in hand, on what is set up anew', async ({ gpu }) => {
    const plain = await train(gpu, paced(false).pace, schedule);
    const { pace, rests } = paced(true);
    const first = train(gpu, pace, schedule);
    for (let step = 1; step <= 3; step++) {
      while (rests.count < step) await new Promise((resolve) => setTimeout(resolve));
      pace.step('step');
    }
    while (rests.count < 4) await new Promise((resolve) => setTimeout(resolve));
    pace.stop();
    const broken = await first;
    pace.rewind();
    expect(pace.from!.place.step).toBe(3);
    const next = paced(false).pace;
    next.begin({
      epochs: TASK.training.epochs,
      inner: { from: pace.from, endsAt: () => false, isDue: () => false, keep: () => Promise.resolve() },
    });
    expect(bitsOf(await train(gpu, next, schedule))).toEqual(bitsOf(plain));
    // Control: what was broken off had other ones.
    expect(bitsOf(broken)).not.toEqual(bitsOf(plain));
  });
});
