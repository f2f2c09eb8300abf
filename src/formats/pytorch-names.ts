/**
 * How weights are named in torch's nn.Sequential: the number of the module, counting every module, and the name of the
 * weight in it. A dense layer is a Linear and, unless it is linear, its activation behind it; every other layer is one
 * module. pytorch-model.py builds the same modules.
 */
import type { WeightName } from '../core/given-weights.js';
import type { Layer } from '../core/model.js';

const TORCH_NAMES: Readonly<Record<WeightName, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
};

/** Batches that a batch normalization has seen: a whole number that nothing here depends on. */
export const BATCHES_TRACKED = 'num_batches_tracked';

/** How the metadata of an export says that the rest of it is ours. */
export const EXPORT_KEY = 'idli';
export const EXPORT_VERSION = '1';

export function torchWeightName(weight: WeightName): string {
  return TORCH_NAMES[weight];
}

/** The number of each layer's first module, which is the one with its weights. */
export function moduleNumbers(layers: readonly Layer[]): number[] {
  let next = 0;
  return layers.map((layer) => {
    const number = next;
    next += layer.type === 'dense' && layer.activation !== 'linear' ? 2 : 1;
    return number;
  });
}
