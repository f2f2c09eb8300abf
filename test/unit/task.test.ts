/** A task: a run's data split, weighted and cut into batches, in a run's rows as in a caller's arrays. */
import { describe, expect, test } from 'vitest';
import type { Examples, Source, Table } from '../../src/core/examples.js';
import type { LayerDocument } from '../../src/core/model.js';
import { parseRun, parseSettings, type RunDocument } from '../../src/core/run.js';
import { makeTask, showsLastForward, takeRows, taskOf } from '../../src/core/task.js';
import { classesOf } from '../../src/core/task-checks.js';
import type { TrainingDocument } from '../../src/core/training.js';

const rowsOf = ({ rows, columns, values }: Table) =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => values[r * columns + c]!));
const weightsOf = ({ weights }: Examples) => weights && Array.from(weights);

/** Rows with the numbers 0, 1, 2, … as inputs and as targets. */
const numbered = (rows: number) => {
  const values = Array.from({ length: rows }, (_, i) => [i]);
  return { x: values, y: values };
};

function document(
  training: Partial<TrainingDocument>,
  data: RunDocument['data'],
  units: LayerDocument[] = [{ units: 1 }],
) {
  return parseRun({ data, model: { layers: units }, training: { loss: 'meanSquaredError', ...training } });
}

