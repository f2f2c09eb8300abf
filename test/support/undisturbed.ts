/** What must be as if nothing had happened to a training. */
import { expect } from 'vitest';
import type { Training } from '../../src/trainer/train.js';
import { bitsOf } from './checkpoints.js';
import type { trainDisturbed } from './fault-trainings.js';

/** Who is told of the training hears of it as if nothing had happened. */
export function expectUndisturbed(
  { training, error, reports }: Awaited<ReturnType<typeof trainDisturbed>>,
  undisturbed: Training,
): void {
  expect(error).toBeUndefined();
  expect(bitsOf(training!)).toEqual(bitsOf(undisturbed));
  expect(reports.map(({ epoch }) => epoch)).toEqual(Array.from({ length: undisturbed.epochs }, (_, e) => e + 1));
  expect(reports.map(({ logs }) => logs.loss)).toEqual(undisturbed.history.loss);
}
