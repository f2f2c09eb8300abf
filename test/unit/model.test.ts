import { describe, expect, test } from 'vitest';
import { parseRun } from '../../src/core/run.js';
import { numpyRandom } from '../../src/core/random.js';
import {
  adam,
  batchNormalization,
  compilePlan,
  dense,
  dropout,
  earlyStopping,
  fromRun,
  layerNormalization,
  matrixToRows,
  type Model,
  schedules,
  sequential,
  sgd,
  train,
  trainReference,
} from '../../src/index.js';
import { article } from '../../src/runs/article.js';

/** Points in a square, labelled by the quadrant: what a small network learns in a few epochs. */
function quadrants(count: number, seed = 3): { x: number[][]; y: number[] } {
  const random = numpyRandom(seed);
  const x = Array.from({ length: count }, () => [2 * random() - 1, 2 * random() - 1]);
  return { x, y: x.map(([a, b]) => (a! > 0 ? 1 : 0) + (b! > 0 ? 2 : 0)) };
}

const { x, y } = quadrants(96);
const classifier = (seed = 1): Model =>
  sequential([dense(12, { activation: 'relu' }), dropout(0.1), dense(4, { activation: 'softmax' })], {
    inputs: 2,
    seed,
  });
const settings = {
  loss: 'sparseCategoricalCrossentropy',
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 16,
  metrics: ['accuracy'],
  backend: 'cpu',
} as const;

/** One weight, which starts at 1; with y = 2x and learning rate 0.25 its distance from 2 halves at each step. */
const line = (): Model => sequential([dense(1, { useBias: false, kernelInitializer: 'ones' })], { inputs: 1 });
const halving = { loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.25 }), backend: 'cpu' } as const;
const slope = (model: Model): number => model.weights()[0]!.kernel!.values[0]!;

