/** A run made to fit the target of its data: what changes, what stays, what is said; and the whole run is one that trains. */
import { describe, expect, test } from 'vitest';
import { parseRun } from '../../../src/core/run.js';
import { LAB_START, type LabRun } from '../../../src/page/lab/lab-state.js';
import { suitRun, type TargetFacts, withData } from '../../../src/page/lab/data/suit-run.js';
import { suggest, targetFacts } from '../../../src/page/lab/data/suggest.js';
import type { ColumnFacts, NumberFacts, TableFacts, TextFacts } from '../../../src/page/lab/data/facts.js';

const two: TargetFacts = { kind: 'classes', name: 'diagnosis', classes: 2 };
const three: TargetFacts = { kind: 'classes', name: 'species', classes: 3 };
const shares: TargetFacts = { kind: 'shares', name: 'y', classes: 4 };
const number: TargetFacts = { kind: 'numbers', name: 'progression', outputs: 1 };
const numbers: TargetFacts = { kind: 'numbers', name: 'y', outputs: 2 };
const ALL = { two, three, shares, number, numbers };
const START: LabRun = LAB_START.run;

/** Data of a few rows with such a target. */
function rowsFor(facts: TargetFacts) {
  const x = [
    [0, 1],
    [1, 0],
    [1, 1],
    [0, 0],
  ];
  const row = (i: number) => {
    if (facts.kind === 'numbers') return Array.from({ length: facts.outputs }, () => i * 1.5);
    const label = i % facts.classes;
    return facts.kind === 'shares' ? Array.from({ length: facts.classes }, (_, c) => Number(c === label)) : [label];
  };
  return { x, y: x.map((_, i) => row(i)) };
}

describe('suitRun', () => {
  test.each(Object.keys(ALL) as (keyof typeof ALL)[])('%s: from any other target, a run that trains', (name) => {
    for (const before of Object.values(ALL)) {
      const { run } = withData(suitRun(START, before).run, rowsFor(ALL[name]), ALL[name]);
      expect(() => parseRun(run)).not.toThrow();
    }
  });

  test('three classes: the last layer, the loss, one sentence; hidden layers and the optimizer stay', () => {
    const { run, change } = suitRun(START, three);
    expect(run.model.layers).toEqual([...START.model.layers.slice(0, 2), { units: 3, activation: 'softmax' }]);
    expect(run.training).toEqual({ ...START.training, loss: 'sparseCategoricalCrossentropy' });
    expect(change).toBe(
      'The last layer now has 3 units with softmax and the loss is now sparseCategoricalCrossentropy, for the 3 classes of species.',
    );
  });

  test('two classes and numbers', () => {
    expect(suitRun(START, two)).toEqual({ run: START, change: undefined });
    const { run, change } = suitRun(START, number);
    expect(run.model.layers.at(-1)).toEqual({ units: 1, activation: 'linear' });
    expect(run.training).toMatchObject({ loss: 'meanSquaredError', metrics: ['meanAbsoluteError'] });
    expect(change).toContain('for the numbers of progression.');
    expect(suitRun(run, two).run).toEqual(START);
  });

  test('what fits is left alone, even where something else would be taken', () => {
    const softmax: LabRun = {
      ...START,
      model: { layers: [{ units: 2, activation: 'softmax' }] },
      training: { loss: 'sparseCategoricalCrossentropy', metrics: ['confusionMatrix'] },
    };
    expect(suitRun(softmax, two)).toEqual({ run: softmax, change: undefined });
    const apart: LabRun = {
      ...START,
      model: { layers: [{ units: 3 }, { type: 'activation', activation: 'softmax' }] },
      training: { loss: { name: 'sparseCategoricalCrossentropy' }, metrics: [] },
    };
    expect(suitRun(apart, three)).toEqual({ run: apart, change: undefined });
    const huber: LabRun = {
      ...START,
      model: { layers: [{ units: 1 }] },
      training: { loss: { name: 'huber', delta: 2 } },
    };
    expect(suitRun(huber, number).run).toEqual(huber);
  });

  test('what only fitted the data before goes with them', () => {
    const run: LabRun = {
      ...START,
      model: { seed: 4, layers: [{ units: 2, activation: 'softmax' }], weights: [{ kernel: [[1, 2]], bias: [0, 0] }] },
      training: {
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy', 'auc'],
        validationSplit: 0.5,
        classWeight: { 0: 1, 1: 2 },
        earlyStopping: { monitor: 'val_auc', patience: 3 },
      },
    };
    const suited = withData(run, rowsFor(number), number).run;
    expect(suited.model).toEqual({ seed: 4, layers: [{ units: 1, activation: 'linear' }] });
    expect(suited.training.validationSplit).toBeUndefined();
    expect(suited.training.classWeight).toBeUndefined();
    expect(suited.training.earlyStopping).toEqual({ monitor: undefined, patience: 3 });
    expect(() => parseRun(suited)).not.toThrow();
  });

  test('control: without it, the run before does not fit', () => {
    expect(() => parseRun({ ...START, data: rowsFor(three) })).toThrow(/data\.y/);
    expect(() => parseRun({ ...START, data: rowsFor(numbers) })).toThrow(/data\.y/);
  });
});

