/**
 * Trains a task on an open device by its plan: slice by slice, epoch by epoch, checked pass by pass before and after.
 * What callers want of it (a promise, an iterator, a model) is made elsewhere.
 */
import { EarlyStopper } from '../core/early-stopping.js';
import { HistoryBuilder } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrix } from '../core/matrix.js';
import { RunError } from '../core/run-error.js';
import type { StateKeeper } from '../core/saved-state.js';
import { showsLastForward, type Task } from '../core/task.js';
import type { EpochReport, Trained } from '../core/trained.js';
import type { AdapterDescription, Device } from '../gpu/device.js';
import { taskContents, weightsFrom } from '../plan/contents.js';
import { Execution, type Pause, type Slice } from '../plan/execute.js';
import { maxBindingBytes, workgroupLimits } from '../plan/limits.js';
import { type Plan, type Schedule } from '../plan/plan.js';
import { planTask } from '../plan/schedule.js';
import type { TuningStore } from '../tune/store.js';
import { unchecked, type Verification } from '../verify/verification.js';
import { type VerifyMode, verifyMode } from '../verify/report.js';
import { approve } from './approval.js';
import type { DeviceState } from './device-state.js';
import type { KeptSetUp } from './kept-set-up.js';
import { ReportReader } from './measured.js';
import { loadChecks } from './checks.js';

export interface OnDeviceOptions {
  /** Default `sample`. */
  readonly verify?: boolean | VerifyMode | undefined;
  /** Default: the plan's own choice. */
  readonly schedule?: Schedule | undefined;
  /**
   * Whether products may be measured first, to take what is quickest on the device; a store remembers what was
   * measured. It changes no bit of the result. Default true.
   */
  readonly tune?: boolean | TuningStore | undefined;
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
  /** Where a set-up of the like of this task may be found, and is left. Default: it is given back at the end. */
  readonly kept?: KeptSetUp | undefined;
  /** Takes the states of the training, and has the one it goes on from. Default: nobody does. */
  readonly keeper?: StateKeeper | undefined;
}

/** A training's numbers, and how they were made. */
export interface DeviceTraining extends Trained {
  readonly plan: Plan;
  readonly verification: Verification;
  /** From the first batch to the last number in hand, without set-up and checks. */
  readonly milliseconds: number;
  readonly setUpMilliseconds: number;
  /** Of the device that it ended on, where that is not the one that it began on (recovery.ts). */
  readonly adapter?: AdapterDescription;
  /** The task's, and what else there is to be said. Default: the task's. */
  readonly notes?: readonly string[];
}

/**
 * Yields the epochs that ended since it last did, at least one. For thousands of short ones, a turn each would take
 * longer than they do.
 * @throws what trainer/train.ts says
 */
