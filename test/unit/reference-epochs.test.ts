/**
 * What a training of the reference does between and after its epochs: validation, early stopping, predictions.
 */
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../src/core/initializers.js';
import { matrixFromRows } from '../../src/core/matrix.js';
import type { LayerDocument } from '../../src/core/model.js';
import { parseRun, type RunDocument } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import type { Trained } from '../../src/core/trained.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { evaluateReference, predict } from '../../src/reference/evaluate.js';
import { referenceEpochs, trainReference } from '../../src/reference/training.js';
import { flat, hidden, sample, two } from '../support/golden.js';

describe('validation', () => {
  const metrics = ['meanAbsoluteError', 'r2Score'] as const;

  test('is measured after each epoch, in inference, under val_ keys', () => {
    const layers: LayerDocument[] = [
      { ...hidden, kernelRegularizer: { l2: 0.1 } },
      { type: 'batchNormalization', momentum: 0.5 },
      { type: 'dropout', rate: 0.5 },
      two,
    ];
    const other = sample(5, {}, layers, 99).data;
    const { data, ...rest } = sample(8, { epochs: 3, batchSize: 4, metrics: [...metrics] }, layers);
    const run = parseRun({ ...rest, data: { ...data, validation: { ...other, sampleWeight: [1, 2, 0, 1, 1] } } });
    const task = taskOf(run);
    const trained = trainReference(run);
    expect(Object.keys(trained.history)).toEqual([
      'loss',
      'meanAbsoluteError',
      'r2Score',
      'val_loss',
      'val_meanAbsoluteError',
      'val_r2Score',
    ]);
    for (const values of Object.values(trained.history)) {
      expect(values).toHaveLength(3);
      expect(values.every(Number.isFinite)).toBe(true);
    }
    const { logs } = evaluateReference(run.model, run.training, trained.weights, task.validation!, 4);
    expect(logs.loss).toBe(trained.history['val_loss']!.at(-1));
    expect(logs['r2Score']).toBe(trained.history['val_r2Score']!.at(-1));
    // Another batch size changes nothing but the last digits.
    const whole = evaluateReference(run.model, run.training, trained.weights, task.validation!, 5).logs;
    expect(whole.loss).toBeCloseTo(logs.loss, 13);
    // The penalty is in it.
    const bare = parseRun(sample(8, {}, [hidden, ...layers.slice(1)])).model;
    const withoutPenalty = evaluateReference(bare, run.training, trained.weights, task.validation!, 5).logs.loss;
    const { values } = trained.weights[0]!.kernel!;
    expect(whole.loss - withoutPenalty).toBeCloseTo(0.1 * values.reduce((sum, w) => sum + w * w, 0), 14);
    // Control: the weights of the rows count in the loss, not in the metrics.
    const unweighted = { ...task.validation!, weights: undefined };
    const plain = evaluateReference(run.model, run.training, trained.weights, unweighted, 5).logs;
    expect(Math.abs(plain.loss - whole.loss)).toBeGreaterThan(1e-3);
    expect(plain['meanAbsoluteError']).toBe(whole['meanAbsoluteError']);
  });

  test('changes nothing in the training', () => {
    const plain = sample(8, { epochs: 2 });
    const data = { ...plain.data, validation: sample(4, {}, undefined, 5).data };
    expect(flat(train({ ...plain, data }).weights)).toEqual(flat(train(plain).weights));
  });

  test('confusion matrices of every epoch are kept apart', () => {
    const layers: LayerDocument[] = [hidden, { units: 2, activation: 'softmax' }];
    const document = sample(
      8,
      { epochs: 2, validationSplit: 0.25, loss: 'categoricalCrossentropy', metrics: ['confusionMatrix'] },
      layers,
    );
    const { history, confusionMatrices } = train(document);
    const reports = [...referenceEpochs(taskOf(parseRun(document)))];
    for (const [key, matrices] of Object.entries(confusionMatrices)) {
      expect(reports.map((report) => report?.confusionMatrices[key])).toEqual(matrices);
    }
    expect(Object.keys(history)).toEqual(['loss', 'val_loss']);
    const totals = (key: string) => confusionMatrices[key]!.map((counts) => counts.flat().reduce((a, b) => a + b));
    expect(totals('confusionMatrix')).toEqual([6, 6]);
    expect(totals('val_confusionMatrix')).toEqual([2, 2]);
  });
});

