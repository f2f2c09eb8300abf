/** The state that is held in case a device is lost: when one is taken, how large it may be, and what keeps checkpoints beside it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Place, SavedState, StateKeeper } from '../../src/core/saved-state.js';
import { watchDevice } from '../../src/gpu/device.js';
import { MOST_SPARE, SpareKeeper } from '../../src/trainer/spare-keeper.js';

const place = (step: number): Place => ({ epoch: 0, turn: step, step });
const stateAt = (step: number, tensors: SavedState['tensors'] = {}): SavedState => ({
  ...{ backend: 'webgpu', schedule: 'layered', adapter: 'this one', place: place(step), isOver: false },
  ...{ history: { loss: [] }, confusionMatrices: {}, tensors },
});
const none = () => [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const spare = (inner?: StateKeeper, isAtEnd: (state: SavedState) => boolean = () => false) =>
  new SpareKeeper(inner, inner?.from, 3000, isAtEnd);

describe('one is due', () => {
  test('when seconds have passed since the first step, if there was an update, and not again at once', async () => {
    const keeper = spare();
    expect(keeper.isSpare).toBe(true);
    expect([keeper.isDue(place(0)), keeper.isDue(place(1))]).toEqual([false, false]);
    vi.advanceTimersByTime(2999);
    expect(keeper.isDue(place(2))).toBe(false);
    vi.advanceTimersByTime(2);
    expect([keeper.isDue(place(0)), keeper.isDue(place(3))]).toEqual([false, true]);
    await keeper.keep(stateAt(3), none);
    expect([keeper.newest!.place.step, keeper.step, keeper.isDue(place(4))]).toEqual([3, 3, false]);
    vi.advanceTimersByTime(3001);
    expect(keeper.isDue(place(4))).toBe(true);
  });

  test('the less often, the longer it takes', async () => {
    const keeper = spare();
    keeper.isDue(place(0));
    vi.advanceTimersByTime(3001);
    expect(keeper.isDue(place(1))).toBe(true);
    vi.advanceTimersByTime(200);
    await keeper.keep(stateAt(1), none);
    vi.advanceTimersByTime(9990);
    expect(keeper.isDue(place(2))).toBe(false);
    vi.advanceTimersByTime(20);
    expect(keeper.isDue(place(2))).toBe(true);
  });

  test('never more where there was no room', () => {
    const keeper = spare();
    keeper.isDue(place(0));
    keeper.decline();
    vi.advanceTimersByTime(1e9);
    expect(keeper.isDue(place(5))).toBe(false);
  });
});

test('one that is too large is not held, and none is due for its own sake; how far it came is known', async () => {
  const keeper = spare();
  keeper.isDue(place(0));
  const words = { byteLength: MOST_SPARE + 4 } as unknown as Float32Array;
  await keeper.keep(stateAt(7, { parameters: words }), none);
  vi.advanceTimersByTime(1e9);
  expect([keeper.newest, keeper.step, keeper.isDue(place(8))]).toEqual([undefined, 7, false]);
  // Control: one of just that size is.
  await keeper.keep(stateAt(8, { parameters: { byteLength: MOST_SPARE } as unknown as Float32Array }), none);
  expect(keeper.newest!.place.step).toBe(8);
});

describe('beside what keeps checkpoints', () => {
  function checkpoints(everySteps: number): StateKeeper & { readonly kept: number[] } {
    const kept: number[] = [];
    const isDue = ({ step }: Place) => step > 0 && step % everySteps === 0 && kept.at(-1) !== step;
    return {
      ...{ from: undefined, endsAt: isDue, isDue, kept },
      keep: ({ place: { step } }) => Promise.resolve(void kept.push(step)),
    };
  }

  test('that takes its own, and those of the end; what is only held is none of its', async () => {
    const inner = checkpoints(5);
    const keeper = spare(inner, ({ place: { step } }) => step === 12);
    expect(keeper.isSpare).toBe(false);
    keeper.isDue(place(0));
    vi.advanceTimersByTime(3001);
    expect([keeper.endsAt(place(3)), keeper.isDue(place(3))]).toEqual([false, true]);
    await keeper.keep(stateAt(3), none);
    expect([inner.kept, keeper.newest!.place.step]).toEqual([[], 3]);
    expect([keeper.endsAt(place(5)), keeper.isDue(place(5))]).toEqual([true, true]);
    await keeper.keep(stateAt(5), none);
    expect(keeper.isDue(place(12))).toBe(false);
    await keeper.keep(stateAt(12), none);
    expect([inner.kept, keeper.newest!.place.step]).toEqual([[5, 12], 12]);
  });
});

describe('whether a device is lost', () => {
  const ADAPTER = { vendor: '', architecture: '', description: '', isFallback: true };
  function fake() {
    const told: ((info: { message: string }) => void)[] = [];
    const errors: ((event: unknown) => void)[] = [];
    const lost = new Promise<{ message: string }>((resolve) => told.push(resolve));
    const addEventListener = (_: string, listener: (event: unknown) => void) => errors.push(listener);
    const gpu = {
      lost,
      addEventListener,
      removeEventListener: () => undefined,
      destroy: () => told[0]!({ message: '' }),
    };
    const device = watchDevice(gpu as unknown as GPUDevice, ADAPTER);
    return {
      device,
      lose: () => told[0]!({ message: 'gone' }),
      fail: () => errors[0]!({ error: { message: 'bad call' } }),
    };
  }

  test('it says so, also where the news come a moment later', async () => {
    const { device, lose } = fake();
    const asked = device.isLost();
    await vi.advanceTimersByTimeAsync(100);
    lose();
    expect(await asked).toBe(true);
    expect(await device.isLost()).toBe(true);
  });

  test('control: one that works is not, nor one that was given back, nor one that had failed before', async () => {
    const [works, closed, failed] = [fake(), fake(), fake()];
    closed.device.close();
    failed.fail();
    failed.lose();
    const asked = Promise.all([works, closed, failed].map(({ device }) => device.isLost()));
    await vi.advanceTimersByTimeAsync(300);
    expect(await asked).toEqual([false, false, false]);
  });
});
