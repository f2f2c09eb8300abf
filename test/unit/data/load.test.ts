/** A run whose data is in files: read, split, fitted on the training rows alone, encoded; and what is refused. */
import { describe, expect, test } from 'vitest';
import { applyInputs } from '../../../src/data/apply.js';
import { readCsv } from '../../../src/data/csv.js';
import { memoryFile } from '../../../src/data/file.js';
import { loadRun, type LoadedRun, taskOfLoaded } from '../../../src/data/load.js';
import { parsePreprocessing } from '../../../src/data/preprocessing.js';
import { applyTarget, labelsOf, unscaleTarget } from '../../../src/data/targets.js';
import { matrixFromRows, matrixToRows } from '../../../src/core/matrix.js';
import { parseRun } from '../../../src/core/run.js';
import { taskOf } from '../../../src/core/task.js';
import { article } from '../../../src/runs/article.js';
import { flowers, memoryFiles } from './files.js';

const CLASSIFIER = {
  model: { seed: 1, layers: [{ units: 3, activation: 'softmax' }] },
  training: { loss: 'sparseCategoricalCrossentropy', optimizer: 'adam', epochs: 1 },
};
const REGRESSION = { model: { layers: [{ units: 1 }] }, training: { loss: 'meanSquaredError' } };

function load(data: unknown, run: object = CLASSIFIER, files: Record<string, string> = { 'f.csv': flowers(30) }) {
  return loadRun({ data, ...run }, { opener: memoryFiles(files) });
}

const rowsOf = (table: { rows: number; columns: number; values: ArrayLike<number> } | undefined) =>
  matrixToRows({ ...table!, values: Float64Array.from(table!.values) });

test('a run that holds its numbers itself gives the very task it gave', async () => {
  const document = { ...article, training: { ...article.training, validationSplit: 0.25 } };
  expect(taskOfLoaded(await loadRun(document))).toEqual(taskOf(parseRun(document)));
});

