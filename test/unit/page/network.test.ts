/** The network editor's pure parts: edits of the list, presets, counts, hints and the plan of sizes alone. */
import { describe, expect, test } from 'vitest';
import type { LayerDocument } from '../../../src/core/model.js';
import { parseModel, parseRun, parseSettings } from '../../../src/core/run.js';
import { taskOf } from '../../../src/core/task.js';
import { type DataShape, planOfShape } from '../../../src/model/plan-of-shape.js';
import { summaryText } from '../../../src/model/summary.js';
import { planBytes } from '../../../src/plan/plan.js';
import { printPlan } from '../../../src/plan/print.js';
import { type PlanOptions, planTask } from '../../../src/plan/schedule.js';
import { article } from '../../../src/runs/article.js';
import {
  describeLayer,
  filled,
  insertAt,
  LAYER_TYPES,
  moveTo,
  newLayer,
  removeAt,
  replaceAt,
  withLayers,
} from '../../../src/page/lab/network/layer-edits.js';
import { sizesOf } from '../../../src/page/lab/network/layer-facts.js';
import { outputHint } from '../../../src/page/lab/network/output-hint.js';
import { factsOf } from '../../../src/page/lab/network/plan-facts.js';
import { PRESETS } from '../../../src/page/lab/network/presets.js';
import { besideField, layerField } from '../../../src/page/lab/network/problem-at.js';
import { LAB_START } from '../../../src/page/lab/lab-state.js';

describe('a list of layers', () => {
  const list = ['a', 'b', 'c'];

  test.each<[string, readonly string[], readonly string[]]>([
    ['takes one at the start', insertAt(list, 0, 'x'), ['x', 'a', 'b', 'c']],
    ['takes one between', insertAt(list, 1, 'x'), ['a', 'x', 'b', 'c']],
    ['takes one at the end', insertAt(list, 3, 'x'), ['a', 'b', 'c', 'x']],
    ['loses its first', removeAt(list, 0), ['b', 'c']],
    ['loses its last', removeAt(list, 2), ['a', 'b']],
    ['moves one down', moveTo(list, 0, 1), ['b', 'a', 'c']],
    ['moves one up', moveTo(list, 2, 0), ['c', 'a', 'b']],
    ['moves none beyond its start', moveTo(list, 0, -1), list],
    ['moves none beyond its end', moveTo(list, 2, 3), list],
    ['has another in its place', replaceAt(list, 1, 'x'), ['a', 'x', 'c']],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
    expect(list).toEqual(['a', 'b', 'c']);
  });

  test('of a run takes the given weights with it, which are of the layers before', () => {
    const run = { ...LAB_START.run, model: { seed: 7, layers: [{ units: 1 }], weights: [{}] } };
    expect(withLayers(run, [{ units: 2 }]).model).toEqual({ seed: 7, layers: [{ units: 2 }] });
  });

  test.each(LAYER_TYPES)('begins a layer of the type $value that parses, and says what it is', ({ value }) => {
    const layer = newLayer(value, { type: 'activation', activation: 'tanh' });
    expect(filled(layer).type).toBe(value);
    expect(describeLayer(layer)).not.toBe('');
    if ('activation' in layer) expect(layer.activation).toBe('tanh');
  });

  test('control: a layer of no such type does not parse', () => {
    expect(() => filled({ type: 'convolution' } as unknown as LayerDocument)).toThrow(/type/);
  });
});

describe.each(PRESETS)('the preset $name', ({ layers }) => {
  test.each<[string, LayerDocument[]]>([
    ['three classes', [{ units: 3, activation: 'softmax' }]],
    ['a number', [{ units: 1 }]],
    ['no dense layer', [{ type: 'layerNormalization' }]],
  ])('after a network for %s parses', (_, before) => {
    expect(() => parseModel({ layers: layers(before) })).not.toThrow();
  });
});

test('presets keep the outputs that the data ask for', () => {
  const [logistic, , hidden] = PRESETS;
  const before = [{ units: 3, activation: 'softmax' as const }];
  expect(logistic!.layers(before)).toEqual(before);
  expect(hidden!.layers(before).at(-1)).toEqual(before[0]);
  expect(logistic!.layers([{ units: 1 }])).toEqual([{ units: 1, activation: 'sigmoid' }]);
});

describe('sizes', () => {
  const layers = parseModel({
    layers: [
      { units: 7, useBias: false },
      { type: 'batchNormalization' },
      { type: 'dropout', rate: 0.5 },
      { units: 5, activation: 'tanh' },
      { type: 'layerNormalization' },
      { type: 'activation', activation: 'relu' },
      { units: 2 },
    ],
  }).layers;

  test('are those of the summary', () => {
    const { trainable, fixed, layers: each } = sizesOf(layers, 3);
    expect(summaryText(layers, 3)).toContain(`Parameters: ${trainable + fixed}, ${trainable} trainable, ${fixed} not`);
    expect(each.map(({ outputs }) => outputs)).toEqual([7, 7, 7, 5, 5, 5, 2]);
    expect(each.map((layer) => layer.trainable + layer.fixed)).toEqual([21, 28, 0, 40, 10, 0, 12]);
  });

  test('control: of one input more they are not', () => {
    const { trainable, fixed } = sizesOf(layers, 4);
    expect(summaryText(layers, 3)).not.toContain(`Parameters: ${trainable + fixed},`);
  });
});

