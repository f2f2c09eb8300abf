/**
 * Trains a run: on WebGPU by its plan, checked pass by pass, or on the CPU by the reference.
 * It never changes from one to the other without saying so in the result.
 */
import { type AdapterDescription, type Device, DeviceError, guarded, openDevice } from './gpu/device.js';
import { initialWeights, type LayerWeights } from './core/initializers.js';
import { matrix, matrixFromRows } from './core/matrix.js';
import { compilePlan } from './plan/compile.js';
import { type Contents, Execution, type Results, type RunOptions } from './plan/execute.js';
import type { Plan } from './plan/plan.js';
import { referenceEpochs, type Trained } from './reference/network.js';
import { parseRun, type Run, type RunDocument } from './core/run.js';
import { choiceText, describe, MAX_FLOAT32 } from './core/run-checks.js';
import { RunError } from './core/run-error.js';
import { explainFailure, type PassParity, verifyStep } from './verify/parity.js';

/** Where a training may run. */
export const BACKENDS = ['auto', 'webgpu', 'cpu'] as const;

export interface TrainOptions extends RunOptions {
  /** `auto` takes WebGPU where there is an adapter, else the CPU. Default `auto`. */
  readonly backend?: (typeof BACKENDS)[number];
  /** Where adapters come from: `navigator.gpu` in a browser, npm `webgpu` in Node. Without it there is none. */
  readonly gpu?: GPU | undefined;
  /**
   * Whether the first step, and one more step from the trained weights, are compared pass by pass with the
   * reference. Costs two steps of the reference. Default true.
   */
  readonly verify?: boolean;
}

/** A training's numbers and how they were made. */
export interface Training extends Trained {
  readonly backend: 'webgpu' | 'cpu';
  /** Undefined on the CPU. */
  readonly adapter: AdapterDescription | undefined;
  /** Undefined on the CPU. */
  readonly plan: Plan | undefined;
  /** Every buffer of every checked pass; empty on the CPU or without `verify`. */
  readonly parity: readonly PassParity[];
  /** From the first step to the last number in hand, without set-up and checks. */
  readonly milliseconds: number;
  /** Opening the device, compiling the shaders, creating the buffers. */
  readonly setUpMilliseconds: number;
}

/** The training itself went wrong: it diverged. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}

/** A pass computed something else than the reference, beyond its bound. */
export class ParityError extends Error {
  override readonly name = 'ParityError';
  constructor(readonly failures: readonly PassParity[]) {
    super(explainFailure(failures[0]!));
  }
}

/** Whether an error is one this library throws on purpose: its message is a sentence for people. */
export function isOwnError(error: unknown): error is Error {
  return [RunError, DeviceError, TrainingError, ParityError].some((type) => error instanceof type);
}

/**
 * Trains a run from its first weights.
 * @throws DeviceError if WebGPU is asked for and there is no adapter, or the device fails
 * @throws RunError if the run cannot be trained, or is too large for the device
 * @throws ParityError if a checked pass is out of its bound
 * @throws TrainingError if the loss stops being a finite number
 */
export async function train(document: Run | RunDocument, options: TrainOptions = {}): Promise<Training> {
  const { backend = 'auto', gpu } = options;
  const run = parseRun(document);
  if (!BACKENDS.includes(backend)) {
    throw new RunError('backend', describe(backend), choiceText(BACKENDS));
  }
  const started = performance.now();
  const device = backend === 'cpu' ? undefined : await openDevice(gpu);
  if (!device) {
    if (backend === 'webgpu') throw new DeviceError('There is no WebGPU adapter.');
    return trainOnCpu(run, options);
  }
  try {
    const setUpMilliseconds = performance.now() - started;
    const training = await trainOnDevice(device, run, options);
    return { ...training, setUpMilliseconds: training.setUpMilliseconds + setUpMilliseconds };
  } finally {
    device.close();
  }
}

