/**
 * The shaders by name: their text, and what it declares (the descriptors of their pass files).
 * One place to look a shader up; it decides nothing.
 */
import denseForward from '../../shaders/dense_forward.wgsl';
import denseInputGradient from '../../shaders/dense_input_gradient.wgsl';
import denseKernelGradient from '../../shaders/dense_kernel_gradient.wgsl';
import halfSumSquaredError from '../../shaders/half_sum_squared_error.wgsl';
import logEpoch from '../../shaders/log_epoch.wgsl';
import sgd from '../../shaders/sgd.wgsl';
import { denseForwardInterface, denseInputGradientInterface, denseKernelGradientInterface } from './dense.js';
import { halfSumSquaredErrorInterface, logEpochInterface } from './loss.js';
import { sgdInterface } from './optimizer.js';
import type { ShaderInterface, ShaderName } from './pass.js';

interface Shader extends ShaderInterface {
  /** Plain WGSL with one entry point, `main`. */
  readonly code: string;
}

export const SHADERS: Readonly<Record<ShaderName, Shader>> = {
  dense_forward: { code: denseForward, ...denseForwardInterface },
  dense_input_gradient: { code: denseInputGradient, ...denseInputGradientInterface },
  dense_kernel_gradient: { code: denseKernelGradient, ...denseKernelGradientInterface },
  half_sum_squared_error: { code: halfSumSquaredError, ...halfSumSquaredErrorInterface },
  log_epoch: { code: logEpoch, ...logEpochInterface },
  sgd: { code: sgd, ...sgdInterface },
};
