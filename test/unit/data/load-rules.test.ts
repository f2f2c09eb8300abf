/** The rules of a run's data, one by one: what is held back, what classes are, which columns, and what is refused. */
import { describe, expect, test } from 'vitest';
import { matrixToRows } from '../../../src/core/matrix.js';
import { parseRun } from '../../../src/core/run.js';
import { taskOf } from '../../../src/core/task.js';
import { loadRun, taskOfLoaded } from '../../../src/data/load.js';
import { article } from '../../../src/runs/article.js';
import { flowers, memoryFiles } from './files.js';

const run = (loss: string, units: number, training: object = {}) => ({
  model: { seed: 1, layers: [{ units, activation: units > 1 ? 'softmax' : 'sigmoid' }] },
  training: { loss, ...training },
});
const SPARSE = run('sparseCategoricalCrossentropy', 3);
const BINARY = run('binaryCrossentropy', 1);
const SQUARES = run('meanSquaredError', 1);

const load = (data: object, document: object = SPARSE, text = flowers(30), more: Record<string, string> = {}) =>
  loadRun({ data: { csv: 'f.csv', ...data }, ...document }, { opener: memoryFiles({ 'f.csv': text, ...more }) });
const rowsOf = (table: { rows: number; columns: number; values: ArrayLike<number> } | undefined) =>
  matrixToRows({ ...table!, values: Float64Array.from(table!.values) });

describe('rows that the training holds back, the last ones as Keras does', () => {
  const data = { target: 'y', normalize: 'standard', targetNormalize: 'minMax' };
  const text = (last: number) => `a,y\n1,10\n2,20\n3,30\n${last},${10 * last}\n`;
  const held = run('meanSquaredError', 1, { validationSplit: 0.25 });

  test('have no part in the scales', async () => {
    const near = await load(data, held, text(4));
    const far = await load(data, held, text(1000));
    expect(far.preprocessing).toEqual(near.preprocessing);
    expect(near.preprocessing).toMatchObject({ inputs: [{ shift: [2] }], target: { shift: [10], scale: [20] } });
    expect(taskOfLoaded(far).validation?.x.rows).toBe(1);
    // Control: where nothing is held back they have.
    expect((await load(data, SQUARES, text(1000))).preprocessing).not.toEqual((await load(data, SQUARES, text(4))).preprocessing); // prettier-ignore
  });

  test('may be watched by early stopping, in a run that holds its numbers itself', async () => {
    const training = { ...article.training, validationSplit: 0.25, earlyStopping: { monitor: 'val_loss' } };
    const document = { ...article, training };
    expect(taskOfLoaded(await loadRun(document))).toEqual(taskOf(parseRun(document)));
  });

  test.each([
    [
      { validationSplit: 0.2 },
      'training.validationSplit: found one beside data.validationSplit, expected one of the two.',
    ],
    [{ validation: 'f.csv' }, 'training.validationSplit: found one beside data.validation, expected one of the two.'],
  ])('beside %j are refused', async (more, sentence) => {
    await expect(load({ ...data, ...more }, held, text(4))).rejects.toThrow(sentence);
  });
});