/** Trains a run on a device that is open already, and leaves it open. */
export async function trainOnDevice(device: Device, run: Run, options: TrainOptions = {}): Promise<Training> {
  const { verify = true } = options;
  const started = performance.now();
  const plan = compilePlan(run);
  const execution = await Execution.create(device, plan, () => planContents(run, plan));
  try {
    const parity: PassParity[] = [];
    const ready = performance.now();
    if (verify) {
      parity.push(...(await verifyStep(execution)));
      // The step was looked at, not taken: what is timed is the whole training.
      execution.restart();
    }
    const checked = performance.now();
    const results = await guarded(device, 'Training', async () => {
      await execution.run(plan.steps, options);
      return execution.results();
    });
    options.signal?.throwIfAborted();
    options.onProgress?.(plan.steps);
    const finished = performance.now();
    if (results.stepsDone !== plan.steps) {
      throw new DeviceError(`The GPU stopped after ${results.stepsDone} of ${plan.steps} steps without an error.`);
    }
    const trained = readResults(run, plan, results);
    checkFinite(trained, run);
    if (verify) parity.push(...(await verifyStep(execution)));
    checkParity(parity);
    const times = { milliseconds: finished - checked, setUpMilliseconds: ready - started };
    return { backend: 'webgpu', adapter: device.adapter, plan, parity, ...times, ...trained };
  } finally {
    execution.destroy();
  }
}

/** Trains a run with the reference, in float64. */
export async function trainOnCpu(run: Run, { onProgress, signal }: RunOptions = {}): Promise<Training> {
  const started = performance.now();
  const epochs = referenceEpochs(run);
  let lastPause = started;
  for (let done = 1; ; done++) {
    signal?.throwIfAborted();
    const epoch = epochs.next();
    if (epoch.done) {
      checkFinite(epoch.value, run);
      onProgress?.(run.training.epochs);
      const milliseconds = performance.now() - started;
      const nothing = { adapter: undefined, plan: undefined, parity: [], setUpMilliseconds: 0 };
      return { backend: 'cpu', ...nothing, milliseconds, ...epoch.value };
    }
    if (performance.now() - lastPause > PAUSE_EVERY) {
      onProgress?.(done);
      await new Promise((resolve) => setTimeout(resolve));
      lastPause = performance.now();
    }
  }
}

/** Milliseconds after which the CPU training lets others have a turn. */
const PAUSE_EVERY = 50;

/** What a plan's buffers hold before the first step: the run's own values, rounded to float32. */
export function planContents(run: Run, plan: Plan): Contents {
  const parameters = new Float32Array(plan.buffers.find(({ name }) => name === 'parameters')!.shape[0]!);
  const weights = initialWeights(run).flatMap(({ kernel, bias }) => (bias ? [kernel, bias] : [kernel]));
  plan.parameters.forEach(({ offset }, i) => parameters.set(weights[i]!.values, offset));
  return {
    x: Float32Array.from(matrixFromRows(run.data.x).values),
    targets: Float32Array.from(matrixFromRows(run.data.y).values),
    parameters,
  };
}

function readResults(run: Run, plan: Plan, { epochLog, output, parameters }: Results): Trained {
  const column = (first: number) => Array.from({ length: plan.steps }, (_, epoch) => epochLog[2 * epoch + first]!);
  const range = (name: string) => {
    const found = plan.parameters.find((parameter) => parameter.name === name);
    if (!found) return undefined;
    const [rows, columns] = found.shape;
    return matrix(rows, columns, Float64Array.from(parameters.subarray(found.offset, found.offset + rows * columns)));
  };
  return {
    history: { loss: column(0), meanAbsoluteError: column(1) },
    predictions: matrix(run.data.x.length, output.length / run.data.x.length, Float64Array.from(output)),
    weights: run.model.layers.map((_, l): LayerWeights => ({
      kernel: range(`layers.${l}.kernel`)!,
      bias: range(`layers.${l}.bias`),
    })),
  };
}

/**
 * @throws TrainingError where the reference itself leaves the range of float32
 * @throws ParityError for any other value out of its bound
 */
function checkParity(parity: readonly PassParity[]): void {
  const failures = parity.filter(({ ok }) => !ok);
  if (failures.length === 0) return;
  const beyond = failures.find(({ worst }) => !(Math.abs(worst.want) + worst.bound <= MAX_FLOAT32));
  if (!beyond) throw new ParityError(failures);
  throw new TrainingError(
    `The training left the range of float32: pass ${beyond.pass} comes to ${beyond.worst.want} in ` +
      `${beyond.buffer}. Lower training.optimizer.learningRate, or scale data.x, data.y or model.weights down.`,
  );
}

/** @throws TrainingError naming the first epoch whose loss is not a finite number */
function checkFinite({ history }: Trained, { training }: Run): void {
  const epoch = history.loss.findIndex((loss) => !Number.isFinite(loss));
  if (epoch < 0) return;
  throw new TrainingError(
    `The training diverged: the loss of epoch ${epoch + 1} is not a finite number. ` +
      (epoch === 0
        ? 'Scale data.x, data.y or model.weights down.'
        : `Lower training.optimizer.learningRate, now ${training.optimizer.learningRate}.`),
  );
}
