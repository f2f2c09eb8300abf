/**
 * What the backend `auto` does where there is an adapter: takes whichever of GPU and CPU trains this very task quicker,
 * by measuring both for a moment. Small networks are quicker on the CPU on most machines, and most networks are on one
 * whose adapter is software. It decides nothing else: what is trained afterwards is trained as if it had been named.
 */
import { type Task, taskShape } from '../core/task.js';
import { adapterText, type Device } from '../gpu/device.js';

export interface Quicker {
  readonly backend: 'webgpu' | 'cpu';
  /** Why the CPU, in a sentence; undefined where the GPU trains. */
  readonly note: string | undefined;
}

/** How long the parts take, in milliseconds; other ones serve to test the decision. */
export interface Stopwatch {
  /** The whole training on the CPU, by a moment of it. */
  cpu(task: Task): Promise<number>;
  /** The whole training on the device, without set-up, by a moment of it. */
  gpu(device: Device, task: Task, isEpochwise: boolean): Promise<number>;
}

/** Milliseconds of a training that is over on the CPU before a GPU is set up: compiling alone takes as long. */
const SOON = 50;
/** Multiply-adds of a step that takes the CPU so much longer than a moment that there is nothing to measure. */
const LARGE_STEP = 2e7;

/** What takes the times is loaded with what is timed. */
const REAL: Stopwatch = {
  cpu: async (task) => (await import('./cpu-time.js')).cpuTime(task),
  gpu: async (...of) => (await import('./gpu-time.js')).gpuTime(...of),
};

/**
 * Which backend trains the task quicker.
 * @param isEpochwise whether somebody looks at each epoch before the next begins
 * @throws DeviceError, RunError as the training itself would
 */
export async function quickerBackend(
  device: Device,
  task: Task,
  isEpochwise: boolean,
  watch: Stopwatch = REAL,
): Promise<Quicker> {
  // Nothing is measured then.
  if (multiplyAdds(task) > LARGE_STEP) return { backend: 'webgpu', note: undefined };
  const known = MEASURED.get(device.gpu) ?? new Map<string, boolean>();
  MEASURED.set(device.gpu, known);
  const key = `${isEpochwise} ${taskShape(task)}`;
  const isCpu = known.get(key) ?? (await isCpuQuicker(device, task, isEpochwise, watch));
  known.set(key, isCpu);
  if (!isCpu) return { backend: 'webgpu', note: undefined };
  const note = `backend 'auto': the CPU trains this sooner than ${adapterText(device.adapter)} would, as measured.`;
  return { backend: 'cpu', note };
}

/** What was found is true as long as the device lives, and not measured again for the like of it. */
const MEASURED = new WeakMap<GPUDevice, Map<string, boolean>>();

async function isCpuQuicker(device: Device, task: Task, isEpochwise: boolean, watch: Stopwatch): Promise<boolean> {
  const cpu = await watch.cpu(task);
  if (cpu < SOON) return true;
  const gpu = watch.gpu(device, task, isEpochwise).catch(async (error: unknown) => {
    // The training finds another device, as if it had been lost a moment later.
    if (await device.isLost()) return 0;
    throw error;
  });
  return cpu < (await gpu);
}

/** Of the products of an update, and of the validation that may follow: forward, and in training twice as many backward. */
function multiplyAdds({ model, widths, batchSize, training, validation }: Task): number {
  const weights = model.layers.reduce((sum, { type }, l) => {
    return type === 'dense' ? sum + widths[l]! * widths[l + 1]! : sum;
  }, 0);
  const rows = 3 * batchSize * training.gradientAccumulationSteps + (validation?.x.rows ?? 0);
  return rows * weights;
}
