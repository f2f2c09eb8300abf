/** What the tests of the Keras file share: a model with its config.json written out by hand, and how configs are made. */
import type { LayerDocument } from '../../../src/core/model.js';
import type { TrainingDocument } from '../../../src/core/training.js';
import { exportedModel } from '../../../src/formats/export-layers.js';
import { kerasConfig } from '../../../src/formats/keras-config.js';
import { kerasLayers } from '../../../src/formats/keras-layers.js';
import { pythonJson } from '../../../src/formats/python-json.js';
import { savedModel } from './saved.js';

/** Of an object of Keras: what a test looks at. */
export interface Described {
  readonly module: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly layers: readonly Described[] };
  readonly compile_config?: Readonly<Record<'optimizer' | 'loss', Described>> & { readonly metrics: unknown };
}

/** The description of a model with 4 inputs, as it comes out of its JSON. */
export function configOf(layers: readonly LayerDocument[], training?: TrainingDocument): Described {
  const saved = savedModel(layers, 4, training);
  const exported = exportedModel(saved);
  return JSON.parse(pythonJson(kerasConfig(kerasLayers(exported), saved.inputs, saved.training))) as Described;
}

/** An object of Keras itself. */
export const keras = (module: string, class_name: string, config: object = {}) => ({
  module,
  class_name,
  config,
  registered_name: null,
});
const ZEROS = keras('keras.initializers', 'Zeros');
const ONES = keras('keras.initializers', 'Ones');
const NORMALIZATION = {
  center: true,
  scale: true,
  beta_initializer: ZEROS,
  gamma_initializer: ONES,
  beta_regularizer: null,
  gamma_regularizer: null,
  beta_constraint: null,
  gamma_constraint: null,
};

export const LAYERS: readonly LayerDocument[] = [
  { units: 5, activation: 'leakyRelu', kernelRegularizer: { l1: 0.001, l2: 1 } },
  { type: 'batchNormalization', momentum: 0.9 },
  { type: 'activation', activation: 'gelu' },
  { type: 'dropout', rate: 0.25 },
  { units: 4, useBias: false, kernelInitializer: { name: 'orthogonal', gain: 2 } },
  { type: 'layerNormalization', epsilon: 0.01 },
  { units: 3, activation: 'softmax', kernelInitializer: 'heNormal' },
];
export const TRAINING: TrainingDocument = {
  loss: 'categoricalCrossentropy',
  optimizer: { name: 'adamW', learningRate: 1 },
  metrics: ['accuracy', { name: 'topKCategoricalAccuracy', k: 2 }, 'f1Score', 'confusionMatrix'],
  clipNorm: 2,
};

/** As Keras 3 writes it, less what later versions than 3.0 added and fill in by themselves. */
export const EXPECTED = {
  ...keras('keras', 'Sequential', {
    name: 'idli',
    trainable: true,
    dtype: 'float32',
    layers: [
      keras('keras.layers', 'InputLayer', {
        batch_shape: [null, 4],
        dtype: 'float32',
        sparse: false,
        name: 'input_layer',
      }),
      {
        ...keras('keras.layers', 'Dense', {
          name: 'dense',
          trainable: true,
          dtype: 'float32',
          units: 5,
          activation: 'leaky_relu',
          use_bias: true,
          kernel_initializer: keras('keras.initializers', 'GlorotUniform', { seed: null }),
          bias_initializer: ZEROS,
          kernel_regularizer: keras('keras.regularizers', 'L1L2', { l1: 0.001, l2: 1 }),
          bias_regularizer: null,
          kernel_constraint: null,
          bias_constraint: null,
        }),
        build_config: { input_shape: [null, 4] },
      },
      {
        ...keras('keras.layers', 'BatchNormalization', {
          name: 'batch_normalization',
          trainable: true,
          dtype: 'float32',
          axis: -1,
          momentum: 0.9,
          epsilon: 0.001,
          ...NORMALIZATION,
          moving_mean_initializer: ZEROS,
          moving_variance_initializer: ONES,
        }),
        build_config: { input_shape: [null, 5] },
      },
      keras('keras.layers', 'Activation', {
        name: 'activation',
        trainable: true,
        dtype: 'float32',
        activation: 'gelu',
      }),
      keras('keras.layers', 'Dropout', {
        name: 'dropout',
        trainable: true,
        dtype: 'float32',
        rate: 0.25,
        seed: null,
        noise_shape: null,
      }),
      {
        ...keras('keras.layers', 'Dense', {
          name: 'dense_1',
          trainable: true,
          dtype: 'float32',
          units: 4,
          activation: 'linear',
          use_bias: false,
          kernel_initializer: keras('keras.initializers', 'Orthogonal', { seed: null, gain: 2 }),
          bias_initializer: ZEROS,
          kernel_regularizer: null,
          bias_regularizer: null,
          kernel_constraint: null,
          bias_constraint: null,
        }),
        build_config: { input_shape: [null, 5] },
      },
      {
        ...keras('keras.layers', 'LayerNormalization', {
          name: 'layer_normalization',
          trainable: true,
          dtype: 'float32',
          axis: [-1],
          epsilon: 0.01,
          ...NORMALIZATION,
        }),
        build_config: { input_shape: [null, 4] },
      },
      {
        ...keras('keras.layers', 'Dense', {
          name: 'dense_2',
          trainable: true,
          dtype: 'float32',
          units: 3,
          activation: 'softmax',
          use_bias: true,
          kernel_initializer: keras('keras.initializers', 'HeNormal', { seed: null }),
          bias_initializer: ZEROS,
          kernel_regularizer: null,
          bias_regularizer: null,
          kernel_constraint: null,
          bias_constraint: null,
        }),
        build_config: { input_shape: [null, 4] },
      },
    ],
    build_input_shape: [null, 4],
  }),
  build_config: { input_shape: [null, 4] },
  compile_config: {
    optimizer: keras('keras.optimizers', 'AdamW', {
      name: 'adamw',
      learning_rate: 1,
      weight_decay: 0.004,
      clipnorm: null,
      global_clipnorm: 2,
      clipvalue: null,
      use_ema: false,
      beta_1: 0.9,
      beta_2: 0.999,
      epsilon: 1e-7,
      amsgrad: false,
    }),
    loss: keras('keras.losses', 'CategoricalCrossentropy', {
      name: 'categorical_crossentropy',
      reduction: 'sum_over_batch_size',
      from_logits: false,
    }),
    loss_weights: null,
    metrics: [
      'accuracy',
      keras('keras.metrics', 'TopKCategoricalAccuracy', { name: 'top_k_categorical_accuracy', dtype: 'float32', k: 2 }),
    ],
    weighted_metrics: null,
    run_eagerly: false,
    steps_per_execution: 1,
  },
};
