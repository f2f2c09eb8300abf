/**
 * Trains a run: on WebGPU by its plan, checked pass by pass, or on the CPU by the reference.
 * It never changes from one to the other without saying so in the result.
 */
import { checkGpu, checkNames, checkSignal, checkType, choiceText, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseRun, type Run, type RunDocument } from '../core/run.js';
import type { SavedState, StateKeeper } from '../core/saved-state.js';
import { type Task, taskOf } from '../core/task.js';
import type { EpochReport, Trained } from '../core/trained.js';
import { type AdapterDescription, type Device, noAdapterError, openDevice } from '../gpu/device.js';
import type { GpuSource } from '../gpu/gpu-source.js';
import { type Plan, type Schedule, SCHEDULES } from '../plan/plan.js';
import type { TuningStore } from '../tune/store.js';
import { unchecked, type Verification } from '../verify/verification.js';
import { VERIFY_MODES, type VerifyMode } from '../verify/report.js';
import type { CheckpointOptions } from './checkpoint-options.js';
import { loadEngine, loadReference } from './load-engine.js';
import type { Keeper } from './checkpointing.js';
import { CHECKPOINT_OPTIONS, openKeeper } from './open-keeper.js';
import { type Quicker, quickerBackend } from './quicker.js';
import type { Recovery, RecoveryOptions } from './recovery-options.js';

/** Where a training may run. */
export const BACKENDS = ['auto', 'webgpu', 'cpu'] as const;

/** What every training may be given, whatever it runs on. */
export interface RunOptions {
  /**
   * Told now and then how much is done: updates of the weights, or on the CPU epochs; and once more when all is.
   */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Told of each epoch, in order. */
  readonly onEpoch?: ((report: EpochReport) => void) | undefined;
  /** Stops as soon as the work under way is done; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Told of each loss of the device that the training goes on after, on a device that is opened anew: to the same bits, and
   * without telling of an epoch twice.
   */
  readonly onRecovery?: ((recovery: Recovery) => void) | undefined;
}

/** Options of `train`. */
export interface TrainOptions extends RunOptions, CheckpointOptions {
  /**
   * `auto` takes WebGPU where there is an adapter and it trains this run sooner than the CPU, by measuring both for a
   * moment; else the CPU. Name one for the same bits each time. Default `auto`.
   */
  readonly backend?: (typeof BACKENDS)[number] | undefined;
  /** Where adapters come from: `navigator.gpu` in a browser, npm `webgpu` in Node. Without it there is none. */
  readonly gpu?: GpuSource | undefined;
  /**
   * How much is compared with the reference, each pass from the GPU's own state, against derived bounds. `sample`: a first batch, one
   * more from the trained weights, and in between steps drawn at random, for at most a twentieth of the training's time; `every`:
   * each step, which takes as long as the reference does; `off`: nothing. `true` is `sample`, `false` is `off`. A value out of its bound
   * ends the training. It changes no bit of the result. Default `sample`.
   */
  readonly verify?: boolean | VerifyMode | undefined;
  /**
   * `persistent` runs many batches in one dispatch, for networks that fit one workgroup; `layered` makes each pass a
   * dispatch. Default: `persistent` where that is possible, for all but a handful of updates; the plan says which, and why.
   */
  readonly schedule?: Schedule | undefined;
  /**
   * Whether the GPU's products may be measured first, to take what is quickest on this adapter: a few hundred
   * milliseconds before a training that is long enough to gain from it, and no bit of the result is another. What was
   * measured is remembered in the page's localStorage, or in the store given here. Default true.
   */
  readonly tune?: boolean | TuningStore | undefined;
}

const TRAIN_OPTIONS = [
  ...(['backend', 'gpu', 'verify', 'schedule', 'tune'] as const),
  ...(['onProgress', 'onEpoch', 'onRecovery', 'signal'] as const),
  ...CHECKPOINT_OPTIONS,
] satisfies (keyof TrainOptions)[];

