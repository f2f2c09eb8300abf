/** How an epoch is cut into batches, and batches into groups of one update. */
import { describe, expect, test } from 'vitest';
import { type Programs, type TrainingBatch, trainingBatches, validationBatches } from '../../src/plan/batches.js';
import { programsOf } from '../../src/plan/plan.js';
import type { BatchRole } from '../../src/passes/log.js';

/** The batches of an epoch, one after the other. */
function walk<T extends BatchRole>({ batches, segments }: Programs<T>): T[] {
  return [...programsOf(segments)].map((name) => batches.get(name)!);
}

/** Sizes that meet in every way: one batch, full ones, a short last one, groups that are full, short, or one. */
const SIZES = [1, 2, 3, 7, 8, 9, 10, 64, 65].flatMap((examples) =>
  [1, 2, 3, 8, 64]
    .filter((batchSize) => batchSize <= examples)
    .flatMap((batchSize) => [1, 2, 3, 100].map((accumulation) => ({ examples, batchSize, accumulation }))),
);

/** Holds something against every size; a failure names the size. */
function everySize(
  check: (sizes: (typeof SIZES)[number], programs: Programs<TrainingBatch>, batches: TrainingBatch[]) => void,
) {
  expect(SIZES.length).toBeGreaterThan(100);
  for (const sizes of SIZES) {
    const programs = trainingBatches(sizes.examples, sizes.batchSize, sizes.accumulation, true);
    try {
      check(sizes, programs, walk(programs));
    } catch (cause) {
      throw new Error(`with ${JSON.stringify(sizes)}`, { cause });
    }
  }
}

describe('whatever the sizes', () => {
  test('every row comes once, in batches that are full but for the last', () => {
    everySize(({ examples, batchSize }, _, batches) => {
      expect(batches.reduce((sum, { rows }) => sum + rows, 0)).toBe(examples);
      expect(batches.slice(0, -1).every(({ rows }) => rows === batchSize)).toBe(true);
      expect(batches.at(-1)!.rows).toBe(examples % batchSize || batchSize);
      expect(batches.every((batch) => batch.examples === examples && batch.isTraining)).toBe(true);
    });
  });

  test('only the last is the last, and ends the epoch where nothing comes after it', () => {
    everySize(({ examples, batchSize, accumulation }, _, batches) => {
      expect(batches.map(({ isLast }) => isLast)).toEqual(batches.map((__, i) => i === batches.length - 1));
      expect(batches.map(({ endsEpoch }) => endsEpoch)).toEqual(batches.map(({ isLast }) => isLast));
      const validated = walk(trainingBatches(examples, batchSize, accumulation, false));
      expect(validated.some(({ endsEpoch }) => endsEpoch)).toBe(false);
    });
  });

  test('each group begins anew, adds up, and updates once, with the rows of all of it', () => {
    everySize(({ examples, batchSize, accumulation }, { updates }, batches) => {
      const groups: TrainingBatch[][] = [];
      for (const batch of batches) {
        if (!batch.accumulate) groups.push([]);
        groups.at(-1)!.push(batch);
      }
      expect(groups).toHaveLength(updates);
      expect(updates).toBe(Math.ceil(Math.ceil(examples / batchSize) / accumulation));
      for (const group of groups) {
        const rows = group.reduce((sum, batch) => sum + batch.rows, 0);
        expect(group.map(({ groupRows }) => groupRows)).toEqual(group.map(() => rows));
        expect(group.map(({ isUpdate }) => isUpdate)).toEqual(group.map((_, i) => i === group.length - 1));
      }
      expect(groups.slice(0, -1).every(({ length }) => length === accumulation)).toBe(true);
    });
  });

  test('no two programs are the same batch, and no plan is longer than it must be', () => {
    everySize((_, { batches, segments }) => {
      const roles = [...batches.values()].map((batch) => JSON.stringify(batch));
      expect(new Set(roles).size).toBe(roles.length);
      // First, middle and last of a full group, and those of the last group.
      expect(batches.size).toBeLessThanOrEqual(6);
      expect(segments.length).toBeLessThanOrEqual(2);
    });
  });
});

describe('names', () => {
  const namesOf = (examples: number, batchSize: number, accumulation: number) => [
    ...programsOf(trainingBatches(examples, batchSize, accumulation, true).segments),
  ];

  test('the first is called after what it is for, others after what is different', () => {
    expect(namesOf(4, 4, 1)).toEqual(['train']);
    expect(namesOf(12, 4, 1)).toEqual(['train', 'train', 'train last of 4']);
    expect(namesOf(9, 4, 1)).toEqual(['train', 'train', 'train last of 1']);
    expect(namesOf(16, 4, 2)).toEqual(['train', 'train of 4', 'train', 'train last of 4']);
  });

  test('two that differ in their group only are told apart', () => {
    // Groups of 4 + 4 and 4 + 3 rows: their first batches have other gradients.
    expect(namesOf(15, 4, 2)).toEqual(['train', 'train of 4', 'train part of 4', 'train last of 3']);
    expect(namesOf(11, 2, 4)).toEqual([
      ...['train', 'train part of 2', 'train part of 2', 'train of 2'],
      ...['train part of 2, again', 'train last of 1'],
    ]);
  });
});

describe('validation', () => {
  test.each([
    [1, 1],
    [1, 4],
    [8, 4],
    [9, 4],
  ])('%i rows in batches of %i: each once, in their order, measured and nothing else', (examples, batchSize) => {
    const rows = Math.min(batchSize, examples);
    const programs = validationBatches(examples, rows);
    const batches = walk(programs);
    expect(batches.reduce((sum, batch) => sum + batch.rows, 0)).toBe(examples);
    expect(batches.every(({ isTraining, isUpdate }) => !isTraining && !isUpdate)).toBe(true);
    expect(batches.map(({ isLast, endsEpoch }) => isLast && endsEpoch)).toEqual(
      batches.map((_, i) => i === batches.length - 1),
    );
    expect(programs.updates).toBe(0);
  });

  test('is one program, or two where the last batch is another', () => {
    expect([...validationBatches(4, 4).batches.keys()]).toEqual(['validate']);
    expect([...validationBatches(8, 4).batches.keys()]).toEqual(['validate', 'validate last of 4']);
    expect([...validationBatches(9, 4).batches.keys()]).toEqual(['validate', 'validate last of 1']);
  });
});

test('control: a cut that loses a row is not one of these', () => {
  const lost = walk(trainingBatches(9, 4, 1, true)).slice(1);
  expect(lost.reduce((sum, { rows }) => sum + rows, 0)).not.toBe(9);
});
