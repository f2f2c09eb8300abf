/** How much work goes into one submit, by the clock alone. */
import { describe, expect, test } from 'vitest';
import { makeTask, taskOf } from '../../src/core/task.js';
import { compileTask } from '../../src/plan/compile.js';
import { Cursor } from '../../src/plan/cursor.js';
import { MAX_DISPATCHES, SliceLength, TARGET_MILLISECONDS } from '../../src/plan/slices.js';
import { article } from '../../src/runs/article.js';
import { parseRun } from '../../src/core/run.js';
import { makeRun } from '../support/runs.js';

/** Of a training in one batch of so many rows, five epochs. */
function cursorOf(rows: number, inputs: number, units: number): Cursor {
  const { model, training } = makeRun({ batch: 1, inputs, layers: [{ units }], epochs: 5 });
  const table = (columns: number) => ({ rows, columns, values: new Float32Array(rows * columns) });
  const data = { prefix: '', x: table(inputs), y: table(units) };
  return new Cursor(compileTask(makeTask(model, { ...training, batchSize: rows }, data)));
}

/** Programs of the first slice, as execution fills it. */
function firstSlice(cursor: Cursor): number {
  const length = new SliceLength();
  const load = { turns: 0, dispatches: 0, batches: 0 };
  do {
    load.turns += cursor.turns;
    load.dispatches += cursor.passes;
    cursor.next();
    load.batches += 1;
  } while (!cursor.isAtEnd && length.hasRoom(load, cursor));
  return load.batches;
}

describe('the first slice, before there is a clock', () => {
  test('of a small network is many batches, well under what a driver minds', () => {
    const small = new Cursor(
      compileTask(taskOf(parseRun({ ...article, training: { ...article.training, epochs: 1e6 } }))),
    );
    const batches = firstSlice(small);
    expect(batches).toBeGreaterThanOrEqual(50);
    // A dispatch alone may take a millisecond.
    expect(batches * 9).toBeLessThanOrEqual(512);
  });

  test('of a large network is one batch, and so it is of a long sum of a small one', () => {
    expect(firstSlice(cursorOf(2000, 300, 200))).toBe(1);
    // Few multiply-adds, and one workgroup that takes all of them in turn.
    expect(firstSlice(cursorOf(100_000, 1, 1))).toBe(1);
  });
});

describe('the slices after it', () => {
  test('grow at most twofold, up to what the clock allows', () => {
    const slice = new SliceLength();
    const first = slice.turns;
    slice.learn(first, 1);
    expect(slice.turns).toBe(2 * first);
    slice.learn(2 * first, 2 * TARGET_MILLISECONDS);
    expect(slice.turns).toBe(first);
    slice.learn(first, TARGET_MILLISECONDS);
    expect(slice.turns).toBe(first);
  });

  test('shrink at once where they took too long, and never below one turn', () => {
    const slice = new SliceLength();
    slice.learn(500, 10_000);
    expect(slice.turns).toBe((500 * TARGET_MILLISECONDS) / 10_000);
    slice.learn(2, 1e6);
    expect(slice.turns).toBe(1);
  });

  test('follow the clock by what was really run, not by what was planned', () => {
    const slice = new SliceLength();
    slice.learn(100_000, 100);
    expect(slice.turns).toBe(2 * new SliceLength().turns);
    slice.learn(1000, TARGET_MILLISECONDS);
    expect(slice.turns).toBe(1000);
  });

  test('do not divide by zero where the clock shows no time at all', () => {
    const slice = new SliceLength();
    slice.learn(1, 0);
    expect(slice.turns).toBe(500);
    slice.learn(slice.turns, 0);
    expect(slice.turns).toBe(1000);
  });
});

test('control: a length that has not learned is not the one that has', () => {
  const slice = new SliceLength();
  slice.learn(slice.turns, 4 * TARGET_MILLISECONDS);
  expect(slice.turns).not.toBe(new SliceLength().turns);
});

test('small batches go together whatever the clock says, and large ones do not', () => {
  const slice = new SliceLength();
  slice.learn(1, 1e6);
  expect(slice.turns).toBe(1);
  const has = (batches: number, turns: number, passes = 10) => ({ turns, dispatches: batches * passes, batches });
  expect(slice.hasRoom(has(31, 30 * 31), { turns: 30, passes: 10 })).toBe(true);
  expect(slice.hasRoom(has(32, 30 * 32), { turns: 30, passes: 10 })).toBe(false);
  expect(slice.hasRoom(has(2, 4000), { turns: 2000, passes: 10 })).toBe(false);
  expect(slice.hasRoom(has(15, 30 * 15, 30), { turns: 30, passes: 30 })).toBe(true);
  expect(slice.hasRoom(has(17, 30 * 17, 30), { turns: 30, passes: 30 })).toBe(false);
});

test('dispatches of a slice at most double too, up to what a command buffer holds', () => {
  const slice = new SliceLength();
  const batch = { turns: 0, passes: 8 };
  const most = () => {
    const load = { turns: 0, dispatches: 0, batches: 0 };
    for (; slice.hasRoom(load, batch); load.batches += 1) load.dispatches += batch.passes;
    return load.dispatches;
  };
  const lengths = [most()];
  for (let i = 0; i < 5; i++) {
    slice.learn(1, 1);
    lengths.push(most());
  }
  expect(lengths).toEqual([512, 1024, 2048, 4096, 4096, 4096]);
  expect(lengths.at(-1)).toBe(MAX_DISPATCHES);
});
