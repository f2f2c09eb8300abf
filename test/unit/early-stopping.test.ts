/** Early stopping, as Keras' EarlyStopping decides it; and which keys of the history it may watch. */
import { describe, expect, test } from 'vitest';
import { EarlyStopper } from '../../src/core/early-stopping.js';
import { HistoryBuilder, historyKeys, isLargerBetter } from '../../src/core/history.js';
import { METRIC_NAMES, type EarlyStopping } from '../../src/core/training.js';

/** Epochs until it is enough (or all), and the best of them. */
function judge(values: readonly number[], options: Partial<EarlyStopping> = {}) {
  const stopper = new EarlyStopper({ patience: 0, minDelta: 0, restoreBestWeights: false, ...options }, false);
  const best: number[] = [];
  for (const [i, value] of values.entries()) {
    const verdict = stopper.judge(i + 1, { loss: value, [stopper.monitor]: value });
    if (verdict.isBest) best.push(i + 1);
    if (verdict.isEnough) return { epochs: i + 1, best, bestEpoch: stopper.bestEpoch };
  }
  return { epochs: values.length, best, bestEpoch: stopper.bestEpoch };
}

describe('a training ends', () => {
  test('at the first epoch without an improvement, with a patience of 0', () => {
    expect(judge([5, 4, 3, 3, 2])).toEqual({ epochs: 4, best: [1, 2, 3], bestEpoch: 3 });
  });

  test('and no later with a patience of 1: the epoch itself is waited for', () => {
    expect(judge([5, 4, 4, 3], { patience: 1 })).toEqual({ epochs: 3, best: [1, 2], bestEpoch: 2 });
  });

  test('after as many epochs in a row as its patience, counted anew with each improvement', () => {
    expect(judge([5, 6, 6, 4, 5, 5, 5, 1], { patience: 3 })).toEqual({ epochs: 7, best: [1, 4], bestEpoch: 4 });
  });

  test('never while it improves', () => {
    expect(judge([5, 4, 3, 2, 1]).epochs).toBe(5);
  });

  test('where it improves by minDelta only, which is not more than that', () => {
    expect(judge([5, 4.5, 4.25], { minDelta: 0.5 })).toEqual({ epochs: 2, best: [1], bestEpoch: 1 });
    expect(judge([5, 4.25, 3.5], { minDelta: 0.5 }).epochs).toBe(3);
    // Small steps that add up to more than minDelta are an improvement in the end.
    expect(judge([5, 4.75, 4.25], { minDelta: 0.5, patience: 2 }).best).toEqual([1, 3]);
  });

  test('where the value is no number, which improves nothing', () => {
    expect(judge([5, NaN, NaN, 1], { patience: 2 })).toEqual({ epochs: 3, best: [1], bestEpoch: 1 });
    expect(judge([NaN, NaN], { patience: 5 }).bestEpoch).toBe(0);
  });
});

describe('what is watched', () => {
  test('is the validation loss, or without validation the loss, where nothing is said', () => {
    const options = { patience: 0, minDelta: 0, restoreBestWeights: false };
    expect(new EarlyStopper(options, true).monitor).toBe('val_loss');
    expect(new EarlyStopper(options, false).monitor).toBe('loss');
    expect(new EarlyStopper({ ...options, monitor: 'loss' }, true).monitor).toBe('loss');
  });

  test('improves by rising where larger is better', () => {
    expect(judge([0.5, 0.6, 0.55], { monitor: 'accuracy' })).toEqual({ epochs: 3, best: [1, 2], bestEpoch: 2 });
    expect(judge([0.5, 0.6, 0.55], { monitor: 'val_auc' }).bestEpoch).toBe(2);
    expect(judge([0.5, 0.6], { monitor: 'val_meanAbsoluteError' }).bestEpoch).toBe(1);
    expect(judge([0.5, 0.55, 0.61], { monitor: 'recall', minDelta: 0.1, patience: 9 }).best).toEqual([1, 3]);
  });

  test('is better larger for shares of what is right, and smaller for errors', () => {
    const numbers = METRIC_NAMES.filter((name) => name !== 'confusionMatrix');
    expect(numbers.filter((name) => !isLargerBetter(name))).toEqual([
      'meanAbsoluteError',
      'meanSquaredError',
      'rootMeanSquaredError',
    ]);
    expect(['loss', 'val_loss'].some(isLargerBetter)).toBe(false);
    expect(isLargerBetter('val_r2Score')).toBe(true);
  });
});

describe('the history', () => {
  test('has a key for the loss and each metric that is a number, and each again for the validation', () => {
    const metrics = [{ name: 'auc' }, { name: 'confusionMatrix' }, { name: 'recall' }] as const;
    expect(historyKeys({ metrics }, false)).toEqual(['loss', 'auc', 'recall']);
    expect(historyKeys({ metrics }, true)).toEqual(['loss', 'auc', 'recall', 'val_loss', 'val_auc', 'val_recall']);
  });

  test('is put together epoch by epoch, numbers and matrices apart', () => {
    const built = new HistoryBuilder();
    expect(built.history).toEqual({ loss: [] });
    built.add(
      { loss: 2, auc: 0.5 },
      {
        confusionMatrix: [
          [1, 0],
          [0, 1],
        ],
      },
    );
    built.add(
      { loss: 1, auc: 0.75 },
      {
        confusionMatrix: [
          [2, 0],
          [0, 2],
        ],
      },
    );
    expect(built.history).toEqual({ loss: [2, 1], auc: [0.5, 0.75] });
    expect(built.confusionMatrices).toEqual({
      confusionMatrix: [
        [
          [1, 0],
          [0, 1],
        ],
        [
          [2, 0],
          [0, 2],
        ],
      ],
    });
  });
});

test('control: a patience that is one longer ends one epoch later', () => {
  const values = [5, 6, 6, 6, 6, 6];
  expect(judge(values, { patience: 3 }).epochs).toBe(judge(values, { patience: 2 }).epochs + 1);
});
