/** Networks in files, and files of rows: what comes back is what went, in the data's own units; the rest is refused by name. */
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { taskOfLoaded } from '../../../src/data/load.js';
import type { SavedModel } from '../../../src/formats/saved-model.js';
import { trainTask } from '../../../src/reference/training.js';
import type { LabRun } from '../../../src/page/lab/lab-state.js';
import { openModel } from '../../../src/page/lab/results/files-of-model.js';
import { fileName, withoutExtension } from '../../../src/page/lab/results/file-names.js';
import { readModelJson } from '../../../src/page/lab/results/model-json.js';
import { readRun, runText } from '../../../src/page/lab/results/run-file.js';
import { EXPORTS, type InputValue } from '../../../src/page/lab/results/subject.js';
import { LabData } from '../../../src/page/lab/worker/lab-data.js';
import { LabResults } from '../../../src/page/lab/worker/lab-results.js';
import { savedModel } from '../formats/saved.js';

const RUN: LabRun = {
  data: { csv: 'houses.csv', target: 'price', normalize: 'standard', targetNormalize: 'minMax', validationSplit: 0.25 },
  model: { seed: 2, layers: [{ units: 4, activation: 'tanh' }, { units: 1 }] },
  training: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 0.05 }, epochs: 5 },
};
const TABLE = new File(
  ['size,rooms,price\n', ...Array.from({ length: 20 }, (_, i) => `${50 + 3 * i},${1 + (i % 4)},${100 + 7 * i}\n`)],
  'houses.csv',
);

async function trained(): Promise<LabResults> {
  const data = new LabData();
  const { weights, history } = trainTask(taskOfLoaded(await data.loaded(RUN, [TABLE])));
  // As a GPU leaves them.
  const rounded = weights.map((layer) =>
    Object.fromEntries(
      Object.entries(layer).map(([name, one]) => [name, { ...one, values: one.values.map(Math.fround) }]),
    ),
  );
  const results = new LabResults(data);
  await results.use({ kind: 'trained', run: RUN, files: [TABLE], weights: rounded, history });
  return results;
}

const HOUSE: readonly InputValue[] = [80, 3];

describe('a network', () => {
  test.each(EXPORTS)('comes back from %s with the same answer in the data’s units', async (format) => {
    const results = await trained();
    const before = await results.predict(HOUSE);
    const { name, bytes } = await results.export(format);
    const { saved } = await results.open(new File([bytes], name), undefined);
    const facts = await results.use({ kind: 'imported', name, saved, run: RUN, files: [TABLE] });
    expect(facts).toMatchObject({ rows: { train: 15, validation: 5 }, lack: undefined, supposed: undefined });
    expect(await results.predict(HOUSE)).toEqual(before);
    // And once more, as a file of a file.
    const again = await results.export('idli');
    expect(again.name).toBe(`${withoutExtension(name)}.safetensors`);
  });

  test('of other data is not measured on the lab’s', async () => {
    const results = await trained();
    const { name, bytes } = await results.export('idli');
    const { saved } = await results.open(new File([bytes], name), undefined);
    const other: LabRun = { ...RUN, data: { synthetic: 'spirals' } };
    const facts = await results.use({ kind: 'imported', name, saved, run: other, files: [] });
    expect(facts.rows.train).toBe(0);
    expect(facts.lack).toMatch(/not what this network was trained on/);
  });

  test('that says nothing of its inputs takes the lab’s, and the page says so', async () => {
    const results = await trained();
    const before = await results.predict(HOUSE);
    const { bytes, name } = await results.export('onnx');
    const { saved } = await results.open(new File([bytes], name), undefined);
    const bare: SavedModel = { model: saved.model, inputs: saved.inputs, weights: saved.weights };
    const facts = await results.use({ kind: 'imported', name, saved: bare, run: RUN, files: [TABLE] });
    expect(facts.supposed).toMatch(/taken to be those of the lab’s data/);
    expect(await results.predict(HOUSE)).toEqual(before);
  });
});

describe('what is no model is refused with what to do', () => {
  const zip = (entries: Readonly<Record<string, string>>) =>
    zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, strToU8(text)])));
  test.each([
    ['net.pt', zip({ 'archive/data.pkl': 'x' }), /torch\.save.*save_file/],
    ['net.keras', zip({ 'config.json': '{}', 'model.weights.h5': 'x' }), /HDF5.*model\.export\("model\.onnx"/],
    ['net.h5', Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0]), /HDF5/],
    ['two.zip', zip({ 'a.onnx': 'x', 'b.onnx': 'y' }), /2 models among its 2 files/],
    ['inner.zip', zip({ 'a.onnx': 'x' }), /^inner\.zip, a\.onnx: found no ONNX file/],
    ['a.json', strToU8('{"x": 1}'), /JSON without a model/],
    ['a.json', strToU8('{"model": {"layers": [{"units": 2}], "weights": [{"kernel": [[1]]}]}}'), /model\.weights/],
    ['a.safetensors', strToU8('123'), /^a\.safetensors/],
  ])('%s', async (name, bytes, sentence) => {
    await expect(openModel(bytes, name, undefined)).rejects.toThrow(sentence);
  });
});

