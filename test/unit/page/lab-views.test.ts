/** The views of a network against the reference: what they show of it is what `predict`, the metric and the gradients say. */
import { describe, expect, test } from 'vitest';
import { initialWeights, type LayerWeights } from '../../../src/core/initializers.js';
import { matrix, matrixFromRows, matrixToRows } from '../../../src/core/matrix.js';
import { taskOfLoaded } from '../../../src/data/load.js';
import { evaluateReference, predict, takeBatch } from '../../../src/reference/evaluate.js';
import { batchGradients, forward } from '../../../src/reference/network.js';
import { trainTask } from '../../../src/reference/training.js';
import { LAB_START, type LabRun } from '../../../src/page/lab/lab-state.js';
import type { Nothing, ViewRequest } from '../../../src/page/lab/charts/view-results.js';
import { LabData } from '../../../src/page/lab/worker/lab-data.js';
import { LabViews } from '../../../src/page/lab/worker/lab-views.js';
import { gridOf } from '../../../src/page/lab/worker/views/plane.js';
import { histogramOf, shortened, statisticsOf } from '../../../src/page/lab/worker/views/tensor.js';

const SPIRALS: LabRun = {
  ...LAB_START.run,
  training: { ...LAB_START.run.training, epochs: 3 },
};
const THREE: LabRun = {
  data: {
    x: [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 1],
      [2, 2],
    ],
    y: [[0], [1], [2], [0], [1], [2]],
  },
  model: { seed: 4, layers: [{ units: 3, activation: 'softmax' }] },
  training: { loss: 'sparseCategoricalCrossentropy', optimizer: { name: 'sgd', learningRate: 0.1 }, epochs: 1 },
};
const SINE: LabRun = {
  data: { synthetic: 'sine', samples: 40, noise: 0, normalize: 'standard', targetNormalize: 'minMax' },
  model: { seed: 2, layers: [{ units: 4, activation: 'tanh' }, { units: 1 }] },
  training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.1 }, epochs: 1 },
};
const PLANE: LabRun = {
  data: { synthetic: 'plane', samples: 30, noise: 0 },
  model: { seed: 2, layers: [{ units: 1 }] },
  training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.1 }, epochs: 1 },
};

async function open(run: LabRun, given?: readonly LayerWeights[]) {
  const data = new LabData();
  const task = taskOfLoaded(await data.loaded(run, []));
  const weights = given ?? initialWeights(task.model, task.widths[0]!);
  const request: ViewRequest = { weights, isLive: false };
  const views = new LabViews(data);
  await views.use(run, []);
  return { views, task, weights, request };
}

function shown<T extends { readonly kind: string }>(view: T | Nothing): T {
  if (view.kind === 'nothing') throw new Error((view as Nothing).why);
  return view as T;
}

describe('the plane', () => {
  test.each([
    ['one output for two classes', SPIRALS],
    ['as many outputs as classes', THREE],
  ])('has in each cell the class that the reference predicts there: %s', async (_, run) => {
    const { views, task, weights, request } = await open(run);
    const plane = shown(views.plane(request));
    const said = plane.says;
    if (said.kind !== 'classes') throw new Error('numbers');
    const reach = ({ min, max }: { min: number; max: number }) => [min, max] as const;
    const predicted = predict(task.model, weights, gridOf(reach(plane.x), reach(plane.y), plane.size));
    const rows = matrixToRows(predicted).map((row) => (row.length === 1 ? [1 - row[0]!, row[0]!] : row));
    expect(said.labels).toEqual(Uint8Array.from(rows, (row) => row.indexOf(Math.max(...row))));
    expect(said.shares).toEqual(Float32Array.from(rows, (row) => Math.max(...row)));
  });

  test('control: other weights say something else somewhere', async () => {
    const { views, request } = await open(SPIRALS);
    const other = await open({ ...SPIRALS, model: { ...SPIRALS.model, seed: 9 } });
    const [a, b] = [shown(views.plane(request)), shown(views.plane({ ...request, weights: other.weights }))];
    expect(a.says).not.toEqual(b.says);
  });

  test('tells of each point whether the network says its class, as the accuracy counts', async () => {
    const { views, task, request, weights } = await open(SPIRALS);
    const { points } = shown(views.plane(request));
    expect(points.map(({ part }) => part)).toEqual(['training', 'validation']);
    const metrics = [{ name: 'accuracy' }] as const;
    const measured = evaluateReference(task.model, { ...task.training, metrics }, weights, task.validation!, 100);
    const right = points[1]!.isRight.reduce((a, b) => a + b, 0);
    expect(right / points[1]!.isRight.length).toBeCloseTo(measured.logs['accuracy']!, 12);
  });

  test('of a number it is the prediction itself', async () => {
    const { views, task, weights, request } = await open(PLANE);
    const { says, x, y, size } = shown(views.plane(request));
    if (says.kind !== 'number') throw new Error('classes');
    const predicted = predict(task.model, weights, gridOf([x.min, x.max], [y.min, y.max], size));
    expect(says.values).toEqual(Float32Array.from(predicted.values));
  });

  test('says why there is none for one input', async () => {
    const { views, request } = await open(SINE);
    expect(views.plane(request)).toEqual({
      kind: 'nothing',
      why: 'a plane has two inputs, and this network has 1.',
    });
  });
});

