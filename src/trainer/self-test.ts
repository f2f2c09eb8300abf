/**
 * The self-test: every shader and every variant of the product on a device, pass by pass against the reference within
 * derived bounds (verify/self-test-runs.ts says in which runs). It works run by run and lets others have a turn in
 * between; a wrong pass is a result and no error. It knows no document and prints nothing.
 */
import { taskOf } from '../core/task.js';
import { type Device, DeviceError } from '../gpu/device.js';
import { taskContents } from '../plan/contents.js';
import { Execution, type ExecutionOptions } from '../plan/execute.js';
import { maxBindingBytes, workgroupLimits } from '../plan/limits.js';
import { planTask } from '../plan/schedule.js';
import { kindsOf } from '../tune/known.js';
import { verifyPlan } from '../verify/parity.js';
import { explainFailure, type PassParity } from '../verify/report.js';
import { leftOut, type SelfTestRun, selfTestRuns } from '../verify/self-test-runs.js';

/** What one pass of one run came to, over all programs and buffers. */
export interface PassResult {
  readonly pass: string;
  /** The shader that ran: of the persistent schedule the one with all its passes in it. */
  readonly shader: string;
  /** Values that the pass had to compute, all of them compared. */
  readonly values: number;
  /** The largest difference as a share of its bound; over 1 fails. */
  readonly shareOfBound: number;
  readonly ok: boolean;
  /** Of what is wrong: which value, what it is, what it should be, and what would be allowed. */
  readonly failure?: string;
}

export interface RunResult {
  readonly name: string;
  readonly schedule: SelfTestRun['schedule'];
  readonly passes: readonly PassResult[];
  readonly ok: boolean;
  /** Why it could not be run, in a sentence: a shader that does not compile there, say. */
  readonly problem?: string;
}

export interface SelfTestReport {
  readonly runs: readonly RunResult[];
  readonly ok: boolean;
  /** Variants of products that nothing may choose on this device. */
  readonly leftOut: readonly string[];
  readonly milliseconds: number;
}

export interface SelfTestOptions {
  /** Told of each run as it ends. */
  readonly onResult?: ((result: RunResult, done: number, of: number) => void) | undefined;
  /** Ends it after the run under way; the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Another table of shaders serves to show that a wrong one is found. */
  readonly shaders?: ExecutionOptions['shaders'];
  /** Which of the runs. Default: all, without which nothing is proved. */
  readonly chosen?: ((run: SelfTestRun) => boolean) | undefined;
}

/** What the second time adds: optimizers, averages and counters that no longer stand at their start. */
const TIMES = 2;

/**
 * Tests all shaders on a device.
 * @throws DeviceError if the device is lost meanwhile; what is wrong with a pass is in the report
 */
export async function selfTest(
  device: Device,
  { onResult, signal, shaders, chosen = () => true }: SelfTestOptions = {},
): Promise<SelfTestReport> {
  const started = performance.now();
  const traits = { isFast: workgroupLimits(device).isFast, hasQuads: kindsOf(device).includes('quads') };
  const list = selfTestRuns(traits).filter(chosen);
  const runs: RunResult[] = [];
  for (const one of list) {
    signal?.throwIfAborted();
    const result = await resultOf(device, one, shaders);
    runs.push(result);
    onResult?.(result, runs.length, list.length);
    // A task of its own for whoever else wants this thread, a word to stop among them.
    await new Promise((resolve) => setTimeout(resolve));
  }
  signal?.throwIfAborted();
  return { runs, ok: runs.every(({ ok }) => ok), leftOut: leftOut(traits), milliseconds: performance.now() - started };
}

async function resultOf(device: Device, one: SelfTestRun, shaders: ExecutionOptions['shaders']): Promise<RunResult> {
  const { name, schedule } = one;
  try {
    const passes = summed(await checked(device, one, shaders), schedule);
    return { name, schedule, passes, ok: passes.every(({ ok }) => ok) };
  } catch (error) {
    // On a device that is lost nothing more can be said; what one run alone cannot do is its result.
    device.check();
    if (!(error instanceof DeviceError)) throw error;
    return { name, schedule, passes: [], ok: false, problem: error.message };
  }
}

async function checked(
  device: Device,
  { run, schedule, products }: SelfTestRun,
  shaders: ExecutionOptions['shaders'],
): Promise<PassParity[]> {
  const task = taskOf(run);
  const plan = planTask(task, {
    schedule: schedule === 'layered' ? schedule : 'persistent',
    maxBindingBytes: maxBindingBytes(device.gpu.limits),
    workgroup: { ...workgroupLimits(device), isFast: schedule === 'persistent' },
    products,
  });
  const execution = await Execution.create(device, plan, () => taskContents(task, plan), { shaders });
  try {
    const parity: PassParity[] = [];
    for (let time = 0; time < TIMES; time++) parity.push(...(await verifyPlan(execution)));
    return parity;
  } finally {
    execution.destroy();
  }
}

/** One result for each pass, whatever program it stands in. */
function summed(parity: readonly PassParity[], schedule: SelfTestRun['schedule']): PassResult[] {
  const results = new Map<string, PassResult>();
  for (const one of parity) {
    const shader = schedule === 'layered' ? one.shader : schedule;
    const pass = one.pass.startsWith(`${one.program}: `) ? one.pass.slice(one.program.length + 2) : one.pass;
    const key = `${pass} ${shader}`;
    const before = results.get(key);
    const failure = before?.failure ?? (one.ok ? undefined : explainFailure(one));
    results.set(key, {
      pass,
      shader,
      values: (before?.values ?? 0) + one.computed,
      shareOfBound: Math.max(before?.shareOfBound ?? 0, one.shareOfBound),
      ok: (before?.ok ?? true) && one.ok,
      ...(failure !== undefined && { failure }),
    });
  }
  return [...results.values()];
}