describe('a CSV', () => {
  test('numbers, categories and classes become inputs and class numbers, in the order of the file', async () => {
    const loaded = await load({ csv: 'f.csv', target: 'kind', ignore: ['row'] });
    expect(loaded.classes).toEqual(['iris', 'lily', 'rose']);
    expect(rowsOf(loaded.train.x).slice(0, 3)).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [2, 1, 0],
    ]);
    expect(Array.from(loaded.train.y.values)).toEqual([
      ...Array<number>(10).fill(2),
      ...Array<number>(10).fill(1),
      ...Array<number>(10).fill(0),
    ]);
    expect(taskOfLoaded(loaded).widths).toEqual([3, 3]);
  });

  test('scales are those of the training rows: an outlier among the others moves nothing', async () => {
    const data = {
      csv: 'f.csv',
      target: 'kind',
      features: ['size'],
      normalize: 'standard',
      validationSplit: 0.2,
      seed: 3,
    };
    const before = await load(data);
    const held = await load({ ...data, features: ['row'], normalize: 'none' });
    const outlier = rowsOf(held.validation?.x)[0]![0]!;
    const lines = flowers(30).split('\n');
    lines[outlier + 1] = lines[outlier + 1]!.replace(/^(\d+),\d+/, '$1,1000000');
    const after = await load(data, CLASSIFIER, { 'f.csv': lines.join('\n') });
    expect(after.preprocessing).toEqual(before.preprocessing);
    expect(after.train).toEqual(before.train);
    expect(after.validation).not.toEqual(before.validation);
    const values = Array.from(after.train.x.values);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0, 12);
    expect(squares).toBeCloseTo(1, 12);
    // Control: an outlier among the training rows does.
    const trained = rowsOf((await load({ ...data, features: ['row'], normalize: 'none' })).train.x)[0]![0]!;
    const other = flowers(30).split('\n');
    other[trained + 1] = other[trained + 1]!.replace(/^(\d+),\d+/, '$1,1000000');
    expect((await load(data, CLASSIFIER, { 'f.csv': other.join('\n') })).preprocessing).not.toEqual(
      before.preprocessing,
    );
  });

  test('validation and test rows are drawn by the seed, each class in its share, no row twice', async () => {
    const data = { csv: 'f.csv', target: 'kind', features: ['row'], validationSplit: 0.2, testSplit: 0.1 };
    const loaded = await load(data);
    const parts = [loaded.train, loaded.validation!, loaded.test!];
    expect(parts.map(({ x }) => x.rows)).toEqual([21, 6, 3]);
    expect(parts.flatMap(({ x }) => Array.from(x.values)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    );
    const perClass = parts.map(({ y }) =>
      [0, 1, 2].map((label) => Array.from(y.values).filter((one) => one === label).length),
    );
    expect(perClass).toEqual([[7, 7, 7], [2, 2, 2], [1, 1, 1]]); // prettier-ignore
    expect(await load(data)).toEqual(loaded);
    expect((await load({ ...data, seed: 9 })).train.x).not.toEqual(loaded.train.x);
    const last = await load({ ...data, shuffle: false });
    expect(Array.from(last.test!.x.values)).toEqual([27, 28, 29]);
    expect(Array.from(last.validation!.x.values)).toEqual([21, 22, 23, 24, 25, 26]);
  });

  test('files of their own for validation and test', async () => {
    const files = { 'f.csv': flowers(30), 'v.csv': flowers(6), 't.csv': flowers(3) };
    const loaded = await load({ csv: 'f.csv', validation: 'v.csv', test: 't.csv', target: 'kind' }, CLASSIFIER, files);
    expect([loaded.train, loaded.validation!, loaded.test!].map(({ x }) => x.rows)).toEqual([30, 6, 3]);
  });

  test('numbers to predict are scaled for the training, and scaled back', async () => {
    const data = { csv: 'f.csv', target: 'size', features: ['row'], targetNormalize: 'minMax' };
    const loaded = await load(data, REGRESSION);
    expect(Math.max(...Array.from(loaded.train.y.values))).toBe(1);
    const back = unscaleTarget(loaded.preprocessing!, matrixFromRows([[0], [0.5], [1]]));
    expect(matrixToRows(back)).toEqual([[0], [12], [24]]);
    expect(labelsOf(loaded.preprocessing!, back)).toBeUndefined();
  });
});

describe('what a model is given later is encoded as in its training', () => {
  const NEW = 'kind,soil,size\nlily,wet,7\nrose,dry,12\n';
  const open = (text: string) => readCsv(memoryFile('new.csv', text));

  test('columns are found by name, targets by theirs, through the text of a model file', async () => {
    const loaded = await load({ csv: 'f.csv', target: 'kind', ignore: ['row'], normalize: 'standard' });
    const stored = parsePreprocessing(JSON.parse(JSON.stringify(loaded.preprocessing)), 'model');
    expect(stored).toEqual(loaded.preprocessing);
    const table = await open(NEW);
    const [first, second] = rowsOf(applyInputs(stored, table));
    expect(first!.slice(1)).toEqual([0, 1]);
    expect(second!.slice(1)).toEqual([1, 0]);
    // Row 7 of the file is of size 2, row 20 of size 20: the same scale.
    const scale = (second![0]! - first![0]!) / 5;
    const of = (row: number) => rowsOf(loaded.train.x)[row]![0]!;
    expect((of(20) - of(7)) / 18).toBeCloseTo(scale, 12);
    expect(Array.from(applyTarget(stored, table).values)).toEqual([1, 2]);
    expect(labelsOf(stored, matrixFromRows([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]))).toEqual(['lily', 'iris']); // prettier-ignore
  });

  test.each([
    [
      'a column that is missing',
      'soil\nwet\n',
      'new.csv: found no column "size" among "soil", expected the columns that the model was trained on.',
    ],
    [
      'a text for a number',
      'size,soil\nbig,wet\n',
      'new.csv, column "size": found texts, for example "big", expected numbers, as in the training.',
    ],
    [
      'a category that is new',
      'size,soil\n1,wet\n2,mud\n',
      'new.csv, row 2, column "soil": found "mud", which no row of the training has, expected a category of the training',
    ],
    [
      'a missing value',
      'size,soil\n1,wet\n,wet\n',
      'new.csv, row 2, column "size": found a missing value, expected a value, or a rule in the run',
    ],
  ])('%s is refused', async (_, text, sentence) => {
    // prettier-ignore
    const { preprocessing } = await load({ csv: 'f.csv', target: 'kind', ignore: ['row'] });
    const table = await open(text);
    expect(() => applyInputs(preprocessing!, table)).toThrow(sentence);
  });

  test('a class that is new is refused where the targets are asked for', async () => {
    const { preprocessing } = await load({ csv: 'f.csv', target: 'kind', ignore: ['row'] });
    const table = await open('size,soil,kind\n1,wet,oak\n');
    expect(() => applyTarget(preprocessing!, table)).toThrow('new.csv, row 1, column "kind": found the class "oak"');
  });

  test('a file without names fits by place', async () => {
    const files = { 'n.csv': '1,2,0\n3,4,1\n5,6,2\n' };
    const { preprocessing } = await load({ csv: 'n.csv', target: 'column3' }, CLASSIFIER, files);
    expect(rowsOf(applyInputs(preprocessing!, await open('7,8\n')))).toEqual([[7, 8]]);
  });
});

