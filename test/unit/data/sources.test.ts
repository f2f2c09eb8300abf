/** Every kind of data that a run may name, from files in memory to examples. */
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { matrixToRows } from '../../../src/core/matrix.js';
import { DataError } from '../../../src/data/data-error.js';
import { type FileOpener, memoryFile } from '../../../src/data/file.js';
import { loadRun, taskOfLoaded } from '../../../src/data/load.js';
import { npy } from './arrays.js';
import { memoryFiles } from './files.js';

const CLASSIFIER = {
  model: { layers: [{ units: 2, activation: 'softmax' }] },
  training: { loss: 'sparseCategoricalCrossentropy' },
};

type Files = Readonly<Record<string, string | Uint8Array>>;

const load = (data: unknown, files: Files = {}, run: object = CLASSIFIER) =>
  loadRun({ data, ...run }, { opener: memoryFiles(files) });
const rowsOf = (table: { rows: number; columns: number; values: ArrayLike<number> } | undefined) =>
  matrixToRows({ ...table!, values: Float64Array.from(table!.values) });

/** So many pictures of 1 × 2 bytes, and a label for each. */
function idx(...sizes: readonly number[]) {
  const header = [0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size])];
  const count = sizes.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, i) => (sizes.length > 1 ? (51 * i) % 256 : i % 2));
  return Uint8Array.from([...header, ...values]);
}

