/**
 * Plans and executions for GPU tests: a run compiled and set up on the test's device, always given back.
 */
import type { Run } from '../../src/core/run.js';
import { type Device, describeAdapter, watchDevice } from '../../src/gpu/device.js';
import { SHADERS } from './shaders.js';
import type { ShaderName } from '../../src/passes/pass.js';
import { taskOf } from '../../src/core/task.js';
import { compileTask, type CompileOptions } from '../../src/plan/compile.js';
import { planTask, type PlanOptions } from '../../src/plan/schedule.js';
import { taskContents } from '../../src/plan/contents.js';
import { Execution } from '../../src/plan/execute.js';
import { type PassParity, verifyPlan } from '../../src/verify/parity.js';

/** The test's device, as the product sees one. */
export function productDevice(device: GPUDevice, adapterInfo: GPUAdapterInfo): Device {
  const watched = WATCHED.get(device) ?? watchDevice(device, describeAdapter(adapterInfo));
  WATCHED.set(device, watched);
  return watched;
}

/** Watched once each, or every test would leave a listener behind. */
const WATCHED = new WeakMap<GPUDevice, Device>();

/** How a run is planned: each pass a dispatch, unless another schedule is asked for. */
export type TestPlanOptions = CompileOptions & PlanOptions;

/** Sets a run up, lets `use` work with it, and gives its buffers back. */
export async function withExecution<T>(
  device: Device,
  run: Run,
  use: (execution: Execution) => Promise<T>,
  { shaders = SHADERS, ...options }: TestPlanOptions & { readonly shaders?: typeof SHADERS } = {},
): Promise<T> {
  const task = taskOf(run);
  const plan = options.schedule ? planTask(task, options) : compileTask(task, options);
  const execution = await Execution.create(device, plan, () => taskContents(task, plan), { shaders });
  try {
    return await use(execution);
  } finally {
    execution.destroy();
  }
}

/** Runs every program of a run's plan once and compares all its passes with the reference. */
export function verifyFirstStep(device: Device, run: Run, shaders: typeof SHADERS = SHADERS): Promise<PassParity[]> {
  return withExecution(device, run, verifyPlan, { shaders });
}

/** The shaders with one text replaced in one of them: a deliberately wrong one. */
export function broken(name: ShaderName, right: string, wrong: string): typeof SHADERS {
  const { code, alone } = SHADERS[name];
  if (!code.includes(right)) throw new Error(`The shader ${name} does not contain: ${right}`);
  const texts = { code: code.replace(right, wrong), alone: alone?.replace(right, wrong) };
  return { ...SHADERS, [name]: { ...SHADERS[name], ...texts } };
}
