/**
 * The passes of a layered plan on a device, as many at a time as are asked for, and what its buffers hold after them. The
 * passes are the plan's own dispatches in its own order; only the submits end where somebody wants to look.
 */
import type { Task } from '../../core/task.js';
import type { Device } from '../../gpu/device.js';
import { taskContents } from '../../plan/contents.js';
import { Execution } from '../../plan/execute.js';
import type { Plan } from '../../plan/plan.js';
import type { Shaders } from '../../passes/shaders.js';
import { passesOf, type TensorPlace } from './tensors.js';

export class GpuWalk {
  readonly #execution: Execution;
  readonly #reads: readonly string[];

  private constructor(execution: Execution, places: readonly TensorPlace[]) {
    this.#execution = execution;
    this.#reads = [...new Set(places.map(({ buffer }) => buffer)), 'epochLog'];
  }

  /** @throws DeviceError if the device cannot do it */
  static async open(
    device: Device,
    plan: Plan,
    task: Task,
    places: readonly TensorPlace[],
    shaders: Shaders,
  ): Promise<GpuWalk> {
    const execution = await Execution.create(device, plan, () => taskContents(task, plan), { shaders });
    return new GpuWalk(execution, places);
  }

  /** Puts everything back to before the first pass, on the weights of this task's seed. */
  restart(task: Task): void {
    this.#execution.renew(taskContents(task, this.#execution.plan));
  }

  /** Runs the passes from `from` to before `to`, counted from the first of the first epoch. */
  run(from: number, to: number): void {
    if (from === to) return;
    const { gpu } = this.#execution.device;
    const passes = passesOf(this.#execution.plan);
    const encoder = gpu.createCommandEncoder({ label: 'walkthrough' });
    const computePass = encoder.beginComputePass({ label: 'walkthrough' });
    for (let i = from; i < to; i++) this.#execution.encode(passes[i % passes.length]!, computePass);
    computePass.end();
    gpu.queue.submit([encoder.finish()]);
  }

  /** What the buffers hold now, by their names. @throws DeviceError if the device was lost or found something wrong */
  async read(): Promise<ReadonlyMap<string, Float32Array>> {
    const contents = await this.#execution.read(this.#reads);
    return new Map(Object.entries(contents).map(([name, bytes]) => [name, new Float32Array(bytes)]));
  }
}
