/**
 * What a run takes on a device: the time of each pass, of a step of the schedule that is really taken, and the memory that was planned
 * and created for it. It gives back all that it creates, and says if anything is left.
 */
import { parseRun } from '../../../core/run.js';
import { type Task, taskOf } from '../../../core/task.js';
import { type Device, guarded } from '../../../gpu/device.js';
import type { MemoryWatch } from '../../../gpu/memory-watch.js';
import { taskContents } from '../../../plan/contents.js';
import { Execution } from '../../../plan/execute.js';
import { maxBindingBytes, workgroupLimits } from '../../../plan/limits.js';
import { planTask } from '../../../plan/schedule.js';
import { taskOfLoaded } from '../../../data/load.js';
import { article } from '../../../runs/article.js';
import { gpuTime } from '../../../trainer/gpu-time.js';
import { passTimes } from '../../../trainer/pass-times.js';
import { knownProducts } from '../../../tune/known.js';
import type { LabRun } from '../../lab/lab-state.js';
import { LabData } from '../../lab/worker/lab-data.js';
import type { RunMeasure } from '../look.js';
import { memoryRows } from '../memory-rows.js';

interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

export async function measureRun(
  device: Device,
  memory: MemoryWatch,
  run: LabRun | undefined,
  { signal, onProgress }: MeasureOptions,
): Promise<RunMeasure> {
  const task = await taskFor(run);
  const options = {
    maxBindingBytes: maxBindingBytes(device.gpu.limits),
    workgroup: workgroupLimits(device),
    products: await knownProducts(device),
  };
  const before = memory.bytes();
  memory.restart();
  const plan = planTask(task, options);
  const known = new Set(memory.live());
  const execution = await Execution.create(device, plan, () => taskContents(task, plan));
  await execution.approved;
  const created = memory.live().filter((buffer) => !known.has(buffer));
  const peak = memory.peak() - before;
  execution.destroy();
  const left = memory.bytes() - before;
  signal.throwIfAborted();

  const milliseconds = await gpuTime(device, task, false);
  signal.throwIfAborted();

  const layered = planTask(task, { ...options, schedule: 'layered' });
  const timed = await guarded(device, 'Timing the passes', async () => {
    const apart = await Execution.create(device, layered, () => taskContents(task, layered));
    try {
      return await passTimes(apart, { signal, onProgress: (done, of) => onProgress(done / of) });
    } finally {
      apart.destroy();
    }
  });
  const { schedule, reason, epochs, steps } = plan;
  return {
    ...{ schedule, reason, epochs, steps },
    stepMilliseconds: milliseconds / Math.max(1, steps),
    ...{ by: timed.by, distrust: timed.distrust, stepsPerEpoch: timed.stepsPerEpoch, passes: timed.passes },
    memory: { rows: memoryRows(plan, created), peak, left },
  };
}

async function taskFor(run: LabRun | undefined): Promise<Task> {
  if (!run) return taskOf(parseRun(article));
  return taskOfLoaded(await new LabData().loaded(run, []));
}