describe('classes', () => {
  const classesOf = async (text: string, document: object = SPARSE, more: object = {}) => {
    const { classes, train } = await load({ target: 'y', ...more }, document, `a,y\n${text}\n`);
    return { classes, y: Array.from(train.y.values) };
  };

  test('texts that are numbers are in the order of numbers', async () => {
    const found = await classesOf('1,10\n2,9\n3,100', SPARSE, { types: { y: 'text' } });
    expect(found).toEqual({ classes: ['9', '10', '100'], y: [1, 0, 2] });
  });

  test('one output tells two numbers apart, whatever they are; shares stay shares; three are too many', async () => {
    expect(await classesOf('1,-1\n2,1\n3,-1', BINARY)).toEqual({ classes: ['-1', '1'], y: [0, 1, 0] });
    expect(await classesOf('1,0\n2,0', BINARY)).toEqual({ classes: ['0', '1'], y: [0, 0] });
    expect(await classesOf('1,0.25\n2,1', BINARY)).toEqual({ classes: undefined, y: [0.25, 1] });
    await expect(classesOf('1,1\n2,2\n3,3', BINARY)).rejects.toThrow(
      'model.layers[0].units: found 1 for the 3 classes of "y" ("1", "2", "3"), expected 3, with "softmax"',
    );
  });

  test('more classes than a table can have are not named one by one, though a run says that there are so many', async () => {
    await expect(classesOf('1,0\n2,1', run('binaryCrossentropy', 2 ** 28))).rejects.toThrow(
      /^model\.layers\[\d\]\.units: found 268435456 for classes that are numbers, expected at most 100000/,
    );
    // Control: some more than there are in the rows are only classes that no row has.
    expect((await classesOf('1,0\n2,1', run('categoricalCrossentropy', 4))).classes).toEqual(['0', '1', '2', '3']);
  });

  test('texts are classes for a loss of numbers too', async () => {
    expect(await classesOf('1,no\n2,yes', SQUARES)).toEqual({ classes: ['no', 'yes'], y: [0, 1] });
    const three = await classesOf('1,a\n2,b\n3,c', run('meanSquaredError', 3));
    expect(three).toEqual({ classes: ['a', 'b', 'c'], y: [1, 0, 0, 0, 1, 0, 0, 0, 1] });
  });

  test('one class alone cannot be told from anything', async () => {
    await expect(classesOf('1,a\n2,a')).rejects.toThrow(
      'data.target: found one class alone ("a"), expected at least two',
    );
  });

  test('of which no row is trained on are noted; they keep their numbers', async () => {
    const kinds = 'a,y\n1,b\n2,b\n3,c\n4,a\n';
    const loaded = await load({ target: 'y', shuffle: false, testSplit: 0.25 }, SPARSE, kinds);
    expect(loaded.classes).toEqual(['a', 'b', 'c']);
    expect(Array.from(loaded.test!.y.values)).toEqual([0]);
    expect(loaded.notes).toEqual(['f.csv, column "y": no row to train on is of the class "a".']);
    expect((await load({ target: 'y' }, SPARSE, kinds)).notes).toEqual([]);
  });

  test('that only a file of its own has are refused, with the row', async () => {
    const files = { 'v.csv': 'a,y\n1,b\n2,d\n' };
    await expect(load({ target: 'y', validation: 'v.csv' }, SPARSE, 'a,y\n1,a\n2,b\n3,c\n', files)).rejects.toThrow(
      'v.csv, row 2, column "y": found the class "d", which no row of the training has, expected one of "a", "b", "c".',
    );
  });

  test('stratify: true is for classes; false draws without regard to them', async () => {
    const split = { target: 'kind', features: ['row'], validationSplit: 0.2, seed: 1 };
    const each = async (stratify: boolean) => {
      const { validation } = await load({ ...split, stratify });
      return [0, 1, 2].map((label) => Array.from(validation!.y.values).filter((one) => one === label).length);
    };
    expect(await each(true)).toEqual([2, 2, 2]);
    expect(await each(false)).not.toEqual([2, 2, 2]);
    await expect(load({ ...split, target: 'size', stratify: true }, SQUARES)).rejects.toThrow(
      'data.stratify: found true for targets that are numbers',
    );
    await expect(load({ ...split, stratify: true, shuffle: false })).rejects.toThrow(
      'data.stratify: found true beside shuffle: false',
    );
  });
});

describe('categories that no row of the training has', () => {
  const files = { 'v.csv': 'soil,y\nwet,0\nmud,1\n' };
  const text = 'soil,y\nwet,0\ndry,1\n';
  const data = { target: 'y', validation: 'v.csv' };

  test('are refused with their row, or are zeros where the run says so', async () => {
    await expect(load(data, BINARY, text, files)).rejects.toThrow(
      'v.csv, row 2, column "soil": found "mud", which no row of the training has, expected a category of the training, or unknownCategories: "zeros" in the run.',
    );
    const { validation } = await load({ ...data, unknownCategories: 'zeros' }, BINARY, text, files);
    expect(rowsOf(validation?.x)).toEqual([[0, 1], [0, 0]]); // prettier-ignore
  });
});

