/**
 * The ONNX file as bytes, taken apart by a reader of its own: names, shapes and bits of the weights, the operators and what they
 * read, and what is refused. What ONNX Runtime makes of it is in test/elsewhere/onnx.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../../../src/core/activations.js';
import { matrix } from '../../../src/core/matrix.js';
import { decodeOnnx } from '../../../src/formats/onnx-decode.js';
import { exportOnnx, type OnnxOptions } from '../../../src/formats/onnx.js';
import type { SavedModel } from '../../../src/formats/saved-model.js';
import { formatRefusal } from './format-refusal.js';
import { type Fields, fieldsOf, message, messages, number, packed, text, texts } from './protobuf.js';
import { savedModel } from './saved.js';

const CLASSES = ['setosa', "it's", 'ünïcode "quoted"'];
const FULL: SavedModel = { ...savedModel(), classes: CLASSES, preprocessing: { any: ['thing'] } };

const modelOf = (saved: SavedModel, options?: OnnxOptions) => fieldsOf(exportOnnx(saved, options)[0]!.bytes);
const graphOf = (saved: SavedModel, options?: OnnxOptions) => message(modelOf(saved, options), 7);

/** One line a node, as `y = Operator(x, …) attribute=value`. */
function nodesOf(graph: Fields): string[] {
  return messages(graph, 1).map((node) => {
    const attributes = messages(node, 5).map((attribute) => {
      const value = number(attribute, 20) === 1 ? number(attribute, 2) : number(attribute, 3);
      return ` ${text(attribute, 1)}=${value}`;
    });
    return `${texts(node, 2).join()} = ${text(node, 4)}(${texts(node, 1).join(', ')})${attributes.join('')}`;
  });
}

/** Sizes and numbers of each constant. */
function tensorsOf(graph: Fields): Map<string, { dims: number[]; values: number[] }> {
  return new Map(
    messages(graph, 5).map((tensor) => {
      expect(number(tensor, 2)).toBe(1); // float32
      const raw = tensor.get(9)![0] as Uint8Array;
      const values = Array.from(new Float32Array(raw.slice().buffer));
      return [text(tensor, 8)!, { dims: packed(tensor, 1), values }];
    }),
  );
}

/** name, element type and sizes of an input or an output */
function valueOf(value: Fields): [string, number, (string | number)[]] {
  const tensor = message(message(value, 2), 1);
  const sizes = messages(message(tensor, 2), 1).map((size) => text(size, 2) ?? number(size, 1)!);
  return [text(value, 1)!, number(tensor, 1)!, sizes];
}

describe('the file', () => {
  test('its versions, its name, what goes in and what comes out', () => {
    const model = modelOf(FULL, { version: '1.2.3' });
    expect([number(model, 1), text(model, 2), text(model, 3)]).toEqual([8, 'idli', '1.2.3']);
    const operators = message(model, 8);
    expect([text(operators, 1), number(operators, 2)]).toEqual(['', 17]);
    const graph = message(model, 7);
    expect(valueOf(message(graph, 11))).toEqual(['x', 1, ['batch', 4]]);
    expect(valueOf(message(graph, 12))).toEqual(['y', 1, ['batch', 3]]);
    expect(text(model, 6)).toContain('4 inputs as the model was trained on them -> dense 5 tanh -> batchNormalization');
  });

  test('classes and preprocessing, as JSON', () => {
    const entries = messages(modelOf(FULL), 14).map((entry) => [
      text(entry, 1),
      JSON.parse(text(entry, 2)!) as unknown,
    ]);
    expect(Object.fromEntries(entries)).toEqual({ classes: CLASSES, preprocessing: { any: ['thing'] } });
    expect(messages(modelOf(savedModel()), 14)).toEqual([]);
  });

  test('every layer, dropout left out', () => {
    expect(nodesOf(graphOf(FULL))).toEqual([
      'layers.0.product = Gemm(x, layers.0.kernel, layers.0.bias)',
      'layers.0.tanh = Tanh(layers.0.product)',
      `layers.1.normalized = BatchNormalization(layers.0.tanh, layers.1.gamma, layers.1.beta, layers.1.movingMean, layers.1.movingVariance) epsilon=${Math.fround(0.001)}`,
      'layers.2.relu = Relu(layers.1.normalized)',
      'layers.4.product = Gemm(layers.2.relu, layers.4.kernel)',
      `layers.5.normalized = LayerNormalization(layers.4.product, layers.5.gamma, layers.5.beta) axis=-1 epsilon=${Math.fround(0.001)}`,
      'layers.6.product = Gemm(layers.5.normalized, layers.6.kernel, layers.6.bias)',
      'y = Softmax(layers.6.product) axis=-1',
    ]);
  });

  test('every weight, bit by bit, and no other', () => {
    const tensors = tensorsOf(graphOf(FULL));
    const expected = FULL.weights.flatMap((layer, l) =>
      Object.entries(layer).map(([name, { rows, columns, values }]) => {
        const dims = name === 'kernel' ? [rows, columns] : [columns];
        return [`layers.${l}.${name}`, { dims, values: Array.from(values) }] as const;
      }),
    );
    expect(new Map(expected)).toEqual(tensors);
  });

  test('float64 weights are rounded to float32', () => {
    const saved = savedModel([{ units: 1, useBias: false }], 2);
    const kernel = matrix(2, 1, Float64Array.of(0.1, 1 / 3));
    const tensors = tensorsOf(graphOf({ ...saved, weights: [{ kernel }] }));
    expect(tensors.get('layers.0.kernel')!.values).toEqual([Math.fround(0.1), Math.fround(1 / 3)]);
  });

  test('every activation ends in y; what one reads was made before or is a constant, and no name comes twice', () => {
    for (const activation of ACTIVATION_NAMES) {
      const graph = graphOf(
        savedModel([
          { units: 2, activation },
          { type: 'activation', activation },
          { units: 2 },
          { type: 'activation', activation },
        ]),
      );
      const known = new Set(['x', ...tensorsOf(graph).keys()]);
      for (const node of messages(graph, 1)) {
        expect(texts(node, 1).filter((name) => !known.has(name))).toEqual([]);
        const [output] = texts(node, 2);
        expect(known.has(output!)).toBe(false);
        known.add(output!);
      }
      expect(texts(messages(graph, 1).at(-1)!, 2)).toEqual(['y']);
    }
  });

  test('the same model gives the same bytes, another weight others', () => {
    const bytes = exportOnnx(savedModel())[0]!.bytes;
    expect(exportOnnx(savedModel())[0]!.bytes).toEqual(bytes);
    const changed = savedModel();
    changed.weights[0]!.kernel!.values[3]! += 0.5;
    expect(exportOnnx(changed)[0]!.bytes).not.toEqual(bytes);
  });

  test('examples lie beside it, where there are any', () => {
    const [, file] = exportOnnx(FULL);
    expect(file!.name).toBe('model.examples.json');
    const { x, y } = FULL.examples!;
    expect(JSON.parse(new TextDecoder().decode(file!.bytes))).toEqual({
      inputs: x,
      outputs: y,
      tolerance: 1e-4,
      comparison: 'abs(found - outputs) <= tolerance * max(1, abs(outputs))',
    });
    expect(exportOnnx({ ...FULL, examples: undefined }).map(({ name }) => name)).toEqual(['model.onnx']);
  });
});

