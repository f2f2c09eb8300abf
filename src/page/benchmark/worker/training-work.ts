/**
 * The trainings of the benchmark on this product, through its model API as its users have it: a model of layers, `setWeights`, `fit`. The
 * model lives from repetition to repetition, and with it device, pipelines and buffers. The first training is checked and never timed.
 */
import { largestRelativeDifference } from '../../../core/statistics.js';
import { countingGpu } from '../../../gpu/count-gpu.js';
import { dense } from '../../../model/layers.js';
import type { Model } from '../../../model/model.js';
import { sequential } from '../../../model/sequential.js';
import { adam, sgd } from '../../../model/settings.js';
import { stepsOfEpoch, type TrainingTask, type TrainingWorkload } from '../../../runs/workload.js';
import { TOLERANCE } from '../../../runs/workloads.js';
import { type GpuResult, type ReferenceFound, timingOf, type Unit } from '../result.js';
import { checkDifference, repeated, type TimedWork } from './timed-work.js';

/** The least that steps are timed over, in milliseconds, and the most epochs for that. */
const STEPS_SAMPLE = 400;
const MOST_EPOCHS = 100;

/** How a training is computed. */
type On = { readonly backend: 'cpu' } | { readonly backend: 'webgpu'; readonly gpu: GPU };

export async function timeReference(workload: TrainingWorkload, work: TimedWork): Promise<ReferenceFound> {
  const { make, checkedEpochs } = workload;
  const task = make();
  const model = modelOf(task);
  work.say('training the reference');
  const { history } = await train(model, task, checkedEpochs, { backend: 'cpu' }, work.signal);
  // Of steps one epoch is enough: the CPU has no way to wait for.
  const samples = await repeated(work, () =>
    sample(model, workload, task, workload.epochs, { backend: 'cpu' }, work.signal),
  );
  return { timing: timingOf(samples), losses: history.loss, unit: unitOf(workload, task) };
}

/** @param expected losses of the reference, epoch by epoch */
export async function timeOnGpu(
  workload: TrainingWorkload,
  expected: readonly number[],
  gpu: GPU,
  work: TimedWork,
): Promise<GpuResult> {
  const { make, timing, epochs: least, checkedEpochs } = workload;
  const on = { backend: 'webgpu', gpu } as const;
  const task = make();
  const model = modelOf(task);
  try {
    work.say('checking every pass');
    const started = performance.now();
    const checkedRun = await train(model, task, Math.max(least, checkedEpochs), on, work.signal, true);
    const first = performance.now() - started;
    const difference = largestRelativeDifference(checkedRun.history.loss.slice(0, expected.length), expected);
    checkDifference('The losses', difference, TOLERANCE);
    const { values, worst } = checkedRun.verification;

    // Once without checks, so that what is done but once is done; and to learn how long it takes.
    const { milliseconds } = await train(model, task, least, on, work.signal);
    const wanted = Math.ceil((STEPS_SAMPLE * least) / Math.max(milliseconds, 0.1));
    const epochs = timing === 'whole' ? least : Math.max(least, Math.min(MOST_EPOCHS, wanted));
    const samples = await repeated(work, () => sample(model, workload, task, epochs, on, work.signal));

    work.say('counting');
    const counts = await countingGpu(() => train(model, task, epochs, on, work.signal));
    const units = timing === 'whole' ? 1 : epochs * stepsOfEpoch(task);
    return {
      timing: timingOf(samples),
      checked: { values, shareOfBound: worst!.shareOfBound, pass: worst!.pass, difference },
      first,
      schedule: checkedRun.plan?.schedule,
      finalLoss: checkedRun.history.loss.at(-1),
      submits: counts.submits / units,
      dispatches: counts.dispatches / units,
    };
  } finally {
    await model.dispose();
  }
}

function unitOf({ timing, epochs }: TrainingWorkload, task: TrainingTask): Unit {
  if (timing === 'steps') return { unit: 'step', examples: task.batchSize, steps: 1, operations: 0 };
  const steps = stepsOfEpoch(task) * epochs;
  return { unit: 'training', examples: task.rows * epochs, steps, operations: 0 };
}

async function sample(
  model: Model,
  { timing }: TrainingWorkload,
  task: TrainingTask,
  epochs: number,
  on: On,
  signal: AbortSignal,
) {
  const started = performance.now();
  const { milliseconds } = await train(model, task, epochs, on, signal);
  const whole = performance.now() - started;
  return { whole, unit: timing === 'whole' ? whole : milliseconds / (epochs * stepsOfEpoch(task)) };
}

function train(model: Model, task: TrainingTask, epochs: number, on: On, signal: AbortSignal, verify = false) {
  const { inputs, outputs, rows, x, y, weights, loss, optimizer, batchSize } = task;
  model.setWeights(weights);
  return model.fit(
    { data: x, shape: [rows, inputs] },
    { data: y, shape: [rows, outputs] },
    {
      ...{ loss, batchSize, epochs, verify, signal, shuffle: false },
      optimizer: { sgd, adam }[optimizer.name]({ learningRate: optimizer.learningRate }),
      // The tutorial's loss brings a metric by default; other libraries compute none.
      metrics: [],
      ...on,
    },
  ).result;
}

function modelOf({ inputs, layers }: TrainingTask): Model {
  return sequential(
    layers.map(({ units, activation, useBias }) => dense(units, { activation, useBias })),
    { inputs, seed: 1 },
  );
}
