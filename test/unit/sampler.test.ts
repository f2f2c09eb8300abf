/** Which steps a training is checked at: within a share of its time, every program in its turn, all over the epoch. */
import { describe, expect, test } from 'vitest';
import { epochTurns, type Plan } from '../../src/plan/plan.js';
import { SAMPLE_SHARE, Sampler } from '../../src/verify/sampler.js';

const TURNS = 12;

/** Nine whole batches, a short one, and two of validation. */
const plan = {
  programs: { train: [], last: [], validate: [] },
  epoch: [
    { times: 1, programs: [{ program: 'train', times: 9 }] },
    {
      times: 1,
      programs: [
        { program: 'last', times: 1 },
        { program: 'validate', times: 2 },
      ],
    },
  ],
} as unknown as Plan;

interface Seen {
  readonly turn: number;
  readonly program: string;
}

/** Trains in slices of three turns of ten milliseconds, or as the sampler wants them cut; a check takes so many milliseconds. */
async function trained(
  mode: 'sample' | 'every',
  { turns, takes, seed = 1, before = takes }: { turns: number; takes: number; seed?: number; before?: number },
) {
  const clock = { time: 0 };
  const sampler = new Sampler(plan, mode, { seed, checkMilliseconds: before, now: () => clock.time });
  const seen: Seen[] = [];
  const placeAt = (done: number) => ({ epoch: Math.floor(done / TURNS), turn: done % TURNS, step: done });
  for (let done = 0; done < turns;) {
    const place = placeAt(done);
    if (sampler.isDue(place)) {
      await sampler.check(place, (program) => {
        seen.push({ turn: place.turn, program });
        clock.time += takes;
        return Promise.resolve();
      });
      expect(sampler.isDue(place)).toBe(false);
    }
    let length = 0;
    do {
      done += 1;
      length += 1;
      clock.time += 10;
    } while (length < 3 && !sampler.endsAt(placeAt(done)));
  }
  return { seen, share: sampler.spent / (clock.time - sampler.spent), spent: sampler.spent };
}

test('an epoch of the plan has as many turns as its programs', () => {
  expect(epochTurns(plan)).toBe(TURNS);
});

describe('sample', () => {
  test.for([1, 7, 40, 300])('takes no more than its share of the time, with checks of %d ms', async (takes) => {
    const { seen, share } = await trained('sample', { turns: 20_000, takes });
    expect(share).toBeLessThanOrEqual(SAMPLE_SHARE);
    // And makes use of it; where checks cost next to nothing it waits for the steps that it has drawn.
    expect(share).toBeGreaterThan(takes === 1 ? 0.01 : 0.5 * SAMPLE_SHARE);
    expect(seen.length).toBeGreaterThan(20);
  });

  test('checks each program as often as the others, and all turns of one', async () => {
    const { seen } = await trained('sample', { turns: 50_000, takes: 10 });
    const times = (name: string) => seen.filter(({ program }) => program === name).length;
    expect(Math.abs(times('train') - times('last'))).toBeLessThanOrEqual(1);
    expect(Math.abs(times('train') - times('validate'))).toBeLessThanOrEqual(1);
    expect(new Set(seen.map(({ turn }) => turn)).size).toBe(TURNS);
    for (const { turn, program } of seen) expect(program).toBe(turn < 9 ? 'train' : turn === 9 ? 'last' : 'validate');
  });

  test('leaves a short training alone', async () => {
    expect(await trained('sample', { turns: 24, takes: 30 })).toMatchObject({ seen: [], spent: 0 });
  });

  test('learns that a check takes longer than was thought', async () => {
    const { share } = await trained('sample', { turns: 50_000, takes: 200, before: 1 });
    expect(share).toBeLessThanOrEqual(SAMPLE_SHARE);
  });

  test('draws other steps with another seed', async () => {
    const one = await trained('sample', { turns: 5000, takes: 10 });
    expect((await trained('sample', { turns: 5000, takes: 10 })).seen).toEqual(one.seen);
    expect((await trained('sample', { turns: 5000, takes: 10, seed: 2 })).seen).not.toEqual(one.seen);
  });
});

test('every step is checked, once each, whatever it takes', async () => {
  const { seen } = await trained('every', { turns: 3 * TURNS, takes: 1000 });
  expect(seen.map(({ turn }) => turn)).toEqual(Array.from({ length: 3 * TURNS }, (_, i) => i % TURNS));
});
