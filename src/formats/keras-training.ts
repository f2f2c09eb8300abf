/**
 * How a model was trained as Keras 3's compile_config: optimizer, loss, metrics. What Keras has no word for, a loss that is a sum
 * or a schedule of another shape, leaves the model uncompiled: better than a training that only looks the same. Metrics without a
 * counterpart are left out.
 */
import type { LearningRateSchedule, Loss, Metric, Optimizer, TrainingSettings } from '../core/training.js';
import { builtIn, type KerasObject } from './keras-layers.js';
import { float, type Float } from './python-json.js';

export interface CompileConfig {
  readonly optimizer: KerasObject;
  readonly loss: KerasObject;
  readonly loss_weights: null;
  readonly metrics: readonly (string | KerasObject)[] | null;
  readonly weighted_metrics: null;
  readonly run_eagerly: false;
  readonly steps_per_execution: 1;
}

/** Undefined where nothing is known of the training, or Keras cannot say it. */
export function compileConfig(training: TrainingSettings | undefined): CompileConfig | undefined {
  const loss = training && kerasLoss(training.loss);
  const learningRate = training && kerasRate(training);
  if (!loss || learningRate === undefined) return undefined;
  const metrics = training.metrics.flatMap(kerasMetric);
  return {
    optimizer: kerasOptimizer(training.optimizer, learningRate, training),
    loss,
    loss_weights: null,
    metrics: metrics.length > 0 ? metrics : null,
    weighted_metrics: null,
    run_eagerly: false,
    steps_per_execution: 1,
  };
}

function kerasLoss(loss: Loss): KerasObject | undefined {
  const of = (className: string, name: string, config: Readonly<Record<string, unknown>> = {}) =>
    builtIn('keras.losses', className, { name, reduction: 'sum_over_batch_size', ...config });
  switch (loss.name) {
    case 'halfSumSquaredError':
      return undefined;
    case 'meanSquaredError':
      return of('MeanSquaredError', 'mean_squared_error');
    case 'meanAbsoluteError':
      return of('MeanAbsoluteError', 'mean_absolute_error');
    case 'huber':
      return of('Huber', 'huber_loss', { delta: float(loss.delta) });
    case 'binaryCrossentropy':
      return of('BinaryCrossentropy', 'binary_crossentropy', { from_logits: false });
    case 'categoricalCrossentropy':
      return of('CategoricalCrossentropy', 'categorical_crossentropy', { from_logits: false });
    case 'sparseCategoricalCrossentropy':
      return of('SparseCategoricalCrossentropy', 'sparse_categorical_crossentropy', { from_logits: false });
    default:
      return loss satisfies never;
  }
}

/** A number, or a schedule over updates. */
function kerasRate({
  optimizer,
  learningRateSchedule,
}: Pick<TrainingSettings, 'optimizer' | 'learningRateSchedule'>): Float | KerasObject | undefined {
  const { learningRate } = optimizer;
  const schedule: LearningRateSchedule = learningRateSchedule;
  const of = (className: string, config: Readonly<Record<string, unknown>>) =>
    builtIn('keras.optimizers.schedules', className, { initial_learning_rate: float(learningRate), ...config });
  if ('warmupSteps' in schedule && schedule.warmupSteps > 0) return undefined;
  switch (schedule.name) {
    case 'constant':
      return float(learningRate);
    case 'step':
    case 'exponential': {
      const { decaySteps, decayRate } = schedule;
      return of('ExponentialDecay', {
        decay_steps: decaySteps,
        decay_rate: float(decayRate),
        staircase: schedule.name === 'step',
        name: 'ExponentialDecay',
      });
    }
    case 'cosine':
      // Where it is the whole training, Keras would have to know how long that is.
      if (schedule.decaySteps === undefined) return undefined;
      return of('CosineDecay', { decay_steps: schedule.decaySteps, alpha: float(schedule.alpha), name: 'CosineDecay' });
    case 'linearWarmup':
    case 'oneCycle':
      return undefined;
    case 'reduceOnPlateau':
      // A callback in Keras, not a schedule; the rate starts here.
      return float(learningRate);
    default:
      return schedule satisfies never;
  }
}

