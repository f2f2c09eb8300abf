/**
 * The model of a run: layers and how their first weights come about, with the names and defaults of Keras.
 * Types, and the schemas that fill in the defaults; how layers fit each other is checked in task-checks.ts.
 */
import * as v from 'valibot';
import { type Activation, ACTIVATION_NAMES } from './activations.js';
import { choiceText, finite, flag, list, object, oneOf, optionsObject, tagged, whole } from './run-checks.js';

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

/** Adds l1 · Σ|w| + l2 · Σ w² over the kernel to the loss, as in Keras. */
export interface Regularizer {
  readonly l1: number;
  readonly l2: number;
}

/** A dense layer: y = activation(x · kernel + bias), x (B, inputs), kernel (inputs, units), bias (units). */
export interface DenseLayer {
  readonly type: 'dense';
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: KernelInitializer;
  readonly kernelRegularizer: Regularizer;
}

/** In training sets a share `rate` of its inputs to 0 and divides the others by 1 − rate; else passes all on. */
export interface DropoutLayer {
  readonly type: 'dropout';
  readonly rate: number;
}

/**
 * γ · (x − mean) / √(variance + epsilon) + β, per column over the batch; in inference with the moving mean and
 * variance, which in training take (1 − momentum) of each batch's. Ioffe & Szegedy (2015).
 */
export interface BatchNormalizationLayer {
  readonly type: 'batchNormalization';
  readonly momentum: number;
  readonly epsilon: number;
}

/** γ · (x − mean) / √(variance + epsilon) + β, per row over its columns. Ba, Kiros & Hinton (2016). */
export interface LayerNormalizationLayer {
  readonly type: 'layerNormalization';
  readonly epsilon: number;
}

/** An activation as a layer of its own. */
export interface ActivationLayer {
  readonly type: 'activation';
  readonly activation: Activation;
}

/** A layer with every default filled in. */
export type Layer = DenseLayer | DropoutLayer | BatchNormalizationLayer | LayerNormalizationLayer | ActivationLayer;

/**
 * Given weights of one layer. Dense: `kernel` as `inputs` rows of `units` numbers, and `bias` where the layer uses
 * one. Batch normalization: `gamma`, `beta`, `movingMean`, `movingVariance`; layer normalization: `gamma`, `beta`.
 * Layers without weights: `{}`.
 */
export interface GivenWeights {
  readonly kernel?: readonly (readonly number[])[] | undefined;
  readonly bias?: readonly number[] | undefined;
  readonly gamma?: readonly number[] | undefined;
  readonly beta?: readonly number[] | undefined;
  readonly movingMean?: readonly number[] | undefined;
  readonly movingVariance?: readonly number[] | undefined;
}

/** A model as a run document has it, with every default filled in. */
export interface ModelSettings {
  /** Whole number from 0 to 2³² − 1, as `numpy.random.seed` takes it; also of dropout and of the shuffle. */
  readonly seed: number;
  readonly layers: readonly Layer[];
  readonly weights?: readonly GivenWeights[] | undefined;
}

/** An initializer as a person writes it: a name, or an object whose numbers may be left out. */
export type InitializerDocument = KernelInitializer['name'] | WithDefaults<KernelInitializer>;

/** A layer as a person writes it: what has a default may be left out, and `type` where it is "dense". */
export type LayerDocument =
  | {
      readonly type?: 'dense';
      readonly units: number;
      /** Default `linear`. */
      readonly activation?: Activation;
      /** Default true; a bias starts at zero. */
      readonly useBias?: boolean;
      /** Default `glorotUniform`. */
      readonly kernelInitializer?: InitializerDocument;
      /** Default none: 0 and 0. */
      readonly kernelRegularizer?: Partial<Regularizer>;
    }
  | DropoutLayer
  /** Defaults 0.99 and 0.001. */
  | { readonly type: 'batchNormalization'; readonly momentum?: number; readonly epsilon?: number }
  /** Default 0.001. */
  | { readonly type: 'layerNormalization'; readonly epsilon?: number }
  | ActivationLayer;

/** A record with a name, whose other fields have defaults. */
export type WithDefaults<T> = T extends { readonly name: infer N }
  ? { readonly name: N } & Partial<Omit<T, 'name'>>
  : never;

/** Values in one matrix of a run (1 GiB of float32): more is refused before anything is allocated. */
export const MAX_VALUES = 2 ** 28;
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

const kernelInitializer = tagged(
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

const activation = oneOf(ACTIVATION_NAMES);
const epsilon = v.optional(finite({ atLeast: 1e-37 }), 1e-3);
const share = (fallback?: number) => v.optional(finite({ atLeast: 0, below: 1 }), fallback as number);

const LAYER_TYPES = ['dense', 'dropout', 'batchNormalization', 'layerNormalization', 'activation'] as const;

const layer = tagged(
  'type',
  [
    object({
      type: v.optional(v.literal('dense'), 'dense'),
      units: whole(1, MAX_VALUES),
      activation: v.optional(activation, 'linear'),
      useBias: v.optional(flag, true),
      kernelInitializer: v.optional(kernelInitializer, { name: 'glorotUniform' }),
      kernelRegularizer: v.optional(
        optionsObject({ l1: v.optional(finite({ atLeast: 0 }), 0), l2: v.optional(finite({ atLeast: 0 }), 0) }),
        { l1: 0, l2: 0 },
      ),
    }),
    object({ type: v.literal('dropout'), rate: finite({ atLeast: 0, below: 1 }) }),
    object({ type: v.literal('batchNormalization'), momentum: share(0.99), epsilon }),
    object({ type: v.literal('layerNormalization'), epsilon }),
    object({ type: v.literal('activation'), activation }),
  ],
  choiceText(LAYER_TYPES),
);

// The numbers inside are checked by checkRows: a schema node per number would cost more than the training.
const numbers = v.optional(list('a list of numbers'));
export const rows = v.array(list('a list of numbers'), 'a list of rows, each a list of numbers');

export const modelSchema = object({
  seed: v.optional(whole(0, MAX_SEED), 0),
  layers: v.pipe(v.array(layer, 'a list of layers'), v.minLength(1, 'at least one layer')),
  weights: v.optional(
    v.array(
      optionsObject({
        kernel: v.optional(rows),
        bias: numbers,
        gamma: numbers,
        beta: numbers,
        movingMean: numbers,
        movingVariance: numbers,
      }),
      'a list, one per layer',
    ),
  ),
});

/** The columns that go into each layer, and after the last those that come out: (layers + 1). */
export function layerWidths(layers: readonly Layer[], inputs: number): number[] {
  const widths = [inputs];
  for (const layer of layers) widths.push(layer.type === 'dense' ? layer.units : widths.at(-1)!);
  return widths;
}
