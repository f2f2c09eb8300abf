/** Weights of nn.Sequential back: our own export, files of others with their layers, and what is refused with what to give. */
import { describe, expect, test } from 'vitest';
import { type LayerDocument } from '../../../src/core/model.js';
import { RunError } from '../../../src/core/run-error.js';
import { exportPytorch } from '../../../src/formats/pytorch.js';
import { importPytorch } from '../../../src/formats/pytorch-import.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors.js';
import type { SavedModel } from '../../../src/formats/saved-model.js';
import type { Tensor } from '../../../src/formats/tensor.js';
import { formatRefusal } from './format-refusal.js';
import { EVERY_LAYER, savedModel } from './saved.js';

const FULL: SavedModel = {
  ...savedModel(undefined, 4, { loss: 'sparseCategoricalCrossentropy', optimizer: 'adam' }),
  classes: ['a', 'b', 'c'],
  history: { loss: [1, 0.5] },
};
const bytesOf = (saved: SavedModel) => exportPytorch(saved)[0]!.bytes;

type Change = (tensors: Map<string, Tensor>, metadata: Record<string, string>) => void;
function edited(change: Change): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytesOf(FULL), 'm');
  const [changedTensors, changedMetadata] = [new Map(tensors), { ...metadata }];
  change(changedTensors, changedMetadata);
  return encodeSafetensors(changedTensors, changedMetadata);
}

/** As another program writes it: weights alone, and names as they come from there. */
const foreign = (rename: (name: string) => string = (name) => name) => {
  const { tensors } = decodeSafetensors(bytesOf(FULL), 'm');
  return encodeSafetensors(new Map([...tensors].reverse().map(([name, tensor]) => [rename(name), tensor])));
};
const refusal = (bytes: Uint8Array, layers?: readonly LayerDocument[]) =>
  formatRefusal(() => importPytorch(bytes, 'm.safetensors', layers && { layers }));
