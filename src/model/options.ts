/**
 * The options of a model's calls: their types, and the checks that make of them what a training needs. What belongs to
 * a run document is named `training.…` in sentences, everything else by its own name.
 */
import type { RowWeights, Data } from './data.js';
import type { ModelSettings } from '../core/model.js';
import { checkNames, checkSignal, checkType, choiceText, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseSettings } from '../core/run.js';
import { LOSS_NAMES, type TrainingSettings, type TrainingDocument } from '../core/training.js';
import type { Schedule } from '../plan/plan.js';
import type { CheckpointOptions } from '../trainer/checkpoint-options.js';
import { CHECKPOINT_OPTIONS } from '../trainer/open-keeper.js';
import type { Recovery } from '../trainer/recovery-options.js';
import { type BACKENDS, checkBackend, checkSchedule, checkTune, checkVerify } from '../trainer/train.js';
import type { GpuSource } from '../gpu/gpu-source.js';
import type { TuningStore } from '../tune/store.js';
import type { VerifyMode } from '../verify/report.js';
import { type Callback, sortCallbacks, type TrainingCallback } from './callbacks.js';

/** Where a call computes. */
export interface BackendOptions {
  /**
   * `auto` takes WebGPU where there is an adapter, else the CPU, and in `fit` whichever is measured to train sooner: the
   * result says which. Name one for the same bits each time. Default: that of the last `fit` that named one, at first
   * `auto`.
   */
  readonly backend?: (typeof BACKENDS)[number] | undefined;
  /** Where adapters come from. Default: that of the last call that named one, at first `navigator.gpu`. */
  readonly gpu?: GpuSource | undefined;
}

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

/**
 * The fields of `training` in a run document, and what belongs to this call alone. With `loss` they stand for
 * themselves, and what is left out has its default; without it they change the settings of the training before, or
 * of the run that the model came from.
 */
export interface FitOptions extends Optional<TrainingDocument>, BackendOptions, CheckpointOptions {
  /** Measured after each epoch and never trained on. */
  readonly validationData?: readonly [x: Data, y: Data, sampleWeight?: RowWeights] | undefined;
  /** How much each row counts in the loss, at least 0. Default 1. */
  readonly sampleWeight?: RowWeights | undefined;
  /**
   * Early stopping, at most one, and what is to be told of the training. The early stopping is a setting of the run, and
   * stays for later trainings until they are given callbacks of their own.
   */
  readonly callbacks?: readonly Callback[] | undefined;
  /** Ends the training as soon as it can; its promise is rejected with the signal's reason, the weights stay. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How much is compared with the reference, each pass from the GPU's own state, against derived bounds: `off`; `sample`, a first batch,
   * one more from the trained weights, and in between steps drawn at random, for at most a twentieth of the training's time; `every`
   * step. `true` is `sample`, `false` is `off`. A value out of its bound ends the training. Default `sample`.
   */
  readonly verify?: boolean | VerifyMode | undefined;
  /**
   * `persistent` runs many batches in one dispatch, for networks that fit one workgroup; `layered` makes each pass a
   * dispatch. Default: `persistent` where that is possible, for all but a handful of updates; the plan of the result says which.
   */
  readonly schedule?: Schedule | undefined;
  /**
   * Whether the GPU's products may be measured first, to take what is quickest on this adapter: a few hundred
   * milliseconds before a training that is long enough to gain from it, and no bit of the result is another. What was
   * measured is remembered in the page's localStorage, or in the store given here. Default true.
   */
  readonly tune?: boolean | TuningStore | undefined;
  /** Told now and then how much is done: updates of the weights, or on the CPU epochs. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /**
   * Told of each loss of the device that the training goes on after, on a device that is opened anew: to the same bits, and
   * without telling of an epoch twice.
   */
  readonly onRecovery?: ((recovery: Recovery) => void) | undefined;
}

/** Left out, `loss` and `metrics` are those of the training before, or of the run that the model came from. */
export interface EvaluateOptions extends BackendOptions, Optional<Pick<TrainingDocument, 'loss' | 'metrics'>> {
  readonly batchSize?: number | undefined;
  readonly sampleWeight?: RowWeights | undefined;
  /** Whether the passes on the GPU are compared with the reference. Default true. */
  readonly verify?: boolean | undefined;
}

/** Options of `predict`. */
export type PredictOptions = BackendOptions;

