/**
 * The public API: everything that may be imported from `idli`, by name. The only barrel of the project.
 */
export { article } from './runs/article.js';
export { parseRun, type Run, type RunDocument } from './core/run.js';
export type {
  ActivationLayer,
  BatchNormalizationLayer,
  DenseLayer,
  DropoutLayer,
  GivenWeights,
  InitializerDocument,
  KernelInitializer,
  Layer,
  LayerDocument,
  LayerNormalizationLayer,
  Regularizer,
} from './core/model.js';
export type {
  Adagrad,
  Adam,
  EarlyStopping,
  LearningRateSchedule,
  Loss,
  Metric,
  Optimizer,
  RmsProp,
  Sgd,
  TrainingDocument,
  TrainingSettings,
} from './core/training.js';
export type { ExampleRows, Table } from './core/examples.js';
export type { ConfusionMatrices, ConfusionMatrix, EpochLogs, History } from './core/history.js';
export { type Divergence, type EpochReport, type Trained, TrainingError } from './core/trained.js';
export { RunError } from './core/run-error.js';
export type { Activation } from './core/activations.js';
export type { LayerWeights } from './core/initializers.js';
export { type Matrix, matrixToRows } from './core/matrix.js';

export { activation, batchNormalization, dense, dropout, layerNormalization } from './model/layers.js';
export { adagrad, adam, adamW, earlyStopping, rmsprop, schedules, sgd } from './model/settings.js';
export { fromRun, sequential, type SequentialOptions } from './model/sequential.js';
export type { Model, ToRunOptions } from './model/model.js';
export type { BackendOptions, EvaluateOptions, FitOptions, PredictOptions } from './model/options.js';
export type { Callback, FitResult, TrainingCallback } from './model/callbacks.js';
export type { Data, ExampleData, RowWeights, ShapedData, TypedArray } from './model/data.js';
export type { Fit } from './model/fit.js';
export type { Evaluation } from './model/evaluate.js';
export type { Predictions } from './model/predictions.js';
export type { WeightsInput } from './model/weights.js';

export { type RunOptions, train, type Training, type TrainOptions } from './trainer/train.js';
export { ParityError } from './trainer/errors.js';
export { trainReference } from './reference/training.js';
export type { TuningStore } from './tune/store.js';
export { compareCurves, type CurveParity } from './verify/curves.js';
export type { PassParity } from './verify/parity.js';
export type { Comparison } from './verify/compare.js';

export { compilePlan } from './model/compile-plan.js';
export type { ParameterRange, Plan, PlannedBuffer } from './plan/plan.js';
export { printPlan, summarizePlan } from './plan/print.js';
export type { Pass } from './passes/pass.js';

export { type AdapterDescription, adapterText, DeviceError } from './gpu/device.js';
