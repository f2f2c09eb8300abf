/** The gradients of all layers, added. */
import type { LayerWeights } from '../core/initializers.js';
import { mapWeights } from '../core/layer-weights.js';
import { combine } from './matrix.js';

export function sumOfWeights(a: readonly LayerWeights[], b: readonly LayerWeights[]): LayerWeights[] {
  return mapWeights(a, (value, l, name) => combine(value, b[l]![name]!, (x, y) => x + y));
}