describe('IDX', () => {
  const files = { i: idx(6, 1, 2), l: idx(6), vi: idx(4, 1, 2), vl: idx(4) };

  test('bytes divided by 255 in float32, labels as class numbers, validation from files of its own', async () => {
    const loaded = await load({ idx: { images: 'i', labels: 'l' }, validation: { images: 'vi', labels: 'vl' } }, files);
    expect(loaded.train.x.values).toBeInstanceOf(Float32Array);
    expect(rowsOf(loaded.train.x).slice(0, 2)).toEqual([[0, Math.fround(0.2)], [Math.fround(0.4), Math.fround(0.6)]]); // prettier-ignore
    expect(Array.from(loaded.train.y.values)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(loaded.validation?.x.rows).toBe(4);
    expect(loaded.classes).toEqual(['0', '1']);
    expect(loaded.preprocessing?.inputs[0]).toMatchObject({ shape: [1, 2], scale: 255 });
    expect(taskOfLoaded(loaded).widths).toEqual([2, 2]);
  });

  test('a limit, and a split of what is left', async () => {
    const data = { idx: { images: 'i', labels: 'l' }, limit: 4, validationSplit: 0.5 };
    const loaded = await load(data, files);
    expect([loaded.train.x.rows, loaded.validation?.x.rows]).toEqual([2, 2]);
    expect(Array.from(loaded.validation!.y.values).sort()).toEqual([0, 1]);
  });

  test('labels that are not one for each picture are refused', async () => {
    await expect(load({ idx: { images: 'i', labels: 'vl' } }, files)).rejects.toThrow(
      'vl: found 4 rows, expected 6, one for each row of i.',
    );
  });
});

describe('NPZ and NPY', () => {
  const x = npy(Uint8Array.from([1, 2, 3, 4, 5, 6]), { type: '|u1', shape: '(3, 2)' });
  const y = npy(Uint8Array.from([0, 1, 1]), { type: '|u1', shape: '(3,)' });
  const archive = (names: Readonly<Record<string, Uint8Array>>) => ({
    'f.npz': zipSync(Object.fromEntries(Object.entries(names).map(([name, bytes]) => [`${name}.npy`, bytes]))),
  });

  test('arrays of the usual names are found; those that the run names are taken', async () => {
    const files = archive({ other: y, y_train: y, x_train: x, x_test: x, y_test: y });
    const loaded = await load({ npz: 'f.npz', test: { x: 'x_test', y: 'y_test' } }, files);
    expect([rowsOf(loaded.train.x), Array.from(loaded.train.y.values)]).toEqual([[[1, 2], [3, 4], [5, 6]], [0, 1, 1]]); // prettier-ignore
    expect(loaded.test?.x.rows).toBe(3);
    const named = await load({ npz: 'f.npz', x: 'other', y: 'y_test' }, files);
    expect(rowsOf(named.train.x)).toEqual([[0], [1], [1]]);
  });

  test('where no name is usual, those that are there are said', async () => {
    await expect(load({ npz: 'f.npz' }, archive({ a: x, y }))).rejects.toThrow(
      'f.npz: found no array of a usual name among "a", "y", expected the name of one in data.x.',
    );
    await expect(load({ npz: 'f.npz', x: 'b' }, archive({ a: x, y }))).rejects.toThrow('found no array "b"');
  });

  test('two files', async () => {
    const loaded = await load({ npy: { x: 'x.npy', y: 'y.npy' }, normalize: 'minMax' }, { 'x.npy': x, 'y.npy': y });
    expect(rowsOf(loaded.train.x)).toEqual([[0, 0], [0.5, 0.5], [1, 1]]); // prettier-ignore
  });
});

test('JSON: an object of columns, one of them a block', async () => {
  const files = { 'f.json': JSON.stringify({ x: [[1, 2], [3, 4]], y: ['no', 'yes'] }) }; // prettier-ignore
  const loaded = await load({ json: 'f.json', target: 'y' }, files);
  expect([rowsOf(loaded.train.x), loaded.classes]).toEqual([[[1, 2], [3, 4]], ['no', 'yes']]); // prettier-ignore
});

describe('a folder of pictures', () => {
  const png = (...pixels: readonly number[]) =>
    encode({ width: 2, height: 1, data: Uint8Array.from(pixels), channels: 1, depth: 8 });
  const pictures: Files = {
    'pets/cat/1.png': png(0, 255),
    'pets/dog/1.png': png(51, 102),
    'pets/dog/2.png': png(0, 0),
  };
  const opener: FileOpener = {
    ...memoryFiles(pictures),
    listFolder: (path) =>
      Promise.resolve(
        Object.entries(pictures)
          .map(([name, bytes]) => memoryFile(name, bytes))
          .filter(({ name }) => name.startsWith(`${path}/`)),
      ),
  };

  test('pixels from 0 to 1, a class for each folder within', async () => {
    const loaded = await loadRun({ data: { images: 'pets' }, ...CLASSIFIER }, { opener });
    expect(rowsOf(loaded.train.x)).toEqual([[0, 1], [Math.fround(0.2), Math.fround(0.4)], [0, 0]]); // prettier-ignore
    expect([loaded.classes, Array.from(loaded.train.y.values)]).toEqual([['cat', 'dog'], [0, 1, 1]]); // prettier-ignore
  });

  test('is refused where there are no folders', async () => {
    await expect(load({ images: 'pets' })).rejects.toThrow(
      'pets: found a folder, expected a place where there are folders.',
    );
  });
});

describe('a synthetic set', () => {
  const run = {
    model: { seed: 5, layers: [{ units: 1, activation: 'sigmoid' }] },
    training: { loss: 'binaryCrossentropy' },
  };

  test('is drawn by its seed, and by that of the model where it has none; the classes are 0 and 1', async () => {
    const moons = { synthetic: 'moons', samples: 20 };
    const loaded = await load({ ...moons, seed: 5 }, {}, run);
    expect([loaded.train.x.rows, loaded.train.x.columns, loaded.classes]).toEqual([20, 2, ['0', '1']]);
    expect((await load(moons, {}, run)).train).toEqual(loaded.train);
    expect((await load({ ...moons, seed: 6 }, {}, run)).train).not.toEqual(loaded.train);
  });

  test('class numbers become columns where the model has two outputs, and numbers where the loss is one of numbers', async () => {
    const two = { model: { layers: [{ units: 2, activation: 'softmax' }] }, training: { loss: 'meanSquaredError' } };
    expect(rowsOf((await load({ synthetic: 'xor' }, {}, two)).train.y)).toEqual([[1, 0], [0, 1], [0, 1], [1, 0]]); // prettier-ignore
    const one = { model: { layers: [{ units: 1 }] }, training: { loss: 'halfSumSquaredError' } };
    const loaded = await load({ synthetic: 'xor' }, {}, one);
    expect([rowsOf(loaded.train.y), loaded.classes]).toEqual([[[0], [1], [1], [0]], undefined]); // prettier-ignore
  });

  test('a limit is a limit', async () => {
    expect((await load({ synthetic: 'moons', limit: 7 }, {}, run)).train.x.rows).toBe(7);
    expect((await load({ synthetic: 'xor', limit: 7 }, {}, run)).train.x.rows).toBe(4);
  });
});

test('a signal ends the reading with its reason; progress tells the bytes', async () => {
  const files = { 'f.csv': 'a,y\n1,0\n2,1\n' };
  const document = { data: { csv: 'f.csv', target: 'y' }, ...CLASSIFIER };
  const told: number[] = [];
  await loadRun(document, { opener: memoryFiles(files), onProgress: (bytes) => told.push(bytes) });
  expect(told.at(-1)).toBe(12);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(loadRun(document, { opener: memoryFiles(files), signal })).rejects.toThrow('enough');
});

test('files that nobody can open are refused', async () => {
  const attempt = loadRun({ data: { csv: 'f.csv', target: 'y' }, ...CLASSIFIER });
  await expect(attempt).rejects.toBeInstanceOf(DataError);
});
