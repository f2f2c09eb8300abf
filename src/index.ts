/**
 * The public API: everything that may be imported from `idli`, by name. The only barrel of the project.
 */
export { article } from './runs/article.js';
export { type Run, type RunDocument, parseRun } from './core/run.js';
export type {
  DenseLayer,
  GivenWeights,
  InitializerDocument,
  KernelInitializer,
  LayerDocument,
  Loss,
  Sgd,
} from './core/run.js';
export { RunError } from './core/run-error.js';
export type { Activation } from './core/activations.js';
export type { LayerWeights } from './core/initializers.js';
export { type Matrix, matrixToRows } from './core/matrix.js';

export { ParityError, train, type Training, TrainingError, type TrainOptions } from './trainer.js';
export { trainReference, type Trained } from './reference/network.js';
export { compareCurves, type CurveParity, type PassParity } from './verify/parity.js';
export type { Comparison } from './verify/compare.js';

export { compilePlan } from './plan/compile.js';
export type { ParameterRange, Plan, PlannedBuffer } from './plan/plan.js';
export { printPlan, summarizePlan } from './plan/print.js';
export type { RunOptions } from './plan/execute.js';
export type { Pass } from './passes/pass.js';

export { type AdapterDescription, adapterText, DeviceError } from './gpu/device.js';