describe('missing values', () => {
  const files = { 'm.csv': 'a,b,y\n1,x,0\n,x,1\n3,,1\n8,z,0\n' };
  const data = { csv: 'm.csv', target: 'y' };
  const run = { model: { layers: [{ units: 1, activation: 'sigmoid' }] }, training: { loss: 'binaryCrossentropy' } };

  test('are refused with their place and the rules', async () => {
    await expect(load(data, run, files)).rejects.toThrow(
      'm.csv, row 2, column "a": found a missing value, expected a value, or a rule: data.missing "dropRow", "mean", "median" or "mostFrequent".',
    );
  });

  test.each([
    ['mean', [1, 4, 3, 8], 'x'],
    ['median', [1, 3, 3, 8], 'x'],
    ['mostFrequent', [1, 1, 3, 8], 'x'],
  ])('%s', async (missing, numbers) => {
    const loaded = await load({ ...data, missing }, run, files);
    const rows = rowsOf(loaded.train.x);
    expect(rows.map(([value]) => value)).toEqual(numbers);
    expect(rows[2]!.slice(1)).toEqual([1, 0]);
    // Later files may lack values too.
    const later = await readCsv(memoryFile('new.csv', 'a,b\n,z\n'));
    expect(rowsOf(applyInputs(loaded.preprocessing!, later))).toEqual([[numbers[1], 0, 1]]);
  });

  test('dropRow leaves the rows out and says so', async () => {
    const loaded = await load({ ...data, missing: 'dropRow' }, run, files);
    expect(loaded.train.x.rows).toBe(2);
    expect(loaded.notes).toEqual([
      'm.csv: 2 rows with missing values left out.',
      'm.csv, column "y": no row to train on is of the class "1".',
    ]);
  });
});