/** A training's numbers and how they were made. */
export interface Training extends Trained {
  readonly backend: 'webgpu' | 'cpu';
  /** Undefined on the CPU. */
  readonly adapter: AdapterDescription | undefined;
  /** Undefined on the CPU. */
  readonly plan: Plan | undefined;
  /**
   * What all checks came to, those within the training too: largest errors, shares of their bounds, worst elements. After a loss of the
   * device it is of what was done since: what was checked before is not in it.
   */
  readonly verification: Verification;
  /** What was changed in the run without being wrong, one sentence each. */
  readonly notes: readonly string[];
  /** From the first step to the last number in hand, without set-up and checks. */
  readonly milliseconds: number;
  /** Opening the device, compiling the shaders, creating the buffers. */
  readonly setUpMilliseconds: number;
}

/**
 * Trains a run from its first weights.
 * @throws DeviceError if WebGPU is asked for and there is no adapter, or the device fails
 * @throws RunError if the run cannot be trained, or is too large for the device
 * @throws ParityError if a checked pass is out of its bound
 * @throws TrainingError if the loss stops being a finite number; its `divergence` has the last good weights
 * @throws CheckpointError for checkpoints that cannot be gone on from, or that would be written over
 */
export async function train(document: Run | RunDocument, options: TrainOptions = {}): Promise<Training> {
  checkOptions(options);
  return trainTask(taskOf(parseRun(document)), options);
}

/** Trains a task, as `train` does a run. @throws what `train` throws */
export async function trainTask(task: Task, options: TrainOptions = {}): Promise<Training> {
  checkOptions(options);
  const keeper = await openKeeper(task, options);
  // What goes on does so as it began, for the same bits.
  const chosen = keeper?.from ? { ...options, ...asBefore(keeper.from) } : options;
  const started = performance.now();
  let device = await deviceFor(chosen);
  if (!device) return withNotes(await trainOnCpu(task, chosen, keeper), keeper);
  try {
    options.signal?.throwIfAborted();
    keeper?.noteAdapter(device);
    const isEpochwise = task.training.earlyStopping !== undefined;
    const { backend, note } = isAuto(chosen) ? await quickerBackend(device, task, isEpochwise, chosen) : TAKEN;
    const open = async () => {
      device?.close();
      return (device = await openDevice(options.gpu));
    };
    if (backend === 'cpu') return withNotes(await trainOnCpu(task, chosen, keeper), keeper, note);
    const setUpMilliseconds = performance.now() - started;
    const training = await trainOnDevice(device, task, chosen, keeper, open);
    return withNotes({ ...training, setUpMilliseconds: training.setUpMilliseconds + setUpMilliseconds }, keeper);
  } finally {
    device?.close();
  }
}

function checkOptions(options: TrainOptions): void {
  checkNames(options, TRAIN_OPTIONS);
  checkSignal(options.signal);
  checkType('onProgress', options.onProgress, 'function', 'a function');
  checkType('onEpoch', options.onEpoch, 'function', 'a function');
  checkType('onRecovery', options.onRecovery, 'function', 'a function');
  checkVerify(options.verify);
  checkSchedule(options);
  checkTune(options.tune);
}

/** The backend and the schedule of a training that goes on. */
export function asBefore({ backend, schedule }: SavedState): Pick<TrainOptions, 'backend' | 'schedule'> {
  return { backend, schedule: schedule as Schedule | undefined };
}

function withNotes(training: Training, keeper: Keeper | undefined, note?: string): Training {
  const notes = [...training.notes, ...(note ? [note] : []), ...(keeper?.notes ?? [])];
  return notes.length === training.notes.length ? training : { ...training, notes };
}

/** Whether the choice is left to what is measured: a schedule is the GPU's, and who names one wants it. */
export function isAuto({ backend = 'auto', schedule }: Pick<TrainOptions, 'backend' | 'schedule'>): boolean {
  return backend === 'auto' && schedule === undefined;
}

