/**
 * The test of a device at its first use: the passes of a plan on small shapes and seeded numbers, pass by pass against
 * the reference within derived bounds. The pipelines are those of the plan, which the plan then need not compile. It
 * remembers nothing (approval.ts does).
 */
import type { Task } from '../core/task.js';
import { adapterText, type Device } from '../gpu/device.js';
import { checkLimits } from '../plan/check-limits.js';
import { compileEvaluation, compilePrediction, predictionContents } from '../plan/compile-use.js';
import { type Contents, taskContents } from '../plan/contents.js';
import { Execution } from '../plan/execute.js';
import { allPasses, type Plan, programsOf } from '../plan/plan.js';
import { planTask } from '../plan/schedule.js';
import { continuityOf, verifyProgram } from '../verify/parity.js';
import { explainDifference, type PassParity } from '../verify/report.js';
import { reproductionOf } from '../verify/reproduction.js';
import {
  pipelineKey,
  sameSizedTask,
  seededInputs,
  smallModel,
  smallSize,
  smallTask,
  type StandInModel,
  withPassesOf,
} from '../verify/stand-in.js';
import { checkParity } from './check-parity.js';
import { ParityError } from './errors.js';

export { rememberApproved } from '../tune/remember-approved.js';

/** A plan to test passes in, and what its buffers hold. */
export interface TestRun {
  readonly plan: Plan;
  readonly contents: () => Contents;
}

/** What the second adds: optimizers, averages and counters that no longer stand at their start. */
const LEAST_UPDATES = 2;

/** For the plan of a training. */
export function trainingTest(task: Task, plan: Plan): TestRun {
  return taskTest(task, plan, (small) => planTask(small, { schedule: 'layered' }));
}

/** For a plan that measures. */
export function evaluationTest(task: Task, plan: Plan): TestRun {
  return taskTest(task, plan, (small) => compileEvaluation(small));
}

function taskTest(task: Task, plan: Plan, compile: (small: Task) => Plan): TestRun {
  const standIn = smallTask(task);
  // The one shader of a whole loop is of its sizes: no other plan has its constants.
  const small = plan.loop ? undefined : withPassesOf(plan, compile(standIn.task));
  if (small && untested(plan, small).length === 0) {
    return { plan: small, contents: () => taskContents(standIn.task, small, standIn.weights) };
  }
  const large = sameSizedTask(task);
  return { plan, contents: () => taskContents(large.task, plan, large.weights) };
}

/** For a plan that predicts so many rows. */
export function predictionTest(network: Pick<StandInModel, 'model' | 'widths'>, rows: number, plan: Plan): TestRun {
  const { model, widths, weights } = smallModel(network);
  const size = smallSize(rows);
  const small = withPassesOf(plan, compilePrediction(model, widths, size));
  return {
    plan: small,
    contents: () => {
      const { data, state } = predictionContents(small, weights);
      return { data, state: { ...state, x: seededInputs(size * widths[0]!) } };
    },
  };
}

/**
 * Tests a device.
 * @param wanted the plan that is to be used, which may be too large for it
 * @throws RunError for one that is, before anything is created
 * @throws ParityError, naming the adapter, for a value out of its bound
 */
export async function testPasses(device: Device, wanted: Plan, { plan, contents }: TestRun): Promise<void> {
  checkLimits(wanted, device.gpu.limits);
  const execution = await Execution.create(device, plan, contents);
  try {
    await execution.approved;
    const continuity = continuityOf(plan);
    const programs = [...new Set(programsOf(plan.epoch))];
    const done: string[] = [];
    const updates = programs.filter((program) => plan.programs[program]!.some(({ uniforms }) => uniforms['isUpdate']));
    const isOver = updates.length === 0 || updates.length >= LEAST_UPDATES;
    for (const program of isOver ? programs : [...programs, ...programs]) {
      await judge(execution, await verifyProgram(execution, program, continuity), done);
      done.push(program);
    }
  } finally {
    execution.destroy();
  }
}

/** @throws ParityError with the adapter, and the pass by itself: what was done before it is done once more */
async function judge(execution: Execution, parity: readonly PassParity[], done: readonly string[]): Promise<void> {
  try {
    checkParity(parity);
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    execution.restart();
    for (const program of done) execution.runProgram(program);
    const reproduction = await reproductionOf(execution, error.failures[0]!);
    throw new ParityError(error.failures, reproduction, refusal(execution.device, error.failures[0]!));
  }
}

/** Why an adapter is not used, and what to do, in one sentence. */
function refusal({ adapter }: Device, failure: PassParity): string {
  return (
    `The adapter ${adapterText(adapter)} computes wrongly and is not used, since in pass ${failure.pass} the value ` +
    `${explainDifference(failure)}: update its driver, choose another adapter, or take the backend 'cpu'.`
  );
}

/** Passes of a plan that another leaves out, in words. */
export function untested(plan: Plan, test: Plan): string[] {
  const tested = new Set(allPasses(test).map(pipelineKey));
  return [...new Set(allPasses(plan).map(pipelineKey))].filter((key) => !tested.has(key));
}