describe('the plan of sizes alone', () => {
  const data = (rows: number) => ({
    x: Array.from({ length: rows }, (_, i) => [i, 1]),
    y: Array.from({ length: rows }, (_, i) => [i % 2]),
  });
  const settings = (training: object = {}) => ({
    model: {
      layers: [
        { units: 5, activation: 'relu' as const },
        { units: 1, activation: 'sigmoid' as const },
      ],
    },
    training: { loss: 'binaryCrossentropy' as const, epochs: 4, batchSize: 8, ...training },
  });
  const shape: DataShape = { inputs: 2, outputs: 1, rows: 21, validationRows: 0, isWeighted: false };

  test.each<[string, object, object, Partial<DataShape>, PlanOptions]>([
    ['as it is', {}, data(21), {}, {}],
    ['layered', {}, data(21), {}, { schedule: 'layered' }],
    ['with a part held back', { validationSplit: 0.3 }, data(21), {}, {}],
    ['with classes weighted', { classWeight: { '1': 2 } }, data(21), {}, {}],
    ['with rows weighted', {}, { ...data(21), sampleWeight: Array<number>(21).fill(2) }, { isWeighted: true }, {}],
    ['with rows to validate', {}, { ...data(21), validation: data(9) }, { validationRows: 9 }, {}],
    ['with a batch larger than the data', { batchSize: 64 }, data(21), {}, {}],
  ])('is that of the task, %s', (_, training, rows, sizes, options) => {
    const document = settings(training);
    const run = parseRun({ ...document, data: rows });
    const plan = planOfShape(parseSettings(document), { ...shape, ...sizes }, options);
    expect(printPlan(plan)).toBe(printPlan(planTask(taskOf(run), options)));
  });

  test('control: of one row more it is another', () => {
    const plan = planOfShape(parseSettings(settings()), { ...shape, rows: 22 });
    expect(printPlan(plan)).not.toBe(printPlan(planTask(taskOf(parseRun({ ...settings(), data: data(21) })))));
  });

  test.each<[string, object, Partial<DataShape>, string]>([
    ['targets of another number', {}, { outputs: 3 }, 'data.y[0]'],
    ['a loss for other outputs', { loss: 'categoricalCrossentropy' }, {}, 'training.loss'],
    ['a metric for several outputs', { metrics: ['precision', 'categoricalAccuracy'] }, {}, 'training.metrics[1]'],
  ])('refuses %s', (_, training, sizes, field) => {
    expect(() => planOfShape(parseSettings(settings(training)), { ...shape, ...sizes })).toThrow(
      expect.objectContaining({ field }) as Error,
    );
  });
});

describe('facts of a plan', () => {
  const { data, ...settings } = article;
  const shape: DataShape = { inputs: 3, outputs: 1, rows: data.x.length, validationRows: 0, isWeighted: false };

  test.each(['layered', 'persistent'] as const)('add up, %s', (schedule) => {
    const plan = planOfShape(parseSettings(settings), shape, { schedule });
    const facts = factsOf(plan);
    expect(facts.memory.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(planBytes(plan));
    facts.memory.forEach(({ bytes }) => expect(bytes).toBeGreaterThanOrEqual(0));
    expect(facts.memory[0]).toEqual({ name: 'Weights', bytes: 4 * (3 * 4 + 4 * 1) });
    expect(facts).toMatchObject({ schedule, steps: 50, epochs: 50, passesPerStep: 9, passesPerEpoch: 9 });
  });
});

describe('the hint at the last layer', () => {
  const layers = (units: number, activation = 'softmax') => parseModel({ layers: [{ units, activation }] }).layers;
  const classes = (count: number) => ({
    inputs: 2,
    outputs: 1,
    classes: Array.from({ length: count }, (_, i) => `class ${i}`),
  });

  test.each([
    ['binaryCrossentropy', layers(1, 'sigmoid'), classes(2)],
    ['categoricalCrossentropy', layers(2), classes(2)],
    ['sparseCategoricalCrossentropy', layers(3), classes(3)],
    ['meanSquaredError', layers(2, 'linear'), { inputs: 2, outputs: 2, classes: undefined }],
    ['meanSquaredError', layers(2, 'linear'), undefined],
  ])('says nothing where they fit: %s', (loss, found, data) => {
    expect(outputHint(found, loss, data)).toBeUndefined();
  });

  test('says what is wanted and what there is', () => {
    expect(outputHint(layers(1, 'sigmoid'), 'categoricalCrossentropy', classes(3))).toBe(
      'The data have 3 classes, so 3 outputs with softmax are wanted; this network ends with 1 (sigmoid).',
    );
    expect(outputHint(layers(3, 'linear'), 'meanSquaredError', { inputs: 2, outputs: 1, classes: undefined })).toBe(
      'The data have 1 target a row, so 1 output is wanted; this network ends with 3 (linear).',
    );
  });
});

test('a problem belongs to the field that it names', () => {
  expect(layerField('model.layers[2].units')).toEqual([2, 'units']);
  expect(layerField('model.layers[0].kernelInitializer.minval')).toEqual([0, 'kernelInitializer.minval']);
  expect(layerField('model.layers[11]')).toEqual([11, '']);
  expect(layerField('training.loss')).toBeUndefined();
  const problem = { field: 'model.layers[2].units', sentence: 'model.layers[2].units: found 0, expected 1.' };
  expect(besideField(problem)).toBe('Found 0, expected 1.');
  expect(besideField({ ...problem, sentence: 'something else.' })).toBe('Something else.');
});