describe('a model', () => {
  test('is trained, measured and used as in Keras', async () => {
    const model = classifier();
    const history = await model.fit(x, y, {
      ...settings,
      epochs: 40,
      validationSplit: 0.25,
      callbacks: [earlyStopping({ patience: 30, restoreBestWeights: true })],
    });
    expect(Object.keys(history)).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);
    expect(history['accuracy']!.at(-1)).toBeGreaterThan(0.85);

    const { loss, accuracy } = await model.evaluate(x.slice(72), y.slice(72));
    expect(loss).toBeCloseTo(Math.min(...history['val_loss']!), 12);
    const predictions = await model.predict(x.slice(72));
    expect(predictions).toMatchObject({ rows: 24, columns: 4, backend: 'cpu' });
    const right = predictions.classes().filter((label, row) => label === y[72 + row]).length;
    expect(right / 24).toBeCloseTo(accuracy!, 12);
    expect(predictions.toRows()[0]!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });

  test('trains what a run document trains, from the same first weights', async () => {
    const model = sequential(article.model.layers, { inputs: 3, seed: 1 });
    const { epochs, optimizer, loss } = article.training;
    const fit = model.fit(article.data.x, article.data.y, {
      epochs: epochs!,
      optimizer: optimizer!,
      loss,
      batchSize: 4,
      backend: 'cpu',
    });
    const reference = trainReference(parseRun(article));
    expect(await fit).toEqual(reference.history);
    expect(model.weights()).toEqual(reference.weights);
    expect(await fit.result).toMatchObject({ backend: 'cpu', adapter: undefined, plan: undefined, epochs: 50 });
    expect(compilePlan(parseRun(article)).steps).toBe(50);
  });

  test('trains on from its weights, and after setWeights from those', async () => {
    const model = line();
    await model.fit([[1]], [2], halving);
    expect(slope(model)).toBe(1.5);
    await model.fit([[1]], [2], { ...halving, epochs: 2 });
    expect(slope(model)).toBe(1.875);
    model.setWeights([{ kernel: [[4]] }]);
    await model.fit([[1]], [2], halving);
    expect(slope(model)).toBe(3);
  });

  test('takes weights in each form that data may have', () => {
    const of = (kernel: unknown, bias: unknown) => {
      const model = sequential([dense(3)], { inputs: 2 });
      model.setWeights([{ kernel, bias } as never]);
      const [layer] = model.weights();
      return [matrixToRows(layer!.kernel!), Array.from(layer!.bias!.values)];
    };
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const wanted = [rows, [7, 8, 9]];
    expect(of(rows, [7, 8, 9])).toEqual(wanted);
    expect(of(Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9))).toEqual(wanted);
    expect(of([1, 2, 3, 4, 5, 6], [[7, 8, 9]])).toEqual(wanted);
    expect(of({ data: rows.flat(), shape: [2, 3] }, { data: [7, 8, 9], shape: [1, 3] })).toEqual(wanted);
    expect(
      of({ rows: 2, columns: 3, values: Float32Array.from(rows.flat()) }, { rows: 1, columns: 3, values: [7, 8, 9] }),
    ).toEqual(wanted);
    expect(() => of(Float32Array.of(1, 2, 3), [7, 8, 9])).toThrow(
      'model.weights[0].kernel: found 3 numbers, expected 6, for 2 rows of 3 numbers.',
    );
  });

  test('takes callbacks of the training before no further than they are given again', async () => {
    const model = line();
    const still = { ...halving, optimizer: sgd({ learningRate: 0 }) };
    const callbacks = [earlyStopping({ patience: 2 })];
    expect((await model.fit([[1]], [2], { ...still, epochs: 9, callbacks })).loss).toHaveLength(3);
    // It is a setting of the run too, and as such repeated,
    expect(model.toRun().training.earlyStopping).toMatchObject({ patience: 2 });
    expect((await model.fit()).loss).toHaveLength(3);
    // until other callbacks are given, or it is taken back.
    expect((await model.fit({ callbacks: [] })).loss).toHaveLength(9);
    expect((await model.fit({ callbacks })).loss).toHaveLength(3);
    expect((await model.fit({ earlyStopping: undefined })).loss).toHaveLength(9);
  });

  test('validates with the data of before until that is taken back', async () => {
    const model = line();
    const validated = await model.fit([[1]], [2], { ...halving, validationData: [[[2]], [4]] });
    expect(Object.keys(validated)).toEqual(['loss', 'val_loss']);
    expect(Object.keys(await model.fit())).toEqual(['loss', 'val_loss']);
    expect(Object.keys(await model.fit({ validationData: undefined }))).toEqual(['loss']);
    expect(Object.keys(await model.fit())).toEqual(['loss']);
  });

  test('takes what is left out from the training before, unless a loss is given', async () => {
    const model = line();
    await model.fit([[1]], [2], { ...halving, epochs: 2 });
    expect(await model.fit()).toMatchObject({ loss: [0.0625, 0.015625] });
    expect((await model.fit({ epochs: 1 })).loss).toEqual([0.00390625]);
    expect((await model.fit([[1], [2]], [2, 4])).loss).toHaveLength(1);
    await model.fit([[1]], [2], { loss: 'meanAbsoluteError' });
    expect(model.toRun().training).toMatchObject({ epochs: 1, optimizer: { name: 'rmsprop' } });
    await model.fit([[1], [2]], [2, 4], { clipNorm: 1, validationSplit: 0.5 });
    await model.fit([[1], [2]], [2, 4], { clipValue: 1, validationData: [[[1]], [2]] });
    expect(model.toRun().training).not.toHaveProperty('clipNorm');
    expect(model.toRun().training.clipValue).toBe(1);
    await model.fit({ clipValue: undefined });
    expect(model.toRun().training).not.toHaveProperty('clipValue');
  });

  test('shuffles and drops otherwise in each training, since its seed moves on', async () => {
    const model = classifier(5);
    expect(model.seed).toBe(5);
    const first = await model.fit(x, y, settings);
    const weights = model.weights();
    expect(model.seed).toBe(6);
    const same = classifier(5);
    expect(await same.fit(x, y, settings)).toEqual(first);
    const other = sequential(model.layers, { inputs: 2, seed: 5 });
    other.setWeights(weights);
    expect(await other.fit(x, y, settings)).not.toEqual(await model.fit(x, y, settings));
  });

  test('says what it is made of', () => {
    const model = sequential(
      [dense(64, { activation: 'relu' }), batchNormalization(), dropout(0.25), layerNormalization(), dense(10)],
      { inputs: 784 },
    );
    expect(model).toMatchObject({ inputs: 784, outputs: 10, seed: 0 });
    expect(model.layers[2]).toEqual({ type: 'dropout', rate: 0.25 });
    expect(model.summary()).toBe(
      [
        'Layer               Output shape  Parameters',
        'input               (batch, 784)           0',
        'dense (relu)        (batch, 64)       50,240',
        'batchNormalization  (batch, 64)          256',
        'dropout (0.25)      (batch, 64)            0',
        'layerNormalization  (batch, 64)          128',
        'dense               (batch, 10)          650',
        '',
        'Parameters: 51,274, 51,146 trainable, 128 not',
      ].join('\n'),
    );
  });

  test('gives copies of its weights, and takes them in either form', () => {
    const model = sequential([dense(2), batchNormalization()], { inputs: 3, seed: 4 });
    const [first, second] = model.weights();
    expect(first!.kernel).toMatchObject({ rows: 3, columns: 2 });
    expect(Object.keys(second!)).toEqual(['gamma', 'beta', 'movingMean', 'movingVariance']);
    first!.kernel!.values.fill(7);
    expect(model.weights()[0]!.kernel!.values[0]).not.toBe(7);
    const rows = { gamma: [1, 2], beta: new Float32Array([3, 4]), movingMean: [5, 6], movingVariance: [7, 8] };
    model.setWeights([{ kernel: first!.kernel!, bias: first!.bias! }, rows]);
    expect(Array.from(model.weights()[0]!.kernel!.values)).toEqual(Array(6).fill(7));
    expect(Array.from(model.weights()[1]!.beta!.values)).toEqual([3, 4]);
  });

  test('says of one output whether it is above one half', async () => {
    const model = line();
    const predictions = await model.predict([0.25, 0.75, 0.5], { backend: 'cpu' });
    expect(predictions.toRows()).toEqual([[0.25], [0.75], [0.5]]);
    expect(predictions.classes()).toEqual([0, 1, 0]);
  });

  test('measures with the loss and the metrics of its last training, or with others', async () => {
    const model = classifier();
    await model.fit(x, y, { ...settings, metrics: ['accuracy', 'confusionMatrix'] });
    const measured = await model.evaluate(x, y);
    expect(Object.keys(measured)).toEqual(['loss', 'accuracy', 'confusionMatrix']);
    expect(measured.confusionMatrix!.flat().reduce((sum, count) => sum + count)).toBe(96);
    const weighted = await model.evaluate(x, y, { sampleWeight: new Float32Array(96).fill(2), metrics: [] });
    expect(weighted).toEqual({ loss: expect.closeTo(2 * measured.loss, 12) as number });
    const oneHot = y.map((label) => [0, 1, 2, 3].map((c) => (c === label ? 1 : 0)));
    const squared = await model.evaluate(x, oneHot, { loss: 'meanSquaredError', batchSize: 7 });
    expect(Object.keys(squared)).toEqual(['loss']);
  });
});

