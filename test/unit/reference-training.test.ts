/**
 * The rules that a training of the reference keeps whatever it trains: groups of batches, the order of rows,
 * clipping, schedules, divergence. What happens between epochs is in reference-epochs.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../src/core/initializers.js';
import { matrixFromRows, matrixToRows } from '../../src/core/matrix.js';
import type { LayerDocument } from '../../src/core/model.js';
import { dropoutThreshold, isKept, numpyRandom, shuffledRow } from '../../src/core/random.js';
import { parseRun, type Run, type RunDocument } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import { TrainingError } from '../../src/core/trained.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { batchGradients, dropoutMask, forward } from '../../src/reference/network.js';
import { referenceEpochs, trainReference } from '../../src/reference/training.js';
import { flat, furthest, hidden, sample, two } from '../support/golden.js';

describe('batches', () => {
  const adam = { name: 'adam', learningRate: 0.05 } as const;

  test.each(['meanSquaredError', 'halfSumSquaredError'] as const)(
    'gradients gathered over groups are those of larger batches: %s',
    (loss) => {
      const common = { loss, optimizer: adam, epochs: 3, shuffle: false };
      // 3 + 3 | 3 + 2 rows against 6 | 5.
      const grouped = train(sample(11, { ...common, batchSize: 3, gradientAccumulationSteps: 2 }));
      const large = train(sample(11, { ...common, batchSize: 6 }));
      expect(furthest(flat(grouped.weights), flat(large.weights))).toBeLessThan(1e-13);
      // Control: without groups it is another training.
      const single = train(sample(11, { ...common, batchSize: 3 }));
      expect(furthest(flat(single.weights), flat(large.weights))).toBeGreaterThan(1e-3);
    },
  );

  test('the penalty is counted once in a group', () => {
    const layers = [{ ...hidden, kernelRegularizer: { l1: 0.01, l2: 0.1 } }, two];
    const common: Partial<TrainingDocument> = { optimizer: adam, epochs: 3, shuffle: false };
    const grouped = train(sample(12, { ...common, batchSize: 4, gradientAccumulationSteps: 3 }, layers));
    const large = train(sample(12, { ...common, batchSize: 12 }, layers));
    expect(furthest(flat(grouped.weights), flat(large.weights))).toBeLessThan(1e-13);
    expect(furthest(grouped.history.loss, large.history.loss)).toBeLessThan(1e-14);
  });

  test('rows are taken in the order of shuffledRow, another in each epoch', () => {
    const epochs = 2;
    const shuffled = sample(11, { batchSize: 4, epochs, optimizer: adam });
    const x = Array.from({ length: 11 }, (_, place) => shuffled.data.x[shuffledRow(place, 11, 3, 0)]!);
    const y = Array.from({ length: 11 }, (_, place) => shuffled.data.y[shuffledRow(place, 11, 3, 0)]!);
    const reportsOf = (document: RunDocument) =>
      [...referenceEpochs(taskOf(parseRun(document)))].filter((report) => report !== undefined);
    const first = reportsOf(shuffled);
    const sorted = reportsOf({ ...shuffled, data: { x, y }, training: { ...shuffled.training, shuffle: false } });
    expect(first).toHaveLength(epochs);
    expect(first[0]).toEqual(sorted[0]);
    expect(first[1]).not.toEqual(sorted[1]);
  });

  test('one batch is not shuffled', () => {
    const [on, off] = [true, false].map((shuffle) => train(sample(7, { epochs: 3, optimizer: adam, shuffle })));
    expect(on).toEqual(off);
  });
});

test('clipNorm shortens all gradients together, clipValue each, both after the penalty', () => {
  const layers = [{ ...hidden, kernelRegularizer: { l2: 0.5 } }, two];
  const stepWith = (changes: Partial<TrainingDocument>) => {
    const run = parseRun(sample(5, { optimizer: { name: 'sgd', learningRate: 1 }, ...changes }, layers));
    const start = initialWeights(run.model, 3);
    const batch = { x: matrixFromRows(run.data.x), targets: matrixFromRows(run.data.y) };
    const { gradients } = batchGradients(run.model, run.training.loss, start, batch, 0);
    const after = flat(trainReference(run).weights);
    return { gradient: flat(gradients), step: flat(start).map((w, i) => w - after[i]!) };
  };
  const norm = (values: readonly number[]) => Math.hypot(...values);
  const plain = stepWith({});
  expect(furthest(plain.step, plain.gradient)).toBeLessThan(1e-14);
  expect(norm(plain.gradient)).toBeGreaterThan(0.2);

  const short = stepWith({ clipNorm: 0.1 });
  const scaled = plain.gradient.map((g) => (0.1 * g) / norm(plain.gradient));
  expect(furthest(short.step, scaled)).toBeLessThan(1e-14);
  expect(furthest(stepWith({ clipNorm: 100 }).step, plain.gradient)).toBeLessThan(1e-14);

  const held = stepWith({ clipValue: 0.05 });
  const clamped = plain.gradient.map((g) => Math.sign(g) * Math.min(Math.abs(g), 0.05));
  expect(furthest(held.step, clamped)).toBeLessThan(1e-14);
});

test('the learning rate follows the schedule from update to update', () => {
  // With sgd, rates 1, ¼, 1/16 and so on are one training of 3 batches with each of these rates in turn.
  const schedule = { name: 'exponential', decaySteps: 1, decayRate: 0.25 } as const;
  const common: Partial<TrainingDocument> = { optimizer: { name: 'sgd', learningRate: 0.1 }, shuffle: false };
  const document = sample(6, { ...common, batchSize: 2, learningRateSchedule: schedule });
  const { weights } = train(document);
  let model: RunDocument['model'] = document.model;
  for (let b = 0; b < 3; b++) {
    const part = (rows: readonly (readonly number[])[]) => rows.slice(2 * b, 2 * b + 2);
    const step = train({
      data: { x: part(document.data.x), y: part(document.data.y) },
      model,
      training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.1 * 0.25 ** b } },
    });
    model = {
      ...model,
      weights: step.weights.map((layer) => ({ kernel: matrixToRows(layer.kernel!), bias: [...layer.bias!.values] })),
    };
  }
  expect(furthest(flat(weights), flat(initialWeights(parseRun({ ...document, model }).model, 3)))).toBeLessThan(1e-15);
});

test('a schedule over the whole training counts its updates, groups of batches as one', () => {
  // 3 batches make 2 updates an epoch.
  const common: Partial<TrainingDocument> = { batchSize: 2, gradientAccumulationSteps: 2, epochs: 3 };
  const weightsWith = (totalSteps?: number) => {
    const schedule = { name: 'oneCycle', ...(totalSteps && { totalSteps }) } as const;
    return flat(train(sample(6, { ...common, learningRateSchedule: schedule })).weights);
  };
  expect(weightsWith()).toEqual(weightsWith(6));
  expect(weightsWith()).not.toEqual(weightsWith(9));
});

test('the history has the loss that each batch saw, with its own dropout and the penalty', () => {
  const layers: LayerDocument[] = [
    { ...hidden, kernelRegularizer: { l1: 0.1, l2: 0.1 } },
    { type: 'dropout', rate: 0.5 },
    two,
  ];
  // Nothing is learned, so every batch has the first weights.
  const still = { name: 'sgd', learningRate: 0 } as const;
  const run = parseRun(
    sample(5, { batchSize: 3, epochs: 2, shuffle: false, optimizer: still, gradientAccumulationSteps: 2 }, layers),
  );
  const start = initialWeights(run.model, 3);
  const lossOf = (step: number) => {
    const part = (rows: Run['data']['x']) => matrixFromRows(step % 2 === 0 ? rows.slice(0, 3) : rows.slice(3));
    const batch = { x: part(run.data.x), targets: part(run.data.y) };
    return batchGradients(run.model, run.training.loss, start, batch, step).loss;
  };
  const expected = [0, 2].map((step) => (3 * lossOf(step) + 2 * lossOf(step + 1)) / 5);
  const { loss } = trainReference(run).history;
  expect(furthest(loss, expected)).toBeLessThan(1e-15);
  expect(Math.abs(loss[0]! - loss[1]!)).toBeGreaterThan(1e-4);
});

test('a dropout layer keeps what isKept says for its place, the step and the element', () => {
  const rate = 0.5;
  const layers: LayerDocument[] = [{ type: 'dropout', rate }, hidden, { type: 'dropout', rate }];
  const { model } = parseRun(sample(5, { loss: 'meanSquaredError' }, [...layers, two]));
  const keep = dropoutMask(model, 7);
  const x = matrixFromRows(sample(5, {}).data.x);
  const passes = forward(model.layers, initialWeights(model, 3), x, keep);
  for (const l of [0, 2]) {
    const { x: before, y } = passes[l]!;
    y.values.forEach((value, i) => {
      expect(value).toBe(isKept(3, l, 7, i, dropoutThreshold(rate)) ? 2 * before.values[i]! : 0);
    });
  }
});

test('reduceOnPlateau watches the loss at the end of each epoch', () => {
  // An improvement of more than 1000 never comes, so the rate is cut after every epoch but the first.
  const schedule = { name: 'reduceOnPlateau', patience: 1, factor: 1e-9, minDelta: 1000 } as const;
  const { history } = train(
    sample(8, { epochs: 5, learningRateSchedule: schedule, optimizer: { name: 'sgd', learningRate: 0.1 } }),
  );
  const [a, b, c, d] = history.loss;
  expect(a! - b!).toBeGreaterThan(1e-4);
  expect(b! - c!).toBeGreaterThan(1e-4);
  expect(Math.abs(c! - d!)).toBeLessThan(1e-8);
});

test('moving statistics take their share of each batch', () => {
  const document = sample(6, { batchSize: 3, shuffle: false, optimizer: { name: 'sgd', learningRate: 0 } }, [
    { type: 'batchNormalization', momentum: 0.75 },
    two,
  ]);
  const { weights } = train(document);
  const moments = [0, 3].map((start) => {
    const column = document.data.x.slice(start, start + 3).map((row) => row[0]!);
    const mean = column.reduce((a, b) => a + b) / 3;
    return { mean, variance: column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3 };
  });
  const after = (start: number, [a, b]: number[]) => 0.75 * (0.75 * start + 0.25 * a!) + 0.25 * b!;
  const [movingMean, movingVariance] = [weights[0]!.movingMean!, weights[0]!.movingVariance!];
  expect(movingMean.values[0]).toBeCloseTo(
    after(
      0,
      moments.map(({ mean }) => mean),
    ),
    14,
  );
  expect(movingVariance.values[0]).toBeCloseTo(
    after(
      1,
      moments.map(({ variance }) => variance),
    ),
    14,
  );
});

describe('divergence', () => {
  const diverge = (document: RunDocument) => {
    try {
      train(document);
    } catch (error) {
      if (error instanceof TrainingError) return error;
      throw error;
    }
    throw new Error('it did not diverge');
  };
  const wild = { name: 'sgd', learningRate: 1e30 } as const;

  test('names the epoch, the step and the tensor', () => {
    const layers: LayerDocument[] = [{ units: 4, activation: 'relu' }, two];
    const document = sample(6, { epochs: 50, batchSize: 3, shuffle: false, optimizer: wild }, layers);
    const { divergence, message } = diverge(document);
    const { epoch, step, tensor } = divergence;
    expect(epoch).toBe(Math.ceil(step / 2));
    expect(step).toBeGreaterThan(1);
    expect(tensor).toMatch(/^(layers\.\d\.y|loss)$/);
    expect(message).toContain(`epoch ${epoch}, step ${step}`);
  });

  test('keeps the weights before the update that led there, not those after it', () => {
    const optimizer = { name: 'sgd', learningRate: 1e9 } as const;
    const { step, weights } = diverge(sample(6, { epochs: 50, optimizer })).divergence;
    expect(step).toBeGreaterThan(2);
    const after = (updates: number) => flat(train(sample(6, { epochs: updates, optimizer })).weights);
    expect(flat(weights)).toEqual(after(step - 2));
    expect(flat(weights)).not.toEqual(after(step - 1));
  });

  test('a first batch that is too large is step 1', () => {
    const huge: LayerDocument = { units: 2, kernelInitializer: { name: 'constant', value: 1e10 } };
    const deep = (depth: number) => {
      const { data, ...rest } = sample(
        2,
        {},
        Array.from({ length: depth }, () => huge),
      );
      return { ...rest, data: { ...data, x: data.x.map((row) => row.map(() => 1e10)) } };
    };
    // 1e20 is a float32, its square is not; nor is 1e40.
    const { divergence } = diverge(deep(1));
    expect(divergence).toMatchObject({ epoch: 1, step: 1, tensor: 'loss' });
    expect(flat(divergence.weights)).toEqual(flat(initialWeights(parseRun(deep(1)).model, 3)));
    expect(diverge(deep(9)).divergence.tensor).toBe('layers.2.y');
  });

  test('shows after the last update too', () => {
    // The first layer makes 0 of everything, so the loss is small; its gradient is the product of all others.
    const zeros: LayerDocument = { units: 2, kernelInitializer: 'zeros' };
    const huge: LayerDocument = { units: 2, kernelInitializer: { name: 'constant', value: 3e38 } };
    const layers = [zeros, huge, huge, huge, huge, huge, huge, huge, huge];
    const last = { epochs: 1, loss: 'meanAbsoluteError', optimizer: wild } as const;
    const { divergence } = diverge({ ...sample(4, {}, layers), training: last });
    expect(divergence).toMatchObject({ epoch: 1, step: 1, tensor: 'layers.0.kernel' });
    const { model } = parseRun({ ...sample(4, {}, layers), training: last });
    expect(flat(divergence.weights)).toEqual(flat(initialWeights(model, 3)));
  });

  test('control: a learning rate that fits does not diverge', () => {
    expect(() => diverge(sample(6, { epochs: 3, batchSize: 3 }))).toThrow('did not diverge');
  });
});

test('784-128-10 on a thousand rows, a network as large as the page has', () => {
  const rows = 1000;
  const random = numpyRandom(1);
  const x = Array.from({ length: rows }, () => Array.from({ length: 784 }, random));
  const y = Array.from({ length: rows }, (_, row) => [row % 10]);
  const layers: LayerDocument[] = [
    { units: 128, activation: 'relu' },
    { units: 10, activation: 'softmax' },
  ];
  const { history } = train({
    data: { x, y },
    model: { layers },
    training: { loss: 'sparseCategoricalCrossentropy', optimizer: 'adam', metrics: ['accuracy'] },
  });
  expect(history['accuracy']).toHaveLength(1);
  // Not far from that of a guess among ten.
  expect(Math.abs(history.loss[0]! - Math.log(10))).toBeLessThan(0.5);
});

function train(document: RunDocument) {
  return trainReference(parseRun(document));
}