describe('columns', () => {
  test('a column may be read as texts; a limit keeps the first rows; a delimiter is taken as it is said', async () => {
    const text = 'zip|y\n1000|0\n2000|1\n1000|1\n';
    const loaded = await load({ target: 'y', types: { zip: 'text' }, delimiter: '|', limit: 2 }, BINARY, text);
    expect(rowsOf(loaded.train.x)).toEqual([[1, 0], [0, 1]]); // prettier-ignore
  });

  test('of a file without names are called column1 and so on', async () => {
    const { train, preprocessing, notes } = await load({ target: 'column1' }, BINARY, '0,5,6\n1,7,8\n');
    expect(rowsOf(train.x)).toEqual([[5, 6], [7, 8]]); // prettier-ignore
    expect(preprocessing?.nameless).toBe(3);
    expect(notes[0]).toContain('the columns are called column1');
  });

  test('several targets are several outputs, scaled each for itself', async () => {
    const { train, preprocessing } = await load({ target: ['b', 'c'], targetNormalize: 'minMax' }, run('meanSquaredError', 2), 'a,b,c\n1,0,10\n2,4,30\n'); // prettier-ignore
    expect(rowsOf(train.y)).toEqual([[0, 0], [1, 1]]); // prettier-ignore
    expect(preprocessing?.target).toMatchObject({ names: ['b', 'c'], shift: [0, 10], scale: [4, 20] });
  });

  test.each([
    [{ target: 'kind', features: ['size', 'size'] }, 'data.features: found "size" twice, expected each name once.'],
    [{ target: ['size', 'size'] }, 'data.target: found "size" twice, expected each name once.'],
    [
      { target: 'kind', features: ['size'], ignore: ['size'] },
      'data.ignore: found "size", expected columns that are not among data.features.',
    ],
    [
      { target: 'kind', ignore: ['row', 'size', 'soil'] },
      'data: found no column to learn from, expected columns beside the target.',
    ],
    [{ target: 'kind', targetNormalize: 'standard' }, 'data.targetNormalize: found "standard" for classes'],
    [
      { target: 'kind', normalize: 'zscore' },
      'data.normalize: found "zscore", expected one of "none", "standard", "minMax".',
    ],
    [{ target: [] }, 'data.target: found a list of 0, expected at least one name.'],
    [{ target: 'kind', types: { size: 'date' } }, 'data.types.size: found "date", expected one of "number", "text".'],
    [{ target: 'kind', limit: 0 }, 'data.limit: found 0, expected a whole number from 1 to'],
    [{ target: 'kind', validationSplit: 1 }, 'data.validationSplit: found 1, expected a finite number'],
  ])('%j is refused', async (data, sentence) => {
    await expect(load(data)).rejects.toThrow(sentence);
  });
});

test('numbers that float32 cannot hold are refused by their row', async () => {
  await expect(load({ target: 'y' }, SQUARES, 'a,y\n1,0\n1e39,1\n')).rejects.toThrow(
    'f.csv, row 2, column "a": found 1e+39, expected a number that float32 can hold, also when it is scaled.',
  );
  await expect(load({ target: 'y' }, SQUARES, 'a,y\n1,0\n1,1e39\n')).rejects.toThrow(
    'f.csv, row 2, column "y": found 1e+39',
  );
  // Control: scaled, it is one.
  expect((await load({ target: 'y', normalize: 'minMax' }, SQUARES, 'a,y\n1,0\n1e38,1\n')).train.x.rows).toBe(2);
});

test('a missing target is refused whatever stands in for other values', async () => {
  await expect(load({ target: 'y', missing: 'mean' }, SQUARES, 'a,y\n1,0\n,\n')).rejects.toThrow(
    'f.csv, row 2, column "y": found a missing value, expected a value; data.missing "dropRow" leaves such rows out.',
  );
});

test.each([
  [
    {},
    'data: found an empty object, expected x and y, or one of "csv", "json", "npz", "npy", "idx", "images", "synthetic".',
  ],
  [{ cvs: 'f.csv' }, 'data: found an object with "cvs", expected x and y, or one of "csv"'],
  [undefined, 'data: found nothing, expected'],
  [5, 'data: found 5, expected'],
  [{ csv: 'f.csv', x: [[1]], target: 'y' }, 'data.x: found an unknown field'],
  [{ synthetic: 'xor', samples: 0 }, 'data.samples: found 0'],
])('data that is %j is refused', async (data, sentence) => {
  await expect(loadRun({ data, ...SPARSE })).rejects.toThrow(sentence);
});
