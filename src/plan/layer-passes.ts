/**
 * The passes of a network for one batch: forward, in training or in inference, and backward. Backward, each layer
 * turns the gradient of its output into that of its input, in place where the two have one shape.
 */
import { type Activation, hasSlopeFromOutput } from '../core/activations.js';
import { type DenseSizes, denseForward, denseInputGradient, denseKernelGradient } from '../passes/dense.js';
import { activationForward, activationGradient, dropoutForward, dropoutGradient } from '../passes/elementwise.js';
import {
  momentsPass,
  movingStatistics,
  normalizationInputGradient,
  type NormalizationSizes,
  normalizationWeightGradient,
  normalize,
} from '../passes/normalization.js';
import type { Pass } from '../passes/pass.js';
import type { Network, PlannedLayer } from './network.js';

export interface Batch {
  readonly rows: number;
  /** The buffer its inputs are in. */
  readonly x: string;
  /** In front of every label, to tell programs apart. */
  readonly prefix: string;
}

/** Where a layer's input is for this batch: the first layer's is the batch's own. */
const inputOf = ({ x, index }: PlannedLayer, batch: Batch) => (index === 0 ? batch.x : x);

const ofLayer = ({ index: part }: PlannedLayer, passes: readonly Pass[]) => passes.map((pass) => ({ ...pass, part }));

export interface Forward {
  readonly passes: Pass[];
  /** Where the last output is, and what the last activation was applied to. */
  readonly y: string;
  readonly z: string;
}

/** The forward pass. In inference dropout passes its input on. */
export function forwardPasses(network: Network, batch: Batch, isTraining: boolean): Forward {
  const passes: Pass[] = [];
  let x = batch.x;
  let z = batch.x;
  for (const planned of network.layers) {
    const { layer, y } = planned;
    if (layer.type === 'dropout' && !isTraining) continue;
    passes.push(...ofLayer(planned, layerForward(network, planned, batch, x, isTraining)));
    z = layer.type === 'dense' ? (planned.z ?? y) : x;
    x = y;
  }
  return { passes, y: x, z };
}

function layerForward(network: Network, planned: PlannedLayer, batch: Batch, x: string, isTraining: boolean): Pass[] {
  const { layer, index, columns, y, z, epilogue, separate } = planned;
  const { rows } = batch;
  const label = (what: string) => `${batch.prefix}layers.${index} ${what}`;
  switch (layer.type) {
    case 'dense': {
      const product = z ?? y;
      const buffers = { x, parameters: 'parameters', y: product };
      const sizes = denseSizes(planned, rows);
      const forward = denseForward(label('forward'), sizes, epilogue, buffers, network.products);
      if (!separate) return [forward];
      return [forward, activationForward(label('activation'), { rows, columns }, separate, { x: product, y })];
    }
    case 'activation':
      return [activationForward(label('forward'), { rows, columns }, layer.activation, { x, y })];
    case 'dropout': {
      const mask = { seed: network.seed, layer: index, rate: layer.rate };
      return [dropoutForward(label('forward'), { rows, columns }, mask, { counters: 'counters', x, y })];
    }
    case 'batchNormalization':
    case 'layerNormalization': {
      const sizes = normalizationSizes(planned, rows);
      const moments = `layers.${index}.moments`;
      if (layer.type === 'batchNormalization' && !isTraining) {
        const buffers = { x, moments: 'statistics', parameters: 'parameters', y };
        return [normalize(label('forward'), sizes, planned.statisticsOffset, buffers)];
      }
      return [
        momentsPass(label('moments'), sizes, { x, moments }),
        normalize(label('forward'), sizes, 0, { x, moments, parameters: 'parameters', y }),
      ];
    }
    default:
      return layer satisfies never;
  }
}

export interface BackwardOptions {
  /** Whether the gradient that the loss left is already that of what the last activation is applied to. */
  readonly fromLogits: boolean;
  /** Whether to add to the gradients of the batches before. */
  readonly accumulate: boolean;
}

/** The backward pass, from the gradient of the last output to those of all weights. */
export function backwardPasses(network: Network, batch: Batch, options: BackwardOptions): Pass[] {
  const { layers, lowest } = network;
  return layers
    .slice(lowest)
    .reverse()
    .flatMap((planned) => ofLayer(planned, layerBackward(network, planned, layers[planned.index + 1], batch, options)));
}

