/** A training on devices that things happen to, as `train` does it. It judges nothing, and knows no test runner. */
import type { Run } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import type { EpochReport } from '../../src/core/trained.js';
import { type Device, noAdapterError, openDevice } from '../../src/gpu/device.js';
import type { Schedule } from '../../src/plan/plan.js';
import { keepVerdicts } from '../../src/trainer/approval.js';
import type { CheckpointOptions } from '../../src/trainer/checkpoint-options.js';
import { openKeeper } from '../../src/trainer/open-keeper.js';
import type { Recovery, RecoveryPace } from '../../src/trainer/recovery-options.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { type Fault, faultyGpu, type FaultyOptions } from './faults.js';
import { makeRun } from './runs.js';
import { textStore } from './text-store.js';

export const EPOCHS = 12;

/** Adam, dropout, a shuffle, validation, early stopping, the best weights put back: a slice an epoch, of two updates. */
export const DISTURBED: Run = makeRun({
  batch: 20,
  inputs: 3,
  layers: [
    { units: 5, activation: 'tanh' },
    { type: 'dropout', rate: 0.3 },
    { units: 2, activation: 'linear' },
  ],
  epochs: EPOCHS,
  training: {
    loss: 'meanSquaredError',
    optimizer: { name: 'adam', learningRate: 0.02 },
    batchSize: 8,
    shuffle: true,
    validationSplit: 0.2,
    earlyStopping: { monitor: 'val_loss', patience: EPOCHS, restoreBestWeights: true },
  },
});

/** A state whenever a slice ends, and no waiting. */
export const QUICK: RecoveryPace = { every: 1e-9, everyAfterLoss: 1e-9, waits: [1, 1, 1] };
/** No state in the time that these trainings take. */
export const STATELESS: RecoveryPace = { every: 1e9, everyAfterLoss: 1e9, waits: [1, 1, 1] };

/** The adapter is tested once for all devices that are opened here. */
const VERDICTS = textStore();

export interface DisturbedOptions extends CheckpointOptions, FaultyOptions {
  readonly schedule?: Schedule | undefined;
  readonly run?: Run;
  readonly pace?: RecoveryPace;
  readonly verify?: boolean;
  readonly signal?: AbortSignal;
  readonly onRecovery?: (recovery: Recovery) => void;
}

/** @param faults of the devices, in the order in which they are opened */
export async function trainDisturbed(faults: readonly (Fault | undefined)[], options: DisturbedOptions = {}) {
  const { schedule = 'layered', run = DISTURBED, pace = QUICK, verify = false, signal, names } = options;
  const { gpu, opened, slices, happened } = faultyGpu(faults, { names });
  const reports: EpochReport[] = [];
  const recoveries: Recovery[] = [];
  const task = taskOf(run);
  const openKnown = async () => {
    const opened = await openDevice(gpu);
    if (opened) keepVerdicts(opened, VERDICTS);
    return opened;
  };
  const first = await openKnown();
  if (!first) throw noAdapterError();
  let device: Device | undefined = first;
  const open = async () => {
    device?.close();
    return (device = await openKnown());
  };
  const told = {
    onEpoch: (report: EpochReport) => reports.push(report),
    onRecovery(recovery: Recovery) {
      recoveries.push(recovery);
      options.onRecovery?.(recovery);
    },
  };
  const keeper = await openKeeper(task, options);
  const own = { schedule, verify, tune: false, signal, recoveryPace: pace, ...told };
  const outcome = await trainOnDevice(first, task, own, keeper, open).then(
    (training) => ({ training, error: undefined }),
    (error: unknown) => ({ training: undefined, error: error as Error }),
  );
  device?.close();
  return { ...outcome, reports, recoveries, keeper, devices: opened.length, slices, happened };
}
