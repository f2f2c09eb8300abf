/**
 * Initial weights: a run's own, or drawn from its seed layer by layer, row-major, from one generator, in
 * float64. The reference starts from these values; the GPU from the same rounded to float32.
 */
import { type Matrix, matrix, matrixFromRows } from './matrix.js';
import { numpyRandom, type RandomNumbers } from './random.js';
import { inputsOf, type KernelInitializer, type Run } from './run.js';

/** A dense layer's weights: kernel (inputs, units) and, where the layer has one, bias (1, units). */
export interface LayerWeights {
  readonly kernel: Matrix;
  readonly bias: Matrix | undefined;
}

/** The weights a run starts from, a fresh copy at each call. */
export function initialWeights(run: Run): LayerWeights[] {
  const random = numpyRandom(run.model.seed);
  return run.model.layers.map((layer, index) => {
    const inputs = inputsOf(run, index);
    const given = run.model.weights?.[index];
    if (given) {
      return { kernel: matrixFromRows(given.kernel), bias: given.bias && matrixFromRows([given.bias]) };
    }
    const kernel = drawKernel(layer.kernelInitializer, inputs, layer.units, random);
    return { kernel, bias: layer.useBias ? matrix(1, layer.units) : undefined };
  });
}

function drawKernel(initializer: KernelInitializer, inputs: number, units: number, random: RandomNumbers): Matrix {
  const kernel = matrix(inputs, units);
  switch (initializer.name) {
    case 'randomUniform':
      return fillUniform(kernel, initializer.minval, initializer.maxval, random);
    case 'glorotUniform': {
      // Glorot & Bengio (2010), eq. 16; as in Keras.
      const limit = Math.sqrt(6 / (inputs + units));
      return fillUniform(kernel, -limit, limit, random);
    }
    case 'zeros':
      return kernel;
    default:
      return initializer satisfies never;
  }
}

/** Draws every value uniformly from [minval, maxval), in row-major order. */
function fillUniform(kernel: Matrix, minval: number, maxval: number, random: RandomNumbers): Matrix {
  for (let i = 0; i < kernel.values.length; i++) kernel.values[i] = minval + (maxval - minval) * random();
  return kernel;
}
