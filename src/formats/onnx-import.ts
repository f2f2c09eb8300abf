/**
 * A model from an ONNX file whose graph is a chain of dense layers, normalizations and activations: what exportOnnx wrote, and what
 * PyTorch and Keras export of such networks. What it cannot take over it names. How the model was trained is not in such a file; how
 * its inputs are prepared is where IDLI wrote it.
 */
import { type LayerDocument, MAX_VALUES, type ModelSettings } from '../core/model.js';
import type { WeightName } from '../core/given-weights.js';
import { quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseModel } from '../core/run.js';
import { FormatError } from './format-error.js';
import { parseSettingsMetadata } from './model-metadata.js';
import { decodeOnnx, type ReadNode, type ReadOnnx, type ReadTensor } from './onnx-decode.js';
import { activationOf, type Expression, layersOf, operation, sizeOf } from './onnx-expressions.js';
import type { SavedModel } from './saved-model.js';
import { collectWeights, weightMatrix } from './weight-tensors.js';
import { transposed } from './transpose.js';

/** Operations that put one number in the place of another, and say no more than their name. */
const PLAIN: Readonly<Record<string, string>> = {
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Relu: 'relu',
  Softplus: 'softplus',
  Erf: 'erf',
};
/** What changes nothing of a table of numbers in inference. */
const PASSED = ['Identity', 'Dropout', 'Flatten'];
/** Parts of the graph that IDLI put around the layers; they are known from the metadata. */
const AROUND = /^(preprocessing|target)\./;
/** Of an activation, at most: the longest that exporters write has a dozen. */
const MOST_OPERATIONS = 200;
const EXPECTED = 'a chain of dense layers, normalizations and activations';

type Weights = Partial<Record<WeightName, ReadTensor>>;

/**
 * @param fileName for the sentence about it
 * @throws FormatError for what is no ONNX file, is damaged, or is another network than a chain of layers that there are
 */
export function importOnnx(bytes: Uint8Array, fileName: string): SavedModel {
  const graph = decodeOnnx(bytes, fileName);
  const isOwn = graph.producer === 'idli';
  const given = graph.inputs.filter((name) => !graph.tensors.has(name));
  if (given.length !== 1 || graph.outputs.length !== 1) {
    const found = `${given.length} inputs and ${graph.outputs.length} outputs`;
    throw new FormatError(fileName, '', found, 'a network with one of each');
  }
  const chain = new Chain(fileName, graph, given[0]!);
  for (const node of graph.nodes) {
    if (isOwn && AROUND.test(node.name)) chain.pass(node);
    else chain.add(node);
  }
  const { layers, weights } = chain.finished(graph.outputs[0]!);
  const { inputs } = chain;
  if (inputs === undefined || inputs > MAX_VALUES) throw new FormatError(fileName, '', 'no weights in it', EXPECTED);
  const model = checkedModel(layers, fileName);
  const run = JSON.stringify({ model });
  const known = isOwn ? Object.fromEntries(graph.metadata) : {};
  const settings = parseSettingsMetadata({ ...known, inputs: String(inputs), run }, fileName);
  const collected = collectWeights(model.layers, inputs, (place) => {
    const tensor = weights[place.layer]?.[place.name];
    const name = `layers.${place.layer}.${place.name}`;
    if (!tensor?.values) throw new FormatError(fileName, name, 'nothing', 'the weight of its layer');
    const { values, dims } = tensor;
    const dtype = values instanceof Float32Array ? 'F32' : 'F64';
    return weightMatrix(
      place,
      { dtype, shape: dims, data: values } as Parameters<typeof weightMatrix>[1],
      name,
      fileName,
    );
  });
  return { ...settings, weights: collected };
}

/** @throws FormatError for layers that do not fit each other, said of the file */
function checkedModel(layers: readonly LayerDocument[], file: string): Pick<ModelSettings, 'seed' | 'layers'> {
  try {
    const { seed, layers: parsed } = parseModel({ layers });
    return { seed, layers: parsed };
  } catch (error) {
    if (error instanceof RunError) throw new FormatError(file, error.field, error.found, error.expected);
    throw error;
  }
}

/** Puts layers together while it goes through the graph. */
class Chain {
  readonly #layers: LayerDocument[] = [];
  readonly #weights: Weights[] = [];
  readonly #constants: Map<string, ReadTensor>;
  readonly #values = new Map<string, Expression>();
  /** How often a value is read. */
  readonly #uses = new Map<string, number>();
  inputs: number | undefined;

