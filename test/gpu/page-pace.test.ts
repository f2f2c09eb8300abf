/**
 * The page's hand on a training of the GPU: rests, steps, snapshots and a device that is lost change no bit, in either schedule.
 */
import { describe } from 'vitest';
import type { Place } from '../../src/core/saved-state.js';
import { taskOf } from '../../src/core/task.js';
import type { Trained } from '../../src/core/trained.js';
import { TrainingPace } from '../../src/page/lab/worker/training-pace.js';
import type { Schedule } from '../../src/plan/plan.js';
import { type Device, openDevice } from '../../src/gpu/device.js';
import { type OnDeviceOptions, trainTaskOnDevice } from '../../src/trainer/on-device.js';
import { trainRecovering } from '../../src/trainer/recovery.js';
import type { Recovery } from '../../src/trainer/recovery-options.js';
import { bitsOf, CLASSES } from '../support/checkpoints.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { faultyGpu } from '../support/faults.js';
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

const optionsOf = (pace: TrainingPace, schedule: Schedule): OnDeviceOptions => ({
  ...{ schedule, verify: false, keeper: pace },
  hold: () => pace.hold(),
  isStopped: () => pace.isStopped,
});

async function last<T>(epochs: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await epochs.next();
    if (done) return value;
  }
}

function train({ device, adapterInfo }: TestGpu, pace: TrainingPace, schedule: Schedule): Promise<Trained> {
  return last(trainTaskOnDevice(productDevice(device, adapterInfo), TASK, optionsOf(pace, schedule)));
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

  test('whose device is lost under a hand goes on from the last state in hand, to the same bits', async ({ gpu }) => {
    const plain = await train(gpu, paced(false).pace, schedule);
    const { pace, rests } = paced(true);
    const { gpu: source, opened } = faultyGpu([{ kind: 'destroyed', at: 4 }]);
    const recoveries: Recovery[] = [];
    const first = (await openDevice(source))!;
    let device: Device | undefined = first;
    const told = {
      open: async () => (device = await openDevice(source)),
      onRecovery: (recovery: Recovery) => recoveries.push(recovery),
      recoveryPace: { every: 1e9, everyAfterLoss: 1e9, waits: [1, 1, 1] },
    };
    const trained = last(trainRecovering(first, TASK, optionsOf(pace, schedule), told));
    for (let step = 1; step <= 4; step++) {
      while (rests.count < step) await new Promise((resolve) => setTimeout(resolve));
      if (step < 4) pace.step('step');
      else pace.resume();
    }
    expect(bitsOf(await trained)).toEqual(bitsOf(plain));
    expect(opened.length).toBe(2);
    expect(recoveries).toMatchObject([{ step: 3, attempt: 1, of: 3 }]);
    for (const one of [first, device]) one.close();
  });

  test('control: what is stopped in the middle has other bits', async ({ gpu }) => {
    const plain = await train(gpu, paced(false).pace, schedule);
    const { pace, rests } = paced(true);
    const stopped = train(gpu, pace, schedule);
    while (rests.count < 1) await new Promise((resolve) => setTimeout(resolve));
    pace.stop();
    expect(bitsOf(await stopped)).not.toEqual(bitsOf(plain));
  });
});
