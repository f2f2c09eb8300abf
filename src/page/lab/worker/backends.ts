/** A training on a device, or on others where that is lost, or with the reference, told to the page as it goes on. What comes of a failure others say. */
import { crc32 } from '../../../core/crc32.js';
import type { LayerWeights } from '../../../core/initializers.js';
import type { Task } from '../../../core/task.js';
import type { EpochReport } from '../../../core/trained.js';
import type { Device } from '../../../gpu/device.js';
import { loadEngine } from '../../../trainer/load-engine.js';
import { trainTaskOnCpu } from '../../../trainer/on-cpu.js';
import type { OnDeviceOptions } from '../../../trainer/on-device.js';
import type { Recovery } from '../../../trainer/recovery-options.js';
import { checkedText } from '../../../verify/checked-text.js';
import type { VerifyMode } from '../../../verify/report.js';
import type { TrainingEnd, TrainRequest } from '../training/news.js';
import type { NewsDesk } from './news-desk.js';
import type { TrainingPace } from './training-pace.js';

export interface Work {
  readonly pace: TrainingPace;
  readonly news: NewsDesk;
  readonly schedule: TrainRequest['schedule'];
  readonly verify: VerifyMode;
  /** Opens a device in the place of one that was lost. */
  readonly open: () => Promise<Device | undefined>;
}

export async function trainOnDevice(
  device: Device,
  task: Task,
  { schedule, verify, pace, news, open }: Work,
): Promise<TrainingEnd> {
  const { trainRecovering } = await loadEngine();
  const options: OnDeviceOptions = {
    schedule,
    verify: pace.isStopped ? 'off' : verify,
    keeper: pace,
    hold: () => pace.hold(),
    isStopped: () => pace.isStopped,
    onProgress: (step, steps) => news.add({ progress: { step, steps } }),
  };
  const onRecovery = ({ message }: Recovery) => news.add({ warnings: [message] });
  const epochs = trainRecovering(device, task, options, { open, onRecovery });
  const { plan, verification, ...trained } = await lastOf(epochs, news);
  const checked = checkedText(verification);
  const own = { isStopped: pace.isStopped, schedule: plan.schedule, checked: checked && `${checked}.` };
  return { ...trained, ...own, weightsSum: sumOf(trained.weights) };
}

export async function trainOnCpu(task: Task, { pace, news }: Work): Promise<TrainingEnd> {
  const steps = stepsOf(task);
  const epochs = trainTaskOnCpu(task, {
    keeper: pace,
    hold: () => pace.hold(),
    isStopped: () => pace.isStopped,
    onProgress: (done, of) => news.add({ progress: { step: Math.round((steps * done) / of), steps } }),
  });
  const trained = await lastOf(epochs, news);
  const own = { isStopped: pace.isStopped, setUpMilliseconds: 0, schedule: undefined, checked: undefined };
  return { ...trained, ...own, weightsSum: sumOf(trained.weights) };
}

/** Updates of a whole training. */
export function stepsOf({ train, batchSize, training }: Task): number {
  const batches = Math.ceil(train.x.rows / batchSize);
  return training.epochs * Math.ceil(batches / training.gradientAccumulationSteps);
}

async function lastOf<T>(epochs: AsyncGenerator<readonly EpochReport[], T>, news: NewsDesk): Promise<T> {
  for (;;) {
    const { done, value } = await epochs.next();
    if (done) return value;
    news.add({ reports: value });
  }
}

function sumOf(weights: readonly LayerWeights[]): string {
  const values = weights.flatMap((layer) => Object.values(layer).map((weight) => weight.values));
  const all = new Float64Array(values.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of values) {
    all.set(part, at);
    at += part.length;
  }
  return crc32(new Uint8Array(all.buffer)).toString(16).padStart(8, '0');
}