describe('the validation split', () => {
  // Keras keeps ⌊rows · (1 − share)⌋ to train on.
  test.each([
    [10, 0.2, 8],
    [10, 0.25, 7],
    [10, 0.3, 7],
    [5, 0.1, 4],
    [3, 0.5, 1],
    [100, 0.29, 71],
    [1000, 0.001, 999],
  ])('of %i rows by %d trains on the first %i and validates with the others', (rows, validationSplit, kept) => {
    const { train, validation } = taskOf(document({ validationSplit }, numbered(rows)));
    expect(rowsOf(train.x)).toEqual(numbered(kept).x);
    expect(rowsOf(validation!.x)).toEqual(numbered(rows).x.slice(kept));
    expect(rowsOf(validation!.y)).toEqual(rowsOf(validation!.x));
  });

  test('takes the weights of the rows along', () => {
    const data = { ...numbered(4), sampleWeight: [1, 2, 3, 4] };
    const { train, validation } = taskOf(document({ validationSplit: 0.5 }, data));
    expect([weightsOf(train), weightsOf(validation!)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test('of a caller’s typed arrays copies nothing', () => {
    const values = Float32Array.of(0, 1, 2, 3, 4, 5);
    const source: Source = { prefix: '', x: { rows: 6, columns: 1, values }, y: { rows: 6, columns: 1, values } };
    const { model, training } = document({ validationSplit: 0.5 }, numbered(6));
    const { train, validation } = makeTask(model, training, source);
    expect((train.x.values as Float32Array).buffer).toBe(values.buffer);
    expect(rowsOf(validation!.x)).toEqual([[3], [4], [5]]);
  });

  test('of 0 leaves all rows to train on, and validation data as it is given', () => {
    expect(taskOf(document({}, numbered(3))).validation).toBeUndefined();
    const { train, validation } = taskOf(document({}, { ...numbered(3), validation: numbered(2) }));
    expect([train.x.rows, validation!.x.rows]).toEqual([3, 2]);
  });
});

describe('the weights of rows', () => {
  const binary = { ...numbered(4), y: [[0], [1], [0.5], [0.75]] };
  const sigmoid: LayerDocument[] = [{ units: 1, activation: 'sigmoid' }];
  const weighted = (training: Partial<TrainingDocument>, data: RunDocument['data'], layers: LayerDocument[]) =>
    weightsOf(taskOf(document(training, data, layers)).train);

  test('are those of their classes, where there is one output above 0.5 or not', () => {
    const training = { loss: 'binaryCrossentropy', classWeight: { 1: 3, 0: 0.5 } } as const;
    expect(weighted(training, binary, sigmoid)).toEqual([0.5, 3, 0.5, 3]);
  });

  test('are those of classes times those given, and 1 for a class that is not named', () => {
    const training = { loss: 'binaryCrossentropy', classWeight: { 1: 3 } } as const;
    expect(weighted(training, { ...binary, sampleWeight: [1, 2, 3, 0] }, sigmoid)).toEqual([1, 6, 3, 0]);
  });

  test('of class numbers and of one-hot rows are the same', () => {
    const softmax: LayerDocument[] = [{ units: 3, activation: 'softmax' }];
    const classWeight = { 0: 2, 2: 5 };
    const sparse = { ...numbered(3), y: [[2], [0], [1]] };
    const oneHot = {
      ...numbered(3),
      y: [
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ],
    };
    expect(weighted({ loss: 'sparseCategoricalCrossentropy', classWeight }, sparse, softmax)).toEqual([5, 2, 1]);
    expect(weighted({ loss: 'categoricalCrossentropy', classWeight }, oneHot, softmax)).toEqual([5, 2, 1]);
  });

  test('of classes are for the training alone, as in Keras', () => {
    const training = { loss: 'binaryCrossentropy', classWeight: { 1: 3 }, validationSplit: 0.5 } as const;
    const task = taskOf(document(training, { ...binary, sampleWeight: [1, 1, 7, 8] }, sigmoid));
    expect(weightsOf(task.train)).toEqual([1, 3]);
    expect(weightsOf(task.validation!)).toEqual([7, 8]);
  });

  test('are none where nobody gave any', () => {
    expect(taskOf(document({}, numbered(2))).train.weights).toBeUndefined();
  });
});

test('the class of a row is its number, its first largest column, or whether it is above 0.5', () => {
  const table = (columns: number, ...values: number[]) => ({ rows: values.length / columns, columns, values });
  const categorical = { name: 'categoricalCrossentropy' } as const;
  expect(classesOf(table(1, 2, 0), { name: 'sparseCategoricalCrossentropy' }, 3)).toEqual([2, 0]);
  expect(classesOf(table(3, 0, 1, 1, 0.2, 0.1, 0), categorical, 3)).toEqual([1, 0]);
  expect(classesOf(table(1, 0.5, 0.51), { name: 'binaryCrossentropy' }, 1)).toEqual([0, 1]);
});

describe('the size of a batch', () => {
  const task = (training: Partial<TrainingDocument>, rows = 40) => taskOf(document(training, numbered(rows)));

  test('is 32 where nothing is said, or all rows where there are fewer, and nobody is told', () => {
    expect(task({})).toMatchObject({ batchSize: 32, notes: [] });
    expect(task({}, 5)).toMatchObject({ batchSize: 5, notes: [] });
    expect(task({ validationSplit: 0.5 })).toMatchObject({ batchSize: 20, notes: [] });
  });

  test('that is larger than the rows takes them all, and says so', () => {
    expect(task({ batchSize: 40 })).toMatchObject({ batchSize: 40, notes: [] });
    expect(task({ batchSize: 41 })).toMatchObject({
      batchSize: 40,
      notes: ['training.batchSize: 41 is more than the 40 rows to train on; one batch takes them all.'],
    });
    expect(task({ batchSize: 30, validationSplit: 0.5 }).notes).toEqual([
      'training.batchSize: 30 is more than the 20 rows to train on; one batch takes them all.',
    ]);
    expect(task({ batchSize: 2 }, 1).notes).toEqual([
      'training.batchSize: 2 is more than the 1 row to train on; one batch takes them all.',
    ]);
  });
});

describe('predictions are the last forward pass', () => {
  const shows = (training: Partial<TrainingDocument>, layers: LayerDocument[] = [{ units: 1 }]) =>
    showsLastForward(taskOf(document(training, numbered(4), layers)));
  const dense = { units: 1 };

  test('where an epoch is one batch, of a network that computes the same in training and after', () => {
    expect(shows({})).toBe(true);
    expect(shows({ earlyStopping: { patience: 1 } })).toBe(true);
    expect(shows({}, [{ type: 'layerNormalization' }, dense])).toBe(true);
  });

  test('and else what the trained network says', () => {
    expect(shows({ batchSize: 2 })).toBe(false);
    expect(shows({ earlyStopping: { restoreBestWeights: true } })).toBe(false);
    expect(shows({}, [{ type: 'dropout', rate: 0.5 }, dense])).toBe(false);
    expect(shows({}, [{ type: 'batchNormalization' }, dense])).toBe(false);
  });
});

test('widths are the inputs, and what each layer makes of them', () => {
  const layers: LayerDocument[] = [
    { units: 5 },
    { type: 'dropout', rate: 0.1 },
    { type: 'layerNormalization' },
    { units: 1 },
  ];
  expect(taskOf(document({}, numbered(2), layers)).widths).toEqual([1, 5, 5, 5, 1]);
});

test('rows are taken in the order of their indices, out of any list of numbers', () => {
  const table = { rows: 3, columns: 2, values: [0, 1, 10, 11, 20, 21] };
  expect(Array.from(takeRows(table, [2, 0, 2]).values)).toEqual([20, 21, 0, 1, 20, 21]);
});

test('settings without data are checked, and given their defaults, like those of a run', () => {
  const { model, training } = parseSettings({ model: { layers: [{ units: 2 }] }, training: { loss: 'huber' } });
  expect(model.seed).toBe(0);
  expect(training.loss).toEqual({ name: 'huber', delta: 1 });
  expect(() => parseSettings({ model: {}, training: { loss: 'huber' } })).toThrow('model.layers: found nothing');
});

test('control: a split from the start, or a class that is another, would be noticed', () => {
  const { validation } = taskOf(document({ validationSplit: 0.5 }, numbered(4)));
  expect(rowsOf(validation!.x)).not.toEqual([[0], [1]]);
  expect(classesOf({ rows: 1, columns: 3, values: [0, 1, 1] }, { name: 'categoricalCrossentropy' }, 3)).not.toEqual([
    2,
  ]);
});
