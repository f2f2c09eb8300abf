/**
 * The runs of the self-test: small networks that together use every shader of the product, every entry of its tables
 * (activations, losses, optimizers, metrics, layers, schedules of the learning rate) and every way to compute a product,
 * in both schedules. A unit test holds the list against the tables. It runs nothing; trainer/self-test.ts does.
 */
import type { Activation } from '../core/activations.js';
import { initialWeights } from '../core/initializers.js';
import { matrixToRows } from '../core/matrix.js';
import type { LayerDocument } from '../core/model.js';
import { numpyRandom } from '../core/random.js';
import { parseRun, type Run, type RunDocument } from '../core/run.js';
import { taskOf } from '../core/task.js';
import type { LoopShader } from '../passes/shader-names.js';
import { productOf } from '../passes/dense.js';
import {
  bucketOf,
  EVERYWHERE,
  type ProductChoices,
  type Variant,
  VARIANT_NAMES,
  VARIANTS,
} from '../passes/products.js';
import { compileTask } from '../plan/compile.js';
import { allPasses } from '../plan/plan.js';

export interface SelfTestRun {
  /** As people read it; unique with the schedule. */
  readonly name: string;
  readonly schedule: 'layered' | LoopShader;
  readonly run: Run;
  readonly products: ProductChoices;
}

/** What the list hangs on. */
export interface SelfTestDevice {
  /** Whether the product runs loops in workgroup memory there, and not in storage. */
  readonly isFast: boolean;
  /** Whether the product may share values among four neighbouring invocations there. */
  readonly hasQuads: boolean;
}

/** Cheap ones first, so that something is seen at once. */
export function selfTestRuns({ isFast, hasQuads }: SelfTestDevice): SelfTestRun[] {
  const networks = Object.entries(NETWORKS).map(([name, make]) => ({ name, run: make() }));
  const usual: LoopShader = isFast ? 'persistent' : 'persistent_in_storage';
  const other: LoopShader = isFast ? 'persistent_in_storage' : 'persistent';
  const variants = VARIANT_NAMES.filter((name) => !leftOut({ isFast, hasQuads }).includes(name));
  const [even, ragged] = [products(8, 36), products(7, 37)];
  return [
    ...networks.map((one) => ({ ...one, schedule: 'layered' as const, products: EVERYWHERE })),
    ...variants.map((variant) => productsBy(variant, `products by ${variant}`, even)),
    ...variants
      .filter((variant) => RAGGED.includes(variant))
      .map((variant) => productsBy(variant, `products of ragged lengths by ${variant}`, ragged)),
    // What is not long is computed by what is compiled soonest.
    ...Object.entries(LONG).map(([name, make]) => productsBy('plain', name, make())),
    ...networks.map((one) => ({ ...one, schedule: usual, products: EVERYWHERE })),
    // Where the product never takes it, it is the same text with its memory elsewhere: one or two networks will do.
    ...networks
      .filter(({ name }) => IN_OTHER_MEMORY[other].includes(name))
      .map((one) => ({ ...one, schedule: other, products: EVERYWHERE })),
  ];
}

/**
 * The ways to compute a product that nothing may choose on such a device: shared among neighbours where those are not
 * four; and in the larger tiles on a software adapter, which would compile for them longer than all else takes.
 */
export function leftOut({ isFast, hasQuads }: SelfTestDevice): Variant[] {
  return VARIANT_NAMES.filter((name) =>
    VARIANTS[name].kind === 'quads' ? !hasQuads : !isFast && LARGE.includes(name),
  );
}

const LARGE: readonly Variant[] = ['workgroup32', 'workgroup64'];

/** One variant for every product of a run that may be computed by any. */
function productsBy(variant: Variant, name: string, run: Run): SelfTestRun {
  const shapes = allPasses(compileTask(taskOf(run))).flatMap((pass) => productOf(pass) ?? []);
  const tuned = Object.fromEntries(shapes.map((shape) => [bucketOf(shape), variant]));
  return { name, schedule: 'layered', run, products: { kind: VARIANTS[variant].kind, tuned } };
}

