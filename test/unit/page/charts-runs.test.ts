/** Earlier runs to compare with: at most ten, each with a look, a name and a summary of its own. */
import { describe, expect, test } from 'vitest';
import {
  changedRun,
  denseCurve,
  type EarlierRun,
  type FinishedRun,
  LOOKS,
  MOST_RUNS,
  summaryOfRun,
  withRun,
} from '../../../src/page/lab/charts/earlier-runs.js';
import { LAB_START } from '../../../src/page/lab/lab-state.js';

const finished = (id: string, loss: readonly number[] = [1, 0.5]): FinishedRun => ({
  id,
  run: LAB_START.run,
  backend: 'webgpu',
  isStopped: false,
  history: { loss },
});

const several = (count: number) =>
  Array.from({ length: count }, (_, i) => String(i)).reduce<readonly EarlierRun[]>(
    (runs, id) => withRun(runs, finished(id)),
    [],
  );

describe('a run that ends', () => {
  test('is kept with a name of its own, also after another was removed', () => {
    const runs = several(3).filter(({ id }) => id !== '1');
    expect(withRun(runs, finished('3')).map(({ name }) => name)).toEqual(['Run 1', 'Run 3', 'Run 4']);
  });

  test.each([MOST_RUNS - 1, MOST_RUNS, MOST_RUNS + 1, 25])(
    'is one of at most ten, all of which look different: %d',
    (count) => {
      const runs = several(count);
      expect(runs).toHaveLength(Math.min(MOST_RUNS, count));
      expect(runs.at(-1)!.id).toBe(String(count - 1));
      expect(new Set(runs.map(({ look }) => look)).size).toBe(runs.length);
      expect(runs.every(({ look }) => LOOKS[look])).toBe(true);
    },
  );

  test('is kept once, and not without an epoch', () => {
    const runs = several(1);
    expect(withRun(runs, finished('0'))).toBe(runs);
    expect(withRun(runs, finished('1', []))).toBe(runs);
  });

  test('is renamed and hidden alone', () => {
    const runs = changedRun(several(2), '0', { name: 'wide', isShown: false });
    expect(runs.map(({ name, isShown }) => [name, isShown])).toEqual([
      ['wide', false],
      ['Run 2', true],
    ]);
  });
});

test.each([2, 1999, 2000, 2001, 100_000])('a curve of %d epochs keeps its ends where they are', (epochs) => {
  const loss = Array.from({ length: epochs }, (_, i) => i);
  const [run] = withRun([], finished('0', loss));
  expect(run!.epochs.length).toBe(Math.min(epochs, 2000));
  const dense = denseCurve(run!, 'loss')!;
  expect(dense.length).toBe(epochs);
  expect([dense[0], dense.at(-1)]).toEqual([0, epochs - 1]);
  // Each value stands at its epoch, or nothing does.
  dense.forEach((value, i) => Number.isNaN(value) || value === i || expect.unreachable(`${value} at ${i}`));
  expect(denseCurve(run!, 'accuracy')).toBeUndefined();
});

test('the summary says what was trained, and whether it was stopped', () => {
  expect(summaryOfRun(finished('0'))).toBe(
    'spirals · 32 relu, 32 relu, 1 sigmoid · adam 0.01 · batch 32 · WebGPU · 2 epochs',
  );
  expect(summaryOfRun({ ...finished('0', [1]), isStopped: true })).toContain('stopped after 1 epoch');
  expect(summaryOfRun({ ...finished('0'), backend: 'cpu' })).not.toBe(summaryOfRun(finished('0')));
});
