/**
 * The layers of a model as Keras 3 writes them into config.json: module, class, settings, the shape they were built with. Only
 * fields that every Keras 3 knows; what later versions added has its default when it is left out. A layer is named after its
 * class, `dense`, `dense_1`, …, which is also where its weights lie in model.weights.h5.
 */
import type { Activation } from '../core/activations.js';
import type { KernelInitializer, Regularizer } from '../core/model.js';
import { float } from './python-json.js';
import type { ExportedLayer, ExportedModel, ExportedWeight } from './export-layers.js';

/** An object of Keras as its files describe one. */
export interface KerasObject {
  readonly module: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly registered_name: string | null;
  readonly build_config?: { readonly input_shape: readonly (number | null)[] };
}

export interface KerasLayer {
  readonly name: string;
  readonly object: KerasObject;
  /** Columns that come out. */
  readonly outputs: number;
  /** In the order of Keras's own; undefined of what is an operation and no layer, and has no place for weights. */
  readonly weights: readonly ExportedWeight[] | undefined;
}

/** A name for each activation but the one that has none in a file: gelu by tanh. */
const ACTIVATIONS: Readonly<Record<Exclude<Activation, 'geluTanh'>, string>> = {
  linear: 'linear',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  // The slope is 0.2 in Keras too.
  leakyRelu: 'leaky_relu',
  elu: 'elu',
  gelu: 'gelu',
  silu: 'silu',
  softplus: 'softplus',
  softmax: 'softmax',
};

/** The layers in their order, after the input. A dense layer with gelu by tanh becomes two. */
export function kerasLayers({ layers }: ExportedModel): KerasLayer[] {
  const used = new Map<string, number>();
  const named = (base: string) => {
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  };
  return layers.flatMap((exported) => kerasLayer(exported, named));
}

function kerasLayer(exported: ExportedLayer, named: (base: string) => string): KerasLayer[] {
  const { layer, inputs, outputs, weights } = exported;
  const object = (className: string, base: string, config: Readonly<Record<string, unknown>>): KerasLayer => {
    const name = named(base);
    const built = weights.length > 0 ? { build_config: { input_shape: [null, inputs] } } : {};
    return {
      name,
      object: {
        ...builtIn('keras.layers', className, { name, trainable: true, dtype: 'float32', ...config }),
        ...built,
      },
      outputs,
      weights,
    };
  };
  switch (layer.type) {
    case 'dense': {
      const { activation } = layer;
      const dense = object('Dense', 'dense', {
        units: layer.units,
        activation: activation === 'geluTanh' ? 'linear' : ACTIVATIONS[activation],
        use_bias: layer.useBias,
        kernel_initializer: initializer(layer.kernelInitializer),
        bias_initializer: builtIn('keras.initializers', 'Zeros', {}),
        kernel_regularizer: regularizer(layer.kernelRegularizer),
        bias_regularizer: null,
        kernel_constraint: null,
        bias_constraint: null,
      });
      return activation === 'geluTanh' ? [dense, geluByTanh(named, outputs)] : [dense];
    }
    case 'dropout':
      return [object('Dropout', 'dropout', { rate: float(layer.rate), seed: null, noise_shape: null })];
    case 'batchNormalization':
      return [
        object('BatchNormalization', 'batch_normalization', {
          axis: -1,
          momentum: float(layer.momentum),
          epsilon: float(layer.epsilon),
          ...SCALED_AND_SHIFTED,
          moving_mean_initializer: builtIn('keras.initializers', 'Zeros', {}),
          moving_variance_initializer: builtIn('keras.initializers', 'Ones', {}),
        }),
      ];
    case 'layerNormalization':
      return [
        object('LayerNormalization', 'layer_normalization', {
          axis: [-1],
          epsilon: float(layer.epsilon),
          ...SCALED_AND_SHIFTED,
        }),
      ];
    case 'activation': {
      const { activation } = layer;
      if (activation === 'geluTanh') return [geluByTanh(named, outputs)];
      return [object('Activation', 'activation', { activation: ACTIVATIONS[activation] })];
    }
    default:
      return layer satisfies never;
  }
}

/**
 * keras.ops.gelu(x, approximate=True), as Keras writes it in a functional model: no name of an activation means it, and no layer.
 * Its own name stands beside it and not in its settings, where earlier Keras does not know it.
 */
function geluByTanh(named: (base: string) => string, outputs: number): KerasLayer {
  const object = {
    module: 'keras.src.ops.nn',
    class_name: 'Gelu',
    config: { approximate: true },
    registered_name: 'Gelu',
  };
  return { name: named('gelu'), object, outputs, weights: undefined };
}

export function builtIn(module: string, className: string, config: Readonly<Record<string, unknown>>): KerasObject {
  return { module, class_name: className, config, registered_name: null };
}

const SCALED_AND_SHIFTED = {
  center: true,
  scale: true,
  beta_initializer: builtIn('keras.initializers', 'Zeros', {}),
  gamma_initializer: builtIn('keras.initializers', 'Ones', {}),
  beta_regularizer: null,
  gamma_regularizer: null,
  beta_constraint: null,
  gamma_constraint: null,
};

/** Without a seed: Keras draws other numbers. */
function initializer(drawn: KernelInitializer): KerasObject {
  const keras = (className: string, config: Readonly<Record<string, unknown>>) =>
    builtIn('keras.initializers', className, config);
  switch (drawn.name) {
    case 'zeros':
      return keras('Zeros', {});
    case 'ones':
      return keras('Ones', {});
    case 'constant':
      return keras('Constant', { value: float(drawn.value) });
    case 'randomUniform':
      return keras('RandomUniform', { seed: null, minval: float(drawn.minval), maxval: float(drawn.maxval) });
    case 'randomNormal':
      return keras('RandomNormal', { seed: null, mean: float(drawn.mean), stddev: float(drawn.stddev) });
    case 'orthogonal':
      return keras('Orthogonal', { seed: null, gain: float(drawn.gain) });
    case 'glorotUniform':
    case 'heUniform':
    case 'lecunUniform':
    case 'glorotNormal':
    case 'heNormal':
    case 'lecunNormal':
      return keras(drawn.name.charAt(0).toUpperCase() + drawn.name.slice(1), { seed: null });
    default:
      return drawn satisfies never;
  }
}

function regularizer({ l1, l2 }: Regularizer): KerasObject | null {
  return l1 === 0 && l2 === 0 ? null : builtIn('keras.regularizers', 'L1L2', { l1: float(l1), l2: float(l2) });
}