test('the line of one input is in the units of the data', async () => {
  const { views, task, weights, request } = await open(SINE);
  const fit = shown(views.fit(request));
  // The data: from −1 to 1, both ways.
  expect(Math.min(...fit.points[0]!.x)).toBeCloseTo(-1, 12);
  expect(Math.max(...fit.points[0]!.y)).toBeCloseTo(1, 1);
  const deviation = Math.sqrt(fit.points[0]!.x.reduce((sum, value) => sum + value * value, 0) / 40);
  const scaled = fit.at.map((value) => value / deviation);
  const predicted = predict(task.model, weights, matrix(scaled.length, 1, scaled)).values;
  const height = Math.max(...fit.points[0]!.y) - Math.min(...fit.points[0]!.y);
  fit.lines[0]!.values.forEach((value, i) =>
    expect(value).toBeCloseTo(Math.min(...fit.points[0]!.y) + height * predicted[i]!, 9),
  );
});

describe('mistakes', () => {
  test.each([
    ['validation rows', SPIRALS, 'validation'],
    ['training rows where there are no others', THREE, 'training'],
  ] as const)('are counted as the metric counts them, over %s', async (_, run, part) => {
    const { views, task, weights, request } = await open(run);
    const confusion = shown(views.confusion(request));
    const metrics = [{ name: 'confusionMatrix' }] as const;
    const source = part === 'validation' ? task.validation! : task.train;
    const measured = evaluateReference(task.model, { ...task.training, metrics }, weights, source, 100);
    expect(confusion.part).toBe(part);
    expect(confusion.counts).toEqual(measured.confusionMatrix);
    expect(confusion.counts.flat().reduce((a, b) => a + b)).toBe(source.x.rows);
    const { wrong, examples } = shown(views.wrong(request));
    const right = confusion.counts.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(wrong).toBe(source.x.rows - right);
    examples.forEach(({ truth, said, saidShare }, i) => {
      expect(truth).not.toBe(said);
      expect(saidShare).toBeLessThanOrEqual(examples[i - 1]?.saidShare ?? 1);
    });
  });

  test('are none of a network that says numbers', async () => {
    const { views, request } = await open(PLANE);
    expect([views.confusion(request).kind, views.wrong(request).kind]).toEqual(['nothing', 'nothing']);
  });

  test('are fewer after a training', async () => {
    const before = await open(SPIRALS);
    const trained = trainTask({ ...before.task, training: { ...before.task.training, epochs: 60 } });
    const wrongOf = (weights: readonly LayerWeights[]) =>
      shown(before.views.wrong({ ...before.request, weights })).wrong;
    expect(wrongOf(trained.weights)).toBeLessThan(wrongOf(before.weights));
  });
});

describe('a tensor', () => {
  test('of weights is the weights', async () => {
    const { views, weights, request } = await open(SPIRALS);
    const view = shown(views.tensor(request, { layer: 1, tensor: { kind: 'weights', weight: 'kernel' } }));
    expect(view.cells).toEqual(Float32Array.from(weights[1]!.kernel!.values));
  });

  test('of gradients and activations is what the reference computes from evenly spread rows', async () => {
    const { views, task, weights, request } = await open(THREE);
    const rows = [0, 1, 2, 3, 4, 5];
    const batch = takeBatch(task.train, rows);
    const { gradients } = batchGradients(task.model, task.training.loss, weights, batch, 0);
    const gradient = shown(views.tensor(request, { layer: 0, tensor: { kind: 'gradients', weight: 'bias' } }));
    expect(gradient.cells).toEqual(Float32Array.from(gradients[0]!.bias!.values));
    const activations = shown(views.tensor(request, { layer: 0, tensor: { kind: 'activations' } }));
    const { y } = forward(task.model.layers, weights, batch.x, undefined)[0]!;
    expect(activations.cells).toEqual(Float32Array.from(y.values));
    expect(activations.sampleRows).toBe(6);
  });

  test('that a layer does not have is said', async () => {
    const { views, request } = await open(SPIRALS);
    const choice = { layer: 0, tensor: { kind: 'weights', weight: 'gamma' } } as const;
    expect(views.tensor(request, choice)).toEqual({ kind: 'nothing', why: 'this layer has no gamma.' });
  });

  test.each([
    ['as it is', 196, 1, 1],
    ['by one more row than cells', 393, 1, 2],
    ['by wide rows', 2, 1000, 1],
  ])('is shortened so that the value farthest from 0 is seen: %s', (_, rows, columns, rowsInCell) => {
    const table = matrix(rows, columns);
    table.values[rows * columns - 1] = -7;
    const view = shortened(table, 0);
    expect(view.rowsInCell).toBe(rowsInCell);
    expect(view.cells.at(-1)).toBe(-7);
    expect(view.cells.length).toBe(Math.ceil(rows / view.rowsInCell) * Math.ceil(columns / view.columnsInCell));
    expect(view.cells.subarray(0, -1).every((value) => value === 0)).toBe(true);
  });

  test('with a NaN shows it, and counts it apart', () => {
    const view = shortened(matrixFromRows([[1, NaN, 3]]), 0);
    expect(view.cells).toEqual(Float32Array.of(1, NaN, 3));
    expect(view.statistics).toMatchObject({ count: 3, notFinite: 1, min: 1, max: 3, mean: 2, deviation: 1 });
  });

  test.each([
    ['different values', [0, 1, 2, 3], [1, 1, 1, 1]],
    ['equal values', [5, 5], [2]],
    ['no finite value', [NaN, Infinity], [0]],
  ])('has a histogram that counts every finite value once: %s', (_, values, counts) => {
    expect(histogramOf(values, statisticsOf(values), 4).counts).toEqual(counts);
  });
});