export async function* trainTaskOnDevice(
  device: Device,
  task: Task,
  options: OnDeviceOptions = {},
): AsyncGenerator<readonly EpochReport[], DeviceTraining> {
  const started = performance.now();
  const {
    verify,
    schedule,
    predicts = true,
    onProgress,
    isStopped = () => false,
    hold,
    onWeights,
    kept,
    keeper,
  } = options;
  const { earlyStopping } = task.training;
  const keepsBest = earlyStopping?.restoreBestWeights ?? false;
  const from = keeper?.from;
  const mode = verifyMode(verify);
  // Loaded beside the set-up, which takes longer.
  const checks = mode === 'off' ? undefined : loadChecks();
  const before = kept?.take(device, task, schedule);
  before?.renew(taskContents(task, before.plan));
  const execution = before ?? (await setUp(device, task, options, keepsBest));
  const { plan } = execution;
  let isWhole = false;
  try {
    const ready = performance.now();
    const check = checks && mode !== 'off' ? new (await checks).TrainingCheck(execution, task, mode) : undefined;
    const tensor = await check?.first();
    if (tensor !== undefined) {
      const { divergence } = await import('./failed.js');
      throw divergence(task, { epoch: 1, step: 1, tensor, weights: await readWeights(execution, task) });
    }
    const checked = performance.now();
    const reader = new ReportReader(plan, task);
    const built = new HistoryBuilder();
    const stopper = earlyStopping && new EarlyStopper(earlyStopping, task.validation !== undefined);
    let epochs = 0;
    let counters: Slice['counters'] | undefined;
    let home: Slice['last'];
    const showsOutput = predicts && showsLastForward(task);
    let isOver = false;
    let state: Promise<DeviceState> | undefined;
    const openState = () =>
      (state ??= import('./device-state.js').then(
        ({ DeviceState }) => new DeviceState(execution, task.model.layers.length, keeper),
      ));
    const states = keeper && (from || !keeper.isSpare) ? await openState() : undefined;
    const later = async () => (await openState()).pause(built, () => isOver);
    if (from) {
      states!.goOn(from, built, stopper);
      epochs = from.place.epoch;
      isOver = from.isOver;
    }
    const keeping = states?.pause(built, () => isOver) ?? (keeper && latePause(keeper, later));
    const pace = {
      start: from?.place,
      pause: check ? check.within(openState, keeping) : keeping,
      isEpochwise: stopper !== undefined || onWeights !== undefined,
      isOver: () => isOver || isStopped(),
      hold,
      bringsHome: [...weightNames(execution), ...(showsOutput ? [plan.output] : [])],
    };
    for await (const slice of execution.run(pace)) {
      await checkSlice(slice, execution, task);
      counters = slice.counters;
      home = slice.last;
      const reports = reader.read(slice);
      for (const report of reports) {
        epochs = report.epoch;
        built.add(report.logs, report.confusionMatrices);
        const verdict = stopper?.judge(report.epoch, report.logs);
        if (verdict?.isBest && keepsBest) execution.keepWeights();
        onWeights?.(await readWeights(execution, task));
        isOver ||= verdict?.isEnough === true;
      }
      if (reports.length > 0) yield reports;
      onProgress?.(slice.counters.step, plan.steps);
    }
    const putsBack = keepsBest && stopper!.bestEpoch > 0;
    if (putsBack) execution.putBackWeights();
    const weights =
      home && !putsBack ? weightsIn(execution, task, home, 'parameters') : await readWeights(execution, task);
    const output = showsOutput && epochs > 0 ? await lastOutput(execution, task, home) : undefined;
    const finished = performance.now();
    const reached = counters ?? (from && { ...from.place, position: from.place.turn });
    if (reached) await checkWeights(execution, weights, task, reached);
    if (!isStopped()) await check?.last({ epoch: epochs, turn: 0, step: reached?.step ?? 0 });
    const predictions =
      output ??
      (predicts
        ? await (await import('./predict.js')).predictOnDevice(device, task, weights, task.train.x)
        : matrix(0, 0));
    isWhole = true;
    return {
      plan,
      verification: check?.verification ?? unchecked(),
      milliseconds: finished - checked - (check?.milliseconds ?? 0),
      setUpMilliseconds: ready - started,
      history: built.history,
      confusionMatrices: built.confusionMatrices,
      predictions,
      weights,
      epochs,
      bestEpoch: stopper?.bestEpoch,
    };
  } finally {
    if (kept && isWhole) kept.put(device, task, schedule, execution);
    else execution.destroy();
  }
}

/** What takes states is loaded and made once one is due. */
function latePause(keeper: StateKeeper, make: () => Promise<Pause>): Pause {
  let made: Promise<Pause | undefined> | undefined;
  return {
    endsAt: () => false,
    isDue: (place) => keeper.isDue(place),
    async work(place) {
      if (!keeper.isDue(place)) return;
      // A training goes on without what cannot be loaded.
      const pause = await (made ??= make().catch(() => undefined));
      await (pause ? pause.work(place) : keeper.decline!());
    },
    // Whoever is only there in case something happens needs no state of the end.
    atEnd: () => Promise.resolve(),
  };
}

