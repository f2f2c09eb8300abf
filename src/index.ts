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
  ModelSettings,
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
export type { ExampleRows, Rows, Table } from './core/examples.js';
export type { ConfusionMatrices, ConfusionMatrix, EpochLogs, History } from './core/history.js';
export { type Divergence, type EpochReport, type Trained, TrainingError } from './core/trained.js';
export { RunError } from './core/run-error.js';
export type { Activation, ElementwiseActivation } from './core/activations.js';
export type { WeightName } from './core/given-weights.js';
export type { LayerWeights } from './core/initializers.js';
export { type Matrix, matrixToRows } from './core/matrix.js';

export {
  activation,
  batchNormalization,
  type BatchNormalizationDocument,
  dense,
  type DenseDocument,
  dropout,
  layerNormalization,
  type LayerNormalizationDocument,
} from './model/layers.js';
export { adagrad, adam, adamW, earlyStopping, rmsprop, schedules, sgd } from './model/settings.js';
export { fromRun, fromSaved, sequential, type SequentialOptions } from './model/sequential.js';
export type { Model, ToRunOptions } from './model/model.js';
export { toSaved, type ToSavedOptions } from './model/saved.js';
export type { BackendOptions, EvaluateOptions, FitOptions, PredictOptions } from './model/options.js';
export type { Callback, FitResult, TrainingCallback } from './model/callbacks.js';
export type { Data, ExampleData, FlatList, RowWeights, ShapedData, TypedArray } from './model/data.js';
export type { Fit } from './model/fit.js';
export type { Evaluation } from './model/evaluate.js';
export type { Predictions } from './model/predictions.js';
export type { WeightsInput } from './model/weights.js';

export type { Recovery } from './trainer/recovery-options.js';
export { type RunOptions, train, type Training, type TrainOptions } from './trainer/train.js';
export type { CheckpointEvery, CheckpointInfo, CheckpointOptions } from './trainer/checkpoint-options.js';
export { browserCheckpoints } from './checkpoint/browser-store.js';
export type { CheckpointStore } from './checkpoint/store.js';
export { CheckpointError, type Place } from './core/saved-state.js';
export { ParityError } from './trainer/errors.js';
export { trainReference } from './reference/training.js';
export type { TuningStore } from './tune/store.js';
export { compareCurves, type CurveDifference, type CurveParity, type Curves } from './verify/curves.js';
export type { PassParity, Reproduction, VerifyMode } from './verify/report.js';
export type { PassVerification, Verification } from './verify/verification.js';
export type { Comparison } from './verify/compare.js';

export { loadRun, type LoadedRun, type LoadOptions, taskOfLoaded } from './data/load.js';
export { trainTask } from './trainer/train.js';
export { savedModelOf, type TrainedRun } from './trainer/saved-model.js';
export type { Task } from './core/task.js';
export type { Source } from './core/examples.js';
export type { DataSettings } from './data/document.js';
export { DataError } from './data/data-error.js';
export { type DataFile, type FileOpener, memoryFile } from './data/file.js';
export { droppedFile, urlOpener } from './data/open-url.js';
export { type DataFormat, readData, type ReadDataOptions } from './data/read.js';
export { type CsvOptions, readCsv } from './data/csv.js';
export type { ColumnKind } from './data/csv-cells.js';
export { type JsonOptions, readJson } from './data/json.js';
export { type ArrayOptions, readNpy } from './data/npy.js';
export { type NpzOptions, readNpz } from './data/npz.js';
export { type IdxOptions, readIdx } from './data/idx.js';
export type { ReadOptions } from './data/read-bytes.js';
export {
  type Picture,
  type PictureSize,
  type PicturesOptions,
  readPicture,
  readPictures,
  resizePicture,
} from './data/pictures.js';
export type { NumberArray, NumberColumns, RawColumn, RawTable, TextColumn } from './data/raw-table.js';
export { synthetic, type SyntheticName, SYNTHETIC_NAMES, type SyntheticOptions } from './data/synthetic/synthetic.js';
export {
  type CategoryInput,
  type ClassTarget,
  type InputEncoding,
  type ModelSizes,
  type NumberInput,
  type NumberTarget,
  parsePreprocessing,
  type Preprocessing,
  type TargetEncoding,
} from './data/preprocessing.js';
export { applyInputs } from './data/apply.js';
export { applyTarget, labelsOf, unscaleTarget } from './data/targets.js';

export { readModel, writeModel, type WriteModelOptions } from './formats/model-file.js';
export { exportPytorch } from './formats/pytorch.js';
export { importPytorch, type ImportPytorchOptions } from './formats/pytorch-import.js';
export { exportOnnx, type OnnxOptions } from './formats/onnx.js';
export { exportKeras } from './formats/keras.js';
export { FormatError } from './formats/format-error.js';
export type { ExportedFile, SavedExamples, SavedModel } from './formats/saved-model.js';

export { compilePlan } from './model/compile-plan.js';
export type { Loop, Measures, ParameterRange, Plan, PlannedBuffer, Schedule, Segment } from './plan/plan.js';
export { printPlan, summarizePlan } from './plan/print.js';
export type { CountMeasure, SumMeasure } from './passes/metrics.js';
export type { Pass, PassShader, Range } from './passes/pass.js';
export type { LoopShader } from './passes/shader-names.js';

export { type AdapterDescription, adapterText, DeviceError } from './gpu/device.js';
export type { AdapterSource, GpuSource } from './gpu/gpu-source.js';
