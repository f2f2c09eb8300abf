/** The walk through the programs of all epochs: their order, what each costs, what is behind. */
import { expect, test } from 'vitest';
import { parseRun } from '../../src/core/run.js';
import type { Place } from '../../src/core/saved-state.js';
import { taskOf } from '../../src/core/task.js';
import { compileTask } from '../../src/plan/compile.js';
import { Cursor } from '../../src/plan/cursor.js';
import { isPlaceOf } from '../../src/trainer/device-state.js';
import { type Plan, programsOf } from '../../src/plan/plan.js';
import { article } from '../../src/runs/article.js';
import { makeRun } from '../support/runs.js';

/** Seven rows in batches of two, two batches to an update, with validation: shuffle, 4 batches, 2 of validation. */
const plan = compileTask(
  taskOf(
    makeRun({
      batch: 10,
      inputs: 2,
      layers: [{ units: 1 }],
      epochs: 3,
      training: { batchSize: 2, gradientAccumulationSteps: 2, validationSplit: 0.3 },
    }),
  ),
);

function walk(walked: Plan) {
  const cursor = new Cursor(walked);
  const steps: { name: string; turns: number; passes: number; epoch: number; updates: number }[] = [];
  while (!cursor.isAtEnd) {
    const { turns, passes } = cursor;
    const name = cursor.next();
    steps.push({ name, turns, passes, epoch: cursor.epoch, updates: cursor.steps });
  }
  return steps;
}

test('every program of every epoch comes once, in the order of the plan', () => {
  // The second group has three rows in all, so that its batch of two is another program than the first's.
  const training = ['train', 'train of 2', 'train part of 2', 'train last of 1'];
  const epoch = ['shuffle', ...training, 'validate', 'validate last of 1'];
  expect([...programsOf(plan.epoch)]).toEqual(epoch);
  expect(walk(plan).map(({ name }) => name)).toEqual([...epoch, ...epoch, ...epoch]);
});

test('what comes next is known with its turns and its passes before it is taken', () => {
  for (const { name, turns, passes } of walk(plan)) {
    expect(passes).toBe(plan.programs[name]!.length);
    expect(turns).toBe(plan.programs[name]!.reduce((sum, pass) => sum + pass.turns, 0));
  }
});

test('epochs and updates are counted when they are behind: an update for each group of batches', () => {
  const steps = walk(plan);
  expect(steps.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3]);
  expect(steps.map(({ updates }) => updates)).toEqual([0, 0, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 4, 5, 5, 6, 6, 6]);
  expect(steps.at(-1)!.updates).toBe(plan.steps);
  expect(steps.filter(({ name }) => name === 'shuffle')).toHaveLength(3);
});

test('an epoch of one batch begins anew with each', () => {
  const steps = walk(compileTask(taskOf(parseRun(article))));
  expect(steps).toHaveLength(50);
  expect(steps.every(({ name }) => name === 'train')).toBe(true);
  expect(steps.at(-1)).toMatchObject({ epoch: 50, updates: 50 });
});

test('control: a plan of another order is walked in that order', () => {
  const backwards = { ...plan, epoch: [...plan.epoch].reverse() };
  expect(walk(backwards)[0]!.name).toBe('validate');
});

test('a walk that begins anywhere goes on as one from the start', () => {
  const places: Place[] = [];
  const names: string[] = [];
  const cursor = new Cursor(plan);
  for (; !cursor.isAtEnd; names.push(cursor.next())) places.push(cursor.place);
  expect(places).toHaveLength(21);
  places.push(cursor.place);
  places.forEach((place, done) => {
    const later = new Cursor(plan, place);
    expect(later.place).toEqual(place);
    const rest: string[] = [];
    while (!later.isAtEnd) rest.push(later.next());
    expect(rest).toEqual(names.slice(done));
    expect(later.place).toEqual({ epoch: 3, turn: 0, step: 6 });
  });
});

test('which places a training comes through', () => {
  const cursor = new Cursor(plan);
  for (; !cursor.isAtEnd; cursor.next()) expect(isPlaceOf(plan, cursor.place)).toBe(true);
  expect(isPlaceOf(plan, cursor.place)).toBe(true);
  const others: Place[] = [
    { epoch: 0, turn: 7, step: 2 },
    { epoch: 0, turn: Number.MAX_SAFE_INTEGER, step: 2 },
    { epoch: 0, turn: 3, step: 0 },
    { epoch: 1, turn: 0, step: 3 },
    { epoch: 3, turn: 1, step: 6 },
    { epoch: 3, turn: 0, step: 5 },
    { epoch: 4, turn: 0, step: 8 },
    { epoch: Number.MAX_SAFE_INTEGER, turn: 0, step: 0 },
  ];
  expect(others.filter((place) => isPlaceOf(plan, place))).toEqual([]);
});
