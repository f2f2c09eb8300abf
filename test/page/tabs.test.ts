/**
 * The same link in two tabs at once: both train on their own devices, and come to the same bits; as often as they are asked. Another
 * seed in the link comes to others.
 */
import { expect, test } from 'vitest';
import type { OpenedLab } from './lab-driver.js';
import { bitsOf, labState, press, reached, withTraining } from './lab-driver.js';
import { trainingTests } from './training-tests.js';

const tests = trainingTests();
/** Trainings of each tab. */
const ROUNDS = 4;

async function trained({ page }: OpenedLab, round = 0): Promise<string> {
  // Once there are checkpoints of it, the training could be gone on with, too.
  await press(page, round === 0 ? 'Start' : 'Start anew');
  expect(await reached(page, 'done', 'failed')).toMatch(/^done: /);
  const bits = await bitsOf(page);
  await press(page, 'Reset');
  await reached(page, 'idle');
  return bits;
}

test('two tabs that train at the same time, again and again: the same bits', async () => {
  const tabs = [await tests.open(labState()), await tests.open(labState())];
  const found: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    found.push(...(await Promise.all(tabs.map((tab) => trained(tab, round)))));
  }
  expect(new Set(found)).toEqual(new Set([tests.undisturbed]));
  for (const { problems, close } of tabs) {
    expect(problems).toEqual([]);
    await close();
  }
});

test('control: another seed, and another number of epochs, come to other bits', async () => {
  const seeded = labState((one) => ({ ...one, run: { ...one.run, model: { ...one.run.model, seed: 4321 } } }));
  for (const state of [seeded, withTraining({ epochs: 13 })]) {
    const tab = await tests.open(state);
    expect(await trained(tab)).not.toBe(tests.undisturbed);
    await tab.close();
  }
});
