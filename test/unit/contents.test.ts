/** What a plan's buffers hold before the first batch: the task's numbers in float32, in their places. */
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../src/core/initializers.js';
import { parseRun, type Run } from '../../src/core/run.js';
import { makeTask, taskOf } from '../../src/core/task.js';
import { MAX_FLOAT32 } from '../../src/core/run-checks.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { COUNTERS, RATES } from '../../src/passes/rates.js';
import { compileTask } from '../../src/plan/compile.js';
import { compileEvaluation, compilePrediction, predictionContents } from '../../src/plan/compile-use.js';
import { taskContents, weightsFrom } from '../../src/plan/contents.js';
import { article } from '../../src/runs/article.js';
import { makeRun } from '../support/runs.js';
import { RUNS } from './plan-runs.js';

function contentsOf(run: Run, maxBindingBytes?: number) {
  const task = taskOf(run);
  const plan = compileTask(task, maxBindingBytes === undefined ? {} : { maxBindingBytes });
  return { task, plan, ...taskContents(task, plan) };
}

const small = (training: Partial<TrainingDocument> = {}, data?: () => Partial<Run['data']>) =>
  makeRun({ batch: 5, inputs: 2, layers: [{ units: 2 }], training, ...(data && { data }) });
const floats = (...values: number[]) => Float32Array.from(values);

describe('data', () => {
  test('is rounded to float32, row by row', () => {
    const { data } = contentsOf(small());
    const { x, y } = small().data;
    expect(data['x']).toEqual(Float32Array.from(x.flat()));
    expect(data['targets']).toEqual(Float32Array.from(y.flat()));
    expect(data['x']!.some((value, i) => value !== x.flat()[i])).toBe(true);
  });

  test('in parts is the same, cut at whole rows', () => {
    // Two rows of two numbers a part.
    const { data } = contentsOf(small({ batchSize: 2 }), 16);
    const whole = contentsOf(small({ batchSize: 2 })).data;
    const parts = [0, 1, 2].map((i) => [data[`x.${i}`]!, data[`targets.${i}`]!] as const);
    expect(parts.map(([x]) => x.length)).toEqual([4, 4, 2]);
    expect(parts.flatMap(([x]) => [...x])).toEqual([...whole['x']!]);
    expect(parts.flatMap(([, targets]) => [...targets])).toEqual([...whole['targets']!]);
  });

  test('that a caller has in float32 already is not copied', () => {
    const { model, training } = small({ batchSize: 2, metrics: [] });
    const [x, y] = [new Float32Array(10), new Float32Array(10)];
    const table = (values: Float32Array) => ({ rows: 5, columns: 2, values });
    const task = makeTask(model, training, { prefix: '', x: table(x), y: table(y) });
    for (const maxBindingBytes of [2 ** 20, 16]) {
      const { data } = taskContents(task, compileTask(task, { maxBindingBytes }));
      expect(Object.values(data).every(({ buffer }) => [x.buffer, y.buffer].includes(buffer as ArrayBuffer))).toBe(
        true,
      );
    }
  });

  test('of bytes is not copied either: float32 holds them as they are; whole numbers of 32 bits it may not', () => {
    const { model, training } = small({ batchSize: 2, metrics: [] });
    const contentsFor = (x: Uint8Array | Int32Array) => {
      const y = { rows: 5, columns: 2, values: new Float32Array(10) };
      const task = makeTask(model, training, { prefix: '', x: { rows: 5, columns: 2, values: x }, y });
      return taskContents(task, compileTask(task, { maxBindingBytes: 2 ** 20 })).data['x']!;
    };
    const bytes = Uint8Array.from({ length: 10 }, (_, i) => 250 - i);
    expect(contentsFor(bytes).buffer).toBe(bytes.buffer);
    const large = Int32Array.from({ length: 10 }, () => 2 ** 24 + 1);
    expect(contentsFor(large)).toEqual(new Float32Array(10).fill(2 ** 24));
  });

  test('of the validation, and weights of rows, are there where they are used', () => {
    const run = small({ validationSplit: 0.4 }, () => ({ sampleWeight: [1, 2, 3, 4, 5] }));
    const { data } = contentsOf(run);
    expect(data['weights']).toEqual(floats(1, 2, 3));
    expect(data['validation.weights']).toEqual(floats(4, 5));
    expect(data['validation.x']).toEqual(Float32Array.from(run.data.x.slice(3).flat()));
  });

  test('for metrics: what each output counts', () => {
    const { data } = contentsOf(small({ metrics: ['meanSquaredError', 'r2Score'], validationSplit: 0.4 }));
    expect(data['shares.mean']).toEqual(floats(0.5, 0.5));
    expect(data['shares.explained']).not.toEqual(data['shares.explained.validation']);
    expect(contentsOf(small({ metrics: [] })).data['shares.mean']).toBeUndefined();
  });
});

