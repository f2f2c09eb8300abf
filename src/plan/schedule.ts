/**
 * Which schedule a training takes, and why: `persistent` where it fits one workgroup and has more than a handful of
 * updates, else `layered`; or the one that the caller demands.
 */
import { RunError } from '../core/run-error.js';
import type { Task } from '../core/task.js';
import { counted, wholeText } from '../core/text.js';
import type { ProductChoices } from '../passes/products.js';
import { compileTask, networkOf } from './compile.js';
import { DEFAULT_BINDING_BYTES } from './limits.js';
import { DEFAULT_WORKGROUP, persistentPlan, type WorkgroupLimits } from './persistent.js';
import type { Plan, Schedule } from './plan.js';

/** Updates that are worth compiling the loop for, which takes several times as long as the passes of one batch. */
const LEAST_STEPS = 16;

export interface PlanOptions {
  /** The schedule that is demanded. Default: the plan's own choice. */
  readonly schedule?: Schedule | undefined;
  /** Bytes of the largest buffer that a pass may see. Default 128 MiB. */
  readonly maxBindingBytes?: number;
  /** What the products of the layered schedule are computed with. Default: what works everywhere. */
  readonly products?: ProductChoices | undefined;
  /** What the device gives one workgroup. Default: what every WebGPU device offers. */
  readonly workgroup?: WorkgroupLimits;
}

/**
 * The plan of a training.
 * @throws RunError if a schedule is demanded that cannot be had, or a product is longer than a pass can sum up
 */
export function planTask(
  task: Task,
  { schedule, maxBindingBytes = DEFAULT_BINDING_BYTES, products, workgroup = DEFAULT_WORKGROUP }: PlanOptions = {},
): Plan {
  const layered = (reason: string): Plan => ({ ...compileTask(task, { maxBindingBytes, products }), reason });
  if (schedule === 'layered') return layered('as demanded');
  const found = persistentOf(task, maxBindingBytes, workgroup);
  if ('plan' in found) {
    const { steps } = found.plan;
    if (schedule === 'persistent' || steps >= LEAST_STEPS) return found.plan;
    return layered(`its ${counted(steps, 'update')} would be over before a whole loop is compiled`);
  }
  if (schedule === 'persistent') {
    const fitting = 'a network whose weights, optimizer state and batch fit one workgroup, or another schedule';
    throw new RunError('schedule', `'persistent', but ${found.obstacle}`, fitting);
  }
  return layered(found.obstacle);
}

function persistentOf(task: Task, maxBindingBytes: number, workgroup: WorkgroupLimits) {
  const network = networkOf(task);
  // Kernels alone, before anything is laid out: most networks that do not fit are known by them.
  const least = 8 * network.parameterCount;
  if (least > workgroup.bytes) {
    return {
      obstacle: `its weights and their gradients take ${wholeText(least)} bytes, and one workgroup has ${wholeText(workgroup.bytes)}`,
    };
  }
  const plan = compileTask(task, { maxBindingBytes, forOneWorkgroup: true });
  return persistentPlan(plan, network, workgroup, maxBindingBytes);
}
