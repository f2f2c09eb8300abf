/**
 * The weights of a layer: which it has, and the check of weights that a run gives itself.
 */
import type { GivenWeights, Layer, ModelSettings } from './model.js';
import { layerWidths } from './model.js';
import { RunError } from './run-error.js';
import { checkRows, describe } from './run-checks.js';
import { counted } from './text.js';

/** What the weights of layers are called. */
export type WeightName = keyof GivenWeights;

/** A weight of a layer: its shape, and whether the optimizer changes it. */
export interface WeightShape {
  readonly name: WeightName;
  readonly shape: readonly [rows: number, columns: number];
  readonly isTrainable: boolean;
}

/** The weights of a layer with so many inputs, in the order in which they lie in memory. */
export function weightShapes(layer: Layer, inputs: number): WeightShape[] {
  const row = (name: WeightName, isTrainable = true): WeightShape => ({ name, shape: [1, inputs], isTrainable });
  switch (layer.type) {
    case 'dense': {
      const kernel: WeightShape = { name: 'kernel', shape: [inputs, layer.units], isTrainable: true };
      return layer.useBias ? [kernel, { name: 'bias', shape: [1, layer.units], isTrainable: true }] : [kernel];
    }
    case 'batchNormalization':
      return [row('gamma'), row('beta'), row('movingMean', false), row('movingVariance', false)];
    case 'layerNormalization':
      return [row('gamma'), row('beta')];
    case 'dropout':
    case 'activation':
      return [];
    default:
      return layer satisfies never;
  }
}

/** @throws RunError naming the first weight that does not fit its layer */
export function checkWeights({ layers, weights }: ModelSettings, inputs: number): void {
  if (!weights) return;
  if (weights.length !== layers.length) {
    const found = `weights of ${counted(weights.length, 'layer')}`;
    throw new RunError('model.weights', found, `${layers.length}, one for each layer`);
  }
  const widths = layerWidths(layers, inputs);
  weights.forEach((given, l) => checkLayer(`model.weights[${l}]`, given, layers[l]!, l, widths[l]!));
}

function checkLayer(field: string, given: GivenWeights, layer: Layer, index: number, inputs: number): void {
  const shapes = weightShapes(layer, inputs);
  for (const name of Object.keys(given) as WeightName[]) {
    if (given[name] === undefined || shapes.some((shape) => shape.name === name)) continue;
    const why =
      layer.type === 'dense' && name === 'bias'
        ? `model.layers[${index}].useBias is false`
        : `${layer.type === 'activation' ? 'an' : 'a'} ${layer.type} layer has none`;
    throw new RunError(`${field}.${name}`, describe(given[name]), `none, since ${why}`);
  }
  for (const { name, shape } of shapes) {
    const place = `${field}.${name}`;
    const value = given[name];
    const [rows, columns] = shape;
    if (value === undefined) {
      const expected =
        name === 'kernel' ? `${counted(rows, 'row')} of ${counted(columns, 'number')}` : counted(columns, 'number');
      const choice = name === 'bias' ? ` (or "useBias": false in model.layers[${index}])` : '';
      throw new RunError(place, 'nothing', expected + choice);
    }
    if (name === 'kernel') {
      const kernel = value as readonly (readonly number[])[];
      if (kernel.length !== rows) {
        throw new RunError(place, counted(kernel.length, 'row'), `${rows}, one for each input of the layer`);
      }
      checkRows(place, kernel, { length: columns, reason: 'the units of the layer' });
    } else {
      const reason = layer.type === 'dense' ? 'the units of the layer' : 'the inputs of the layer';
      checkRows(place, [value], { length: columns, reason, single: true });
      const negative = name === 'movingVariance' ? (value as number[]).findIndex((variance) => variance < 0) : -1;
      if (negative >= 0) {
        throw new RunError(`${place}[${negative}]`, String(value[negative]), 'a variance, a number of at least 0');
      }
    }
  }
}
