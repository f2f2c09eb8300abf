/**
 * What the backend `auto` does where there is an adapter: takes whichever of GPU and CPU trains this very task quicker,
 * by measuring both for a moment, and the CPU in the place of an adapter that computes wrongly. Small networks are quicker on the CPU on most machines, and most networks are on one
 * whose adapter is software. It decides nothing else: what is trained afterwards is trained as if it had been named.
 */
import { type Task, taskShape } from '../core/task.js';
import { adapterText, type Device } from '../gpu/device.js';
import type { TuningStore } from '../tune/text-store.js';
import { ParityError } from './errors.js';
import { loadEngine } from './load-engine.js';

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
  /** Why the device is not to be used, in a sentence after a full stop, if it computes the task wrongly. */
  refusal(device: Device, task: Task, tune: boolean | TuningStore | undefined): Promise<string | undefined>;
}

/** Milliseconds of a training that is over on the CPU before a GPU is set up: compiling alone takes as long. */
const SOON = 50;
/** Multiply-adds of a step that takes the CPU so much longer than a moment that there is nothing to measure. */
const LARGE_STEP = 2e7;

/** What takes the times is loaded with what is timed. */
const REAL: Stopwatch = {
  cpu: async (task) => (await import('./cpu-time.js')).cpuTime(task),
  gpu: async (...of) => (await import('./gpu-time.js')).gpuTime(...of),
  refusal: refusalOf,
};

/**
 * Which backend trains the task quicker.
 * @param isEpochwise whether somebody looks at each epoch before the next begins
 * @param tune what the training itself is given
 * @throws DeviceError, RunError as the training itself would
 */
export async function quickerBackend(
  device: Device,
  task: Task,
  isEpochwise: boolean,
  { tune, watch = REAL }: { readonly tune?: boolean | TuningStore | undefined; readonly watch?: Stopwatch } = {},
): Promise<Quicker> {
  const known = MEASURED.get(device.gpu) ?? new Map<string, string>();
  MEASURED.set(device.gpu, known);
  const key = `${isEpochwise} ${taskShape(task)}`;
  const why =
    known.get(key) ??
    ((await isCpuQuicker(device, task, isEpochwise, watch))
      ? ` sooner than ${adapterText(device.adapter)} would, as measured.`
      : ((await watch.refusal(device, task, tune)) ?? ''));
  known.set(key, why);
  const note = why ? `backend 'auto': the CPU trains this${why}` : undefined;
  return { backend: note ? 'cpu' : 'webgpu', note };
}

/** What was found, why the CPU if so, is true as long as the device lives, and not measured again for the like of it. */
const MEASURED = new WeakMap<GPUDevice, Map<string, string>>();

async function isCpuQuicker(device: Device, task: Task, isEpochwise: boolean, watch: Stopwatch): Promise<boolean> {
  // Nothing is measured where a step takes so long.
  if (multiplyAdds(task) > LARGE_STEP) return false;
  const cpu = await watch.cpu(task);
  if (cpu < SOON) return true;
  const gpu = watch.gpu(device, task, isEpochwise).catch(async (error: unknown) => {
    // The training finds another device, as if it had been lost a moment later.
    if (await device.isLost()) return 0;
    throw error;
  });
  return cpu < (await gpu);
}

/** Tests the device, where nobody has. */
async function refusalOf(device: Device, task: Task, tune: boolean | TuningStore | undefined) {
  try {
    await (await loadEngine()).approvedPlan(device, task, { tune });
  } catch (error) {
    if (error instanceof ParityError) return `. ${error.message}`;
    // As above.
    if (!(await device.isLost())) throw error;
  }
  return undefined;
}

/** Of the products of an update, and of the validation that may follow: forward, and in training twice as many backward. */
function multiplyAdds({ model, widths, batchSize, training, validation }: Task): number {
  const weights = model.layers.reduce((sum, { type }, l) => {
    return type === 'dense' ? sum + widths[l]! * widths[l + 1]! : sum;
  }, 0);
  const rows = 3 * batchSize * training.gradientAccumulationSteps + (validation?.x.rows ?? 0);
  return rows * weights;
}
