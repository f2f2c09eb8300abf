/**
 * Keeps the set-up of a small training, so that the like of it, on other numbers, begins at once: for a small network
 * plan, buffers and bind groups take as long as the training. One at a time, and only what fits one workgroup; whoever
 * makes a keeper empties it.
 */
import { type Task, taskShape } from '../core/task.js';
import type { Device } from '../gpu/device.js';
import type { Execution } from '../plan/execute.js';
import { allPasses, planBytes, type Schedule } from '../plan/plan.js';

/** Bytes on the GPU that may be kept without a training under way. */
const MOST_KEPT = 2 ** 24;

interface Kept {
  readonly device: Device;
  readonly key: string;
  /** That the plan draws from; undefined where it draws nothing, neither shuffles nor dropout. */
  readonly seed: number | undefined;
  readonly execution: Execution;
}

export class KeptSetUp {
  #kept: Kept | undefined;

  /** What was kept, if it is of the like of this task; it is then the caller's, who puts the task's numbers in it. */
  take(device: Device, task: Task, schedule: Schedule | undefined): Execution | undefined {
    const kept = this.#kept;
    if (kept?.device !== device || kept.key !== keyOf(task, schedule)) return undefined;
    if (kept.seed !== undefined && kept.seed !== task.model.seed) return undefined;
    this.#kept = undefined;
    return kept.execution;
  }

  /** Takes the set-up of a training that has ended well, in the place of what was kept before; or gives it back. */
  put(device: Device, task: Task, schedule: Schedule | undefined, execution: Execution): void {
    this.clear();
    const { plan } = execution;
    if (!plan.loop || planBytes(plan) > MOST_KEPT) {
      execution.destroy();
      return;
    }
    const isDrawn = allPasses(plan).some(({ uniforms }) => 'seed' in uniforms);
    const seed = isDrawn ? task.model.seed : undefined;
    this.#kept = { device, key: keyOf(task, schedule), seed, execution };
  }

  /** Gives the buffers back. */
  clear(): void {
    this.#kept?.execution.destroy();
    this.#kept = undefined;
  }
}

/** All that a set-up hangs on but the seed. */
function keyOf(task: Task, schedule: Schedule | undefined): string {
  return `${schedule ?? ''} ${taskShape(task)}`;
}
