/**
 * A run as a script for Keras 3: layers, optimizer, loss and metrics by the very objects that a Keras file of it would have
 * (formats/keras-*.ts), written as calls. What Keras has no word for is said in a comment.
 */
import { type KerasObject, kerasLayers } from '../../../../formats/keras-layers.js';
import { compileConfig } from '../../../../formats/keras-training.js';
import { Float } from '../../../../formats/python-json.js';
import type { TrainingSettings } from '../../../../core/training.js';
import type { CodeFacts } from './code-facts.js';
import { Call, comments, python, pythonCall } from './literals.js';
import { DATA_REMARK, hasRateFactor, rateFactorLines, snake } from './python-parts.js';

/** What Keras takes by itself, by field; and what no script says. */
const USUAL: Readonly<Record<string, string>> = {
  activation: '"linear"',
  use_bias: 'True',
  clipnorm: 'None',
  global_clipnorm: 'None',
  clipvalue: 'None',
  weight_decay: 'None',
  centered: 'False',
  amsgrad: 'False',
  use_ema: 'False',
  nesterov: 'False',
  momentum: '0.0',
  seed: 'None',
  noise_shape: 'None',
  axis: '-1',
  center: 'True',
  scale: 'True',
  reduction: '"sum_over_batch_size"',
  from_logits: 'False',
  l1: '0.0',
  l2: '0.0',
};
const UNSAID = /^(name|dtype|trainable|axis|bias_\w+|kernel_constraint|(beta|gamma|moving)_\w+)$/;

export function kerasCode(facts: CodeFacts): string {
  const { model, training, widths, rows, batch, hasRowWeights } = facts;
  const { learningRateSchedule: schedule, loss } = training;
  const usesFactor =
    hasRateFactor(schedule) && compileConfig({ ...training, loss: { name: 'meanSquaredError' } }) === undefined;
  // Loss and rate that Keras has no object for stand in the script, so the objects are those of what it has.
  const config = compileConfig({
    ...training,
    ...(loss.name === 'halfSumSquaredError' && { loss: { name: 'meanSquaredError' } }),
    ...(usesFactor && { learningRateSchedule: { name: 'constant', warmupSteps: 0 } }),
  })!;
  const lost = training.metrics.filter(({ name }) => name === 'f1Score' || name === 'confusionMatrix');
  const layers = kerasLayers({
    layers: model.layers.map((layer, l) => ({
      layer,
      index: l,
      inputs: widths[l]!,
      outputs: widths[l + 1]!,
      weights: [],
    })),
    inputs: widths[0]!,
    outputs: widths.at(-1)!,
    metadata: {},
    weightBytes: 0,
  });
  const callbacks = callbacksOf(training, rows.validation > 0);
  const fit = [
    'x',
    'y',
    `batch_size=${batch}`,
    `epochs=${training.epochs}`,
    ...(rows.validation > 0 ? ['validation_data=(data["x_val"], data["y_val"])'] : []),
    ...(training.shuffle ? [] : ['shuffle=False']),
    ...(training.classWeight
      ? [
          `class_weight={${Object.entries(training.classWeight)
            .map(([name, weight]) => `${Number(name)}: ${weight}`)
            .join(', ')}}`,
        ]
      : []),
    ...(hasRowWeights ? ['sample_weight=data["weight"][:, 0]'] : []),
    ...(callbacks.length > 0 ? [`callbacks=[${callbacks.join(', ')}]`] : []),
    'verbose=2',
  ];
  const optimizer = usesFactor
    ? { ...config.optimizer, config: { ...config.optimizer.config, learning_rate: new Call(`Rates()`) } }
    : config.optimizer;
  const compile = [
    `optimizer=${objectCall(optimizer, 4)}`,
    `loss=${loss.name === 'halfSumSquaredError' ? 'HalfSumSquaredError()' : objectCall(config.loss, 4)}`,
    ...(config.metrics
      ? [
          `metrics=[${config.metrics.map((one) => (typeof one === 'string' ? python(one) : objectCall(one, 8))).join(', ')}]`,
        ]
      : []),
  ];
  return [
    ...comments('#', [
      'pip install keras tensorflow numpy',
      'The same network and training as in the lab; Keras draws other first weights, so the curves are alike and not the same.',
      ...(model.weights ? ['The run starts from given weights, which are not in this script.'] : []),
      ...(lost.length > 0
        ? [`Not measured here, since Keras has nothing of the kind: ${lost.map(({ name }) => name).join(', ')}.`]
        : []),
    ]),
    ...(usesFactor ? ['import math', ''] : []),
    'import keras',
    'import numpy as np',
    'from keras import layers',
    '',
    `keras.utils.set_random_seed(${model.seed})`,
    '',
    ...comments('#', [DATA_REMARK]),
    'data = np.load("data.npz")',
    'x, y = data["x"], data["y"]',
    '',
    ...(loss.name === 'halfSumSquaredError' ? HALF_SUM : []),
    ...(usesFactor ? ratesClass(facts) : []),
    pythonCall('model = keras.Sequential', [
      `[\n        keras.Input(shape=(${widths[0]},)),\n${layers.map(({ object }) => `        ${layerCall(object)},\n`).join('')}    ]`,
    ]),
    pythonCall('model.compile', compile),
    'model.summary()',
    '',
    pythonCall('history = model.fit', fit),
    'print("loss", history.history["loss"][-1])',
    ...(rows.test > 0 ? ['print("test", model.evaluate(data["x_test"], data["y_test"], verbose=0))'] : []),
    '',
  ].join('\n');
}