/** Of the kinds that take four terms at a time: one each, since the text is the same. */
const RAGGED: readonly Variant[] = ['registers4', 'quads1'];

/** Of workgroup memory a software adapter pays for each byte when it compiles. */
const IN_OTHER_MEMORY: Readonly<Record<LoopShader, readonly string[]>> = {
  persistent: ['the tutorial'],
  persistent_in_storage: ['the tutorial', 'every kind of layer'],
};

/** Wide enough that an activation is seen saturated and near zero. */
const WIDE = { name: 'randomUniform', minval: -2, maxval: 2 } as const;

/** Activations behind a product, and as layers of their own. The loop has room for four kinds. */
function activations(...names: readonly Activation[]): LayerDocument[] {
  return [
    ...names.flatMap((activation): LayerDocument[] => [
      { units: 7, activation, kernelInitializer: WIDE },
      { type: 'dropout', rate: 0.25 },
      { type: 'activation', activation },
    ]),
    { units: 2 },
  ];
}

const NETWORKS: Readonly<Record<string, () => Run>> = {
  'the tutorial': () =>
    made({
      rows: 4,
      inputs: 3,
      layers: [4, 1].map((units) => ({ units, activation: 'sigmoid' as const, useBias: false })),
      training: { loss: 'halfSumSquaredError', optimizer: { name: 'sgd', learningRate: 1 } },
    }),
  'every kind of layer': () =>
    made({
      rows: 20,
      inputs: 5,
      layers: [
        { units: 7, activation: 'relu' },
        { type: 'batchNormalization' },
        { type: 'dropout', rate: 0.5 },
        { units: 6, activation: 'gelu', kernelRegularizer: { l1: 0.01, l2: 0.1 } },
        { type: 'layerNormalization' },
        { type: 'activation', activation: 'softmax' },
        { units: 3, useBias: false, activation: 'softmax' },
      ],
      training: {
        loss: 'categoricalCrossentropy',
        batchSize: 6,
        gradientAccumulationSteps: 2,
        validationSplit: 0.2,
        metrics: ['accuracy', 'categoricalAccuracy', 'auc', 'confusionMatrix', 'precision', 'recall', 'f1Score'],
        learningRateSchedule: 'reduceOnPlateau',
        optimizer: 'adam',
        clipNorm: 1,
        classWeight: { 0: 2 },
      },
    }),
  'class numbers, momentum': () =>
    made({
      rows: 8,
      inputs: 2,
      layers: [{ units: 4, activation: 'tanh' }, { units: 5 }, { type: 'activation', activation: 'softmax' }],
      classes: 5,
      training: {
        loss: 'sparseCategoricalCrossentropy',
        optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
        learningRateSchedule: { name: 'step', decaySteps: 1, decayRate: 0.5 },
        metrics: [
          'sparseCategoricalAccuracy',
          { name: 'topKCategoricalAccuracy', k: 2 },
          'confusionMatrix',
          'precision',
        ],
      },
    }),
  'weighted rows, rmsprop': () =>
    made({
      rows: 8,
      inputs: 3,
      layers: [{ units: 3, activation: 'sigmoid', kernelInitializer: WIDE }],
      isWeighted: true,
      training: {
        loss: 'binaryCrossentropy',
        optimizer: { name: 'rmsprop', rho: 0.5, weightDecay: 0.01 },
        learningRateSchedule: { name: 'exponential', decaySteps: 7, decayRate: 0.3 },
        clipValue: 0.1,
        metrics: ['accuracy', 'binaryAccuracy', 'r2Score'],
      },
    }),
  'huber, adagrad, a warm-up': () =>
    made({
      rows: 8,
      inputs: 5,
      layers: activations('linear', 'sigmoid', 'tanh', 'relu'),
      training: {
        loss: { name: 'huber', delta: 0.4 },
        optimizer: 'adagrad',
        learningRateSchedule: { name: 'linearWarmup', warmupSteps: 3 },
        metrics: ['meanAbsoluteError', 'meanSquaredError', 'rootMeanSquaredError'],
      },
    }),
  'squared error, nesterov, a cosine': () =>
    made({
      rows: 8,
      inputs: 5,
      layers: activations('leakyRelu', 'elu', 'gelu', 'geluTanh'),
      training: {
        loss: 'meanSquaredError',
        optimizer: { name: 'sgd', learningRate: 1e-3, momentum: 0.5, nesterov: true },
        learningRateSchedule: { name: 'cosine', warmupSteps: 1, alpha: 0.1 },
        metrics: [],
      },
    }),
  'absolute error, adamW, one cycle': () =>
    made({
      rows: 8,
      inputs: 5,
      layers: activations('silu', 'softplus', 'softmax'),
      training: {
        loss: 'meanAbsoluteError',
        batchSize: 5,
        optimizer: { name: 'adamW', learningRate: 0.01 },
        learningRateSchedule: { name: 'oneCycle', totalSteps: 8 },
        metrics: [],
      },
    }),
};

