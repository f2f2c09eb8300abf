/**
 * A run: one JSON document with everything a training needs (data, model, training).
 * `parseRun` fills in the defaults and refuses what cannot be trained, with one sentence that names the
 * field, what was found and what was expected. It draws no weights and knows nothing of devices.
 */
import * as v from 'valibot';
import { ACTIVATIONS, type Activation } from './activations.js';
import { RunError } from './run-error.js';
import { checkRows, choiceText, describe, finite, object, oneOf, pathText, whole } from './run-checks.js';
import { counted } from './text.js';

/** How a kernel's first values are drawn, with names, scales and defaults as in Keras. */
export type KernelInitializer =
  | { readonly name: 'zeros' | 'ones' }
  | { readonly name: 'constant'; readonly value: number }
  /** From [minval, maxval). */
  | { readonly name: 'randomUniform'; readonly minval: number; readonly maxval: number }
  | { readonly name: 'randomNormal'; readonly mean: number; readonly stddev: number }
  /** Uniform within ±√(6/(I+U)), ±√(6/I), ±√(3/I) for I inputs and U units. */
  | { readonly name: 'glorotUniform' | 'heUniform' | 'lecunUniform' }
  /** Normal with deviation √(2/(I+U)), √(2/I), √(1/I), cut at two deviations. */
  | { readonly name: 'glorotNormal' | 'heNormal' | 'lecunNormal' }
  /** Orthonormal columns (or rows, where there are fewer), times the gain. */
  | { readonly name: 'orthogonal'; readonly gain: number };

/** A dense layer: y = activation(x · kernel + bias), x (B, inputs), kernel (inputs, units), bias (units). */
export interface DenseLayer {
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: KernelInitializer;
}

/** Given weights of one layer: kernel as `inputs` rows of `units` numbers; bias only where the layer uses one. */
export interface GivenWeights {
  readonly kernel: readonly (readonly number[])[];
  readonly bias?: readonly number[] | undefined;
}

/** ½ Σ (ŷ − y)², over batch and outputs. */
export type Loss = 'halfSumSquaredError';

/** Stochastic gradient descent: w ← w − learningRate · ∂loss/∂w. */
export interface Sgd {
  readonly name: 'sgd';
  readonly learningRate: number;
}

/** A checked run, every default filled in. It is a valid document again: `parseRun(run)` equals `run`. */
export interface Run {
  readonly data: { readonly x: readonly (readonly number[])[]; readonly y: readonly (readonly number[])[] };
  readonly model: {
    /** Whole number from 0 to 2³² − 1, as `numpy.random.seed` takes it. */
    readonly seed: number;
    readonly layers: readonly DenseLayer[];
    readonly weights?: readonly GivenWeights[] | undefined;
  };
  readonly training: { readonly loss: Loss; readonly optimizer: Sgd; readonly epochs: number };
}

/** A run as a person writes it: what has a default may be left out. */
export interface RunDocument {
  readonly data: Run['data'];
  readonly model: {
    /** Default 0. */
    readonly seed?: number;
    readonly layers: readonly LayerDocument[];
    /** Weights to start from, instead of drawing them. */
    readonly weights?: readonly GivenWeights[] | undefined;
  };
  readonly training: {
    readonly loss: Loss;
    /** `learningRate` is 0.01 where it is left out, as in Keras. */
    readonly optimizer: { readonly name: 'sgd'; readonly learningRate?: number };
    readonly epochs: number;
  };
}

/** A layer as a person writes it. Defaults, as in Keras: linear, with bias, glorotUniform (bias: zeros). */
export interface LayerDocument {
  readonly units: number;
  readonly activation?: Activation;
  readonly useBias?: boolean;
  readonly kernelInitializer?: InitializerDocument;
}

/** An initializer as a person writes it: its numbers may be left out (0; −0.05, 0.05; 0, 0.05; 1). */
export type InitializerDocument = WithDefaults<KernelInitializer>;

type WithDefaults<T> = T extends { readonly name: infer N } ? { readonly name: N } & Partial<Omit<T, 'name'>> : never;

/** Values in one matrix of a run (1 GiB of float32): more is refused before anything is allocated. */
export const MAX_VALUES = 2 ** 28;
/** A report of more would be longer than a string can be. */
const MAX_EPOCHS = 1_000_000;
const MAX_SEED = 2 ** 32 - 1;

const plainInitializers = [
  'zeros',
  'ones',
  'glorotUniform',
  'heUniform',
  'lecunUniform',
  'glorotNormal',
  'heNormal',
  'lecunNormal',
] as const;

const kernelInitializer = v.variant(
  'name',
  [
    object({ name: v.picklist(plainInitializers) }),
    object({ name: v.literal('constant'), value: v.optional(finite(), 0) }),
    object({
      name: v.literal('randomUniform'),
      minval: v.optional(finite(), -0.05),
      maxval: v.optional(finite(), 0.05),
    }),
    object({
      name: v.literal('randomNormal'),
      mean: v.optional(finite(), 0),
      stddev: v.optional(finite({ atLeast: 0 }), 0.05),
    }),
    object({ name: v.literal('orthogonal'), gain: v.optional(finite(), 1) }),
  ],
  choiceText([...plainInitializers, 'constant', 'randomUniform', 'randomNormal', 'orthogonal']),
);