describe('the encoding of classes follows from the loss and the last layer', () => {
  const encoded = async (loss: string, units: number, text = flowers(30)): Promise<LoadedRun> => {
    const activation = units === 1 ? 'sigmoid' : 'softmax';
    const run = { model: { layers: [{ units, activation }] }, training: { loss } };
    return load({ csv: 'f.csv', target: 'kind', features: ['size'] }, run, { 'f.csv': text });
  };
  const TWO = 'size,kind\n1,no\n2,yes\n3,no\n';

  test('one-hot for the categorical loss, 0 and 1 for one output', async () => {
    expect(rowsOf((await encoded('categoricalCrossentropy', 3)).train.y)[0]).toEqual([0, 0, 1]);
    const binary = await encoded('binaryCrossentropy', 1, TWO);
    expect(Array.from(binary.train.y.values)).toEqual([0, 1, 0]);
    expect(labelsOf(binary.preprocessing!, matrixFromRows([[0.4], [0.6]]))).toEqual(['no', 'yes']);
  });

  test('numbers below the outputs are class numbers; others are named in their order', async () => {
    const numbers = await encoded('sparseCategoricalCrossentropy', 3, 'size,kind\n1,2\n2,0\n');
    expect([numbers.classes, Array.from(numbers.train.y.values)]).toEqual([
      ['0', '1', '2'],
      [2, 0],
    ]);
    const others = await encoded('sparseCategoricalCrossentropy', 3, 'size,kind\n1,30\n2,5\n3,7\n');
    expect([others.classes, Array.from(others.train.y.values)]).toEqual([
      ['5', '7', '30'],
      [2, 0, 1],
    ]);
  });

  test.each([
    [
      'too few units',
      'sparseCategoricalCrossentropy',
      2,
      'model.layers[0].units: found 2 for the 3 classes of "kind" ("iris", "lily", "rose"), expected 3, one for each class.',
    ],
    [
      'too many units',
      'sparseCategoricalCrossentropy',
      4,
      'model.layers[0].units: found 4 for the 3 classes of "kind" ("iris", "lily", "rose"), expected 3, one for each class.',
    ],
    [
      'one unit for three classes',
      'binaryCrossentropy',
      1,
      'model.layers[0].units: found 1 for the 3 classes of "kind" ("iris", "lily", "rose"), expected 3, with "softmax", and a loss for several classes.',
    ],
  ])('%s are refused, with the classes', async (_, loss, units, sentence) => {
    // prettier-ignore
    await expect(encoded(loss, units)).rejects.toThrow(sentence);
  });
});

test.each([
  ['an unknown set', { synthetic: 'spiral' }, 'data.synthetic: found "spiral", expected one of "article", '],
  [
    'an unknown field',
    { csv: 'f.csv', target: 'kind', normalise: 'standard' },
    'data.normalise: found an unknown field, expected one of csv, ',
  ],
  ['no target', { csv: 'f.csv' }, 'data.target: found nothing, expected '],
  [
    'two kinds',
    { csv: 'f.csv', npz: 'f.npz', target: 'kind' },
    'data: found both csv and npz, expected one of the two.',
  ],
  [
    'a target that is not there',
    { csv: 'f.csv', target: 'sort' },
    'data.target, f.csv: found no column "sort", expected one of "row", "size", "soil", "kind".',
  ],
  [
    'a feature that is the target',
    { csv: 'f.csv', target: 'kind', features: ['kind'] },
    'data.features: found "kind", expected columns that are no target',
  ],
  ['a file that is not there', { csv: 'g.csv', target: 'kind' }, 'g.csv: found no such file'],
  [
    'a share too large',
    { csv: 'f.csv', target: 'kind', validationSplit: 0.99 },
    'data.validationSplit: found 0.99, which of 30 rows leaves none to train on',
  ],
  [
    'a share too small',
    { csv: 'f.csv', target: 'kind', testSplit: 0.001 },
    'data.testSplit: found 0.001, which is no row of 30',
  ],
  [
    'two kinds of validation',
    { csv: 'f.csv', validation: 'f.csv', target: 'kind', validationSplit: 0.1 },
    'data.validationSplit: found one beside data.validation',
  ],
  [
    'texts for a loss of numbers',
    { csv: 'f.csv', target: ['kind', 'soil'] },
    'data.target: found "kind", a column of texts',
  ],
])('%s is refused', async (_, data, sentence) => {
  // prettier-ignore
  await expect(load(data)).rejects.toThrow(sentence);
});

test('a field beside data, model and training is refused', async () => {
  const document = { data: { synthetic: 'xor' }, ...CLASSIFIER, name: 'mine' };
  await expect(loadRun(document)).rejects.toThrow(
    'name: found an unknown field, expected one of data, model, training.',
  );
});
