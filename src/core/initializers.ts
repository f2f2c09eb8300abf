/**
 * Initial weights: a run's own, or drawn from its seed layer by layer, row-major, from one generator, in
 * float64. The reference starts from these values; the GPU from the same rounded to float32.
 */
import { type Matrix, matrix, matrixFromRows } from './matrix.js';
import { orthonormalRows } from './orthonormal.js';
import { numpyNormal, numpyRandom, type RandomNumbers } from './random.js';
import { inputsOf, type KernelInitializer, type Run } from './run.js';

/** A dense layer's weights: kernel (inputs, units) and, where the layer has one, bias (1, units). */
export interface LayerWeights {
  readonly kernel: Matrix;
  readonly bias: Matrix | undefined;
}

/** The weights a run starts from, a fresh copy at each call. */
export function initialWeights(run: Run): LayerWeights[] {
  const uniform = numpyRandom(run.model.seed);
  const generators = { uniform, normal: numpyNormal(uniform) };
  return run.model.layers.map((layer, index) => {
    const inputs = inputsOf(run, index);
    const given = run.model.weights?.[index];
    if (given) {
      return { kernel: matrixFromRows(given.kernel), bias: given.bias && matrixFromRows([given.bias]) };
    }
    const kernel = drawKernel(layer.kernelInitializer, inputs, layer.units, generators);
    return { kernel, bias: layer.useBias ? matrix(1, layer.units) : undefined };
  });
}

/** Two views of one generator: what one draws, the other will not draw again. */
interface Generators {
  readonly uniform: RandomNumbers;
  readonly normal: RandomNumbers;
}

/** Scales and constants are those of Keras; the papers are named where the scale comes from. */
function drawKernel(initializer: KernelInitializer, inputs: number, units: number, generators: Generators): Matrix {
  const { uniform, normal } = generators;
  const kernel = matrix(inputs, units);
  const within = (limit: number) => fill(kernel, () => -limit + 2 * limit * uniform());
  const truncated = (deviation: number) => fill(kernel, () => (deviation / TRUNCATED_DEVIATION) * truncate(normal));
  switch (initializer.name) {
    case 'zeros':
      return kernel;
    case 'ones':
      return fill(kernel, () => 1);
    case 'constant':
      return fill(kernel, () => initializer.value);
    case 'randomUniform':
      return fill(kernel, () => initializer.minval + (initializer.maxval - initializer.minval) * uniform());
    case 'randomNormal':
      return fill(kernel, () => initializer.mean + initializer.stddev * normal());
    // Glorot & Bengio (2010), eq. 16.
    case 'glorotUniform':
      return within(Math.sqrt(6 / (inputs + units)));
    case 'glorotNormal':
      return truncated(Math.sqrt(2 / (inputs + units)));
    // He, Zhang, Ren & Sun (2015), eq. 10.
    case 'heUniform':
      return within(Math.sqrt(6 / inputs));
    case 'heNormal':
      return truncated(Math.sqrt(2 / inputs));
    // LeCun, Bottou, Orr & Müller (1998), eq. 16.
    case 'lecunUniform':
      return within(Math.sqrt(3 / inputs));
    case 'lecunNormal':
      return truncated(Math.sqrt(1 / inputs));
    // Saxe, McClelland & Ganguli (2014).
    case 'orthogonal':
      return orthogonal(inputs, units, initializer.gain, normal);
    default:
      return initializer satisfies never;
  }
}

/** Gives every value, in row-major order, the next number drawn. */
function fill(kernel: Matrix, draw: RandomNumbers): Matrix {
  for (let i = 0; i < kernel.values.length; i++) kernel.values[i] = draw();
  return kernel;
}

/** A standard normal number, drawn again while it is more than two deviations out. */
function truncate(normal: RandomNumbers): number {
  for (;;) {
    const value = normal();
    if (Math.abs(value) <= 2) return value;
  }
}

/** The deviation that a standard normal distribution has left when it is cut at ±2. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

/** Orthonormal columns, or rows where there are fewer of them, times the gain. */
function orthogonal(inputs: number, units: number, gain: number, normal: RandomNumbers): Matrix {
  const [short, long] = inputs < units ? [inputs, units] : [units, inputs];
  const rows = orthonormalRows(fill(matrix(short, long), normal));
  const kernel = matrix(inputs, units);
  for (let i = 0; i < inputs; i++) {
    for (let u = 0; u < units; u++) {
      const value = inputs < units ? rows.values[i * long + u]! : rows.values[u * long + i]!;
      kernel.values[i * units + u] = gain * value;
    }
  }
  return kernel;
}