const text = (name: string, more: Partial<TextFacts> = {}): TextFacts => ({
  kind: 'text',
  name,
  missing: 0,
  distinct: 3,
  most: 'a',
  mostCount: 50,
  ...more,
});
const column = (name: string, more: Partial<NumberFacts> = {}): NumberFacts => ({
  kind: 'numbers',
  name,
  width: 1,
  shape: undefined,
  missing: 0,
  distinct: 90,
  isWhole: false,
  isBytes: false,
  isOneHot: false,
  min: 4,
  mean: 5.5,
  max: 8,
  ...more,
});
const table = (...columns: ColumnFacts[]): TableFacts => ({
  source: 'a.csv',
  rows: 150,
  columns,
  columnCount: columns.length,
  head: [],
  pictures: undefined,
  notes: [],
});

describe('what is suggested for a table', () => {
  test('the last column is the target, unless one has a name for it', () => {
    expect(suggest(table(column('a'), text('b'))).target).toBe('b');
    expect(suggest(table(text('Class'), column('a'), column('b'))).target).toBe('Class');
    expect(suggest(table(column('a'), column('y'), column('b')), 'a').target).toBe('a');
  });

  test('columns that say nothing are left out, with a reason', () => {
    const { ignore, target, remarks } = suggest(
      table(column('id', { isWhole: true, distinct: 150 }), column('a'), text('kind'), text('name', { distinct: 150 })),
    );
    expect(target).toBe('kind');
    expect(ignore).toEqual(['id', 'name']);
    expect(remarks).toEqual([
      'id is left out: it only numbers the rows.',
      'name is left out: each row has another text.',
      'Inputs are scaled to mean 0, deviation 1.',
    ]);
  });

  test('scales, missing values and texts each bring their setting, and only these', () => {
    const plain = suggest(table(column('a', { min: -1, max: 1 }), text('b')));
    expect(plain.settings).toEqual({ validationSplit: 0.2 });
    expect(plain.remarks).toEqual([]);
    const all = suggest(table(column('a'), text('t', { missing: 40 }), column('b')));
    expect(all.settings).toEqual({
      normalize: 'standard',
      targetNormalize: 'standard',
      missing: 'mean',
      unknownCategories: 'zeros',
      validationSplit: 0.2,
    });
    expect(all.remarks.at(-1)).toBe('Inputs and targets are scaled to mean 0, deviation 1.');
    expect(suggest(table(column('a'), text('b', { missing: 1 }))).settings.missing).toBe('dropRow');
  });

  test('numbers are classes where they are few whole ones, and what the person says else', () => {
    const few = column('quality', { isWhole: true, distinct: 3, min: 0, max: 2 });
    expect(targetFacts(few)).toEqual({ kind: 'classes', name: 'quality', classes: 3 });
    expect(targetFacts(few, 'numbers')).toEqual({ kind: 'numbers', name: 'quality', outputs: 1 });
    expect(targetFacts({ ...few, min: 3, max: 8 })).toMatchObject({ classes: 3 });
    expect(targetFacts({ ...few, distinct: 2, min: 1, max: 2 })).toMatchObject({ classes: 2 });
    expect(targetFacts(column('price'))).toMatchObject({ kind: 'numbers' });
    expect(targetFacts(column('y', { width: 3, distinct: undefined, isOneHot: true }))).toMatchObject({
      kind: 'shares',
    });
  });
});