describe('a model and a run document', () => {
  test('the document of a model trains on as the model does', async () => {
    const model = classifier();
    await model.fit(x, y, {
      ...settings,
      epochs: 3,
      sampleWeight: y.map((label) => 1 + label),
      classWeight: { 1: 2 },
      learningRateSchedule: schedules.cosine({ alpha: 0.1 }),
      validationData: [x.slice(0, 9), y.slice(0, 9)],
    });
    const document: unknown = JSON.parse(JSON.stringify(model.toRun()));
    const run = parseRun(document);
    expect(run.model.seed).toBe(model.seed);
    const trained = await train(run, { backend: 'cpu' });
    expect(await model.fit()).toEqual(trained.history);
    expect(model.weights()).toEqual(trained.weights);

    const copy = fromRun(run);
    expect(await copy.fit({ backend: 'cpu' })).toEqual(trained.history);
    expect(copy.weights()).toEqual(trained.weights);
  });

  test('a run becomes a model: its own data, or other data and settings', async () => {
    const model = fromRun(article);
    expect(model).toMatchObject({ inputs: 3, outputs: 1, seed: 1 });
    expect((await model.evaluate(article.data.x, article.data.y)).loss).toBeGreaterThan(0.4);
    expect(await model.fit()).toEqual(trainReference(parseRun(article)).history);
    expect((await model.fit(article.data.x, article.data.y, { epochs: 2 })).loss).toHaveLength(2);
    expect(model.toRun().training).toEqual({ ...parseRun(article).training, epochs: 2 });
  });

  test('a model that was never trained becomes one with data and settings', () => {
    const model = line();
    const data = { x: Float32Array.of(1, 2), y: [2, 4], validation: { x: [[1]], y: [[2]], sampleWeight: [3] } };
    const run = model.toRun({ data, training: { loss: 'meanSquaredError' } });
    expect(run.data).toEqual({
      x: [[1], [2]],
      y: [[2], [4]],
      validation: { x: [[1]], y: [[2]], sampleWeight: [3] },
    });
    expect(parseRun(run)).toEqual(run);
    expect(run.model.weights).toEqual([{ kernel: [[1]] }]);
  });
});