const HALF_SUM = [
  '',
  'class HalfSumSquaredError(keras.losses.Loss):',
  '    """Half the sum of the squared errors over the batch, as in the tutorial. Keras prints it for a batch."""',
  '',
  '    def __init__(self):',
  '        super().__init__(reduction="sum")',
  '',
  '    def call(self, y_true, y_pred):',
  '        return 0.5 * keras.ops.sum(keras.ops.square(y_pred - y_true), axis=-1)',
  '',
  '',
];

function ratesClass(facts: CodeFacts): string[] {
  const { training, updates } = facts;
  return [
    '',
    ...rateFactorLines(training.learningRateSchedule, facts),
    '',
    '',
    'class Rates(keras.optimizers.schedules.LearningRateSchedule):',
    `    """The rate of each of the ${updates} updates."""`,
    '',
    '    def __init__(self):',
    `        rates = [${training.optimizer.learningRate} * rate_factor(step) for step in range(${updates})]`,
    '        self.rates = np.array(rates, "float32")',
    '',
    '    def __call__(self, step):',
    '        last = keras.ops.cast(len(self.rates) - 1, step.dtype)',
    '        return keras.ops.take(keras.ops.convert_to_tensor(self.rates), keras.ops.minimum(step, last))',
    '',
    '',
  ];
}

/** A layer; an operation between layers, of which there is GELU by tanh alone, as an activation. */
function layerCall(object: KerasObject): string {
  if (object.class_name === 'Gelu') return 'layers.Activation(keras.ops.gelu)';
  return objectCall(object, 8).replace('keras.layers.', 'layers.');
}

function objectCall({ module, class_name: name, config }: KerasObject, indent: number): string {
  const entries = Object.entries(config).flatMap(([key, value]): [string, string][] => {
    if (UNSAID.test(key)) return [];
    const text = valueOf(value, indent + 4);
    if (text === undefined || text === 'None' || text === USUAL[key] || isUsualInitializer(key, text)) return [];
    return [[key, text]];
  });
  const [first, ...others] = entries;
  const named = others.map(([key, text]) => `${key}=${text}`);
  const isPlaced = first && ['units', 'rate', 'activation'].includes(first[0]);
  const parameters = first ? [isPlaced ? first[1] : `${first[0]}=${first[1]}`, ...named] : [];
  return pythonCall(`${module}.${name}`, parameters, indent);
}

function isUsualInitializer(key: string, text: string): boolean {
  return key === 'kernel_initializer' && text === 'keras.initializers.GlorotUniform()';
}

function valueOf(value: unknown, indent: number): string | undefined {
  if (value instanceof Float) return /^-?\d+$/.test(String(value.value)) ? `${value.value}.0` : String(value.value);
  if (typeof value === 'object' && value !== null && 'class_name' in value)
    return objectCall(value as KerasObject, indent);
  return python(value);
}

function callbacksOf(
  { learningRateSchedule: schedule, earlyStopping }: TrainingSettings,
  hasValidation: boolean,
): string[] {
  const usual = hasValidation ? 'val_loss' : 'loss';
  const found: string[] = [];
  if (schedule.name === 'reduceOnPlateau') {
    const { monitor = usual, factor, patience, minDelta, cooldown, minLearningRate } = schedule;
    found.push(
      `keras.callbacks.ReduceLROnPlateau(monitor=${python(monitor)}, factor=${factor}, patience=${patience}, min_delta=${minDelta}, cooldown=${cooldown}, min_lr=${minLearningRate})`,
    );
  }
  if (earlyStopping) {
    const { monitor = usual, patience, minDelta, restoreBestWeights } = earlyStopping;
    const mode = /loss|[eE]rror/.test(monitor) ? 'min' : 'max';
    found.push(
      `keras.callbacks.EarlyStopping(monitor=${python(snake(monitor))}, mode="${mode}", patience=${patience}, min_delta=${minDelta}, restore_best_weights=${python(restoreBestWeights)})`,
    );
  }
  return found;
}
