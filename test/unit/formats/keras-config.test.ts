/** The config.json of a Keras file, layer by layer, as JSON that Python reads, and what it says of the training. */
import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../../../src/core/activations.js';
import { LOSS_NAMES, METRIC_NAMES, OPTIMIZER_NAMES, SCHEDULE_NAMES } from '../../../src/core/training.js';
import type { TrainingDocument } from '../../../src/core/training.js';
import { exportedModel } from '../../../src/formats/export-layers.js';
import { kerasConfig } from '../../../src/formats/keras-config.js';
import { kerasLayers } from '../../../src/formats/keras-layers.js';
import { float, pythonJson } from '../../../src/formats/python-json.js';
import { configOf, type Described, EXPECTED, keras, LAYERS, TRAINING } from './keras-documents.js';
import { savedModel } from './saved.js';

const compiled = (training: TrainingDocument, outputs = 1, activation: 'sigmoid' | 'softmax' | 'linear' = 'sigmoid') =>
  configOf([{ units: outputs, activation }], training).compile_config;

describe('config.json', () => {
  test('field by field', () => {
    expect(configOf(LAYERS, TRAINING)).toEqual(EXPECTED);
  });

  test('what Python has as a float has a point, what it has as a whole number none', () => {
    const saved = savedModel(LAYERS, 4, TRAINING);
    const text = pythonJson(kerasConfig(kerasLayers(exportedModel(saved)), 4, saved.training), 2);
    for (const line of [
      '"learning_rate": 1.0,',
      '"gain": 2.0',
      '"l2": 1.0',
      '"global_clipnorm": 2.0,',
      '"units": 5,',
      '"epsilon": 1e-7,',
    ]) {
      expect(text).toContain(line);
    }
    expect(pythonJson({ a: float(0), b: float(-3), c: float(1e21), d: 0, e: [float(0.5)], f: '"1' })).toBe(
      '{"a":0.0,"b":-3.0,"c":1e+21,"d":0,"e":[0.5],"f":"\\"1"}',
    );
  });

  test('every activation by the name that Keras knows it by, in a dense layer and as one', () => {
    const names = ACTIVATION_NAMES.filter((name) => name !== 'geluTanh').map((activation) => {
      const { config } = configOf([
        { units: 2, activation },
        { type: 'activation', activation },
      ]);
      const [, dense, layer] = config.layers;
      expect(layer!.config['activation']).toBe(dense!.config['activation']);
      return dense!.config['activation'];
    });
    expect(names.join(' ')).toBe('linear sigmoid tanh relu leaky_relu elu gelu silu softplus softmax');
  });

  test('gelu by tanh makes it a functional model, in which an operation does it', () => {
    const { module, class_name, config } = configOf([
      { units: 3, activation: 'geluTanh' },
      { units: 2 },
      { type: 'activation', activation: 'geluTanh' },
    ]);
    expect([module, class_name]).toEqual(['keras.src.models.functional', 'Functional']);
    expect([config['input_layers'], config['output_layers']]).toEqual([
      ['input_layer', 0, 0],
      ['gelu_1', 0, 0],
    ]);
    expect(config.layers.map(({ class_name: name }) => name)).toEqual(['InputLayer', 'Dense', 'Gelu', 'Dense', 'Gelu']);
    expect(config.layers[1]!.config['activation']).toBe('linear');
    const tensor = {
      class_name: '__keras_tensor__',
      config: { shape: [null, 3], dtype: 'float32', keras_history: ['dense', 0, 0] },
    };
    expect(config.layers[2]).toEqual({
      module: 'keras.src.ops.nn',
      class_name: 'Gelu',
      config: { approximate: true },
      registered_name: 'Gelu',
      name: 'gelu',
      inbound_nodes: [{ args: [tensor], kwargs: {} }],
    });
  });
});

