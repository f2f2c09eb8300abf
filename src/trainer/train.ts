/**
 * Trains a run: on WebGPU by its plan, checked pass by pass, or on the CPU by the reference.
 * It never changes from one to the other without saying so in the result.
 */
import { checkGpu, checkNames, checkSignal, checkType, choiceText, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseRun, type Run, type RunDocument } from '../core/run.js';
import { type Task, taskOf } from '../core/task.js';
import type { EpochReport, Trained } from '../core/trained.js';
import { type AdapterDescription, type Device, noAdapterError, openDevice } from '../gpu/device.js';
import type { Plan } from '../plan/plan.js';
import type { PassParity } from '../verify/parity.js';
import { trainTaskOnCpu } from './on-cpu.js';
import { trainTaskOnDevice } from './on-device.js';

/** Where a training may run. */
export const BACKENDS = ['auto', 'webgpu', 'cpu'] as const;

export interface RunOptions {
  /**
   * Told now and then how much is done: updates of the weights, or on the CPU epochs; and once more when all is.
   */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Told of each epoch, in order. */
  readonly onEpoch?: ((report: EpochReport) => void) | undefined;
  /** Stops as soon as the work under way is done; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface TrainOptions extends RunOptions {
  /** `auto` takes WebGPU where there is an adapter, else the CPU. Default `auto`. */
  readonly backend?: (typeof BACKENDS)[number] | undefined;
  /** Where adapters come from: `navigator.gpu` in a browser, npm `webgpu` in Node. Without it there is none. */
  readonly gpu?: GPU | undefined;
  /**
   * Whether the passes of a first batch, and of one more from the trained weights, are compared with the reference
   * one by one. Costs two steps of the reference. Default true.
   */
  readonly verify?: boolean;
}

const TRAIN_OPTIONS = [
  ...(['backend', 'gpu', 'verify'] as const),
  ...(['onProgress', 'onEpoch', 'signal'] as const),
] satisfies (keyof TrainOptions)[];

/** A training's numbers and how they were made. */
export interface Training extends Trained {
  readonly backend: 'webgpu' | 'cpu';
  /** Undefined on the CPU. */
  readonly adapter: AdapterDescription | undefined;
  /** Undefined on the CPU. */
  readonly plan: Plan | undefined;
  /** Every buffer of every checked pass; empty on the CPU or without `verify`. */
  readonly parity: readonly PassParity[];
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
 */
export async function train(document: Run | RunDocument, options: TrainOptions = {}): Promise<Training> {
  checkNames(options, TRAIN_OPTIONS);
  checkSignal(options.signal);
  checkType('onProgress', options.onProgress, 'function', 'a function');
  checkType('onEpoch', options.onEpoch, 'function', 'a function');
  checkType('verify', options.verify, 'boolean', 'true or false');
  const task = taskOf(parseRun(document));
  const started = performance.now();
  const device = await deviceFor(options);
  if (!device) return trainOnCpu(task, options);
  try {
    const setUpMilliseconds = performance.now() - started;
    const training = await trainOnDevice(device, task, options);
    return { ...training, setUpMilliseconds: training.setUpMilliseconds + setUpMilliseconds };
  } finally {
    device.close();
  }
}

/** @throws RunError for a backend there is not, or what gives no adapters */
export function checkBackend({ backend, gpu }: Pick<TrainOptions, 'backend' | 'gpu'>): void {
  if (backend !== undefined && !BACKENDS.includes(backend)) {
    throw new RunError('backend', describe(backend), choiceText(BACKENDS));
  }
  checkGpu(gpu);
}

/** The device that the options ask for; undefined for the CPU. @throws DeviceError if there must be one and is not */
export async function deviceFor({ backend = 'auto', gpu }: TrainOptions): Promise<Device | undefined> {
  checkBackend({ backend, gpu });
  const device = backend === 'cpu' ? undefined : await openDevice(gpu);
  if (!device && backend === 'webgpu') throw noAdapterError();
  return device;
}

/** Trains a task on a device that is open already, and leaves it open. */
export async function trainOnDevice(device: Device, task: Task, options: TrainOptions = {}): Promise<Training> {
  const { verify, onProgress, signal } = options;
  const isStopped = () => signal?.aborted ?? false;
  const epochs = trainTaskOnDevice(device, task, { verify, onProgress, isStopped });
  const trained = await lastOf(epochs, options);
  onProgress?.(trained.plan.steps, trained.plan.steps);
  return { backend: 'webgpu', adapter: device.adapter, notes: task.notes, ...trained };
}

/** Trains a task with the reference, in float64. */
export async function trainOnCpu(task: Task, options: RunOptions = {}): Promise<Training> {
  const { onProgress, signal } = options;
  const trained = await lastOf(
    trainTaskOnCpu(task, { onProgress, isStopped: () => signal?.aborted ?? false }),
    options,
  );
  const nothing = { adapter: undefined, plan: undefined, parity: [], setUpMilliseconds: 0 };
  return { backend: 'cpu', ...nothing, notes: task.notes, ...trained };
}

/** Runs through all epochs and gives what the training returns. */
async function lastOf<T>(epochs: AsyncGenerator<EpochReport, T>, { onEpoch, signal }: RunOptions): Promise<T> {
  signal?.throwIfAborted();
  for (;;) {
    const { done, value } = await epochs.next();
    if (done) {
      signal?.throwIfAborted();
      return value;
    }
    onEpoch?.(value);
  }
}