const layer = object({
  units: whole(1, MAX_VALUES),
  activation: v.optional(oneOf(Object.keys(ACTIVATIONS) as Activation[]), 'linear'),
  useBias: v.optional(v.boolean('true or false'), true),
  kernelInitializer: v.optional(kernelInitializer, { name: 'glorotUniform' }),
});

// The numbers inside are checked by checkRows: a schema node per number would cost more than the training.
const rows = v.array(v.array(v.any(), 'a list of numbers'), 'a list of rows, each a list of numbers');

const document = object({
  data: object({ x: rows, y: rows }),
  model: object({
    seed: v.optional(whole(0, MAX_SEED), 0),
    layers: v.pipe(v.array(layer, 'a list of layers'), v.minLength(1, 'at least one layer')),
    weights: v.optional(
      v.array(
        object({ kernel: rows, bias: v.optional(v.array(v.any(), 'a list of numbers')) }),
        'a list, one per layer',
      ),
    ),
  }),
  training: object({
    loss: oneOf(['halfSumSquaredError']),
    optimizer: object({
      name: oneOf(['sgd']),
      learningRate: v.optional(finite({ atLeast: 0 }), 0.01),
    }),
    epochs: whole(1, MAX_EPOCHS),
  }),
});

/**
 * Checks a document and fills in its defaults.
 * @throws RunError naming the first field that is wrong, what was found and what was expected
 */
export function parseRun(input: unknown): Run {
  if (Array.isArray(input)) throw new RunError('run', describe(input), 'an object with data, model, training');
  const result = v.safeParse(document, input, { abortEarly: true });
  if (!result.success) {
    const issue = result.issues[0];
    const unknownField = issue.type === 'strict_object' && issue.expected === 'never';
    throw new RunError(
      v.getDotPath(issue) === null ? 'run' : pathText(issue.path),
      unknownField ? 'an unknown field' : describe(issue.input),
      issue.message,
    );
  }
  const run: Run = result.output;
  checkData(run);
  checkInitializers(run);
  checkSizes(run);
  checkWeights(run);
  return run;
}

/** Inputs of a layer: the columns of x, or the units of the layer below. */
export function inputsOf(run: Run, layerIndex: number): number {
  return run.model.layers[layerIndex - 1]?.units ?? run.data.x[0]?.length ?? 0;
}

function checkData({ data, model }: Run): void {
  checkRows('data.x', data.x);
  const outputs = model.layers.at(-1)?.units ?? 0;
  if (data.y.length !== data.x.length) {
    throw new RunError('data.y', counted(data.y.length, 'row'), `${data.x.length}, one for each row of data.x`);
  }
  checkRows('data.y', data.y, { length: outputs, reason: 'the units of the last layer' });
}

function checkInitializers({ model }: Run): void {
  model.layers.forEach(({ kernelInitializer: initializer }, index) => {
    if (initializer.name === 'randomUniform' && initializer.minval > initializer.maxval) {
      const field = `model.layers[${index}].kernelInitializer.minval`;
      throw new RunError(field, String(initializer.minval), `at most maxval, ${initializer.maxval}`);
    }
  });
}

function checkSizes(run: Run): void {
  run.model.layers.forEach(({ units }, index) => {
    const field = `model.layers[${index}].units`;
    const kernel = (inputsOf(run, index) + 1) * units;
    const outputs = run.data.x.length * units;
    if (kernel > MAX_VALUES) {
      throw new RunError(field, `${units}, a kernel of ${kernel} values`, `a kernel of at most ${MAX_VALUES}`);
    }
    if (outputs > MAX_VALUES) {
      throw new RunError(field, `${units}, ${outputs} outputs for data.x`, `at most ${MAX_VALUES}`);
    }
  });
}

function checkWeights(run: Run): void {
  const { layers, weights } = run.model;
  if (!weights) return;
  if (weights.length !== layers.length) {
    throw new RunError(
      'model.weights',
      `weights of ${counted(weights.length, 'layer')}`,
      `${layers.length}, one for each layer`,
    );
  }
  weights.forEach(({ kernel, bias }, index) => {
    const field = `model.weights[${index}]`;
    const { units, useBias } = layers[index] as DenseLayer;
    const inputs = inputsOf(run, index);
    if (kernel.length !== inputs) {
      throw new RunError(
        `${field}.kernel`,
        counted(kernel.length, 'row'),
        `${inputs}, one for each input of the layer`,
      );
    }
    checkRows(`${field}.kernel`, kernel, { length: units, reason: 'the units of the layer' });
    if (useBias !== (bias !== undefined)) {
      const expected = useBias
        ? `${counted(units, 'number')} (or "useBias": false in model.layers[${index}])`
        : `none, since model.layers[${index}].useBias is false`;
      throw new RunError(`${field}.bias`, bias ? describe(bias) : 'nothing', expected);
    }
    if (bias) checkRows(`${field}.bias`, [bias], { length: units, reason: 'the units of the layer', single: true });
  });
}