const SETTINGS = [
  'loss',
  'optimizer',
  'learningRateSchedule',
  'clipNorm',
  'clipValue',
  'epochs',
  'batchSize',
  'gradientAccumulationSteps',
  'shuffle',
  'validationSplit',
  'classWeight',
  'metrics',
  'earlyStopping',
] as const satisfies (keyof TrainingSettings)[];

const BACKEND_FIELDS = ['backend', 'gpu'] as const satisfies (keyof BackendOptions)[];
const FIT_FIELDS: readonly string[] = [
  ...SETTINGS,
  ...(['validationData', 'sampleWeight', 'callbacks', 'signal'] satisfies (keyof FitOptions)[]),
  ...(['verify', 'schedule', 'tune', 'onProgress', 'onRecovery'] satisfies (keyof FitOptions)[]),
  ...CHECKPOINT_OPTIONS,
  ...BACKEND_FIELDS,
];
const EVALUATE_FIELDS: readonly string[] = [
  ...(['loss', 'metrics', 'batchSize', 'sampleWeight', 'verify'] satisfies (keyof EvaluateOptions)[]),
  ...BACKEND_FIELDS,
];

/** Which of two settings gives way where only the other is named. */
const RIVALS = [
  ['clipNorm', 'clipValue'],
  ['clipValue', 'clipNorm'],
  ['validationData', 'validationSplit'],
] as const;

/** The options of a fit, checked. */
export interface ParsedFit {
  readonly settings: TrainingSettings;
  readonly hooks: readonly TrainingCallback[];
}

/** @throws RunError naming the first option that is wrong */
export function parseFit(model: ModelSettings, options: FitOptions, before: TrainingSettings | undefined): ParsedFit {
  checkNames(options, FIT_FIELDS);
  checkBackend(options);
  checkVerify(options.verify);
  checkSchedule(options);
  checkTune(options.tune);
  checkType('onProgress', options.onProgress, 'function', 'a function');
  checkType('onRecovery', options.onRecovery, 'function', 'a function');
  checkSignal(options.signal);
  const { validationData } = options;
  if (validationData !== undefined) {
    const isFitting = Array.isArray(validationData) && (validationData.length === 2 || validationData.length === 3);
    if (!isFitting) throw new RunError('validationData', describe(validationData), '[x, y] or [x, y, sampleWeight]');
  }

  const { hooks, stopping } = sortCallbacks(options.callbacks ?? []);
  if (stopping && options.earlyStopping !== undefined) {
    throw new RunError('earlyStopping', 'one beside that in callbacks', 'one of the two');
  }
  // Callbacks that are given are all there are: an early stopping among those of the training before is gone.
  const named = options.callbacks && !('earlyStopping' in options) ? { ...options, earlyStopping: stopping } : options;
  return { settings: parseTraining(model, settingsOf(named, before)), hooks };
}

/** TrainingSettings for an evaluation: a training that trains nothing. @throws RunError naming the first wrong option */
export function parseEvaluation(
  model: ModelSettings,
  options: EvaluateOptions,
  before: TrainingSettings | undefined,
): TrainingSettings {
  checkNames(options, EVALUATE_FIELDS);
  checkBackend(options);
  checkType('verify', options.verify, 'boolean', 'true or false');
  const { loss, metrics, batchSize } = settingsOf(options, before);
  return parseTraining(model, {
    ...(loss !== undefined && { loss }),
    ...(metrics !== undefined && { metrics }),
    ...(batchSize !== undefined && { batchSize }),
  });
}

/** @throws RunError if there is another option, or one that is none */
export function parsePredict(options: PredictOptions): void {
  checkNames(options, BACKEND_FIELDS);
  checkBackend(options);
}

/** @throws RunError if a training document cannot be trained */
export function parseTraining(model: ModelSettings, training: unknown): TrainingSettings {
  const { seed, layers } = model;
  if (typeof training === 'object' && training !== null && !('loss' in training)) {
    throw new RunError('training.loss', 'nothing', choiceText(LOSS_NAMES));
  }
  return parseSettings({ model: { seed, layers }, training }).training;
}

/** What is left out is as before, unless a loss is given; `undefined` stands for the default. */
function settingsOf(options: FitOptions, before: TrainingSettings | undefined): Record<string, unknown> {
  const settings: Record<string, unknown> = options.loss === undefined ? { ...before } : {};
  for (const [given, other] of RIVALS) if (options[given] !== undefined) delete settings[other];
  for (const name of SETTINGS) {
    if (!(name in options)) continue;
    if (options[name] !== undefined) settings[name] = options[name];
    // A loss has no default.
    else if (name !== 'loss') delete settings[name];
  }
  return settings;
}