/** What is taken where nothing is measured. @internal */
export const TAKEN: Quicker = { backend: 'webgpu', note: undefined };

/** @throws RunError for a backend there is not, or what gives no adapters */
export function checkBackend({ backend, gpu }: Pick<TrainOptions, 'backend' | 'gpu'>): void {
  if (backend !== undefined && !BACKENDS.includes(backend)) {
    throw new RunError('backend', describe(backend), choiceText(BACKENDS));
  }
  checkGpu(gpu);
}

/** @throws RunError for a schedule there is not */
export function checkSchedule({ schedule }: Pick<TrainOptions, 'schedule'>): void {
  if (schedule === undefined || SCHEDULES.includes(schedule)) return;
  throw new RunError('schedule', describe(schedule), choiceText(SCHEDULES));
}

/** @throws RunError for a mode there is not */
export function checkVerify(verify: unknown): void {
  if (verify === undefined || typeof verify === 'boolean' || VERIFY_MODES.some((mode) => mode === verify)) return;
  throw new RunError('verify', describe(verify), `${choiceText(VERIFY_MODES)}, or true or false`);
}

/** @throws RunError for what is neither true, nor false, nor keeps a text */
export function checkTune(tune: unknown): void {
  if (tune === undefined || typeof tune === 'boolean') return;
  const { read, write } = (typeof tune === 'object' && tune !== null ? tune : {}) as Partial<TuningStore>;
  if (typeof read === 'function' && typeof write === 'function') return;
  throw new RunError('tune', describe(tune), 'true, false, or a store with read() and write(text)');
}

/**
 * The device that the options ask for; undefined for the CPU.
 * @throws DeviceError if there must be one and is not
 * @internal
 */
export async function deviceFor({ backend = 'auto', gpu }: TrainOptions): Promise<Device | undefined> {
  checkBackend({ backend, gpu });
  const device = backend === 'cpu' ? undefined : await openDevice(gpu);
  if (!device && backend === 'webgpu') throw noAdapterError();
  return device;
}

/**
 * Trains a task on a device that is open already, and leaves it open.
 * @param open opens another where that is lost; without it that is an error
 * @internal
 */
export async function trainOnDevice(
  device: Device,
  task: Task,
  options: TrainOptions & Pick<RecoveryOptions, 'recoveryPace'> = {},
  keeper?: StateKeeper,
  open?: RecoveryOptions['open'],
): Promise<Training> {
  const { verify, schedule, tune, onProgress, signal } = options;
  const isStopped = () => signal?.aborted ?? false;
  const { trainRecovering } = await loadEngine();
  const own = { verify, schedule, tune, onProgress, isStopped, keeper };
  const epochs = trainRecovering(device, task, own, { ...options, open });
  const trained = await lastOf(epochs, options);
  onProgress?.(trained.plan.steps, trained.plan.steps);
  return { backend: 'webgpu', adapter: device.adapter, notes: task.notes, ...trained };
}

/** Trains a task with the reference, in float64. */
export async function trainOnCpu(task: Task, options: RunOptions = {}, keeper?: StateKeeper): Promise<Training> {
  const { onProgress, signal } = options;
  const { trainTaskOnCpu } = await loadReference();
  const trained = await lastOf(
    trainTaskOnCpu(task, { onProgress, keeper, isStopped: () => signal?.aborted ?? false }),
    options,
  );
  const nothing = { adapter: undefined, plan: undefined, verification: unchecked(), setUpMilliseconds: 0 };
  return { backend: 'cpu', ...nothing, notes: task.notes, ...trained };
}

/** Runs through all epochs and gives what the training returns. */
async function lastOf<T>(
  epochs: AsyncGenerator<readonly EpochReport[], T>,
  { onEpoch, signal }: RunOptions,
): Promise<T> {
  signal?.throwIfAborted();
  for (;;) {
    const { done, value } = await epochs.next();
    if (done) {
      signal?.throwIfAborted();
      return value;
    }
    if (onEpoch) value.forEach((report) => onEpoch(report));
  }
}
