/** ONNX files read back: what exportOnnx writes predicts the same bits, other programs' spellings are known, all else is refused by name. */
import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../../../src/core/activations.js';
import { matrixFromRows } from '../../../src/core/matrix.js';
import { exportOnnx } from '../../../src/formats/onnx.js';
import { encodeOnnx, type OnnxNode, type OnnxTensor } from '../../../src/formats/onnx-encode.js';
import { importOnnx } from '../../../src/formats/onnx-import.js';
import type { SavedModel } from '../../../src/formats/saved-model.js';
import { predict } from '../../../src/reference/evaluate.js';
import { EVERY_LAYER, savedModel } from './saved.js';

function bytesOf(saved: SavedModel, preprocessing = false): Uint8Array {
  return exportOnnx(saved, { preprocessing }).find(({ name }) => name === 'model.onnx')!.bytes;
}

function bitsOf(saved: SavedModel, x: readonly (readonly number[])[]): Float64Array {
  return predict(saved.model, saved.weights, matrixFromRows(x)).values;
}

const ROWS = [
  [0.25, -1, 3, 0.5],
  [1, 2, -0.125, -7],
];

test('every type of layer comes back and predicts the same bits', () => {
  const saved = savedModel();
  const read = importOnnx(bytesOf(saved), 'model.onnx');
  expect(read.inputs).toBe(4);
  expect(bitsOf(read, ROWS)).toEqual(bitsOf(saved, ROWS));
  // Dropout is of the training, and ONNX has only inference.
  const kinds = read.model.layers.map(({ type }) => type);
  expect(kinds).toEqual(['dense', 'batchNormalization', 'activation', 'dense', 'layerNormalization', 'dense']);
});

test.each(ACTIVATION_NAMES)('%s is known by its operations', (activation) => {
  const saved = savedModel([{ units: 5, activation }, { units: 2 }]);
  const { model } = importOnnx(bytesOf(saved), 'model.onnx');
  expect(model.layers.map((layer) => 'activation' in layer && layer.activation)).toEqual([activation, 'linear']);
});

test('an activation in front of all layers, and behind a normalization, is a layer of its own', () => {
  const saved = savedModel([
    { type: 'activation', activation: 'tanh' },
    { units: 3 },
    { type: 'layerNormalization' },
    { type: 'activation', activation: 'gelu' },
    { units: 1, activation: 'sigmoid' },
  ]);
  const read = importOnnx(bytesOf(saved), 'model.onnx');
  expect(read.model.layers).toEqual(saved.model.layers);
  expect(bitsOf(read, ROWS)).toEqual(bitsOf(saved, ROWS));
});

test('what scales inputs within the graph comes back as a preprocessing, with the names of classes', () => {
  const preprocessing = {
    inputs: [
      { kind: 'numbers', name: 'a', width: 3, shift: [1], scale: [2], fill: [0.5] },
      { kind: 'numbers', name: 'b', width: 1, shift: [0.5], scale: [4] },
    ],
    target: { kind: 'classes', name: 'kind', classes: ['no', 'yes', 'maybe'] },
  };
  const saved = { ...savedModel(EVERY_LAYER), preprocessing, classes: ['no', 'yes', 'maybe'] };
  for (const isScaled of [false, true]) {
    const read = importOnnx(bytesOf(saved, isScaled), 'model.onnx');
    expect(read.preprocessing).toEqual(preprocessing);
    expect(read.classes).toEqual(['no', 'yes', 'maybe']);
    expect(bitsOf(read, ROWS)).toEqual(bitsOf(saved, ROWS));
  }
});

/** A graph of another program, from x (batch, 2) to y. */
function foreign(
  nodes: readonly Partial<OnnxNode>[],
  tensors: Readonly<Record<string, readonly [number[], number[]]>>,
) {
  return encodeOnnx({
    graph: {
      name: 'theirs',
      doc: '',
      input: { name: 'x', columns: 2 },
      output: { name: 'y', columns: 1 },
      nodes: nodes.map((node, i) => ({ name: `n${i}`, operator: '', inputs: [], output: '', attributes: [], ...node })),
      tensors: Object.entries(tensors).map(([name, [dims, values]]): OnnxTensor => ({
        name,
        dims,
        values: () => Float32Array.from(values),
      })),
    },
    producerVersion: undefined,
    metadata: {},
  });
}

const KERNEL = {
  w: [
    [2, 1],
    [0.5, -2],
  ] as const,
  b: [[1], [0.25]] as const,
} as unknown as Record<string, [number[], number[]]>;

