/**
 * Trains a task for a model: asks the trainer for epoch after epoch, tells those who want to know, and holds or ends
 * the training where it is asked to. It knows no options and no data; a failed training leaves what weights it can.
 */
import { EarlyStopper } from '../core/early-stopping.js';
import type { History } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import { logsOf } from '../core/history.js';
import type { StateKeeper } from '../core/saved-state.js';
import type { Task } from '../core/task.js';
import { type EpochReport, type Trained, TrainingError } from '../core/trained.js';
import type { Device } from '../gpu/device.js';
import type { KeptSetUp } from '../trainer/kept-set-up.js';
import { loadEngine, loadReference } from '../trainer/load-engine.js';
import type { OnDeviceOptions } from '../trainer/on-device.js';
import type { RecoveryOptions } from '../trainer/recovery-options.js';
import type { Training } from '../trainer/train.js';
import { unchecked } from '../verify/verification.js';
import { type FitResult, type TrainingCallback, wantsEpochs } from './callbacks.js';
import type { FitState } from './fit.js';
import type { FitOptions } from './options.js';

export interface FitJob extends Pick<
  FitOptions,
  'signal' | 'verify' | 'schedule' | 'tune' | 'onProgress' | 'onRecovery'
> {
  readonly task: Task;
  readonly hooks: readonly TrainingCallback[];
  /** Undefined for the CPU. */
  readonly device: Device | undefined;
  /** Opens another where that is lost. */
  readonly open: () => Promise<Device | undefined>;
  readonly state: FitState;
  readonly kept: KeptSetUp | undefined;
  readonly keeper: StateKeeper | undefined;
  /** Takes the weights of each epoch that callbacks are told of, before they are. */
  readonly show: (weights: readonly LayerWeights[]) => void;
  /** Takes the weights that the training leaves, and the history of one that did not diverge; called before anybody hears that it is over. */
  readonly keep: (weights: readonly LayerWeights[], how: 'trained' | 'diverged', history?: History) => void;
}

/**
 * @throws TrainingError if the loss stops being a finite number; the weights before that were kept
 * @throws whatever a callback throws, and the signal's reason; the weights trained so far were kept
 * @throws what trainer/train.ts says, else; nothing was kept
 */
export async function runFit(job: FitJob): Promise<FitResult> {
  const {
    task,
    hooks,
    device,
    state,
    signal,
    verify,
    schedule,
    tune,
    onProgress,
    onRecovery,
    open,
    show,
    kept,
    keeper,
  } = job;
  const { epochs, earlyStopping } = task.training;
  const isStopped = () => state.isStopped || (signal?.aborted ?? false);
  const isHeld = () => state.isPaused && !isStopped();
  const tell = new Teller(state);
  const ring = () => state.ring();
  signal?.addEventListener('abort', ring);
  try {
    signal?.throwIfAborted();
    for (const hook of hooks) await state.telling(() => hook.onTrainBegin?.());
    signal?.throwIfAborted();
    const stopper = earlyStopping && new EarlyStopper(earlyStopping, task.validation !== undefined);
    const told: RecoveryOptions = { open, onRecovery: (recovery) => tell.now(() => onRecovery?.(recovery)) };
    const training = trainedBy(device, task, told, {
      verify,
      schedule,
      tune,
      kept,
      keeper,
      isStopped,
      predicts: false,
      onWeights: wantsEpochs(hooks) ? show : undefined,
      hold: () => (isHeld() ? state.until(() => !isHeld()) : undefined),
      onProgress: (done, of) => tell.now(() => onProgress?.(done, of)),
    });
    const before = keeper?.from;
    before?.history.loss.forEach((_, e) => stopper?.judge(e + 1, logsOf(before.history, e)));
    let upcoming = before?.isOver ? Infinity : (before?.place.epoch ?? 0) + 1;
    for (;;) {
      await state.until(() => !isHeld());
      if (upcoming <= epochs && !isStopped()) {
        for (const hook of hooks) await tell.later(() => hook.onEpochBegin?.(upcoming));
      }
      const { done, value } = await nextOf(training, job);
      if (done) return await end(job, value, tell);
      // They come one by one where anybody is to be told of them.
      for (const report of value) {
        // Early stopping is the trainer's; here it only says whether another epoch begins.
        const isLast = stopper?.judge(report.epoch, report.logs).isEnough ?? false;
        upcoming = isLast ? Infinity : report.epoch + 1;
        state.reports.push(report);
        state.ring();
        for (const hook of hooks) await tell.later(() => hook.onEpochEnd?.(report));
      }
    }
  } finally {
    signal?.removeEventListener('abort', ring);
  }
}

type Made = Omit<Training, 'backend' | 'adapter' | 'notes'> & Partial<Pick<Training, 'adapter' | 'notes'>>;

async function end({ task, hooks, device, state, signal, onProgress, keep }: FitJob, trained: Made, tell: Teller) {
  const { history, confusionMatrices, epochs, bestEpoch, plan, verification, milliseconds, setUpMilliseconds } =
    trained;
  keep(trained.weights, 'trained', history);
  if (plan) tell.now(() => onProgress?.(plan.steps, plan.steps));
  tell.throwIfFailed();
  signal?.throwIfAborted();
  const result: FitResult = {
    ...{ history, confusionMatrices, epochs, bestEpoch, plan, verification, milliseconds, setUpMilliseconds },
    backend: device ? 'webgpu' : 'cpu',
    adapter: trained.adapter ?? device?.adapter,
    notes: trained.notes ?? task.notes,
  };
  for (const hook of hooks) await state.telling(() => hook.onTrainEnd?.(result));
  return result;
}

async function nextOf(training: AsyncGenerator<readonly EpochReport[], Made>, { keep }: FitJob) {
  try {
    return await training.next();
  } catch (error) {
    if (error instanceof TrainingError) keep(error.divergence.weights, 'diverged');
    throw error;
  }
}

function trainedBy(
  device: Device | undefined,
  task: Task,
  told: RecoveryOptions,
  options: OnDeviceOptions,
): AsyncGenerator<readonly EpochReport[], Made> {
  return device ? trainedByDevice(device, task, told, options) : trainedByCpu(task, options);
}

async function* trainedByDevice(
  device: Device,
  task: Task,
  told: RecoveryOptions,
  options: OnDeviceOptions,
): AsyncGenerator<readonly EpochReport[], Made> {
  const { trainRecovering } = await loadEngine();
  return yield* trainRecovering(device, task, options, told);
}

async function* trainedByCpu(task: Task, options: OnDeviceOptions): AsyncGenerator<readonly EpochReport[], Made> {
  const { trainTaskOnCpu } = await loadReference();
  const trained: Trained & { readonly milliseconds: number } = yield* trainTaskOnCpu(task, options);
  return { plan: undefined, verification: unchecked(), setUpMilliseconds: 0, ...trained };
}

/** Calls what the caller gave. What one throws ends the training, and is thrown when it has ended. */
class Teller {
  readonly #state: FitState;
  #failure: { readonly error: unknown } | undefined;

  constructor(state: FitState) {
    this.#state = state;
  }

  now(call: () => unknown): void {
    if (this.#failure) return;
    try {
      call();
    } catch (error) {
      this.#fail(error);
    }
  }

  async later(call: () => unknown): Promise<void> {
    if (this.#failure) return;
    try {
      await this.#state.telling(call);
    } catch (error) {
      this.#fail(error);
    }
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#state.isStopped = true;
  }
}