function layerBackward(
  network: Network,
  planned: PlannedLayer,
  above: PlannedLayer | undefined,
  batch: Batch,
  { fromLogits, accumulate }: BackwardOptions,
): Pass[] {
  const { layer, index, columns, gradient } = planned;
  const { rows } = batch;
  const label = (what: string) => `${batch.prefix}layers.${index} ${what}`;
  const hasBelow = index > network.lowest;
  const x = inputOf(planned, batch);
  const slope = slopePass(planned, above, batch, fromLogits, label('activation gradient'));
  switch (layer.type) {
    case 'dense': {
      const sizes = denseSizes(planned, rows);
      const { products } = network;
      const written = { x, dz: gradient, gradients: 'gradients' };
      const weights = denseKernelGradient(label('kernel gradient'), sizes, accumulate, written, products);
      if (!hasBelow) return [...slope, weights];
      const below = network.layers[index - 1]!;
      const passed = { dz: gradient, parameters: 'parameters', x, dzBelow: below.gradient };
      const input = denseInputGradient(label('input gradient'), sizes, below.epilogue, passed, products);
      return [...slope, input, weights];
    }
    case 'activation':
      return slope;
    case 'dropout': {
      const mask = { seed: network.seed, layer: index, rate: layer.rate };
      return [dropoutGradient(label('gradient'), { rows, columns }, mask, { counters: 'counters', gradient })];
    }
    case 'batchNormalization':
    case 'layerNormalization': {
      const sizes = normalizationSizes(planned, rows);
      const [moments, sums] = [`layers.${index}.moments`, `layers.${index}.sums`];
      const weights = normalizationWeightGradient(label('weight gradient'), sizes, accumulate, {
        x,
        moments,
        dy: gradient,
        sums,
        gradients: 'gradients',
      });
      if (!hasBelow) return [weights];
      const buffers = { x, moments, sums, parameters: 'parameters', gradient };
      return [weights, normalizationInputGradient(label('input gradient'), sizes, buffers)];
    }
    default:
      return layer satisfies never;
  }
}

/**
 * The pass that takes the gradient through the layer's activation, unless somebody else has done it: the loss, for
 * the last layer, or the input gradient of a dense layer right above, for an activation that a product applied.
 */
function slopePass(
  { separate, epilogue, columns, y, z, gradient }: PlannedLayer,
  above: PlannedLayer | undefined,
  batch: Batch,
  fromLogits: boolean,
  label: string,
): Pass[] {
  const through = (activation: Activation, source: string) => [
    activationGradient(label, { rows: batch.rows, columns }, activation, { source, gradient }),
  ];
  if (separate) {
    if (!above && fromLogits) return [];
    const isFromOutput = separate === 'softmax' || hasSlopeFromOutput(separate);
    const input = z === 'x' ? batch.x : z!;
    return separate === 'linear' ? [] : through(separate, isFromOutput ? y : input);
  }
  if (epilogue === 'linear' || !above || above.layer.type === 'dense') return [];
  return through(epilogue, y);
}

/** After a batch whose loss is finite: the moving statistics of batch normalization. */
export function statisticsPasses({ layers }: Network, { rows, prefix }: Batch): Pass[] {
  return layers.flatMap((planned) => {
    const { layer, index, statisticsOffset } = planned;
    if (layer.type !== 'batchNormalization') return [];
    const buffers = { counters: 'counters', moments: `layers.${index}.moments`, statistics: 'statistics' };
    const label = `${prefix}layers.${index} statistics`;
    const sizes = normalizationSizes(planned, rows);
    return ofLayer(planned, [movingStatistics(label, sizes, layer.momentum, statisticsOffset, buffers)]);
  });
}

function denseSizes({ layer, inputs, columns, offset }: PlannedLayer, rows: number): DenseSizes {
  const useBias = layer.type === 'dense' && layer.useBias;
  return { batch: rows, inputs, units: columns, useBias, offset };
}

function normalizationSizes({ layer, columns, offset }: PlannedLayer, rows: number): NormalizationSizes {
  const epsilon = 'epsilon' in layer ? layer.epsilon : 0;
  return { rows, columns, isPerRow: layer.type === 'layerNormalization', epsilon, offset };
}
