/**
 * The shaders by name: their text, and what it declares (the descriptors of their pass files).
 * One place to look a shader up; it decides nothing.
 */
import activationForward from '../../shaders/activation_forward.wgsl';
import activationGradient from '../../shaders/activation_gradient.wgsl';
import adagrad from '../../shaders/adagrad.wgsl';
import adam from '../../shaders/adam.wgsl';
import batchNormalizationGradient from '../../shaders/batch_normalization_gradient.wgsl';
import columnMoments from '../../shaders/column_moments.wgsl';
import countConfusion from '../../shaders/count_confusion.wgsl';
import countThresholds from '../../shaders/count_thresholds.wgsl';
import denseForward from '../../shaders/dense_forward.wgsl';
import denseForwardPlain from '../../shaders/dense_forward_plain.wgsl';
import denseForwardQuads from '../../shaders/dense_forward_quads.wgsl';
import denseForwardRegisters from '../../shaders/dense_forward_registers.wgsl';
import denseInputGradient from '../../shaders/dense_input_gradient.wgsl';
import denseInputGradientPlain from '../../shaders/dense_input_gradient_plain.wgsl';
import denseInputGradientQuads from '../../shaders/dense_input_gradient_quads.wgsl';
import denseInputGradientRegisters from '../../shaders/dense_input_gradient_registers.wgsl';
import denseKernelGradient from '../../shaders/dense_kernel_gradient.wgsl';
import denseKernelGradientPlain from '../../shaders/dense_kernel_gradient_plain.wgsl';
import denseKernelGradientQuads from '../../shaders/dense_kernel_gradient_quads.wgsl';
import denseKernelGradientRegisters from '../../shaders/dense_kernel_gradient_registers.wgsl';
import dropoutForward from '../../shaders/dropout_forward.wgsl';
import dropoutGradient from '../../shaders/dropout_gradient.wgsl';
import elementwiseLoss from '../../shaders/elementwise_loss.wgsl';
import elementwiseLossAlone from '../../shaders/elementwise_loss.wgsl?alone';
import elementwiseMetric from '../../shaders/elementwise_metric.wgsl';
import gather from '../../shaders/gather.wgsl';
import gradientNorm from '../../shaders/gradient_norm.wgsl';
import layerNormalizationGradient from '../../shaders/layer_normalization_gradient.wgsl';
import logBatch from '../../shaders/log_batch.wgsl';
import logBatchAlone from '../../shaders/log_batch.wgsl?alone';
import logCounts from '../../shaders/log_counts.wgsl';
import momentum from '../../shaders/momentum.wgsl';
import movingStatistics from '../../shaders/moving_statistics.wgsl';
import normalizationWeightGradient from '../../shaders/normalization_weight_gradient.wgsl';
import normalize from '../../shaders/normalize.wgsl';
import persistent from '../../shaders/persistent.wgsl';
import persistentInStorage from '../../shaders/persistent.wgsl?inStorage';
import plateau from '../../shaders/plateau.wgsl';
import regularize from '../../shaders/regularize.wgsl';
import rmsprop from '../../shaders/rmsprop.wgsl';
import rowMoments from '../../shaders/row_moments.wgsl';
import sgd from '../../shaders/sgd.wgsl';
import shuffle from '../../shaders/shuffle.wgsl';
import softmaxCrossentropy from '../../shaders/softmax_crossentropy.wgsl';
import softmaxForward from '../../shaders/softmax_forward.wgsl';
import softmaxGradient from '../../shaders/softmax_gradient.wgsl';
import topK from '../../shaders/top_k.wgsl';
import updateRates from '../../shaders/update_rates.wgsl';
import { batchInterfaces } from './batches.js';
import { denseInterfaces } from './dense.js';
import { elementwiseInterfaces } from './elementwise.js';
import { gradientInterfaces } from './gradients.js';
import { logInterfaces } from './log.js';
import { lossInterfaces } from './loss.js';
import { metricInterfaces } from './metrics.js';
import { normalizationInterfaces } from './normalization.js';
import { optimizerInterfaces } from './optimizer.js';
import { inStorageInterface, persistentInterface } from './persistent.js';
import { rateInterfaces } from './rates.js';
import type { ShaderInterface } from './pass.js';
import type { ShaderName } from './shader-names.js';

