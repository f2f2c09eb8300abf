/**
 * Trains a task on an open device by its plan: slice by slice, epoch by epoch, checked pass by pass before and after.
 * What callers want of it (a promise, an iterator, a model) is made elsewhere.
 */
import { EarlyStopper } from '../core/early-stopping.js';
import { HistoryBuilder } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrix } from '../core/matrix.js';
import { showsLastForward, type Task } from '../core/task.js';
import {
  type Divergence,
  divergenceError,
  type EpochReport,
  type Trained,
  type TrainingError,
} from '../core/trained.js';
import { type Device, DeviceError } from '../gpu/device.js';
import { compileTask } from '../plan/compile.js';
import { taskContents, weightsFrom } from '../plan/contents.js';
import { Execution, type Slice } from '../plan/execute.js';
import { maxBindingBytes } from '../plan/limits.js';
import { isTraining, type Plan } from '../plan/plan.js';
import { firstBeyond } from '../verify/beyond.js';
import { diagnose } from '../verify/diagnose.js';
import { type PassParity, verifyPlan } from '../verify/parity.js';
import { checkParity } from './errors.js';
import { ReportReader } from './measured.js';
import { predictOnDevice } from './predict.js';

export interface OnDeviceOptions {
  /** Default true. */
  readonly verify?: boolean | undefined;
  /** Whether predictions of the training rows are wanted. Default true. */
  readonly predicts?: boolean | undefined;
  /** Told after each slice how many of the training's updates are done. */
  readonly onProgress?: ((stepsDone: number, steps: number) => void) | undefined;
  /** Asked before work is handed to the GPU; true ends the training there, with what it has. */
  readonly isStopped?: (() => boolean) | undefined;
  /** Asked before work is handed to the GPU; a promise is waited for. */
  readonly hold?: (() => Promise<void> | undefined) | undefined;
  /** Given the weights after each epoch, before its report. The caller then looks at each epoch before the next. */
  readonly onWeights?: ((weights: LayerWeights[]) => void) | undefined;
}

/** A training's numbers, and how they were made. */
export interface DeviceTraining extends Trained {
  readonly plan: Plan;
  readonly parity: readonly PassParity[];
  /** From the first batch to the last number in hand, without set-up and checks. */
  readonly milliseconds: number;
  readonly setUpMilliseconds: number;
}

/** @throws what trainer/train.ts says */
export async function* trainTaskOnDevice(
  device: Device,
  task: Task,
  { verify = true, predicts = true, onProgress, isStopped = () => false, hold, onWeights }: OnDeviceOptions = {},
): AsyncGenerator<EpochReport, DeviceTraining> {
  const started = performance.now();
  const { earlyStopping } = task.training;
  const plan = compileTask(task, { maxBindingBytes: maxBindingBytes(device.gpu.limits) });
  const keepsBest = earlyStopping?.restoreBestWeights ?? false;
  const execution = await Execution.create(device, plan, () => taskContents(task, plan), { keepsBest });
  try {
    const parity: PassParity[] = [];
    const ready = performance.now();
    if (verify) {
      const first = await verifyPlan(execution, { isFromStart: true });
      const tensor = firstBeyond(first, (program) => isTraining(plan, program));
      if (tensor !== undefined) {
        execution.restart();
        throw divergence(task, { epoch: 1, step: 1, tensor, weights: await readWeights(execution, task) });
      }
      parity.push(...checkParity(first));
      // The programs were looked at, not run: what is timed is the whole training.
      execution.restart();
    }
    const checked = performance.now();
    const reader = new ReportReader(plan, task);
    const built = new HistoryBuilder();
    const stopper = earlyStopping && new EarlyStopper(earlyStopping, task.validation !== undefined);
    let epochs = 0;
    let counters: Slice['counters'] | undefined;
    let isOver = false;
    const pace = {
      isEpochwise: stopper !== undefined || onWeights !== undefined,
      isOver: () => isOver || isStopped(),
      hold,
    };
    for await (const slice of execution.run(pace)) {
      await checkSlice(slice, execution, task);
      counters = slice.counters;
      for (const report of reader.read(slice)) {
        epochs = report.epoch;
        built.add(report.logs, report.confusionMatrices);
        const verdict = stopper?.judge(report.epoch, report.logs);
        if (verdict?.isBest && keepsBest) execution.keepWeights();
        onWeights?.(await readWeights(execution, task));
        yield report;
        isOver ||= verdict?.isEnough === true;
      }
      onProgress?.(slice.counters.step, plan.steps);
    }
    if (keepsBest && stopper!.bestEpoch > 0) execution.putBackWeights();
    const weights = await readWeights(execution, task);
    const output = predicts && epochs > 0 && showsLastForward(task) ? await lastOutput(execution, task) : undefined;
    const finished = performance.now();
    if (counters) await checkWeights(execution, weights, task, counters);
    if (verify && !isStopped()) {
      parity.push(...checkParity(await verifyPlan(execution)));
    }
    const predictions =
      output ?? (predicts ? await predictOnDevice(device, task, weights, task.train.x) : matrix(0, 0));
    return {
      plan,
      parity,
      milliseconds: finished - checked,
      setUpMilliseconds: ready - started,
      history: built.history,
      confusionMatrices: built.confusionMatrices,
      predictions,
      weights,
      epochs,
      bestEpoch: stopper?.bestEpoch,
    };
  } finally {
    execution.destroy();
  }
}

async function checkSlice({ counters, stepsAsked }: Slice, execution: Execution, task: Task): Promise<void> {
  if (counters.failed > 0) {
    const weights = await readWeights(execution, task, 'previous');
    const tensor = await diagnose(execution, counters.batch);
    throw divergence(task, { epoch: counters.epoch + 1, step: counters.failed, tensor, weights });
  }
  if (counters.step !== stepsAsked) {
    throw new DeviceError(`The GPU stopped after ${counters.step} of ${stepsAsked} steps without an error.`);
  }
}

/** The weights as they are, or with the parameters as they were before the last update. */
async function readWeights(
  execution: Execution,
  { model }: Task,
  parametersIn: 'parameters' | 'previous' = 'parameters',
): Promise<LayerWeights[]> {
  const names = execution.has('statistics') ? [parametersIn, 'statistics'] : [parametersIn];
  const { [parametersIn]: parameters, statistics } = await execution.read<string>(names);
  return weightsFrom(execution.plan, model.layers.length, {
    parameters: new Float32Array(parameters!),
    statistics: statistics && new Float32Array(statistics),
  });
}

async function lastOutput(execution: Execution, { train, widths }: Task): Promise<Matrix> {
  const { output } = execution.plan;
  const values = new Float32Array((await execution.read([output]))[output]!);
  return matrix(train.x.rows, widths.at(-1)!, Float64Array.from(values));
}

/** The last update has no loss after it that would show what it did. */
async function checkWeights(
  execution: Execution,
  weights: readonly LayerWeights[],
  task: Task,
  { epoch, position, step }: Slice['counters'],
) {
  for (const [l, layer] of weights.entries()) {
    const bad = Object.entries(layer).find(([, { values }]) => !values.every(Number.isFinite));
    if (!bad) continue;
    const before = await readWeights(execution, task, 'previous');
    const tensor = `layers.${l}.${bad[0]}`;
    // The counters are already at what comes next.
    throw divergence(task, { epoch: position > 0 ? epoch + 1 : epoch, step, tensor, weights: before });
  }
}

function divergence({ training }: Task, found: Divergence): TrainingError {
  return divergenceError(found, training.optimizer.learningRate);
}
