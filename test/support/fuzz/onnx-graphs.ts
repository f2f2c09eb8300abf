/**
 * ONNX files of graphs that no exporter writes: operations in any order with any inputs, under names that mean something to JavaScript,
 * values that double with each operation, chains of thousands. Made with the product's own writer of protobuf.
 */
import fc from 'fast-check';
import { encodeOnnx, type OnnxNode, type OnnxTensor } from '../../../src/formats/onnx-encode.js';
import type { Bytes } from '../../unit/data/arrays.js';

const OPERATORS = [
  ...[
    'MatMul',
    'Gemm',
    'Add',
    'Mul',
    'Sub',
    'Div',
    'Pow',
    'Relu',
    'Sigmoid',
    'Tanh',
    'Erf',
    'Softmax',
    'Softplus',
    'LeakyRelu',
  ],
  ...[
    'Elu',
    'Gelu',
    'Sqrt',
    'Neg',
    'Constant',
    'Identity',
    'Dropout',
    'Flatten',
    'BatchNormalization',
    'LayerNormalization',
  ],
  ...['toString', 'constructor', '__proto__', 'hasOwnProperty', '', 'Loop', 'If', 'ai.onnx.ml.Scaler', '\u001b[2J'],
];
const CONSTANTS: Readonly<Record<string, readonly [dims: readonly number[], count: number]>> = {
  w: [[2, 2], 4],
  b: [[2], 2],
  s: [[], 1],
  empty: [[0, 2], 0],
  long: [Array.from({ length: 500 }, () => 1), 1],
};
const NAMES = ['x', 'w', 'b', 's', 'empty', 'long', 'n0', 'n1', 'n2', 'n3', 'y', '', '__proto__', 'nowhere'];

const attribute = fc.record({
  name: fc.constantFrom(
    'axis',
    'alpha',
    'beta',
    'transA',
    'transB',
    'epsilon',
    'momentum',
    'value_float',
    'approximate',
    '__proto__',
  ),
  kind: fc.constantFrom('float' as const, 'int' as const),
  value: fc.constantFrom(-1, 0, 1, 2),
});
const node = fc.record({
  operator: fc.constantFrom(...OPERATORS),
  inputs: fc.array(fc.constantFrom(...NAMES), { maxLength: 6 }),
  attributes: fc.array(attribute, { maxLength: 2 }),
});
const any = fc.array(node, { maxLength: 8 });

type Made = Pick<OnnxNode, 'operator' | 'inputs' | 'attributes'>;

/** Each operation reads what the one before it gives, once or twice. */
const chain = fc
  .tuple(
    fc.constantFrom('Add', 'Mul', 'Relu', 'Sigmoid', 'Pow', 'Identity'),
    fc.boolean(),
    fc.constantFrom(3, 40, 200, 5000),
  )
  .map(([operator, isDouble, length]): Made[] => {
    const first: Made = { operator: 'MatMul', inputs: ['x', 'w'], attributes: [] };
    const rest = Array.from({ length }, (_, i): Made => {
      const before = `n${i}`;
      return { operator, inputs: isDouble ? [before, before] : [before, 's'], attributes: [] };
    });
    return [first, ...rest];
  });

export const strangeGraph: fc.Arbitrary<Bytes> = fc
  .tuple(fc.oneof({ weight: 4, arbitrary: any }, chain), fc.constantFrom(undefined, '\u0000', '-1'), fc.boolean())
  .map(([nodes, version, isOdd]) => {
    const named = nodes.map((made, i): OnnxNode => {
      const output = i === nodes.length - 1 ? 'y' : `n${i}`;
      return { name: isOdd ? '' : `preprocessing.${i % 2}`, output, ...made };
    });
    const tensors = Object.entries(CONSTANTS)

      .map(([name, [dims, count]]): OnnxTensor => ({
        name,
        dims,
        values: () => Float32Array.from({ length: count }, (_, i) => i - 0.5),
      }));
    const graph = {
      name: 'g',
      doc: '',
      input: { name: 'x', columns: 2 },
      output: { name: 'y', columns: 2 },
      nodes: named,
      tensors,
    };
    return Uint8Array.from(
      encodeOnnx({ graph, producerVersion: version, metadata: { classes: '["a"]', __proto: '1' } }),
    );
  });