describe('early stopping', () => {
  // A learning rate that first helps and then throws the weights about.
  const common: Partial<TrainingDocument> = {
    optimizer: { name: 'sgd', learningRate: 1.1 },
    epochs: 40,
    validationSplit: 0.4,
  };

  test('ends after `patience` epochs without an improvement; the last weights stay, or the best come back', () => {
    const plain = train(sample(10, common));
    const stopped = train(sample(10, { ...common, earlyStopping: { patience: 3 } }));
    const restored = train(sample(10, { ...common, earlyStopping: { patience: 3, restoreBestWeights: true } }));
    const best = stopped.bestEpoch!;
    expect(stopped.epochs).toBe(best + 3);
    expect(stopped.epochs).toBeLessThan(40);
    expect(Math.min(...stopped.history['val_loss']!)).toBe(stopped.history['val_loss']![best - 1]);
    expect(stopped.history.loss).toEqual(plain.history.loss.slice(0, stopped.epochs));
    expect(flat(stopped.weights)).toEqual(flat(train(sample(10, { ...common, epochs: stopped.epochs })).weights));
    expect(flat(restored.weights)).toEqual(flat(train(sample(10, { ...common, epochs: best })).weights));
    expect(restored.bestEpoch).toBe(best);
    expect(plain.bestEpoch).toBeUndefined();
  });

  test('the best weights come back at the last epoch too', () => {
    const earlyStopping = { patience: 100, restoreBestWeights: true };
    const { bestEpoch, epochs, weights } = train(sample(10, { ...common, epochs: 10, earlyStopping }));
    expect(epochs).toBe(10);
    expect(bestEpoch).toBeLessThan(10);
    expect(flat(weights)).toEqual(flat(train(sample(10, { ...common, epochs: bestEpoch! })).weights));
  });
});

describe('a training that is stopped from outside', () => {
  const run = parseRun(sample(8, { epochs: 10, batchSize: 4 }));

  test('has what it has so far', () => {
    let isStopped = false;
    const epochs = referenceEpochs(taskOf(run), { isStopped: () => isStopped });
    // Between the two batches of the first epoch others have a turn.
    expect(epochs.next()).toEqual({ done: false, value: undefined });
    expect(epochs.next()).toMatchObject({ done: false, value: { epoch: 1, confusionMatrices: {} } });
    isStopped = true;
    expect(epochs.next()).toEqual({ done: true, value: train(sample(8, { epochs: 1, batchSize: 4 })) });
  });

  test('within an epoch has the weights of it and no report', () => {
    let isStopped = false;
    const epochs = referenceEpochs(taskOf(run), { isStopped: () => isStopped });
    epochs.next();
    isStopped = true;
    const { done, value } = epochs.next();
    expect(done).toBe(true);
    expect(value).toMatchObject({ epochs: 0, history: { loss: [] } });
    expect(flat((value as Trained).weights)).not.toEqual(flat(initialWeights(run.model, 3)));
  });

  test('before it begins changes nothing', () => {
    const { done, value } = referenceEpochs(taskOf(run), { isStopped: () => true }).next();
    expect(done).toBe(true);
    expect(flat((value as Trained).weights)).toEqual(flat(initialWeights(run.model, 3)));
  });
});

describe('predictions', () => {
  const adam = { name: 'adam', learningRate: 0.05 } as const;

  test('of one batch: the last forward pass, before its update', () => {
    const document = sample(7, { epochs: 4, optimizer: adam });
    const before = train({ ...document, training: { ...document.training, epochs: 3 } });
    const run = parseRun(document);
    expect(trainReference(run).predictions).toEqual(predict(run.model, before.weights, matrixFromRows(run.data.x)));
  });

  const cases: [string, Partial<TrainingDocument>, LayerDocument[]][] = [
    ['several batches', { batchSize: 3 }, [hidden, two]],
    ['the best weights', { earlyStopping: { patience: 1, restoreBestWeights: true } }, [hidden, two]],
    ['dropout', {}, [hidden, { type: 'dropout', rate: 0.3 }, two]],
    ['batch normalization', {}, [hidden, { type: 'batchNormalization' }, two]],
  ];
  test.each(cases)('else what the trained network says: %s', (_, changes, layers) => {
    const run = parseRun(sample(7, { epochs: 4, optimizer: adam, ...changes }, layers));
    const { predictions, weights } = trainReference(run);
    const x = matrixFromRows(run.data.x);
    expect(predictions).toEqual(predict(run.model, weights, x));
    expect(predict(run.model, weights, x, 2)).toEqual(predictions);
  });

  test('do not change with dropout, and do with batch normalization in training', () => {
    const x = matrixFromRows(sample(7, {}).data.x);
    const modelOf = (layers: LayerDocument[]) => parseRun(sample(7, {}, layers)).model;
    const dense = modelOf([hidden, two]);
    const dropped = modelOf([hidden, { type: 'dropout', rate: 0.3 }, two]);
    const [first, second] = initialWeights(dense, 3);
    expect(predict(dropped, [first!, {}, second!], x)).toEqual(predict(dense, [first!, second!], x));
  });
});

function train(document: RunDocument) {
  return trainReference(parseRun(document));
}