describe('graphs of other programs', () => {
  test('a product and a sum are a dense layer with its bias', () => {
    const bytes = foreign(
      [
        { operator: 'MatMul', inputs: ['x', 'w'], output: 'p' },
        { operator: 'Add', inputs: ['b', 'p'], output: 's' },
        { operator: 'Sigmoid', inputs: ['s'], output: 'y' },
      ],
      KERNEL,
    );
    const { model, weights, inputs } = importOnnx(bytes, 'theirs.onnx');
    expect(inputs).toBe(2);
    expect(model.layers).toMatchObject([{ type: 'dense', units: 1, useBias: true, activation: 'sigmoid' }]);
    expect([...weights[0]!.kernel!.values, ...weights[0]!.bias!.values]).toEqual([0.5, -2, 0.25]);
  });

  test('PyTorch has kernels turned over, and GELU in six operations', () => {
    const bytes = foreign(
      [
        {
          operator: 'Gemm',
          inputs: ['x', 'w', 'b'],
          output: 'z',
          attributes: [{ name: 'transB', kind: 'int', value: 1 }],
        },
        { operator: 'Div', inputs: ['z', 'r'], output: 'd' },
        { operator: 'Erf', inputs: ['d'], output: 'e' },
        { operator: 'Add', inputs: ['e', 'one'], output: 'a' },
        { operator: 'Mul', inputs: ['z', 'a'], output: 'm' },
        { operator: 'Mul', inputs: ['m', 'half'], output: 'y' },
      ],
      {
        ...KERNEL,
        w: [
          [1, 2],
          [3, 4],
        ],
        r: [[], [Math.SQRT2]],
        one: [[], [1]],
        half: [[], [0.5]],
      },
    );
    const { model, weights } = importOnnx(bytes, 'theirs.onnx');
    expect(model.layers).toMatchObject([{ activation: 'gelu' }]);
    expect([...weights[0]!.kernel!.values]).toEqual([3, 4]);
  });

  test.each([
    [
      'a connection around a layer',
      [
        { operator: 'Gemm', inputs: ['x', 'q'], output: 'z' },
        { operator: 'Add', inputs: ['z', 'x'], output: 'y' },
      ],
      /output "y": found a value that is no activation of the layer before/,
    ],
    ['a convolution', [{ operator: 'Conv', inputs: ['x', 'w'], output: 'y' }], /node "n0": found the operation Conv/],
    [
      'another slope than IDLI has',
      [
        { operator: 'Gemm', inputs: ['x', 'w'], output: 'z' },
        { operator: 'LeakyRelu', inputs: ['z'], output: 'y' },
      ],
      /no activation/,
    ],
    [
      'a product that is also read without its bias',
      [
        { operator: 'MatMul', inputs: ['x', 'w'], output: 'p' },
        { operator: 'Sigmoid', inputs: ['p'], output: 'g' },
        { operator: 'Add', inputs: ['p', 'b'], output: 's' },
        { operator: 'Mul', inputs: ['s', 'g'], output: 'y' },
      ],
      /no activation/,
    ],
    ['nothing that makes the output', [{ operator: 'Gemm', inputs: ['x', 'w'], output: 'z' }], /output "y"/],
  ])('%s is refused by name', (_, nodes, sentence) => {
    const q: [number[], number[]] = [
      [2, 2],
      [1, 0, 0, 1],
    ];
    expect(() => importOnnx(foreign(nodes, { ...KERNEL, q }), 'theirs.onnx')).toThrow(sentence);
  });
});

describe('a graph that is small and means much', () => {
  const first = { operator: 'MatMul', inputs: ['x', 'w'], output: 'n0' };
  const chain = (length: number, operator: string, inputsOf: (before: string) => string[]) => {
    const rest = Array.from({ length }, (_, i) => ({ operator, inputs: inputsOf(`n${i}`), output: `n${i + 1}` }));
    return foreign([first, ...rest, { operator: 'Identity', inputs: [`n${length}`], output: 'y' }], KERNEL);
  };

  test.each<[string, Uint8Array]>([
    ['a value that doubles forty times', chain(40, 'Add', (before) => [before, before])],
    ['a chain of ten thousand operations', chain(10_000, 'Tanh', (before) => [before])],
  ])('%s is refused before it is written out', (_, bytes) => {
    expect(() => importOnnx(bytes, 'theirs.onnx')).toThrow(/made of more than 200 operations since the layer before/);
  });

  test('control: a few of them are looked at, and are no activation', () => {
    expect(() =>
      importOnnx(
        chain(5, 'Add', (before) => [before, before]),
        'theirs.onnx',
      ),
    ).toThrow(/no activation/);
    expect(
      importOnnx(
        chain(1, 'Tanh', (before) => [before]),
        'theirs.onnx',
      ).model.layers,
    ).toMatchObject([{ activation: 'tanh' }]);
  });

  test.each(['toString', 'constructor', '__proto__'])('the operation %s is none', (operator) => {
    const bytes = chain(1, operator, (before) => [before]);
    expect(() => importOnnx(bytes, 'theirs.onnx')).toThrow(`found the operation ${operator}, expected a chain`);
  });
});

describe('what is no ONNX file', () => {
  const whole = bytesOf(savedModel());
  test.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('a,b\n1,2\n')],
    ['noise', Uint8Array.from({ length: 999 }, (_, i) => (i * 37 + 11) % 251)],
  ])('%s is refused with a sentence', (_, bytes) => {
    expect(() => importOnnx(bytes, 'wrong.onnx')).toThrow(/^wrong\.onnx.*: found .*, expected .*\.$/);
  });

  test('a file that is cut off anywhere is refused, or is without what stands behind', () => {
    for (let end = 1; end < whole.length; end += 7) {
      let read: SavedModel | undefined;
      try {
        read = importOnnx(whole.subarray(0, end), 'cut.onnx');
      } catch (error) {
        expect(error).toMatchObject({ name: 'FormatError' });
      }
      if (read) expect(bitsOf(read, ROWS)).toEqual(bitsOf(savedModel(), ROWS));
    }
  });

  test('control: a weight that is not the same gives other bits', () => {
    const saved = savedModel();
    const other = structuredClone(saved);
    other.weights[0]!.kernel!.values[0]! += 0.5;
    expect(bitsOf(importOnnx(bytesOf(other), 'model.onnx'), ROWS)).not.toEqual(bitsOf(saved, ROWS));
  });
});
