/**
 * The export to PyTorch, as far as it can be told without PyTorch (test/elsewhere/ has that): names and shapes of
 * nn.Sequential, numbers in their places, a script with the model in it and no stranger's code.
 */
import { describe, expect, test } from 'vitest';
import { matrix } from '../../../src/core/matrix.js';
import { exportPytorch } from '../../../src/formats/pytorch.js';
import modelPart from '../../../src/formats/pytorch-model.py?raw';
import trainingPart from '../../../src/formats/pytorch-training.py?raw';
import { decodeSafetensors } from '../../../src/formats/safetensors.js';
import type { SavedModel } from '../../../src/formats/saved-model.js';
import { formatRefusal } from './format-refusal.js';
import { savedModel } from './saved.js';

const weightsOf = (saved: SavedModel) => decodeSafetensors(exportPytorch(saved)[0]!.bytes, 'model.safetensors');
const scriptOf = (saved: SavedModel) => new TextDecoder().decode(exportPytorch(saved)[1]!.bytes);

const template = modelPart.replace('# The training goes here.\n', trainingPart);

/** The JSON in the script; the literal ends at the first three quotes, as Python has it. */
function configOf(script: string): unknown {
  const [, text] = /^CONFIG = json\.loads\(r"""((?:(?!""")[^])*)"""\)$/m.exec(script)!;
  return JSON.parse(text!);
}

describe('model.safetensors', () => {
  test('names, types and shapes are those of nn.Sequential', () => {
    const { tensors, metadata } = weightsOf(savedModel());
    expect(Object.fromEntries([...tensors].map(([name, { dtype, shape }]) => [name, [dtype, ...shape]]))).toEqual({
      '0.weight': ['F32', 5, 4],
      '0.bias': ['F32', 5],
      // 1 is tanh.
      '2.weight': ['F32', 5],
      '2.bias': ['F32', 5],
      '2.running_mean': ['F32', 5],
      '2.running_var': ['F32', 5],
      '2.num_batches_tracked': ['I64'],
      // 3 is relu, 4 dropout; a linear layer has no activation behind it.
      '5.weight': ['F32', 4, 5],
      '6.weight': ['F32', 4],
      '6.bias': ['F32', 4],
      '7.weight': ['F32', 3, 4],
      '7.bias': ['F32', 3],
    });
    expect(metadata).toMatchObject({ format: 'pt', idli: '1', inputs: '4' });
  });

  test('a kernel (inputs, units) stands as (units, inputs)', () => {
    const saved = {
      ...savedModel([{ units: 3 }], 2),
      weights: [
        { kernel: matrix(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6)), bias: matrix(1, 3, Float64Array.of(7, 8, 9)) },
      ],
    };
    const { tensors } = weightsOf(saved);
    expect(tensors.get('0.weight')?.data).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(tensors.get('0.bias')?.data).toEqual(Float32Array.of(7, 8, 9));
  });

  test('a weight that is no number is not written', () => {
    const saved = {
      ...savedModel([{ units: 1 }], 1),
      weights: [{ kernel: matrix(1, 1, Float64Array.of(NaN)), bias: matrix(1, 1) }],
    };
    expect(formatRefusal(() => exportPytorch(saved))).toBe(
      'the model to write, tensor layers.0.kernel, number 0: found NaN, expected a finite number (float32).',
    );
  });
});

describe('model.py', () => {
  test('has the model at the one place for it, and is else the script as it stands', () => {
    const saved = savedModel(undefined, 4, { loss: 'meanSquaredError' });
    const script = scriptOf(saved);
    const { layers, seed } = saved.model;
    const plain = layers.map(({ ...layer }) => {
      if ('kernelInitializer' in layer) Reflect.deleteProperty(layer, 'kernelInitializer');
      return layer;
    });
    expect(configOf(script)).toEqual({ inputs: 4, outputs: 3, seed, layers: plain, training: saved.training });
    expect(template).toContain('\ndef train(');
    expect(template.split('{"the model": "goes here"}')).toHaveLength(2);
    const [before, after] = template.split('{"the model": "goes here"}');
    expect(script.startsWith(before!)).toBe(true);
    expect(script.endsWith(after!)).toBe(true);
    expect(new Set(exportPytorch(saved).map(({ name }) => name))).toEqual(new Set(['model.safetensors', 'model.py']));
  });

  test.each([
    `'''+__import__("os")+r'''`,
    `"""+__import__("os")+r"""`,
    '"""',
    '\\"""',
    '',
    "it's",
    'back\\slash',
    '\\',
    '$& $1 $$',
    '"',
    'new\nline',
    '\u2028\uD800',
  ])('a class named %j stays a text', (name) => {
    const preprocessing = { [name]: name };
    const script = scriptOf({ ...savedModel(), classes: [name, 'b'], preprocessing });
    expect(configOf(script)).toMatchObject({ classes: [name, 'b'], preprocessing });
    // As many quotes that can end a literal as in the script of a model without a stranger's text.
    expect(script.split('"""').length).toBe(scriptOf(savedModel()).split('"""').length);
  });

  test('the same model gives the same bytes', () => {
    expect(exportPytorch(savedModel())).toEqual(exportPytorch(savedModel()));
  });
});
