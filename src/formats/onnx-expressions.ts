/**
 * What an ONNX graph computes between two layers, as an expression of the layer's output z; and which activation that is. Activations
 * have no one spelling in ONNX: exporters write GELU as six operations. Sums and products are compared whatever the order of their
 * parts, constants to five digits.
 */
import type { Activation } from '../core/activations.js';

export type Expression =
  /** What so many layers give; of 0 layers the input. */
  | { readonly kind: 'z'; readonly layers: number }
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'operation';
      readonly operator: string;
      readonly parts: readonly Expression[];
      readonly size: number;
    };

export function operation(operator: string, ...parts: readonly Expression[]): Expression {
  return { kind: 'operation', operator, parts, size: parts.reduce((sum, part) => sum + sizeOf(part), 1) };
}

/** Operations when it is written out: a value that is read twice counts twice, so some thirty nodes may stand for a billion. */
export function sizeOf(expression: Expression): number {
  return expression.kind === 'operation' ? expression.size : 0;
}

/** The one layer output that it is of; undefined for none, or for several. */
export function layersOf(expression: Expression): number | undefined {
  const found = new Set(leaves(expression));
  return found.size === 1 ? [...found][0] : undefined;
}

function leaves(expression: Expression): number[] {
  if (expression.kind === 'z') return [expression.layers];
  return expression.kind === 'number' ? [] : expression.parts.flatMap(leaves);
}

/** In one spelling for all that mean the same. */
export function textOf(expression: Expression): string {
  switch (expression.kind) {
    case 'z':
      return 'z';
    case 'number':
      return numberOf(expression.value);
    case 'operation': {
      const { operator } = expression;
      if (operator !== 'mul' && operator !== 'add') return `${operator}(${expression.parts.map(textOf).join(' ')})`;
      return `${operator}(${flattened(expression, operator).map(textOf).toSorted().join(' ')})`;
    }
    default:
      return expression satisfies never;
  }
}

function numberOf(value: number): string {
  return Number(value.toPrecision(5)).toString();
}

/** a·(b·c) is a·b·c. */
function flattened(expression: Expression, operator: string): Expression[] {
  if (expression.kind !== 'operation' || expression.operator !== operator) return [expression];
  return expression.parts.flatMap((part) => flattened(part, operator));
}

const z: Expression = { kind: 'z', layers: 0 };
const number = (value: number): Expression => ({ kind: 'number', value });
const mul = (...parts: readonly Expression[]) => operation('mul', ...parts);
const add = (...parts: readonly Expression[]) => operation('add', ...parts);
const [cubic, root] = [0.044715, Math.sqrt(2 / Math.PI)];

/** Each with the ways in which it is written: by IDLI, by PyTorch, by TensorFlow. */
const SPELLINGS: readonly (readonly [Activation, ...Expression[]])[] = [
  ['linear', z],
  ['sigmoid', operation('sigmoid', z)],
  ['tanh', operation('tanh', z)],
  ['relu', operation('relu', z)],
  ['leakyRelu', operation('leakyrelu', z, number(0.2))],
  ['elu', operation('elu', z, number(1))],
  ['softplus', operation('softplus', z)],
  ['softmax', operation('softmax', z)],
  ['silu', mul(z, operation('sigmoid', z))],
  [
    'gelu',
    operation('gelu', z),
    mul(number(0.5), z, add(number(1), operation('erf', mul(z, number(Math.SQRT1_2))))),
    // Of TensorFlow, by the complement.
    mul(number(0.5), z, operation('erfc', mul(z, number(-Math.SQRT1_2)))),
  ],
  [
    'geluTanh',
    operation('gelutanh', z),
    mul(z, operation('sigmoid', mul(z, add(number(2 * root), mul(z, z, number(2 * root * cubic)))))),
    ...[mul(z, z, z), operation('pow', z, number(3))].map((cube) =>
      mul(number(0.5), z, add(number(1), operation('tanh', mul(number(root), add(z, mul(number(cubic), cube)))))),
    ),
  ],
];

const KNOWN: ReadonlyMap<string, Activation> = new Map(
  SPELLINGS.flatMap(([name, ...ways]) => ways.map((way) => [textOf(way), name] as const)),
);

/** Undefined for what is no activation that there is. */
export function activationOf(expression: Expression): Activation | undefined {
  return KNOWN.get(textOf(expression));
}
