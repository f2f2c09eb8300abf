/**
 * The shaders of the walkthrough's plan, linked, with the names that people gave: the texts that the device compiles here
 * and that the page shows. What trains elsewhere has the same declarations in short names (tools/wgsl-pack.ts).
 */
import type { PassShader } from '../../passes/pass.js';
import { type Shaders, withTexts } from '../../passes/shaders.js';
import denseForward from '../../../shaders/dense_forward_plain.wgsl';
import denseInputGradient from '../../../shaders/dense_input_gradient_plain.wgsl';
import denseKernelGradient from '../../../shaders/dense_kernel_gradient_plain.wgsl';
import elementwiseLoss from '../../../shaders/elementwise_loss.wgsl?alone';
import elementwiseMetric from '../../../shaders/elementwise_metric.wgsl';
import logBatch from '../../../shaders/log_batch.wgsl?alone';
import sgd from '../../../shaders/sgd.wgsl';

/** Loss and log are those for so few terms that one invocation sums them. */
export const WALKTHROUGH_SHADERS = withTexts<PassShader>({
  dense_forward_plain: denseForward,
  dense_input_gradient_plain: denseInputGradient,
  dense_kernel_gradient_plain: denseKernelGradient,
  elementwise_loss: elementwiseLoss,
  elementwise_metric: elementwiseMetric,
  log_batch: logBatch,
  sgd,
}) as Shaders;