describe('compile_config', () => {
  test('none where nothing is known of the training', () => {
    expect(configOf(LAYERS).compile_config).toBeUndefined();
  });

  test('every loss but the one that is a sum', () => {
    const names = LOSS_NAMES.map((loss) => {
      const activation = loss.endsWith('ategoricalCrossentropy') ? 'softmax' : 'sigmoid';
      return compiled({ loss }, activation === 'softmax' ? 2 : 1, activation)?.loss.class_name;
    });
    expect(names).toEqual([
      undefined,
      'MeanSquaredError',
      'MeanAbsoluteError',
      'BinaryCrossentropy',
      'CategoricalCrossentropy',
      'SparseCategoricalCrossentropy',
      'Huber',
    ]);
    expect(compiled({ loss: { name: 'huber', delta: 0.5 } })?.loss.config['delta']).toBe(0.5);
  });

  test('every optimizer with its settings', () => {
    const optimizers = OPTIMIZER_NAMES.map(
      (name) => compiled({ loss: 'meanSquaredError', optimizer: name })!.optimizer,
    );
    const shared = { weight_decay: null, clipnorm: null, global_clipnorm: null, clipvalue: null, use_ema: false };
    const adam = { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false };
    expect(optimizers).toEqual([
      keras('keras.optimizers', 'SGD', { name: 'sgd', learning_rate: 0.01, ...shared, momentum: 0, nesterov: false }),
      keras('keras.optimizers', 'RMSprop', {
        name: 'rmsprop',
        learning_rate: 0.001,
        ...shared,
        rho: 0.9,
        momentum: 0,
        epsilon: 1e-7,
        centered: false,
      }),
      keras('keras.optimizers', 'Adagrad', {
        name: 'adagrad',
        learning_rate: 0.001,
        ...shared,
        initial_accumulator_value: 0.1,
        epsilon: 1e-7,
      }),
      keras('keras.optimizers', 'Adam', { name: 'adam', learning_rate: 0.001, ...shared, ...adam }),
      keras('keras.optimizers', 'AdamW', {
        name: 'adamw',
        learning_rate: 0.001,
        ...shared,
        weight_decay: 0.004,
        ...adam,
      }),
    ]);
    const { optimizer } = compiled({
      loss: 'meanSquaredError',
      optimizer: { name: 'sgd', weightDecay: 0.5 },
      clipValue: 3,
      gradientAccumulationSteps: 4,
    })!;
    expect(optimizer.config).toMatchObject({ weight_decay: 0.5, clipvalue: 3, gradient_accumulation_steps: 4 });
  });

  test('every schedule, or no compile_config where Keras has none like it', () => {
    const settings: Record<string, object> = {
      step: { decaySteps: 5, decayRate: 0.5 },
      exponential: { decaySteps: 6, decayRate: 1 },
      cosine: { decaySteps: 7, alpha: 0.25 },
      linearWarmup: { warmupSteps: 3 },
    };
    const rates = SCHEDULE_NAMES.map((name) => {
      const learningRateSchedule = { name, ...settings[name] } as TrainingDocument['learningRateSchedule'] & object;
      const of = compiled({ loss: 'meanSquaredError', optimizer: 'sgd', learningRateSchedule });
      return of?.optimizer.config['learning_rate'];
    });
    const schedule = (name: string, config: object) =>
      keras('keras.optimizers.schedules', name, { initial_learning_rate: 0.01, ...config, name });
    expect(rates).toEqual([
      0.01,
      schedule('ExponentialDecay', { decay_steps: 5, decay_rate: 0.5, staircase: true }),
      schedule('ExponentialDecay', { decay_steps: 6, decay_rate: 1, staircase: false }),
      schedule('CosineDecay', { decay_steps: 7, alpha: 0.25 }),
      undefined,
      undefined,
      0.01,
    ]);
    const unsaid: TrainingDocument['learningRateSchedule'][] = ['cosine', { name: 'constant', warmupSteps: 2 }];
    for (const learningRateSchedule of unsaid) {
      expect(compiled({ loss: 'meanSquaredError', learningRateSchedule: learningRateSchedule! })).toBeUndefined();
    }
  });

  test('every metric that Keras has too', () => {
    const metrics = METRIC_NAMES.filter((name) => name !== 'sparseCategoricalAccuracy').map((name) =>
      name === 'topKCategoricalAccuracy' ? { name, k: 1 } : { name },
    );
    const of = compiled({ loss: 'categoricalCrossentropy', metrics }, 2, 'softmax');
    const names = (of!.metrics as (string | Described)[]).map((metric) =>
      typeof metric === 'string' ? metric : metric.class_name,
    );
    expect(names.join(' ')).toBe(
      'accuracy BinaryAccuracy CategoricalAccuracy Precision Recall AUC MeanAbsoluteError MeanSquaredError RootMeanSquaredError R2Score TopKCategoricalAccuracy',
    );
    expect(compiled({ loss: 'meanSquaredError' })!.metrics).toBeNull();
  });
});