/** Sizes with a rest in every tile; of an even batch and even inputs all sums have multiples of four terms. */
function products(inputs: number, batchSize: number): Run {
  const isEven = inputs % 4 === 0;
  return made({
    rows: batchSize + (isEven ? 20 : 21),
    inputs,
    // One activation, since each is a shader to compile.
    layers: [4, isEven ? 72 : 71, isEven ? 4 : 5].map((units) => ({ units, activation: 'relu' as const })),
    training: {
      loss: 'meanSquaredError',
      batchSize,
      shuffle: false,
      optimizer: { name: 'sgd', learningRate: 0.1 },
      metrics: [],
    },
  });
}

/** Sums so long that they are taken block by block. */
const LONG: Readonly<Record<string, () => Run>> = {
  'long sums over units': () =>
    made({
      rows: 3,
      inputs: 2,
      layers: [{ units: 2 }, { units: 2051 }, { units: 2 }],
      training: { loss: 'meanSquaredError', metrics: [] },
    }),
  'long sums over rows': () =>
    made({
      rows: 2051,
      inputs: 2,
      layers: [{ units: 3, activation: 'tanh' }, { units: 1 }],
      training: { loss: 'meanSquaredError', batchSize: 2051, metrics: ['meanAbsoluteError'] },
    }),
};

interface Shape {
  readonly rows: number;
  readonly inputs: number;
  readonly layers: readonly LayerDocument[];
  /** Targets are class numbers below this; without, numbers in [0, 1), one for each output. */
  readonly classes?: number;
  readonly isWeighted?: boolean;
  readonly training: RunDocument['training'];
}

/** Seeded values: inputs in [−1, 1), biases and shifts in [−1, 1) and never 0, so that none is left out unseen. */
function made({ rows, inputs, layers, classes, isWeighted = false, training }: Shape): Run {
  const random = numpyRandom(7);
  const table = (columns: number, draw: () => number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
  const signed = () => 2 * random() - 1;
  const outputs = layers.reduce((width, layer) => ('units' in layer ? layer.units : width), inputs);
  const x = table(inputs, signed);
  const y = classes === undefined ? table(outputs, random) : table(1, () => Math.floor(classes * random()));
  const sampleWeight = Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 0 : 3 * random()));
  const model = { seed: 7, layers };
  const drawn = parseRun({
    data: { x, y, ...(isWeighted && { sampleWeight }) },
    model,
    training: { epochs: 3, batchSize: rows, ...training },
  });
  const weights = initialWeights(drawn.model, inputs).map((layer) => ({
    ...Object.fromEntries(Object.entries(layer).map(([name, { values }]) => [name, Array.from(values)])),
    ...(layer.kernel && { kernel: matrixToRows(layer.kernel) }),
    ...(layer.bias && { bias: Array.from(layer.bias.values, signed) }),
    ...(layer.gamma && { gamma: Array.from(layer.gamma.values, signed) }),
    ...(layer.beta && { beta: Array.from(layer.beta.values, signed) }),
  }));
  return parseRun({ ...drawn, model: { ...drawn.model, weights } });
}
