/**
 * What a training does once its device is lost: waits, has another opened, and goes on from the newest state, again and again as long
 * as that gets it further. Whoever is told of the training hears of each epoch once. Loaded when the first device is lost.
 */
import { CheckpointError, type SavedState } from '../core/saved-state.js';
import type { Task } from '../core/task.js';
import { counted } from '../core/text.js';
import type { EpochReport } from '../core/trained.js';
import { adapterText, type Device, DeviceError } from '../gpu/device.js';
import type { Schedule } from '../plan/plan.js';
import { type DeviceTraining, type OnDeviceOptions, trainTaskOnDevice } from './on-device.js';
import type { RecoveryOptions, RecoveryPace } from './recovery-options.js';
import type { SpareKeeper } from './spare-keeper.js';

/** Milliseconds between two looks at whether a training that waits is to stop. */
const LOOK_EVERY = 50;

/** A training whose device was lost. */
export interface Loss {
  readonly error: DeviceError;
  readonly device: Device;
  readonly task: Task;
  readonly options: OnDeviceOptions;
  readonly open: NonNullable<RecoveryOptions['open']>;
  readonly onRecovery: RecoveryOptions['onRecovery'];
  readonly pace: RecoveryPace;
  readonly keeper: SpareKeeper;
  readonly keeperFrom: (from: SavedState | undefined, every: number) => SpareKeeper;
  /** How far the training was told of: epochs and updates. */
  readonly told: { epoch: number; step: number };
  /** When it began, by the clock. */
  readonly started: number;
}

/** @throws DeviceError where no attempt gets any further, else what the training throws */
export async function* goOnAfterLoss(loss: Loss): AsyncGenerator<readonly EpochReport[], DeviceTraining> {
  const { task, options, open, pace, keeperFrom, told } = loss;
  const first = adapterText(loss.device.adapter);
  const counts = { losses: 0, again: 0 };
  let { error, keeper } = loss;
  let attempt = 0;
  for (let reached = -1; ;) {
    attempt = keeper.step > reached ? 1 : attempt + 1;
    reached = keeper.step;
    if (attempt > pace.waits.length) throw givenUp(error, pace.waits.length);
    const from = keeper.newest ?? (await options.keeper?.readNewest?.()) ?? options.keeper?.from;
    counts.losses += 1;
    counts.again += told.step - (from?.place.step ?? 0);
    tell(loss, error, from, attempt);
    await wait(pace.waits[attempt - 1]!, options.isStopped);
    const device = await opened(open);
    if (device instanceof DeviceError) {
      error = device;
      continue;
    }
    keeper = keeperFrom(from, pace.everyAfterLoss);
    try {
      const trained = yield* attemptOn(device, loss, keeper);
      const now = adapterText(device.adapter);
      const notes = [
        `The GPU device was lost ${counts.losses === 1 ? 'once' : counted(counts.losses, 'time')}; the training went on by itself, with ${counted(counts.again, 'step')} computed anew.`,
        ...(now === first ? [] : [`The training began on ${first}; on ${now} the last bits may be others.`]),
      ];
      const milliseconds = performance.now() - loss.started - trained.setUpMilliseconds;
      return { ...trained, milliseconds, adapter: device.adapter, notes: [...task.notes, ...notes] };
    } catch (failure) {
      const adapter = adapterText(device.adapter);
      // Made with another adapter's plan.
      if (failure instanceof CheckpointError && adapter !== first) throw elsewhere(error, first, adapter, failure);
      if (!(failure instanceof DeviceError && (await device.isLost()))) throw failure;
      error = failure;
    }
  }
}

/** The training from a state on; what was told before is not told again. */
async function* attemptOn(
  device: Device,
  { task, options, told }: Loss,
  keeper: SpareKeeper,
): AsyncGenerator<readonly EpochReport[], DeviceTraining> {
  const { from } = keeper;
  const { onWeights, isStopped } = options;
  let epoch = from?.place.epoch ?? 0;
  let shown = epoch;
  const training = trainTaskOnDevice(device, task, {
    ...options,
    keeper,
    schedule: from ? (from.schedule as Schedule) : options.schedule,
    // What was told of is part of what it has when it stops.
    isStopped: isStopped && (() => epoch >= told.epoch && isStopped()),
    onWeights:
      onWeights &&
      ((weights) => {
        shown += 1;
        if (shown > told.epoch) onWeights(weights);
      }),
    onProgress(step, of) {
      if (step <= told.step) return;
      told.step = step;
      options.onProgress?.(step, of);
    },
  });
  try {
    for (;;) {
      const { done, value } = await training.next();
      if (done) return value;
      epoch = value.at(-1)!.epoch;
      const fresh = value.filter((report) => report.epoch > told.epoch);
      if (fresh.length === 0) continue;
      told.epoch = epoch;
      yield fresh;
    }
  } finally {
    await training.return(undefined as never);
  }
}

/** A device, or why there is none. */
async function opened(open: Loss['open']): Promise<Device | DeviceError> {
  try {
    return (await open()) ?? new DeviceError('The GPU device was lost, and there is no WebGPU adapter any more.');
  } catch (error) {
    if (error instanceof DeviceError) return error;
    throw error;
  }
}

function tell({ task, onRecovery, pace }: Loss, error: DeviceError, from: SavedState | undefined, attempt: number) {
  const of = pace.waits.length;
  const { epoch: epochs, step } = from?.place ?? { epoch: 0, step: 0 };
  const epoch = Math.min(epochs + 1, task.training.epochs);
  const where = from ? `after step ${step}, in epoch ${epoch}` : 'from its beginning';
  const message = `${sentence(error)} The training goes on ${where} (attempt ${attempt} of ${of}).`;
  onRecovery?.({ message, step, epoch, attempt, of });
}

/** Waits, unless the training is to stop. */
async function wait(milliseconds: number, isStopped: OnDeviceOptions['isStopped']): Promise<void> {
  for (let left = milliseconds; left > 0 && !isStopped?.(); left -= LOOK_EVERY) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, LOOK_EVERY)));
  }
}

function givenUp(cause: DeviceError, attempts: number): DeviceError {
  if (attempts === 0) return cause;
  const advice = 'start again, take a smaller network, or train on the CPU.';
  return new DeviceError(`${sentence(cause)} ${attempts} attempts to go on failed as well: ${advice}`, { cause });
}

function elsewhere(error: DeviceError, before: string, now: string, cause: CheckpointError): DeviceError {
  const why = `what was begun on ${before} cannot be gone on with on ${now}: start again.`;
  return new DeviceError(`${sentence(error)} There is another adapter now, and ${why}`, { cause });
}

/** What a browser says may end with a full stop or without. */
function sentence({ message }: DeviceError): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