/** Fitted on a table of numbers: two inputs of a block that share a scale, two of their own. */
const NUMBERS = {
  inputs: [
    { kind: 'numbers', name: 'block', place: 0, width: 2, shift: [100], scale: [4] },
    { kind: 'numbers', name: 'a', place: 2, width: 1, shift: [-1], scale: [0.5], fill: [7] },
    { kind: 'numbers', name: 'b', place: 3, width: 1, shift: [0], scale: [1] },
  ],
  target: { kind: 'numbers', columns: [], shift: [10], scale: [2] },
};

interface Examples {
  readonly inputs: number[][];
  readonly outputs: number[][];
  readonly tolerance: number;
}

describe('preprocessing in the graph', () => {
  const saved = { ...savedModel([{ units: 1, activation: 'sigmoid' }]), preprocessing: NUMBERS };

  test('missing values, shift and scale in front; the target behind', () => {
    const graph = graphOf(saved, { preprocessing: true });
    expect(nodesOf(graph)).toEqual([
      'preprocessing.missing = IsNaN(x)',
      'preprocessing.filled = Where(preprocessing.missing, preprocessing.fill, x)',
      'preprocessing.centred = Sub(preprocessing.filled, preprocessing.shift)',
      'preprocessing.scaled = Div(preprocessing.centred, preprocessing.scale)',
      'layers.0.product = Gemm(preprocessing.scaled, layers.0.kernel, layers.0.bias)',
      'layers.0.sigmoid = Sigmoid(layers.0.product)',
      'target.scaled = Mul(layers.0.sigmoid, target.scale)',
      'y = Add(target.scaled, target.shift)',
    ]);
    const tensors = tensorsOf(graph);
    expect(tensors.get('preprocessing.shift')!.values).toEqual([100, 100, -1, 0]);
    expect(tensors.get('preprocessing.scale')!.values).toEqual([4, 4, 0.5, 1]);
    expect(tensors.get('preprocessing.fill')!.values).toEqual([NaN, NaN, 7, NaN]);
  });

  test('left out where it is not asked for, and nodes for what is not there', () => {
    expect(nodesOf(graphOf(saved))).toHaveLength(2);
    const plain = {
      inputs: [{ kind: 'numbers', name: 'a', width: 4, shift: [1], scale: [2] }],
      target: { kind: 'classes', name: 'c', classes: ['a', 'b'] },
    };
    expect(nodesOf(graphOf({ ...saved, preprocessing: plain }, { preprocessing: true }))).toHaveLength(4);
  });

  test('examples are in the numbers of the table, with a tolerance for the digits that the way costs', () => {
    const [, file] = exportOnnx(saved, { preprocessing: true });
    const { inputs, outputs, tolerance } = JSON.parse(new TextDecoder().decode(file!.bytes)) as Examples;
    const { x, y } = saved.examples!;
    expect(inputs[0]).toEqual([4, 4, 0.5, 1].map((scale, c) => Math.fround(x[0]![c]! * scale + [100, 100, -1, 0][c]!)));
    expect(outputs[0]).toEqual([y[0]![0]! * 2 + 10]);
    expect(tolerance).toBe(1e-4 * 25 * 2);
  });

  test('one number for all columns, as it is kept for pictures, is the same as a list of them', () => {
    const of = (shift: unknown, scale: unknown) => {
      const preprocessing = { inputs: [{ kind: 'numbers', name: 'pixels', width: 4, shift, scale }] };
      const { bytes } = exportOnnx({ ...saved, preprocessing }, { preprocessing: true })[0]!;
      const { tensors } = decodeOnnx(bytes, 'model.onnx');
      return ['shift', 'scale'].map((name) => Array.from(tensors.get(`preprocessing.${name}`)!.values!));
    };
    expect(of(0, 255)).toEqual(of([0, 0, 0, 0], [255, 255, 255, 255]));
    // Control: another scale gives another graph.
    expect(of(0, 255)).not.toEqual(of(0, 254));
  });

  test.each([
    ['nothing', undefined, 'the model to write, preprocessing: found nothing, expected what the inputs were scaled by'],
    [
      'categories',
      { inputs: [{ kind: 'categories', name: 'colour', categories: ['red'] }] },
      'the model to write, preprocessing.inputs[0]: found categories in "colour", expected numbers alone',
    ],
    [
      'too few columns',
      { inputs: [{ kind: 'numbers', width: 3, shift: [0], scale: [1] }] },
      'the model to write, preprocessing.inputs: found 3 columns, expected 4, the inputs of the model.',
    ],
    [
      'numbers that do not fit their width',
      { inputs: [{ kind: 'numbers', width: 4, shift: [0, 1], scale: [1] }] },
      'the model to write, preprocessing.inputs[0].shift: found 2 numbers, expected 4, or one for all columns.',
    ],
    ['no width', { inputs: [{ kind: 'numbers', shift: [0], scale: [1] }] }, 'found a width of nothing'],
    [
      'a width that is only said',
      { inputs: [{ kind: 'numbers', width: 2 ** 40, shift: 0, scale: 1 }] },
      'inputs[0].shift: found a width of 1099511627776, expected a whole number of columns, at most 4.',
    ],
    [
      'a kind that is no text',
      { inputs: [{ kind: { toString: 1 } }] },
      'inputs[0]: found an object in 0, expected numbers',
    ],
    ['no list', { inputs: 'all' }, 'preprocessing.inputs: found something else, expected a list of inputs.'],
    ['no scale', { inputs: [{ kind: 'numbers', width: 4, shift: [0] }] }, 'inputs[0].scale: found no list of numbers'],
  ])('refused: %s', (_, preprocessing, sentence) => {
    const attempt = () => exportOnnx({ ...saved, preprocessing }, { preprocessing: true });
    expect(formatRefusal(attempt)).toContain(sentence);
  });
});