describe('state', () => {
  test('is what a training begins with: first weights, a learning rate, counters at 0', () => {
    const { state } = contentsOf(parseRun(article));
    const kernels = initialWeights(parseRun(article).model, 3).flatMap(({ kernel }) => [...kernel!.values]);
    expect(state['parameters']).toEqual(Float32Array.from(kernels));
    expect(state['previous']).toEqual(state['parameters']);
    expect(state['counters']).toEqual(new Uint32Array(COUNTERS.length));
    expect(Object.fromEntries(RATES.map((name, i) => [name, state['rates']![i]]))).toEqual({
      learningRate: 1,
      gradientScale: 1,
      correction1: 0,
      correction2: 0,
      plateauFactor: 1,
      plateauBest: MAX_FLOAT32,
    });
  });

  test.each<[NonNullable<TrainingDocument['optimizer']>, Record<string, number>]>([
    ['sgd', {}],
    [{ name: 'sgd', momentum: 0.5 }, { velocity: 0 }],
    ['rmsprop', { meanSquare: 0 }],
    [{ name: 'adagrad', initialAccumulatorValue: 0.25 }, { accumulator: 0.25 }],
    ['adam', { firstMoment: 0, secondMoment: 0 }],
  ])('of the optimizer %j', (optimizer, want) => {
    const { state, plan } = contentsOf(small({ optimizer, metrics: [] }));
    const known = ['parameters', 'previous', 'rates', 'counters', 'sums'];
    const own = Object.entries(state).filter(([name]) => !known.includes(name));
    expect(Object.fromEntries(own)).toEqual(
      Object.fromEntries(Object.entries(want).map(([name, value]) => [name, new Float32Array(6).fill(value)])),
    );
    expect(plan.parameters.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0)).toBe(6);
  });

  test('of normalizations lies apart, and comes back out of its place', () => {
    const run = RUNS['every layer, batches in groups, validation, a plateau'];
    const { state, plan, task } = contentsOf(run);
    expect(state['statistics']).toEqual(floats(0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1));
    const parameters = state['parameters'] as Float32Array;
    const statistics = state['statistics'] as Float32Array;
    const back = weightsFrom(plan, task.model.layers.length, { parameters, statistics });
    const want = initialWeights(task.model, 5);
    expect(back.map((layer) => Object.keys(layer))).toEqual(want.map((layer) => Object.keys(layer)));
    for (const [l, layer] of back.entries()) {
      for (const [name, { rows, columns, values }] of Object.entries(layer)) {
        const first = want[l]![name as keyof typeof layer]!;
        expect([rows, columns, ...values]).toEqual([first.rows, first.columns, ...Float32Array.from(first.values)]);
      }
    }
  });
});

test('every buffer that is filled is in the plan, with as many values', () => {
  for (const run of Object.values(RUNS)) {
    for (const bytes of [2 ** 20, 40]) {
      const { plan, data, state } = contentsOf(run, bytes);
      for (const [name, values] of Object.entries({ ...data, ...state })) {
        const { shape, type, isData = false } = plan.buffers.find((buffer) => buffer.name === name)!;
        expect([name, values.length]).toEqual([name, shape.reduce((product, size) => product * size, 1)]);
        expect([name, values instanceof Uint32Array]).toEqual([name, type === 'u32']);
        expect([name, isData && !(name in data)]).toEqual([name, false]);
      }
    }
  }
});

test('an evaluation has the examples and the given weights; a prediction has the weights alone', () => {
  const task = taskOf(RUNS['every layer, batches in groups, validation, a plateau']);
  const weights = initialWeights(task.model, 5).map((layer) => {
    for (const { values } of Object.values(layer)) values.fill(0.5);
    return layer;
  });
  const evaluated = taskContents(task, compileEvaluation(task), weights);
  expect(evaluated.data['x']!.length).toBe(16 * 5);
  expect(evaluated.state['parameters']!.every((value) => value === 0.5)).toBe(true);
  expect(evaluated.data['validation.x']).toBeUndefined();
  const predicted = predictionContents(compilePrediction(task.model, task.widths, 4), weights);
  expect(predicted.data).toEqual({});
  expect(Object.keys(predicted.state)).toEqual(['parameters', 'statistics']);
  expect(predicted.state['statistics']!.every((value) => value === 0.5)).toBe(true);
});

test('control: other data is other contents', () => {
  const { x } = small().data;
  const other = { ...small(), data: { ...small().data, x: x.map((row) => row.map((value) => value + 1)) } };
  expect(contentsOf(other).data['x']).not.toEqual(contentsOf(small()).data['x']);
});
