/** The twins of the log: the epoch's sums, its row, the counters; after a loss that is no number, nothing. */
import { describe, expect, test } from 'vitest';
import { numpyRandom } from '../../src/core/random.js';
import { type BatchRole, logBatch, logCounts } from '../../src/passes/log.js';
import type { Pass } from '../../src/passes/pass.js';
import { type Arithmetic, careless, NEAREST } from './float32.js';
import { counters, judge, type Values } from './judge.js';

const buffers = { partials: 'p', counters: 'c', sums: 's', epochLog: 'l' };
/** Epochs of ten rows, of which a ring holds four; the log has the columns of the training, then of the validation. */
const place = { firstColumn: 0, logColumns: 5, logRows: 4 };
const middle: BatchRole = { rows: 4, examples: 10, isTraining: true, isUpdate: true, isLast: false, endsEpoch: false };
const last: BatchRole = { ...middle, rows: 2, isLast: true, endsEpoch: true };
const mean = { name: 'meanSquaredError' } as const;
const sizes = { partials: 3, columns: 2, penalties: 1 };

/** shaders/log_batch.wgsl, step by step. */
function afterBatch(m: Arithmetic, { uniforms }: Pass, before: Values) {
  const own = (name: string) => uniforms[name]!;
  const is = (name: string) => own(name) === 1;
  const total = (first: number, count: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = m.add(sum, before['partials']![first + i]!);
    return sum;
  };
  const penalty = total(own('columns') * own('partials'), own('penalties'));
  const [sums, epochLog] = [Array.from(before['sums']!), Array.from(before['epochLog']!)];
  const [batch, step, epoch, position, failed] = Array.from(before['counters']!) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (failed !== 0) return { sums, epochLog, counters: [batch, step, epoch, position, failed] };
  const weighted = m.add(
    m.multiply(own('lossWeight'), total(0, own('partials'))),
    m.multiply(own('penaltyWeight'), penalty),
  );
  if (is('isTraining') && !Number.isFinite(weighted)) {
    return { sums, epochLog, counters: [batch, step, epoch, position, step + 1] };
  }
  for (let column = 0; column < own('columns'); column++) {
    const value = column === 0 ? weighted : total(column * own('partials'), own('partials'));
    sums[column] = m.add(sums[column]!, value);
    if (!is('isLast')) continue;
    const row = epoch % own('logRows');
    epochLog[row * own('logColumns') + own('firstColumn') + column] = m.divide(sums[column]!, own('examples'));
    sums[column] = 0;
  }
  const next = is('isLast') ? 0 : position + own('rows');
  return {
    sums,
    epochLog,
    counters: [batch + own('isTraining'), step + own('isUpdate'), epoch + own('endsEpoch'), next, 0],
  };
}

function held(changes: Partial<Record<'partials' | 'counters' | 'sums' | 'epochLog', number[]>> = {}) {
  const random = numpyRandom(3);
  const draw = (count: number) => Array.from({ length: count }, () => Math.fround(random()));
  return { partials: draw(7), counters: counters(), sums: draw(2), epochLog: draw(20), ...changes };
}

const passOf = (role: BatchRole, firstColumn = 0) =>
  logBatch('log', mean, sizes, role, { ...place, firstColumn }, buffers);

function expectAfter(pass: Pass, before: Values, after: Readonly<Record<string, ArrayLike<number>>>, ok = true) {
  const verdicts = Object.entries(after).map(([binding, got]) => [binding, judge(pass, before, binding, got).ok]);
  if (ok) expect(verdicts).toEqual(Object.keys(after).map((binding) => [binding, true]));
  else expect(verdicts.some(([, one]) => !one)).toBe(true);
}

describe('a batch', () => {
  const roles: readonly [name: string, role: BatchRole, before: ReturnType<typeof held>][] = [
    ['in the middle of an epoch', middle, held({ counters: counters({ batch: 5, step: 5, epoch: 1, position: 4 }) })],
    ['that is the last', last, held({ counters: counters({ batch: 7, step: 7, epoch: 3, position: 8 }) })],
    ['that is part of a group', { ...middle, isUpdate: false }, held()],
    ['of the training, with validation after it', { ...last, endsEpoch: false }, held()],
    ['of the validation', { ...middle, isTraining: false, isUpdate: false }, held()],
    ['of the validation, the last', { ...last, isTraining: false, isUpdate: false }, held()],
    ['once around the ring', last, held({ counters: counters({ epoch: 5 }) })],
  ];

  test.each(roles)('%s leaves what its shader leaves, within the bounds', (_, role, before) => {
    for (const firstColumn of [0, 2]) {
      const pass = passOf(role, firstColumn);
      for (const arithmetic of [NEAREST, careless(1), careless(2), careless(3)]) {
        expectAfter(pass, before, afterBatch(arithmetic, pass, before));
      }
    }
  });

  test('of a loss that is a sum counts by its rows, and the penalty always', () => {
    const sum = logBatch('log', { name: 'halfSumSquaredError' }, sizes, last, place, buffers);
    const before = held();
    expectAfter(sum, before, afterBatch(NEAREST, sum, before));
    // One that counted once would be noticed.
    const once = passOf(last);
    expectAfter(sum, before, afterBatch(NEAREST, once, before), false);
  });

  test('leaves the other rows and columns of the log alone', () => {
    const pass = passOf(last, 2);
    const before = held({ counters: counters({ epoch: 2 }) });
    const after = afterBatch(NEAREST, pass, before);
    const changedAt = after.epochLog.flatMap((value, i) => (value === before.epochLog[i] ? [] : [i]));
    expect(changedAt).toEqual([12, 13]);
    expectAfter(pass, before, { epochLog: after.epochLog.with(11, 0.5) }, false);
  });
});