const INTERFACES = {
  ...denseInterfaces,
  ...elementwiseInterfaces,
  ...normalizationInterfaces,
  ...lossInterfaces,
  ...logInterfaces,
  ...metricInterfaces,
  ...batchInterfaces,
  ...gradientInterfaces,
  ...rateInterfaces,
  ...optimizerInterfaces,
  persistent: persistentInterface,
  persistent_in_storage: inStorageInterface,
} satisfies Readonly<Record<ShaderName, ShaderInterface>>;

/** Plain WGSL with one entry point, `main`, by the name of its shader. */
const TEXTS: Readonly<Record<ShaderName, string>> = {
  activation_forward: activationForward,
  activation_gradient: activationGradient,
  adagrad,
  adam,
  batch_normalization_gradient: batchNormalizationGradient,
  column_moments: columnMoments,
  count_confusion: countConfusion,
  count_thresholds: countThresholds,
  dense_forward: denseForward,
  dense_forward_plain: denseForwardPlain,
  dense_forward_quads: denseForwardQuads,
  dense_forward_registers: denseForwardRegisters,
  dense_input_gradient: denseInputGradient,
  dense_input_gradient_plain: denseInputGradientPlain,
  dense_input_gradient_quads: denseInputGradientQuads,
  dense_input_gradient_registers: denseInputGradientRegisters,
  dense_kernel_gradient: denseKernelGradient,
  dense_kernel_gradient_plain: denseKernelGradientPlain,
  dense_kernel_gradient_quads: denseKernelGradientQuads,
  dense_kernel_gradient_registers: denseKernelGradientRegisters,
  dropout_forward: dropoutForward,
  dropout_gradient: dropoutGradient,
  elementwise_loss: elementwiseLoss,
  elementwise_metric: elementwiseMetric,
  gather,
  gradient_norm: gradientNorm,
  layer_normalization_gradient: layerNormalizationGradient,
  log_batch: logBatch,
  log_counts: logCounts,
  momentum,
  moving_statistics: movingStatistics,
  normalization_weight_gradient: normalizationWeightGradient,
  normalize,
  persistent,
  persistent_in_storage: persistentInStorage,
  plateau,
  regularize,
  rmsprop,
  row_moments: rowMoments,
  sgd,
  shuffle,
  softmax_crossentropy: softmaxCrossentropy,
  softmax_forward: softmaxForward,
  softmax_gradient: softmaxGradient,
  top_k: topK,
  update_rates: updateRates,
};

/** Of those that every training has: the text for a workgroup of one invocation, which is compiled sooner. */
const ALONE: Readonly<Partial<Record<ShaderName, string>>> = {
  elementwise_loss: elementwiseLossAlone,
  log_batch: logBatchAlone,
};

interface Shader extends ShaderInterface {
  readonly code: string;
  /** Instead of `code`, where WORKGROUP is 1. */
  readonly alone?: string | undefined;
}

const shaderOf = (name: ShaderName): Shader => ({ code: TEXTS[name], alone: ALONE[name], ...INTERFACES[name] });

/** The text of a pass's shader that its constants ask for. */
export function codeOf({ code, alone }: Shader, constants: Readonly<Record<string, number>>): string {
  return constants['WORKGROUP'] === 1 ? (alone ?? code) : code;
}

export const SHADERS: Readonly<Record<ShaderName, Shader>> = Object.fromEntries(
  (Object.keys(INTERFACES) as ShaderName[]).map((name) => [name, shaderOf(name)]),
) as Record<ShaderName, Shader>;
