/**
 * Trains a task on a device, and on another where that is lost: to the same bits, and as if nothing had happened to whoever is told
 * of it. What is done after a loss is loaded then (after-loss.ts). Every other failure is thrown as it comes.
 */
import { type SavedState } from '../core/saved-state.js';
import type { Task } from '../core/task.js';
import type { EpochReport } from '../core/trained.js';
import { type Device, DeviceError } from '../gpu/device.js';
import { type DeviceTraining, type OnDeviceOptions, trainTaskOnDevice } from './on-device.js';
import type { RecoveryOptions, RecoveryPace } from './recovery-options.js';
import { SpareKeeper } from './spare-keeper.js';

const USUAL: RecoveryPace = { every: 3000, everyAfterLoss: 500, waits: [500, 1000, 2000] };

/** As `trainTaskOnDevice`. @throws DeviceError with what was tried where no attempt gets any further */
export async function* trainRecovering(
  device: Device,
  task: Task,
  options: OnDeviceOptions,
  { open, onRecovery, recoveryPace: pace = USUAL }: RecoveryOptions,
): AsyncGenerator<readonly EpochReport[], DeviceTraining> {
  if (!open) return yield* trainTaskOnDevice(device, task, options);
  const inner = options.keeper;
  const { epochs } = task.training;
  const isAtEnd = ({ isOver, place }: SavedState) => isOver || place.epoch >= epochs || !!options.isStopped?.();
  const keeperFrom = (from: SavedState | undefined, every: number) => new SpareKeeper(inner, from, every, isAtEnd);
  const keeper = keeperFrom(inner?.from, pace.every);
  const started = performance.now();
  const training = trainTaskOnDevice(device, task, { ...options, keeper });
  let epoch = inner?.from?.place.epoch ?? 0;
  try {
    for (;;) {
      const { done, value } = await training.next();
      if (done) return value;
      epoch = value.at(-1)!.epoch;
      yield value;
    }
  } catch (error) {
    if (!(error instanceof DeviceError && (await device.isLost()))) throw error;
    const { goOnAfterLoss } = await import('./after-loss.js');
    const told = { epoch, step: keeper.asked };
    return yield* goOnAfterLoss({
      error,
      device,
      task,
      options,
      open,
      onRecovery,
      pace,
      keeper,
      keeperFrom,
      told,
      started,
    });
  } finally {
    await training.return(undefined as never);
  }
}