function kerasOptimizer(
  optimizer: Optimizer,
  learningRate: Float | KerasObject,
  { clipNorm, clipValue, gradientAccumulationSteps }: TrainingSettings,
): KerasObject {
  const of = (className: string, name: string, config: Readonly<Record<string, unknown>>) =>
    builtIn('keras.optimizers', className, {
      name,
      learning_rate: learningRate,
      // AdamW must have a number.
      weight_decay: optimizer.weightDecay > 0 || optimizer.name === 'adamW' ? float(optimizer.weightDecay) : null,
      clipnorm: null,
      global_clipnorm: floatOrNull(clipNorm),
      clipvalue: floatOrNull(clipValue),
      use_ema: false,
      ...(gradientAccumulationSteps > 1 && { gradient_accumulation_steps: gradientAccumulationSteps }),
      ...config,
    });
  switch (optimizer.name) {
    case 'sgd':
      return of('SGD', 'sgd', { momentum: float(optimizer.momentum), nesterov: optimizer.nesterov });
    case 'rmsprop':
      return of('RMSprop', 'rmsprop', {
        rho: float(optimizer.rho),
        momentum: float(0),
        epsilon: float(optimizer.epsilon),
        centered: false,
      });
    case 'adagrad': {
      const { initialAccumulatorValue, epsilon } = optimizer;
      return of('Adagrad', 'adagrad', {
        initial_accumulator_value: float(initialAccumulatorValue),
        epsilon: float(epsilon),
      });
    }
    case 'adam':
    case 'adamW': {
      const { beta1, beta2, epsilon } = optimizer;
      const [className, name] = optimizer.name === 'adam' ? ['Adam', 'adam'] : ['AdamW', 'adamw'];
      return of(className, name, {
        beta_1: float(beta1),
        beta_2: float(beta2),
        epsilon: float(epsilon),
        amsgrad: false,
      });
    }
    default:
      return optimizer satisfies never;
  }
}

const floatOrNull = (value: number | undefined) => (value === undefined ? null : float(value));

function kerasMetric(metric: Metric): (string | KerasObject)[] {
  const of = (className: string, name: string, config: Readonly<Record<string, unknown>> = {}) => [
    builtIn('keras.metrics', className, { name, dtype: 'float32', ...config }),
  ];
  switch (metric.name) {
    case 'accuracy':
      return ['accuracy'];
    case 'binaryAccuracy':
      return of('BinaryAccuracy', 'binary_accuracy');
    case 'categoricalAccuracy':
      return of('CategoricalAccuracy', 'categorical_accuracy');
    case 'sparseCategoricalAccuracy':
      return of('SparseCategoricalAccuracy', 'sparse_categorical_accuracy');
    case 'topKCategoricalAccuracy':
      return of('TopKCategoricalAccuracy', 'top_k_categorical_accuracy', { k: metric.k });
    case 'precision':
      return of('Precision', 'precision');
    case 'recall':
      return of('Recall', 'recall');
    case 'auc':
      return of('AUC', 'auc');
    case 'meanAbsoluteError':
      return of('MeanAbsoluteError', 'mean_absolute_error');
    case 'meanSquaredError':
      return of('MeanSquaredError', 'mean_squared_error');
    case 'rootMeanSquaredError':
      return of('RootMeanSquaredError', 'root_mean_squared_error');
    case 'r2Score':
      return of('R2Score', 'r2_score');
    // Keras's F1 is one value for each class, and it has no confusion matrix.
    case 'f1Score':
    case 'confusionMatrix':
      return [];
    default:
      return metric satisfies never;
  }
}
