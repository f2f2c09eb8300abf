/** A preprocessing out of a file: the round trip, and everything that a hostile file may say instead. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyInputs } from '../../../src/data/apply.js';
import { DataError } from '../../../src/data/data-error.js';
import { type ModelSizes, parsePreprocessing, type Preprocessing } from '../../../src/data/preprocessing.js';
import { changed, MISSING } from '../../support/runs.js';
import { refusalOf } from './support.js';

const CLASSES: Preprocessing = {
  inputs: [
    { kind: 'numbers', name: 'size', width: 1, shift: [3], scale: [0.5], fill: [2] },
    { kind: 'numbers', name: 'pixels', width: 4, shape: [2, 2], shift: 0, scale: 255 },
    { kind: 'categories', name: 'soil', categories: ['dry', 'wet'], fill: 'wet', unknown: 'zeros' },
  ],
  target: { kind: 'classes', name: 'kind', classes: ['lily', 'rose', 'iris'], encoding: 'number', outputs: 3 },
};
const NUMBERS: Preprocessing = {
  inputs: [{ kind: 'numbers', name: 'column1', width: 1, shift: [0], scale: [1] }],
  target: { kind: 'numbers', names: ['column2'], columns: [{ name: 'column2', width: 1 }], shift: [1], scale: [2] },
  nameless: 2,
};

const refusal = (value: unknown, sizes?: ModelSizes) =>
  refusalOf(() => Promise.resolve().then(() => parsePreprocessing(value, 'm.safetensors', sizes)));

test.each([CLASSES, NUMBERS])('what was written comes back', (preprocessing) => {
  expect(parsePreprocessing(JSON.parse(JSON.stringify(preprocessing)), 'm')).toEqual(preprocessing);
});

test('it fits the model beside it, or is refused', async () => {
  expect(await refusal(CLASSES, { inputs: 7, outputs: 3 })).toBeUndefined();
  expect(await refusal(CLASSES, { inputs: 8 })).toBe(
    'm.safetensors, preprocessing: found 7 inputs, expected 8, those of the model.',
  );
  expect(await refusal(CLASSES, { outputs: 1 })).toBe(
    'm.safetensors, preprocessing: found 3 outputs, expected 1, those of the model.',
  );
  expect(await refusal(NUMBERS, { outputs: 2 })).toContain('found 1 outputs');
});

describe.each<[string, Preprocessing, Record<string, unknown>]>([
  ['a scale of 0', CLASSES, { 'inputs.0.scale': [0] }],
  ['a scale that is none', CLASSES, { 'inputs.0.scale': [NaN] }],
  ['an infinite shift', CLASSES, { 'inputs.0.shift': [Infinity] }],
  ['no scale', CLASSES, { 'inputs.0.scale': MISSING }],
  ['more shifts than columns', CLASSES, { 'inputs.0.shift': [1, 2] }],
  ['fewer fills than columns', CLASSES, { 'inputs.1.fill': [1] }],
  ['a shape of another size', CLASSES, { 'inputs.1.shape': [2, 3] }],
  ['a width beyond reason', CLASSES, { 'inputs.1.width': 2 ** 40, 'inputs.1.shape': MISSING }],
  ['a width of 0', CLASSES, { 'inputs.0.width': 0 }],
  ['a fraction of a width', CLASSES, { 'inputs.0.width': 1.5 }],
  ['no categories', CLASSES, { 'inputs.2.categories': [] }],
  ['a category twice', CLASSES, { 'inputs.2.categories': ['wet', 'wet'] }],
  ['a fill that is no category', CLASSES, { 'inputs.2.fill': 'mud' }],
  ['another rule', CLASSES, { 'inputs.2.unknown': 'guess' }],
  ['a name twice', CLASSES, { 'inputs.1.name': 'size' }],
  ['another kind', CLASSES, { 'inputs.0.kind': 'dates' }],
  ['a field more', CLASSES, { 'inputs.0.run': 'rm' }],
  ['no inputs', CLASSES, { inputs: [] }],
  ['no target', CLASSES, { target: MISSING }],
  ['fewer classes than outputs', CLASSES, { 'target.outputs': 4 }],
  ['a class twice', CLASSES, { 'target.classes': ['a', 'a', 'b'] }],
  ['three classes of one output', CLASSES, { 'target.encoding': 'binary', 'target.outputs': 1 }],
  ['targets without a scale for each', NUMBERS, { 'target.scale': [] }],
  ['names that are no places', NUMBERS, { 'inputs.0.name': 'size' }],
  ['a place beyond the table', NUMBERS, { nameless: 1 }],
])('%s', (_, preprocessing, changes) => {
  test('is refused; control: without it nothing is', async () => {
    expect(await refusal(changed(preprocessing, changes))).toMatch(
      /^m\.safetensors, preprocessing.*: found .*, expected .*\.$/,
    );
    expect(await refusal(preprocessing)).toBeUndefined();
  });
});

test.each([null, 1, 'text', [], [1], true])('%j is no preprocessing', async (value) => {
  expect(await refusal(value)).toMatch(/^m\.safetensors, preprocessing/);
});

test('whatever a file says, it is a preprocessing that can be applied, or a DataError of one line', () => {
  const leaf = fc.oneof(
    fc.constantFrom('numbers', 'categories', 'classes', 'size', '__proto__', '', 'x\ny'),
    fc.double(),
    fc.integer({ min: -2, max: 5 }),
    fc.constant(null),
    fc.array(fc.double({ min: -1, max: 1 }), { maxLength: 3 }),
    fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
    fc.object({ maxDepth: 2 }),
  );
  const paths = fc.constantFrom(
    ...['inputs', 'inputs.0', 'inputs.1', 'inputs.2', 'target', 'nameless', 'target.classes', 'target.outputs'],
    ...['name', 'width', 'shift', 'scale', 'fill', 'shape', 'kind'].flatMap((field) => [
      `inputs.0.${field}`,
      `inputs.1.${field}`,
    ]),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(paths, leaf), { minLength: 1, maxLength: 3 }), (changes) => {
      const value = changes.reduce<unknown>((document, [path, change]) => {
        try {
          return changed(document, { [path]: change });
        } catch {
          return document; // An earlier change took the place away.
        }
      }, CLASSES);
      try {
        const { inputs } = parsePreprocessing(value, 'm');
        expect(inputs.length).toBeGreaterThan(0);
        applyInputs({ inputs }, { source: 'f.csv', rows: 1, columns: [], notes: [] });
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        expect((error as Error).message).not.toMatch(/[\n\r]/);
      }
    }),
  );
});
