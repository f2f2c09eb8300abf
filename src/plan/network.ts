/**
 * A model laid out for the GPU: where each layer's weights lie, which buffers its values and gradients are in, and
 * which activations ride along with a product. It makes no passes; layer-passes.ts does.
 */
import { type Activation, hasSlopeFromOutput, type OutputActivation } from '../core/activations.js';
import { weightShapes } from '../core/given-weights.js';
import type { Layer, ModelSettings } from '../core/model.js';
import type { ProductChoices } from '../passes/products.js';
import { f32, type ParameterRange, type PlannedBuffer } from './plan.js';

export interface PlannedLayer {
  readonly index: number;
  readonly layer: Layer;
  readonly inputs: number;
  readonly columns: number;
  /** Of its first trainable weight in `parameters`; the others follow. */
  readonly offset: number;
  /** Of its statistics, for batch normalization. */
  readonly statisticsOffset: number;
  readonly x: string;
  readonly y: string;
  /** What its activation is applied to, where that is an operation of its own; else undefined. */
  readonly z: string | undefined;
  /** The activation that a dense layer's product applies to its result. */
  readonly epilogue: OutputActivation;
  /** The activation that is an operation of its own. */
  readonly separate: Activation | undefined;
  /** The gradient of its output, and in the end of its input where the two have one shape. */
  readonly gradient: string;
}

export interface Network {
  readonly seed: number;
  readonly layers: readonly PlannedLayer[];
  readonly parameters: readonly ParameterRange[];
  readonly parameterCount: number;
  readonly statisticsCount: number;
  /** The lowest layer with trainable weights: below it no gradient is needed. */
  readonly lowest: number;
  /** What its products are computed with. */
  readonly products: ProductChoices;
}

/**
 * @param fromLogits whether the loss is computed from what the last activation is applied to, which must be kept then
 */
export function layOut(
  { seed, layers }: ModelSettings,
  widths: readonly number[],
  fromLogits: boolean,
  products: ProductChoices,
): Network {
  const planned: PlannedLayer[] = [];
  const parameters: ParameterRange[] = [];
  const counts = { parameters: 0, statistics: 0 };
  let gradient = 'layers.0.dz';

  layers.forEach((layer, index) => {
    const inputs = widths[index]!;
    const name = (what: string) => `layers.${index}.${what}`;
    const [offset, statisticsOffset] = [counts.parameters, counts.statistics];
    for (const { name: weight, shape, isTrainable } of weightShapes(layer, inputs)) {
      const buffer = isTrainable ? 'parameters' : 'statistics';
      parameters.push({ name: name(weight), layer: index, weight, buffer, offset: counts[buffer], shape });
      counts[buffer] += shape[0] * shape[1];
    }
    if (layer.type === 'dense') gradient = name('dz');
    const isLast = index === layers.length - 1;
    const { epilogue, separate } = activationsOf(layer, isLast && fromLogits);
    planned.push({
      index,
      layer,
      inputs,
      columns: widths[index + 1]!,
      offset,
      statisticsOffset,
      x: planned.at(-1)?.y ?? 'x',
      y: name('y'),
      z: separate && (layer.type === 'dense' ? name('z') : (planned.at(-1)?.y ?? 'x')),
      epilogue,
      separate,
      gradient,
    });
  });
  return {
    seed,
    layers: planned,
    parameters,
    parameterCount: counts.parameters,
    statisticsCount: counts.statistics,
    lowest: Math.min(...parameters.map(({ layer }) => layer)),
    products,
  };
}

/** A product applies activations whose slope follows from their output, unless the loss wants what they apply to. */
function activationsOf(layer: Layer, keepsLogits: boolean): Pick<PlannedLayer, 'epilogue' | 'separate'> {
  if (layer.type === 'activation') return { epilogue: 'linear', separate: layer.activation };
  if (layer.type !== 'dense') return { epilogue: 'linear', separate: undefined };
  const { activation } = layer;
  if (hasSlopeFromOutput(activation) && !keepsLogits) return { epilogue: activation, separate: undefined };
  return { epilogue: 'linear', separate: activation };
}

/** The buffers that one batch of so many rows passes through. */
export function layerBuffers({ layers }: Network, rows: number, isTraining: boolean): PlannedBuffer[] {
  const buffers: PlannedBuffer[] = [];
  const plan = (name: string, shape: readonly number[], index: number, type: Layer['type']) => {
    if (buffers.some((buffer) => buffer.name === name)) return;
    const field = type === 'dense' ? `model.layers[${index}].units` : `model.layers[${index}]`;
    buffers.push(f32(name, shape, field));
  };
  for (const { index, layer, columns, z, y } of layers) {
    if (layer.type === 'dense' && z) plan(z, [rows, columns], index, 'dense');
    plan(y, [rows, columns], index, layer.type);
    if (layer.type === 'layerNormalization') plan(`layers.${index}.moments`, [2, rows], index, layer.type);
    if (layer.type === 'batchNormalization') plan(`layers.${index}.moments`, [2, columns], index, layer.type);
    if (isTraining && 'epsilon' in layer) plan(`layers.${index}.sums`, [2, columns], index, layer.type);
  }
  if (isTraining) {
    for (const { index, layer, columns, gradient } of layers) plan(gradient, [rows, columns], index, layer.type);
  }
  return buffers;
}
