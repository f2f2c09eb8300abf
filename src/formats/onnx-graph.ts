/**
 * The layers of a model as ONNX operators, in inference: dropout is left out, batch normalization takes its moving mean and
 * variance. Plain data; onnx-encode.ts writes it. Activations are those of reference/activation.ts, spelt with operators that
 * every runtime has: ONNX got a Gelu of its own only with opset 20.
 */
import type { WeightName } from '../core/given-weights.js';
import type { Activation } from '../core/activations.js';
import type { ExportedLayer } from './export-layers.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-encode.js';

/** The slope of leakyRelu below zero. */
const LEAK = 0.2;

/** Puts nodes one behind the other: each reads what the one before made. */
export class OnnxChain {
  readonly nodes: OnnxNode[] = [];
  readonly #tensors = new Map<string, OnnxTensor>();
  #last: string;

  constructor(input: string) {
    this.#last = input;
  }

  get last(): string {
    return this.#last;
  }

  get tensors(): readonly OnnxTensor[] {
    return [...this.#tensors.values()];
  }

  /** Adds a node that reads the last value, unless it says what else it reads. */
  add(name: string, operator: string, more: readonly string[] = [], attributes: readonly OnnxAttribute[] = []): string {
    return this.join(name, operator, [this.#last, ...more], attributes);
  }

  /** Adds a node that reads these values. */
  join(name: string, operator: string, inputs: readonly string[], attributes: readonly OnnxAttribute[] = []): string {
    this.nodes.push({ name, operator, inputs, output: name, attributes });
    this.#last = name;
    return name;
  }

  /** The name of a constant, which is kept once. */
  tensor(name: string, dims: readonly number[], values: () => Float32Array): string {
    if (!this.#tensors.has(name)) this.#tensors.set(name, { name, dims, values });
    return name;
  }

  number(name: string, value: number): string {
    return this.tensor(name, [], () => Float32Array.of(value));
  }

  /** The nodes, with the last value renamed: what a graph gives has a name of its own. A model has at least one layer with weights. */
  finished(output: string): OnnxNode[] {
    const { nodes } = this;
    return nodes.map((node, n) => (n === nodes.length - 1 ? { ...node, output } : node));
  }
}

/** Adds what a layer computes in inference. */
export function addLayer(chain: OnnxChain, exported: ExportedLayer): void {
  const { layer, index } = exported;
  const prefix = `layers.${index}`;
  const weights = (...names: WeightName[]) => names.map((name) => weightOf(chain, exported, name));
  switch (layer.type) {
    case 'dense':
      chain.add(`${prefix}.product`, 'Gemm', layer.useBias ? weights('kernel', 'bias') : weights('kernel'));
      addActivation(chain, prefix, layer.activation);
      return;
    case 'dropout':
      return;
    case 'batchNormalization': {
      const read = weights('gamma', 'beta', 'movingMean', 'movingVariance');
      chain.add(`${prefix}.normalized`, 'BatchNormalization', read, [float('epsilon', layer.epsilon)]);
      return;
    }
    case 'layerNormalization': {
      const attributes = [int('axis', -1), float('epsilon', layer.epsilon)];
      chain.add(`${prefix}.normalized`, 'LayerNormalization', weights('gamma', 'beta'), attributes);
      return;
    }
    case 'activation':
      addActivation(chain, prefix, layer.activation);
      return;
    default:
      return layer satisfies never;
  }
}

function weightOf(chain: OnnxChain, { index, weights }: ExportedLayer, name: WeightName): string {
  const weight = weights.find((candidate) => candidate.name === name)!;
  return chain.tensor(`layers.${index}.${name}`, weight.shape, () => weight.values());
}

function addActivation(chain: OnnxChain, prefix: string, activation: Activation): void {
  const z = chain.last;
  const name = `${prefix}.${activation}`;
  switch (activation) {
    case 'linear':
      return;
    case 'sigmoid':
      chain.add(name, 'Sigmoid');
      return;
    case 'tanh':
      chain.add(name, 'Tanh');
      return;
    case 'relu':
      chain.add(name, 'Relu');
      return;
    case 'leakyRelu':
      chain.add(name, 'LeakyRelu', [], [float('alpha', LEAK)]);
      return;
    case 'elu':
      chain.add(name, 'Elu', [], [float('alpha', 1)]);
      return;
    case 'softplus':
      chain.add(name, 'Softplus');
      return;
    case 'softmax':
      chain.add(name, 'Softmax', [], [int('axis', -1)]);
      return;
    case 'silu':
      chain.add(`${name}.gate`, 'Sigmoid');
      chain.join(name, 'Mul', [z, chain.last]);
      return;
    case 'gelu':
      // z · ½ (1 + erf(z / √2))
      chain.add(`${name}.scaled`, 'Mul', [chain.number('sqrtHalf', Math.SQRT1_2)]);
      chain.add(`${name}.erf`, 'Erf');
      chain.add(`${name}.shifted`, 'Add', [chain.number('one', 1)]);
      chain.add(`${name}.gate`, 'Mul', [chain.number('half', 0.5)]);
      chain.join(name, 'Mul', [z, chain.last]);
      return;
    case 'geluTanh':
      // z · σ(2 √(2/π) (z + 0.044715 z³)), which is z · ½ (1 + tanh(√(2/π) (z + 0.044715 z³))) without its cancellation;
      // written as z · σ(z (a + b z²)).
      chain.join(`${name}.square`, 'Mul', [z, z]);
      chain.add(`${name}.cubic`, 'Mul', [chain.number('geluCubic', 2 * Math.sqrt(2 / Math.PI) * 0.044715)]);
      chain.add(`${name}.sum`, 'Add', [chain.number('geluLinear', 2 * Math.sqrt(2 / Math.PI))]);
      chain.join(`${name}.argument`, 'Mul', [z, chain.last]);
      chain.add(`${name}.gate`, 'Sigmoid');
      chain.join(name, 'Mul', [z, chain.last]);
      return;
    default:
      return activation satisfies never;
  }
}

const float = (name: string, value: number): OnnxAttribute => ({ name, kind: 'float', value });
const int = (name: string, value: number): OnnxAttribute => ({ name, kind: 'int', value });
