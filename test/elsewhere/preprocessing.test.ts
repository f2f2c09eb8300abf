/**
 * The preprocessing that an export to PyTorch brings along: tables as they were before the training become what the model
 * takes, number by number as computed by hand; what does not fit is refused with line and column.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { exportPytorch } from '../../src/formats/pytorch.js';
import { importPytorch } from '../../src/formats/pytorch-import.js';
import type { SavedModel } from '../../src/formats/saved-model.js';
import { savedModel } from '../unit/formats/saved.js';
import { folderWith, type Outcome, runProgram, withTorch } from './tools.js';

/** Two numbers, one of them with a stand-in, and a category of texts and one of numbers: six inputs. */
const INPUTS = [
  { kind: 'numbers', name: 'age', width: 1, shift: 10, scale: 4 },
  { kind: 'categories', name: 'city', categories: ['Oslo', 'Rome'], unknown: 'refuse', fill: 'Rome' },
  { kind: 'numbers', name: 'height', width: 1, shift: [1], scale: [0.5], fill: [2] },
  { kind: 'categories', name: 'floor', categories: ['1', '2'], unknown: 'zeros' },
];
const CLASSES = { kind: 'classes', name: 'kind', classes: ['a', 'b', 'c'], encoding: 'number', outputs: 3 };
const NUMBERS = {
  kind: 'numbers',
  names: ['p', 'q'],
  columns: ['p', 'q'].map((name) => ({ name, width: 1 })),
  shift: [1, 0],
  scale: [2, 1],
};
const TABLE = `kind,city,age,unused,height,floor
b,Oslo,18,x,1.5,1
a,NA, 10 ,y,?,2.0
c,Rome,2,"z, z",2,3
`;
const X = [
  [2, 1, 0, 1, 1, 0],
  [0, 0, 1, 2, 0, 1],
  [-2, 0, 1, 2, 0, 0],
];
const OUTER = { loss: 'sparseCategoricalCrossentropy', epochs: 2, shuffle: false, batchSize: 2 } as const;

const saved = (preprocessing: unknown): SavedModel => ({
  ...savedModel([{ units: 3, activation: 'softmax' }], 6, OUTER),
  preprocessing,
});

/** Reads tables with preprocessings, in one process: what came of each, or the sentence that refused it. */
const READER = `
import json
from preprocessing import Preprocessing
said = []
for config, path in json.load(open("cases.json")):
    try:
        x, y = Preprocessing(config).read(path)
        said.append({"x": x, "y": y})
    except ValueError as error:
        said.append({"refused": str(error)})
print(json.dumps(said))
`;

const classes = { inputs: INPUTS, target: CLASSES };
const nameless = {
  inputs: [{ ...INPUTS[0], name: 'column2' }],
  target: { ...CLASSES, name: 'column1', classes: ['0', '1', '2'] },
  nameless: 2,
};
const wide = { inputs: [{ kind: 'numbers', name: 'pixels', width: 4, shift: 0, scale: 255 }], target: CLASSES };
const row = (changes: string) => `${TABLE.split('\n')[0]}\n${changes}\n`;