async function setUp(
  device: Device,
  task: Task,
  { schedule, tune }: OnDeviceOptions,
  keepsBest: boolean,
): Promise<Execution> {
  try {
    const plan = await approvedPlan(device, task, { schedule, tune });
    return await Execution.create(device, plan, () => taskContents(task, plan), { keepsBest });
  } catch (error) {
    // Where another batch size would fit, the sentence names it.
    if (error instanceof RunError) (await import('./fitting-batch.js')).checkFits(task, device, schedule);
    throw error;
  }
}

/**
 * The plan of a task, all of whose passes the device was seen to compute right.
 * @throws ParityError, naming the adapter, if it does not
 */
export async function approvedPlan(
  device: Device,
  task: Task,
  { schedule, tune = true }: Pick<OnDeviceOptions, 'schedule' | 'tune'>,
): Promise<Plan> {
  const plan = await planFor(device, task, schedule, tune);
  const store = typeof tune === 'object' ? tune : undefined;
  await approve(device, plan, ({ trainingTest }) => trainingTest(task, plan), store);
  return plan;
}

/** The plan of a task, with the products that are quickest on the device. */
async function planFor(
  device: Device,
  task: Task,
  schedule: Schedule | undefined,
  tune: boolean | TuningStore,
): Promise<Plan> {
  const options = { maxBindingBytes: maxBindingBytes(device.gpu.limits), workgroup: workgroupLimits(device), schedule };
  const plan = planTask(task, options);
  // In one workgroup there is nothing to choose.
  if (plan.loop) return plan;
  const { chosenProducts } = await import('../tune/choose.js');
  const products = await chosenProducts(device, plan, tune);
  return planTask(task, { ...options, products });
}

async function checkSlice({ counters, stepsAsked }: Slice, execution: Execution, task: Task): Promise<void> {
  if (counters.failed === 0 && counters.step === stepsAsked) return;
  const { failedSlice } = await import('./failed.js');
  throw await failedSlice(execution, task, counters, stepsAsked, () => readWeights(execution, task, 'previous'));
}

/** The buffers with a model's weights. */
function weightNames(execution: Execution, parametersIn: 'parameters' | 'previous' = 'parameters'): string[] {
  return execution.has('statistics') ? [parametersIn, 'statistics'] : [parametersIn];
}

/** The weights as they are, or with the parameters as they were before the last update. */
async function readWeights(
  execution: Execution,
  task: Task,
  parametersIn: 'parameters' | 'previous' = 'parameters',
): Promise<LayerWeights[]> {
  const read = await execution.read<string>(weightNames(execution, parametersIn));
  return weightsIn(execution, task, read, parametersIn);
}

function weightsIn(
  execution: Execution,
  { model }: Task,
  contents: Readonly<Record<string, ArrayBuffer>>,
  parametersIn: 'parameters' | 'previous',
): LayerWeights[] {
  const { [parametersIn]: parameters, statistics } = contents;
  return weightsFrom(execution.plan, model.layers.length, {
    parameters: new Float32Array(parameters!),
    statistics: statistics && new Float32Array(statistics),
  });
}

async function lastOutput(execution: Execution, { train, widths }: Task, home: Slice['last']): Promise<Matrix> {
  const { output } = execution.plan;
  const values = new Float32Array(home?.[output] ?? (await execution.read([output]))[output]!);
  return matrix(train.x.rows, widths.at(-1)!, Float64Array.from(values));
}

/** The last update has no loss after it that would show what it did. */
async function checkWeights(
  execution: Execution,
  weights: readonly LayerWeights[],
  task: Task,
  reached: Pick<Slice['counters'], 'epoch' | 'position' | 'step'>,
) {
  if (weights.every((layer) => Object.values(layer).every(({ values }) => values.every(Number.isFinite)))) return;
  const before = await readWeights(execution, task, 'previous');
  throw (await import('./failed.js')).failedWeights(weights, task, reached, before);
}