const numbers = (shape: number[]): Tensor => {
  return { dtype: 'F32', shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
};

describe('there and back', () => {
  test('an export is the same model again', () => {
    expect(importPytorch(bytesOf(FULL), 'm')).toEqual(FULL);
  });

  test('weights of another program, with their layers', () => {
    const { model, inputs, weights } = FULL;
    const expected = { model: { seed: 0, layers: model.layers }, inputs, weights };
    expect(importPytorch(foreign(), 'm', { layers: EVERY_LAYER })).toEqual(expected);
    // Under a name of their own, and counted with gaps, as where modules without weights are between.
    const moved = foreign((name) => name.replace(/^\d+/, (number) => `net.${3 * Number(number) + 1}`));
    expect(importPytorch(moved, 'm', { layers: EVERY_LAYER })).toEqual(expected);
  });

  test('ten modules and more stay in the order of their numbers', () => {
    const layers: LayerDocument[] = Array.from({ length: 12 }, (_, i) => ({ units: i + 1, activation: 'relu' }));
    const saved = savedModel(layers, 3);
    expect(importPytorch(bytesOf(saved), 'm')).toEqual(saved);
  });

  test('layers that are given go before what the file says', () => {
    const layers = EVERY_LAYER.map((layer, l) => (l === 0 ? { units: 5, activation: 'gelu' as const } : layer));
    expect(importPytorch(bytesOf(FULL), 'm', { layers }).model.layers[0]).toMatchObject({ activation: 'gelu' });
    // Control
    expect(importPytorch(bytesOf(FULL), 'm').model.layers[0]).toMatchObject({ activation: 'tanh' });
  });
});

// prettier-ignore
describe('what is refused', () => {
  const M = 'm.safetensors, ';
  const chain = encodeSafetensors(new Map([['0.weight', numbers([8, 4])], ['0.bias', numbers([8])], ['2.weight', numbers([3, 8])]]));

  test('weights alone, with what to give', () => {
    expect(refusal(chain)).toBe('m.safetensors: found weights alone (0: weight [8, 4], bias [8]; 2: weight [3, 8]), expected layers beside them: importPytorch(bytes, name, { layers: [{ units: 8, activation: … }, { units: 3, activation: … }] }).');
    expect(refusal(foreign())).toMatch(/expected layers beside them: importPytorch\(bytes, name, \{ layers: \[ … \] \}\), one for each module\.$/);
  });

  test.each<[name: string, layers: LayerDocument[], sentence: string]>([
    ['too few layers', [{ units: 8 }], 'm.safetensors: found 2 modules with weights (0, 2), expected 1, one for each of the layers with weights.'],
    ['other units', [{ units: 7 }, { units: 3, useBias: false }], `${M}tensor 0.weight: found the shape [8, 4], expected [7, 4], as its layer has it.`],
    ['units and inputs turned round', [{ units: 8 }, { units: 8, useBias: false }], `${M}tensor 2.weight: found the shape [3, 8], expected [8, 8], as its layer has it.`],
    ['a bias that is missing', [{ units: 8 }, { units: 3 }], `${M}tensor 2.bias: found nothing, expected it (or "useBias": false in the layer).`],
    ['a bias that no layer has', [{ units: 8, useBias: false }, { units: 3, useBias: false }], `${M}tensor 0.bias: found a weight, expected none, since its layer has "useBias": false.`],
    ['a normalization where a dense layer is', [{ type: 'layerNormalization' }, { units: 3, useBias: false }], `${M}tensor 0.weight: found the shape [8, 4], expected [inputs].`],
    ['a normalization behind', [{ units: 8 }, { type: 'batchNormalization' }], `${M}tensor 2.weight: found the shape [3, 8], expected [8], as its layer has it.`],
  ])('%s', (_, layers, sentence) => {
    expect(refusal(chain, layers)).toBe(sentence);
  });

  test('control: the right layers are taken', () => {
    expect(refusal(chain, [{ units: 8 }, { units: 3, useBias: false }])).toBeUndefined();
  });

  test.each<[name: string, change: Change, sentence: string]>([
    ['names of no sequence', (t) => t.set('fc1.weight', numbers([1, 1])), `${M}tensor fc1.weight: found a name that says no order of layers, expected names of one nn.Sequential, such as "0.weight", with nothing or the same before each number.`],
    ['two sequences', (t) => t.set('net.9.weight', numbers([1, 1])), `${M}tensor net.9.weight: found a name that says no order of layers, expected names of one nn.Sequential, such as "0.weight", with nothing or the same before each number.`],
    ['a model file', (_, m) => (m['format'] = 'idli'), 'm.safetensors: found a model file of idli, expected weights from PyTorch; this one needs no import: readModel and every command take it as it is.'],
    ['no tensors', (t) => t.clear(), 'm.safetensors: found no tensors, expected the weights of an nn.Sequential.'],
    ['a later export', (_, m) => (m['idli'] = '2'), `${M}metadata "idli": found "2", expected "1", the version that this program reads.`],
    ['an export with a run that is none', (_, m) => (m['run'] = '{"model":{"layers":[]}}'), `${M}metadata "run", model.layers: found a list of 0, expected at least one layer.`],
    ['a weight that is no number', (t) => t.set('7.bias', { dtype: 'F32', shape: [3], data: Float32Array.of(0, NaN, 0) }), `${M}tensor 7.bias, number 1: found NaN, expected a finite number (float32).`],
    ['a negative variance', (t) => t.set('2.running_var', { dtype: 'F32', shape: [5], data: Float32Array.of(0, 0, 0, 0, -1) }), `${M}tensor 2.running_var, number 4: found -1, expected a variance, a number of at least 0.`],
    ['a weight of no layer', (t) => t.set('7.weight_g', numbers([1])), `${M}tensor 7.weight_g: found a weight, expected none, since its layer has no such.`],
    ['statistics that are not kept', (t) => t.delete('2.running_mean'), `${M}tensor 2.running_mean: found nothing, expected the weight of a batchNormalization layer.`],
  ])('%s', (_, change, sentence) => {
    expect(refusal(edited(change))).toBe(sentence);
  });

  test('layers that are none, as in a run', () => {
    const given = (layers: unknown) => () => importPytorch(chain, 'm', { layers: layers as LayerDocument[] });
    expect(given('dense')).toThrow(RunError);
    expect(given([{ units: 0 }])).toThrow('model.layers[0].units: found 0');
  });
});