// prettier-ignore
const CASES: [name: string, preprocessing: unknown, table: string, said: object][] = [
  ['names, stand-ins, spaces, quotes, unused columns, numbers written differently', classes, TABLE, { x: X, y: [[1], [0], [2]] }],
  ['semicolons, and a byte order mark', classes, '\uFEFF' + TABLE.replace('"z, z"', 'z').replaceAll(',', ';'), { x: X, y: [[1], [0], [2]] }],
  ['one-hot classes', { inputs: INPUTS, target: { ...CLASSES, encoding: 'oneHot' } }, TABLE, { x: X, y: [[0, 1, 0], [1, 0, 0], [0, 0, 1]] }],
  ['targets that are numbers', { inputs: INPUTS.slice(0, 1), target: NUMBERS }, 'q,age,p\n7,14,5\n', { x: [[1]], y: [[2, 7]] }],
  ['no names: by place', nameless, '1,14\n2,6\n', { x: [[1], [-1]], y: [[1], [2]] }],
  ['a category that is none', classes, row('b,Paris,18,x,1,1'), { refused: "t.csv, line 2, column 'city': found 'Paris', expected a category of the training" }],
  ['a class that is none', classes, row('d,Oslo,18,x,1,1'), { refused: "t.csv, line 2, column 'kind': found 'd', expected a class of the training" }],
  ['a missing number without a stand-in', classes, row('b,Oslo,,x,1,1'), { refused: "t.csv, line 2, column 'age': found a missing value, expected a number" }],
  ['a text for a number', classes, row('b,Oslo,old,x,1,1'), { refused: "t.csv, line 2, column 'age': found 'old', expected a number" }],
  ['infinity', classes, row('b,Oslo,inf,x,1,1'), { refused: "t.csv, line 2, column 'age': found 'inf', expected a number that float32 can hold, also when it is scaled" }],
  ['a cell too few', classes, row('b,Oslo,18'), { refused: 't.csv, line 2: found 3 cells, expected 6, as in the first line' }],
  ['a column that is not there', classes, 'kind,city\nb,Oslo\n', { refused: "t.csv, line 2: found no column 'age' among kind, city, expected those of the training" }],
  ['no names where there were some', classes, '1,2\n', { refused: 't.csv, line 1: found 2 cells to go by their place, expected names of columns' }],
  ['blocks of numbers', wide, 'kind,pixels\na,1\n', { refused: "column 'pixels': found 4 numbers a row, expected one; give x and y in a .npz" }],
  ['something else', { columns: [] }, TABLE, { refused: 'preprocessing: found something else, expected inputs and a target as IDLI fits them' }],
];

withTorch('preprocessing.py', (python) => {
  let said: unknown[];
  beforeAll(async () => {
    const folder = folderWith([
      ...exportPytorch(saved(classes)),
      { name: 'reader.py', bytes: READER },
      { name: 'cases.json', bytes: JSON.stringify(CASES.map(([, config], i) => [config, `${i}.csv`])) },
      ...CASES.map(([, , table], i) => ({ name: `${i}.csv`, bytes: table })),
    ]);
    const outcome = await runProgram(python, ['reader.py'], folder);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
    said = JSON.parse(outcome.stdout.replaceAll(/\d+\.csv/g, 't.csv')) as unknown[];
  });

  test.each(CASES.map(([name], i) => [name, i] as const))('%s', (_, i) => {
    expect(said[i]).toEqual(CASES[i]![3]);
  });

  test('a table trains as its numbers do; control: other numbers do not', async () => {
    const train = async (preprocessing: unknown, table: string): Promise<Outcome & { readonly loss: number[] }> => {
      const folder = folderWith([...exportPytorch(saved(preprocessing)), { name: 'data.csv', bytes: table }]);
      const outcome = await runProgram(python, ['model.py', '--train', 'data.csv'], folder);
      if (outcome.code !== 0) return { ...outcome, loss: [] };
      const trained = importPytorch(readFileSync(join(folder, 'trained.safetensors')), 'trained.safetensors');
      expect(trained.preprocessing).toEqual(preprocessing);
      return { ...outcome, loss: [...trained.history!.loss] };
    };
    const numbers = (change: number) =>
      X.map((x, r) => [x[0]! + change, ...x.slice(1), [1, 0, 2][r]].join(',')).join('\n');
    const { loss } = await train(classes, TABLE);
    expect(loss).toHaveLength(2);
    expect((await train(undefined, numbers(0))).loss).toEqual(loss);
    expect((await train(undefined, numbers(0.1))).loss).not.toEqual(loss);
    const refused = await train(classes, row('b,Paris,18,x,1,1'));
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("column 'city': found 'Paris'") as string,
    });
  });

  test('a model without preprocessing has no such file', () => {
    const names = (model: SavedModel) => exportPytorch(model).map(({ name }) => name);
    expect(names(savedModel())).toEqual(['model.safetensors', 'model.py']);
    expect(names(saved(classes))).toEqual(['model.safetensors', 'model.py', 'preprocessing.py']);
  });
});
