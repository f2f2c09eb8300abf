/**
 * Initial weights: a run's own, or drawn from its seed layer by layer, row-major, from one generator, in
 * float64. The reference starts from these values; the GPU from the same rounded to float32.
 */
import { type Matrix, matrix, matrixFromRows } from './matrix.js';
import { orthonormalRows } from './orthonormal.js';
import { numpyNormal, numpyRandom, type RandomNumbers } from './random.js';
import { type WeightName, weightShapes } from './given-weights.js';
import { type KernelInitializer, layerWidths, type ModelSettings } from './model.js';

/**
 * A layer's weights by name: a dense layer's kernel (inputs, units) and, where it has one, bias (1, units); a
 * normalization's gamma and beta (1, inputs), and of batch normalization movingMean and movingVariance.
 */
export type LayerWeights = Readonly<Partial<Record<WeightName, Matrix>>>;

/** The weights a model with so many inputs starts from, a fresh copy at each call. */
export function initialWeights({ seed, layers, weights }: ModelSettings, inputs: number): LayerWeights[] {
  const uniform = numpyRandom(seed);
  const generators = { uniform, normal: numpyNormal(uniform) };
  const widths = layerWidths(layers, inputs);
  return layers.map((layer, l) => {
    const first = ([rows, columns]: readonly [number, number], name: WeightName): Matrix => {
      const given = weights?.[l]?.[name];
      if (given) return matrixFromRows(name === 'kernel' ? (given as number[][]) : [given as number[]]);
      if (name === 'kernel' && layer.type === 'dense') {
        return drawKernel(layer.kernelInitializer, rows, columns, generators);
      }
      return fill(matrix(rows, columns), () => (name === 'gamma' || name === 'movingVariance' ? 1 : 0));
    };
    return Object.fromEntries(weightShapes(layer, widths[l]!).map(({ name, shape }) => [name, first(shape, name)]));
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