describe('rows of a file', () => {
  const csv = (text: string) => new File([text], 'new.csv');

  test('keep their columns, in their order, and get the prediction behind them in the target’s units', async () => {
    const results = await trained();
    const found = await results.predictFile(csv('rooms,note,size\n3,"a ""b"", c",80\n1,,50\n'));
    expect(found.columns).toEqual(['rooms', 'note', 'size', 'predicted price']);
    const lines = new TextDecoder().decode(found.csv.bytes).trim().split('\r\n');
    const { outputs } = await results.predict(HOUSE);
    expect(lines[1]).toBe(`3,"a ""b"", c",80,${outputs[0]}`);
    expect(found.csv.name).toBe('new-predicted.csv');
    expect(found.measured).toBeUndefined();
  });

  test('are measured where they have targets', async () => {
    const { measured } = await (await trained()).predictFile(csv('size,rooms,price\n80,3,170\n'));
    expect(measured?.measures.map(({ name }) => name)).toEqual(['loss', 'meanAbsoluteError']);
  });

  test('without a column are refused by its name', async () => {
    const results = await trained();
    await expect(results.predictFile(csv('size,note\n80,x\n'))).rejects.toThrow('found no column "rooms"');
  });

  test('of the lab come with part, inputs, target and prediction', async () => {
    const { name, bytes } = await (await trained()).predictParts();
    expect(name).toBe('idli-houses-predictions.csv');
    const lines = new TextDecoder().decode(bytes).trim().split('\r\n');
    expect(lines[0]).toBe('part,row,size,rooms,price,predicted price');
    expect(lines).toHaveLength(21);
    for (const line of lines.slice(1)) {
      const [, , size, , price] = line.split(',').map(Number);
      // As they stand in the table.
      expect(price).toBeCloseTo(100 + (7 * (size! - 50)) / 3, 9);
    }
  });
});

describe('a file that is no model as this page knows them', () => {
  const model = strToU8('{"a": 1}');
  const packed = (name: string, bytes: Uint8Array) => zipSync({ [name]: bytes });

  test('an archive in an archive is not opened: there are archives that hold themselves', async () => {
    const twice = packed('m.onnx', packed('m.onnx', model));
    await expect(openModel(twice, 'm.zip', undefined)).rejects.toThrow(
      'm.zip, m.onnx: found an archive in an archive, expected a model.',
    );
    // Control: once, it is opened, and what is in it is looked at.
    await expect(openModel(packed('m.onnx', model), 'm.zip', undefined)).rejects.toThrow('found JSON without a model');
  });

  test.each(['null', '1', '[]', '"text"'])('%s is refused', (text) => {
    expect(() => readModelJson(strToU8(text), 'm.json')).toThrow('m.json: found JSON without a model');
  });
});

test('names of files say what is in them', () => {
  const { model, inputs } = savedModel([{ units: 3 }, { units: 1 }], 4);
  const named = (data: unknown, origin?: string) => fileName({ model, inputs, data, origin }, 'onnx');
  expect(named({ csv: 'folder/my iris.csv', target: 'y' })).toBe('idli-my-iris-4-3-1.onnx');
  expect(named({ x: [[1]], y: [[1]] })).toBe('idli-points-4-3-1.onnx');
  expect(named({ npy: { x: 'a.npy', y: 'b.npy' } })).toBe('idli-a-4-3-1.onnx');
  expect(named(undefined, withoutExtension('their net.v2.onnx'))).toBe('their-net.v2.onnx');
});

test('a run is saved and read again; what is none is refused by its field', () => {
  expect(readRun(runText(RUN), 'run.json')).toEqual(RUN);
  expect(() => readRun('[]', 'run.json')).toThrow(/^run\.json: found/);
  expect(() => readRun(JSON.stringify({ ...RUN, more: 1 }), 'run.json')).toThrow(/unknown field "more"/);
  const wrong = { ...RUN, model: { layers: [{ units: 0 }] } };
  expect(() => readRun(JSON.stringify(wrong), 'run.json')).toThrow(/^run\.json, model\.layers\[0\]\.units: found 0/);
});
