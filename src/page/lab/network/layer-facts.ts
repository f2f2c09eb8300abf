/** How large each layer is: its outputs and its parameters, counted as `model.summary()` counts them. Sizes only. */
import { weightShapes } from '../../../core/given-weights.js';
import { type Layer, layerWidths, MAX_VALUES } from '../../../core/model.js';

export interface LayerFacts {
  readonly outputs: number;
  readonly trainable: number;
  /** Kept beside and not trained: the moving statistics of batch normalization. */
  readonly fixed: number;
}

export interface NetworkSizes {
  readonly layers: readonly LayerFacts[];
  readonly trainable: number;
  readonly fixed: number;
}

/** Units of a dense layer, at most: its kernel with its bias may have so many values. @param inputs of the layer */
export function mostUnits(inputs: number): number {
  return Math.floor(MAX_VALUES / (inputs + 1));
}

export function sizesOf(layers: readonly Layer[], inputs: number): NetworkSizes {
  const widths = layerWidths(layers, inputs);
  const facts = layers.map((layer, l): LayerFacts => {
    const shapes = weightShapes(layer, widths[l]!);
    const count = (trainable: boolean) =>
      shapes.reduce((sum, { shape: [r, c], isTrainable }) => sum + (isTrainable === trainable ? r * c : 0), 0);
    return { outputs: widths[l + 1]!, trainable: count(true), fixed: count(false) };
  });
  const total = (key: 'trainable' | 'fixed') => facts.reduce((sum, layer) => sum + layer[key], 0);
  return { layers: facts, trainable: total('trainable'), fixed: total('fixed') };
}
