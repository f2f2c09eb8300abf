/**
 * A model as a SavedModel, and back: nothing is lost on the way, and what no longer holds after a further training is not
 * carried on.
 */
import { describe, expect, test } from 'vitest';
import { readModel, writeModel } from '../../src/formats/model-file.js';
import { matrixFromRows, type Matrix } from '../../src/core/matrix.js';
import { adam, batchNormalization, dense, type Model, RunError, sequential } from '../../src/index.js';
import { toSaved } from '../../src/model/saved.js';
import { fromSaved } from '../../src/model/sequential.js';
import { predict } from '../../src/reference/evaluate.js';
import { savedModel } from './formats/saved.js';

const x = Array.from({ length: 20 }, (_, i) => [i / 10 - 1, 0.1 * ((i * 7) % 20)]);
const y = x.map(([a, b]) => [a! * b!]);
const settings = {
  loss: 'meanSquaredError',
  optimizer: adam({ learningRate: 0.05 }),
  batchSize: 5,
  backend: 'cpu',
} as const;
const network = (seed = 1): Model =>
  sequential([dense(4, { activation: 'tanh' }), batchNormalization(), dense(1)], { inputs: 2, seed });
const notes = { data: { file: 'a.csv' }, preprocessing: { a: 1 }, classes: ['no', 'yes'] };
const rounded = (weights: readonly Readonly<Record<string, Matrix | undefined>>[]) =>
  weights.map((layer) =>
    Object.fromEntries(
      Object.entries(layer).map(([name, matrix]) => [name, { ...matrix!, values: matrix!.values.map(Math.fround) }]),
    ),
  );

describe('a model as plain data', () => {
  test('says what it was trained with, what it measured, and what to expect', async () => {
    const model = network();
    const history = await model.fit(x, y, { ...settings, epochs: 3 });
    const saved = toSaved(model, notes);
    expect(saved).toMatchObject({ ...notes, inputs: 2, history, model: { seed: model.seed, layers: model.layers } });
    expect(saved.weights).toEqual(model.weights());
    expect(saved.training).toEqual(model.toRun().training);
    expect(saved.examples!.x).toHaveLength(8);
    expect(saved.examples!.x[0]).toEqual(x[0]!.map(Math.fround));
  });

  test('its examples are what the weights of a float32 file answer', async () => {
    const model = network();
    await model.fit(x, y, { ...settings, epochs: 1 });
    const { examples } = toSaved(model);
    const inputs = matrixFromRows(examples!.x);
    const answers = (weights: ReturnType<Model['weights']>) =>
      Array.from(predict({ seed: 0, layers: model.layers }, weights, inputs).values);
    expect(examples!.y.flat()).toEqual(answers(readModel(writeModel(toSaved(model)), 'm').weights.slice()));
    // Control: those of the float64 weights are others.
    expect(examples!.y.flat()).not.toEqual(answers(model.weights()));
  });

  test('before any training it has its weights, and examples of rows that are given', () => {
    expect(Object.keys(toSaved(network()))).toEqual(['model', 'inputs', 'weights']);
    expect(toSaved(network(), { x: [[1, 2]] }).examples!.x).toEqual([[1, 2]]);
  });

  test('weights that are set have no history', async () => {
    const model = network();
    await model.fit(x, y, { ...settings, epochs: 1 });
    expect(toSaved(model)).toHaveProperty('history');
    model.setWeights(network(2).weights());
    expect(toSaved(model)).not.toHaveProperty('history');
  });

  test('a callback at the end of the training saves what the training left, history included', async () => {
    const model = network();
    const during: unknown[] = [];
    const ended: unknown[] = [];
    const history = await model.fit(x, y, {
      ...settings,
      epochs: 2,
      callbacks: [
        {
          onEpochEnd: () => void during.push(toSaved(model).history),
          onTrainEnd: () => void ended.push(toSaved(model).history),
        },
      ],
    });
    expect(during).toEqual([undefined, undefined]);
    expect(ended).toEqual([history]);
  });

  test('a wrong option is refused', () => {
    expect(() => toSaved(network(), { classNames: [] } as never)).toThrow(
      new RunError('classNames', 'an unknown option', 'one of x, data, preprocessing, classes'),
    );
    expect(() => toSaved(network(), { x: [[1, 2, 3]] })).toThrow(RunError);
  });
});

describe('and back', () => {
  test('through a file everything is there again, the weights as float32', async () => {
    const model = network();
    await model.fit(x, y, { ...settings, epochs: 2 });
    const saved = toSaved(model, notes);
    const loaded = fromSaved(readModel(writeModel(saved), 'm'));
    expect(toSaved(loaded)).toEqual({ ...saved, weights: rounded(saved.weights) });
    // Control: rounding changes them.
    expect(rounded(saved.weights)).not.toEqual(saved.weights);
    const exact = fromSaved(readModel(writeModel(saved, { precision: 'float64' }), 'm'));
    expect(exact.weights()).toEqual(model.weights());
    expect((await exact.predict(x, { backend: 'cpu' })).values).toEqual(
      (await model.predict(x, { backend: 'cpu' })).values,
    );
  });

  test('it trains on with the settings of the file, as the model itself would', async () => {
    const model = network();
    await model.fit(x, y, { ...settings, epochs: 2 });
    const loaded = fromSaved(readModel(writeModel(toSaved(model), { precision: 'float64' }), 'm'));
    const history = await loaded.fit(x, y, { backend: 'cpu' });
    expect(history).toEqual(await model.fit(x, y, { backend: 'cpu' }));
    expect(toSaved(loaded).history).toEqual(history);
  });

  test('trained on, it keeps what its inputs and classes mean, and answers anew', () => {
    const before = toSaved(network(), { ...notes, x: x.slice(0, 3) });
    const loaded = fromSaved(before);
    const still = toSaved(loaded);
    expect(still).toEqual(before);
    loaded.setWeights(network(2).weights());
    const other = toSaved(loaded);
    expect(other).toMatchObject({ ...notes, examples: { x: before.examples!.x } });
    expect(other.examples!.y).not.toEqual(before.examples!.y);
    expect(toSaved(loaded, { classes: undefined })).not.toHaveProperty('classes');
  });

  test('every layer', () => {
    const saved = savedModel();
    expect(toSaved(fromSaved(saved))).toEqual(saved);
  });

  test('the model has copies: what is changed later is not its own', () => {
    const saved = savedModel();
    const model = fromSaved(saved);
    const first = model.weights()[0]!.kernel!.values[0];
    saved.weights[0]!.kernel!.values[0] = 99;
    expect(model.weights()[0]!.kernel!.values[0]).toBe(first);
    toSaved(model).weights[0]!.kernel!.values[0] = 99;
    expect(model.weights()[0]!.kernel!.values[0]).toBe(first);
  });

  test.each([
    ['inputs', { inputs: 0 }, /inputs: found 0/],
    ['weights of another model', { weights: network(1).weights() }, /model\.weights/],
    ['settings that cannot be', { training: { loss: 'cats' } }, /training\.loss/],
    ['layers that cannot be', { model: { seed: 1, layers: [] } }, /model\.layers/],
  ])('%s: refused', (_, change, sentence) => {
    const attempt = () => fromSaved({ ...savedModel(), ...change } as never);
    expect(attempt).toThrow(RunError);
    expect(attempt).toThrow(sentence);
    expect(() => fromSaved(savedModel())).not.toThrow();
  });
});