describe('a loss that is no number', () => {
  const bad = (value: number) =>
    held({ partials: [value, 0, 0, 1, 1, 1, 0.5], counters: counters({ step: 6, batch: 6 }) });

  test.each([Infinity, -Infinity, NaN])(
    '%d stops the training there: failed is 1 + the step, the rest stays',
    (value) => {
      const before = bad(value);
      const after = afterBatch(NEAREST, passOf(last), before);
      expect(after.counters).toEqual(counters({ step: 6, batch: 6, failed: 7 }));
      expectAfter(passOf(last), before, after);
      expectAfter(passOf(last), before, { counters: counters({ step: 7, batch: 7 }) }, false);
      expectAfter(passOf(last), before, { epochLog: before.epochLog.with(0, 1) }, false);
    },
  );

  test('that is one only as the epoch sums it up stops it too', () => {
    const sum = logBatch('log', { name: 'halfSumSquaredError' }, sizes, middle, place, buffers);
    const before = held({ partials: [1e38, 0, 0, 1, 1, 1, 0], counters: counters({ step: 2 }) });
    expectAfter(sum, before, { counters: counters({ step: 2, failed: 3 }) });
    expectAfter(sum, before, { counters: counters({ step: 3, batch: 1, position: 4 }) }, false);
  });

  test('in the penalty stops it too', () => {
    const before = held({ partials: [1, 1, 1, 1, 1, 1, Infinity], counters: counters({ step: 2 }) });
    const after = afterBatch(NEAREST, passOf(middle), before);
    expect(after.counters).toEqual(counters({ step: 2, failed: 3 }));
    expectAfter(passOf(middle), before, after);
  });

  test('in a metric is logged, and stops nothing', () => {
    const before = held({ partials: [1, 1, 1, NaN, 1, 1, 0] });
    const after = afterBatch(NEAREST, passOf(middle), before);
    expect(after.counters).toEqual(counters({ batch: 1, step: 1, position: 4 }));
    expectAfter(passOf(middle), before, { counters: after.counters });
  });

  test('in the validation is logged, and stops nothing', () => {
    const pass = passOf({ ...middle, isTraining: false, isUpdate: false });
    const after = afterBatch(NEAREST, pass, bad(Infinity));
    expect(after.counters[4]).toBe(0);
    expectAfter(pass, bad(Infinity), { counters: after.counters });
  });

  test('once there, nothing changes any more, whatever comes', () => {
    const before = held({ counters: counters({ batch: 6, step: 6, failed: 7 }) });
    for (const role of [middle, last]) {
      const { sums, epochLog, counters: stood } = before;
      expectAfter(passOf(role), before, { sums, epochLog, counters: stood });
      expectAfter(passOf(role), before, { counters: counters({ batch: 7, step: 7, failed: 7 }) }, false);
      expectAfter(passOf(role), before, { sums: [0, 0] }, false);
    }
  });
});

describe('the counts of an epoch', () => {
  const pass = logCounts(
    'log counts',
    3,
    { firstColumn: 4, logColumns: 7, logRows: 2 },
    {
      counters: 'c',
      counts: 'n',
      countLog: 'l',
    },
  );
  const countLog = Array.from({ length: 14 }, (_, i) => 100 + i);
  const before = (changes: Parameters<typeof counters>[0]) => ({
    counters: counters(changes),
    counts: [3, 0, 9],
    countLog,
  });

  test('go into their row of the log, and begin at 0 again', () => {
    const row = countLog.with(11, 3).with(12, 0).with(13, 9);
    expectAfter(pass, before({ epoch: 1 }), { counts: [0, 0, 0], countLog: row });
    expectAfter(pass, before({ epoch: 1 }), { counts: [3, 0, 9] }, false);
    expectAfter(pass, before({ epoch: 1 }), { countLog: row.with(11, 4) }, false);
  });

  test('go around the ring, and are kept after a failure', () => {
    const around = countLog.with(4, 3).with(5, 0).with(6, 9);
    expectAfter(pass, before({ epoch: 2 }), { counts: [0, 0, 0], countLog: around });
    expectAfter(pass, before({ epoch: 2 }), { countLog }, false);
    expectAfter(pass, before({ epoch: 1, failed: 1 }), { counts: [3, 0, 9], countLog });
  });
});

test('control: a mean over other rows, or a counter that stands still, is noticed', () => {
  const before = held();
  const after = afterBatch(NEAREST, passOf(last), before);
  expectAfter(passOf(last), before, after);
  const wrong = afterBatch(NEAREST, passOf({ ...last, examples: 11 }), before);
  expectAfter(passOf(last), before, { epochLog: wrong.epochLog }, false);
  expectAfter(passOf(last), before, { counters: before.counters }, false);
});