  constructor(
    readonly file: string,
    { tensors, nodes, outputs }: ReadOnnx,
    input: string,
  ) {
    this.#constants = new Map(tensors);
    for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) {
      this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    }
    this.#values.set(input, { kind: 'z', layers: 0 });
  }

  /** What gives on what it takes. */
  pass({ inputs, outputs }: ReadNode): void {
    const taken = inputs.find((name) => this.#values.has(name));
    if (taken !== undefined) this.#values.set(outputs[0]!, this.#values.get(taken)!);
  }

  add(node: ReadNode): void {
    const { operator, inputs, outputs, attributes } = node;
    const [output] = outputs as [string];
    const set = (value: Expression) => {
      if (sizeOf(value) > MOST_OPERATIONS) {
        const found = `a value that is made of more than ${MOST_OPERATIONS} operations since the layer before`;
        throw new FormatError(this.file, placeOf(node), found, EXPECTED);
      }
      this.#values.set(output, value);
    };
    const isSet = (name: string, fallback: number, expected: number) =>
      ((attributes.get(name) as number | undefined) ?? fallback) === expected;
    const number = (name: string, fallback: number) => (attributes.get(name) as number | undefined) ?? fallback;
    if (PASSED.includes(operator)) {
      if (operator === 'Flatten' && !isSet('axis', 1, 1)) this.#refuse(node);
      return this.pass(node);
    }
    if (Object.hasOwn(PLAIN, operator))
      return void set(operation(PLAIN[operator]!, this.#expression(inputs[0]!, node)));
    const first = () => this.#expression(inputs[0]!, node);
    const scalar = (value: number): Expression => ({ kind: 'number', value });
    switch (operator) {
      case 'Constant':
        return this.#constant(output, node);
      case 'MatMul':
        return void set(this.#dense(node, first(), this.#tensor(inputs[1]!, node), undefined));
      case 'Gemm': {
        const isPlain = isSet('alpha', 1, 1) && isSet('beta', 1, 1) && isSet('transA', 0, 0);
        if (!isPlain) this.#refuse(node);
        const kernel = this.#tensor(inputs[1]!, node);
        const bias = inputs[2] ? this.#tensor(inputs[2], node) : undefined;
        return void set(this.#dense(node, first(), isSet('transB', 0, 1) ? turned(kernel) : kernel, bias));
      }
      case 'BatchNormalization': {
        const momentum = number('momentum', 0.9);
        const epsilon = number('epsilon', 1e-5);
        const names = ['gamma', 'beta', 'movingMean', 'movingVariance'] as const;
        return void set(this.#normalized(node, { type: 'batchNormalization', momentum, epsilon }, names));
      }
      case 'LayerNormalization': {
        if (!isSet('axis', -1, -1) && !isSet('axis', -1, 1)) this.#refuse(node);
        const epsilon = number('epsilon', 1e-5);
        return void set(this.#normalized(node, { type: 'layerNormalization', epsilon }, ['gamma', 'beta']));
      }
      case 'Add':
        return void set(this.#sum(node));
      case 'Mul':
        return void set(operation('mul', first(), this.#expression(inputs[1]!, node)));
      case 'Div': {
        const divisor = this.#expression(inputs[1]!, node);
        if (divisor.kind !== 'number') return this.#refuse(node);
        return void set(operation('mul', first(), scalar(1 / divisor.value)));
      }
      case 'Pow':
        return void set(operation('pow', first(), this.#expression(inputs[1]!, node)));
      case 'LeakyRelu':
        return void set(operation('leakyrelu', first(), scalar(number('alpha', 0.01))));
      case 'Elu':
        return void set(operation('elu', first(), scalar(number('alpha', 1))));
      case 'Softmax':
        if (!isSet('axis', -1, -1) && !isSet('axis', -1, 1)) this.#refuse(node);
        return void set(operation('softmax', first()));
      case 'Gelu':
        return void set(operation(attributes.get('approximate') === 'tanh' ? 'gelutanh' : 'gelu', first()));
      default:
        return this.#refuse(node);
    }
  }

  /** @throws FormatError where the graph's output is not what the last layer gives */
  finished(output: string): { readonly layers: readonly LayerDocument[]; readonly weights: readonly Weights[] } {
    const last = this.#values.get(output);
    if (!last) throw new FormatError(this.file, `output ${quoted(output)}`, 'nothing that makes it', EXPECTED);
    this.#settle(last, `output ${quoted(output)}`);
    return { layers: this.#layers, weights: this.#weights };
  }

  #constant(output: string, node: ReadNode): void {
    const { attributes } = node;
    const value = attributes.get('value') ?? attributes.get('value_float');
    if (typeof value === 'number') this.#constants.set(output, { dims: [], values: Float32Array.of(value) });
    else if (typeof value === 'object' && 'dims' in value) this.#constants.set(output, value);
    else this.#refuse(node);
  }

  /** A value of the graph, or a constant of one number. */
  #expression(name: string, node: ReadNode): Expression {
    const value = this.#values.get(name);
    if (value) return value;
    const constant = this.#constants.get(name)?.values;
    if (constant?.length === 1) return { kind: 'number', value: constant[0]! };
    return this.#refuse(node);
  }

  #tensor(name: string, node: ReadNode): ReadTensor {
    const tensor = this.#constants.get(name);
    if (!tensor) return this.#refuse(node);
    if (tensor.values) return tensor;
    throw new FormatError(
      this.file,
      `constant ${quoted(name)}`,
      'other numbers than floats in this file',
      'float32 or float64',
    );
  }

  #dense(node: ReadNode, input: Expression, kernel: ReadTensor, bias: ReadTensor | undefined): Expression {
    const [rows, units] = kernel.dims;
    if (kernel.dims.length !== 2 || !rows || !units) return this.#refuse(node);
    this.#settle(input, placeOf(node));
    this.inputs ??= rows;
    const flat = bias && { dims: [units], values: bias.values };
    return this.#push({ units, useBias: bias !== undefined }, { kernel, ...(flat && { bias: flat }) });
  }

  #normalized(node: ReadNode, layer: LayerDocument, names: readonly WeightName[]): Expression {
    const { inputs } = node;
    this.#settle(this.#expression(inputs[0]!, node), placeOf(node));
    const gamma = this.#tensor(inputs[1]!, node);
    this.inputs ??= gamma.dims[0];
    const weights = names.map((name, i): readonly [WeightName, ReadTensor] => {
      const given = inputs[i + 1];
      // A layer without a shift.
      const zeros = { dims: gamma.dims, values: new Float32Array(gamma.values!.length) };
      return [name, given ? this.#tensor(given, node) : zeros];
    });
    return this.#push(layer, Object.fromEntries(weights));
  }

  /** A bias of the layer before, or a part of an activation. */
  #sum(node: ReadNode): Expression {
    const [a, b] = node.inputs as [string, string];
    const [value, other] = this.#values.has(a) ? [a, b] : [b, a];
    const left = this.#expression(value, node);
    const bias = this.#constants.get(other)?.values;
    const last = this.#layers.at(-1);
    const isBias =
      bias !== undefined &&
      // Who else reads the product without its bias has another network.
      this.#uses.get(value) === 1 &&
      left.kind === 'z' &&
      left.layers === this.#layers.length &&
      last !== undefined &&
      'units' in last &&
      last.useBias === false &&
      last.activation === undefined &&
      last.units === bias.length;
    if (!isBias) return operation('add', left, this.#expression(other, node));
    this.#layers[this.#layers.length - 1] = { ...last, useBias: true };
    this.#weights.at(-1)!.bias = { dims: [bias.length], values: bias };
    return left;
  }

  #push(layer: LayerDocument, weights: Weights): Expression {
    this.#layers.push(layer);
    this.#weights.push(weights);
    return { kind: 'z', layers: this.#layers.length };
  }

  /** Ends what stands behind the last layer: it is an activation of that, or nothing that there is. */
  #settle(expression: Expression, place: string): void {
    const activation = activationOf(expression);
    if (layersOf(expression) !== this.#layers.length || activation === undefined) {
      throw new FormatError(this.file, place, 'a value that is no activation of the layer before', EXPECTED);
    }
    if (activation === 'linear') return;
    const last = this.#layers.at(-1);
    if (last && 'units' in last && last.activation === undefined) {
      this.#layers[this.#layers.length - 1] = { ...last, activation };
    } else {
      this.#push({ type: 'activation', activation }, {});
    }
  }

  #refuse(node: ReadNode): never {
    throw new FormatError(this.file, placeOf(node), `the operation ${node.operator}`, `${EXPECTED}, and nothing else`);
  }
}

function placeOf({ name, operator }: ReadNode): string {
  return name ? `node ${quoted(name)}` : `a node ${operator}`;
}

/** (units, inputs) → (inputs, units) */
function turned({ dims, values }: ReadTensor): ReadTensor {
  const [units, inputs] = dims;
  if (!units || !inputs || !values) return { dims, values };
  const numbers = transposed(values, inputs, units);
  return { dims: [inputs, units], values: values instanceof Float32Array ? Float32Array.from(numbers) : numbers };
}
