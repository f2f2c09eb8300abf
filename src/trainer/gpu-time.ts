/**
 * How long a training would take on a device, by a moment of it (quicker.ts asks). What was trained is thrown away.
 */
import type { Task } from '../core/task.js';
import type { Device } from '../gpu/device.js';
import { taskContents } from '../plan/contents.js';
import { Execution } from '../plan/execute.js';
import { maxBindingBytes, workgroupLimits } from '../plan/limits.js';
import { planTask } from '../plan/schedule.js';

/** Milliseconds of the whole training on the device, without set-up, by its first two slices. */
export async function gpuTime(device: Device, task: Task, isEpochwise: boolean): Promise<number> {
  const plan = planTask(task, {
    maxBindingBytes: maxBindingBytes(device.gpu.limits),
    workgroup: workgroupLimits(device),
  });
  const execution = await Execution.create(device, plan, () => taskContents(task, plan));
  try {
    const started = performance.now();
    let before = { time: started, share: 0 };
    let slices = 0;
    for await (const { share } of execution.run({ isEpochwise })) {
      const now = performance.now();
      slices += 1;
      if (share >= 1) return now - started;
      // What the first takes is also what a driver does once.
      if (slices === 2) return (now - before.time) / (share - before.share);
      before = { time: now, share };
    }
    return Infinity;
  } finally {
    execution.destroy();
  }
}
