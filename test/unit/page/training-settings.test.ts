/** The training panel's tables say the defaults of core/training.ts, and what the panel writes is a document that is understood. */
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../src/core/run.js';
import { METRIC_NAMES, type TrainingDocument } from '../../../src/core/training.js';
import {
  fittingMetrics,
  freshLoss,
  freshOptimizer,
  freshSchedule,
  metricsOf,
  withFields,
  withLoss,
  withOptimizer,
  withSchedule,
} from '../../../src/page/lab/training/settings/document.js';
import { LOSSES, OPTIMIZERS, type Rules, SCHEDULES, STOPPING } from '../../../src/page/lab/training/settings/rules.js';

const START: TrainingDocument = { loss: 'binaryCrossentropy', metrics: ['accuracy'] };
const names = <T extends object>(table: T) => Object.keys(table) as (keyof T)[];
const parsed = (training: TrainingDocument) => parseSettings({ model: { layers: [{ units: 1 }] }, training }).training;

function expectDefaults(rules: Rules, found: object): void {
  for (const [field, { fallback, first }] of Object.entries(rules)) {
    expect([field, (found as Readonly<Record<string, unknown>>)[field]]).toEqual([field, fallback ?? first]);
  }
}

describe('the defaults in the tables', () => {
  test.each(names(LOSSES))('of the loss %s', (name) => {
    expectDefaults(LOSSES[name].rules, parsed(withLoss(START, freshLoss(name), 1)).loss);
  });

  test.each(names(OPTIMIZERS))('of %s', (name) => {
    expectDefaults(OPTIMIZERS[name].rules, parsed(withOptimizer(START, freshOptimizer(name))).optimizer);
  });

  test.each(names(SCHEDULES))('of the schedule %s', (name) => {
    expectDefaults(SCHEDULES[name].rules, parsed(withSchedule(START, freshSchedule(name))).learningRateSchedule);
  });

  test('of early stopping', () => {
    expectDefaults(STOPPING, parsed(withFields(START, { earlyStopping: {} })).earlyStopping!);
  });

  test('control: another default is noticed', () => {
    const rules = { learningRate: { ...OPTIMIZERS.adam.rules['learningRate']!, fallback: 0.002 } };
    expect(() => expectDefaults(rules, parsed(withOptimizer(START, { name: 'adam' })).optimizer)).toThrow(/0\.002/);
  });
});

describe('what the panel writes', () => {
  test('is the bare name where all fields have their defaults', () => {
    expect(withOptimizer(START, { name: 'adam', learningRate: undefined }).optimizer).toBe('adam');
    expect(withOptimizer(START, { name: 'adam', learningRate: 0.5 }).optimizer).toEqual({
      name: 'adam',
      learningRate: 0.5,
    });
    expect('learningRateSchedule' in withSchedule(START, { name: 'constant' })).toBe(false);
    expect(withFields({ ...START, clipNorm: 1 }, { clipNorm: undefined })).toEqual(START);
  });

  test('leaves metrics out that say nothing of another loss', () => {
    const many: TrainingDocument = {
      loss: 'categoricalCrossentropy',
      metrics: ['categoricalAccuracy', 'auc', 'r2Score'],
    };
    expect(withLoss(many, { name: 'sparseCategoricalCrossentropy' }, 3).metrics).toEqual(['auc']);
  });

  test('has the tutorial’s metric where nothing is said', () => {
    expect(metricsOf({ loss: 'halfSumSquaredError' })).toEqual([{ name: 'meanAbsoluteError' }]);
  });
});

test('metrics that fit are those that a task is not refused for', () => {
  expect(fittingMetrics('sparseCategoricalCrossentropy', 3, true)).not.toContain('meanSquaredError');
  expect(fittingMetrics('binaryCrossentropy', 1, false)).not.toContain('categoricalAccuracy');
  expect(fittingMetrics('meanSquaredError', 1, false)).toEqual(
    METRIC_NAMES.filter((name) =>
      ['meanAbsoluteError', 'meanSquaredError', 'rootMeanSquaredError', 'r2Score'].includes(name),
    ),
  );
  expect(fittingMetrics('categoricalCrossentropy', 3, false)).toContain('topKCategoricalAccuracy');
});