describe('refused', () => {
  const refusal = (saved: SavedModel) => formatRefusal(() => exportOnnx(saved));

  test('weights that are missing, misshapen or not finite', () => {
    const [first, ...rest] = FULL.weights;
    expect(refusal({ ...FULL, weights: rest })).toBe(
      'the model to write: found weights of 6 layers, expected 7, one for each layer.',
    );
    expect(refusal({ ...FULL, weights: [{ bias: first!.bias! }, ...rest] })).toBe(
      'the model to write, tensor layers.0.kernel: found nothing, expected (4, 5) numbers.',
    );
    expect(refusal({ ...FULL, weights: [{ ...first, kernel: matrix(5, 4) }, ...rest] })).toBe(
      'the model to write, tensor layers.0.kernel: found (5, 4) numbers, expected (4, 5).',
    );
    const bad = matrix(4, 5);
    bad.values[7] = 1e39;
    expect(refusal({ ...FULL, weights: [{ ...first, kernel: bad }, ...rest] })).toContain('number 7: found 1e+39');
  });

  test('more than a protobuf holds, before any of it is made', () => {
    const units = 16_000;
    const { model } = savedModel([1, 2, 3].map(() => ({ units: 1, useBias: false })));
    const layers = model.layers.map((layer) => ({ ...layer, units }));
    // Of sizes alone: nothing may look for the numbers.
    const kernel = { rows: units, columns: units, values: new Float64Array() };
    const saved: SavedModel = { model: { seed: 0, layers }, inputs: units, weights: layers.map(() => ({ kernel })) };
    expect(refusal(saved)).toMatch(
      /^model\.onnx: found 3072\d{6} bytes, expected at most 2147483647, which is what protobuf can hold\.$/,
    );
  });
});
