/**
 * Parity: the GPU against the reference, pass by pass from the same state, against derived bounds. This gates; whole
 * trainings are compared in curves.ts.
 */
import { MAX_FLOAT32 } from '../core/run-checks.js';
import type { Execution } from '../plan/execute.js';
import { type Plan, programsOf } from '../plan/plan.js';
import { type CapturedPass, captureProgram } from './capture.js';
import { Continuity } from './continuity.js';
import { compare } from './compare.js';
import type { PassParity } from './report.js';
import { TWINS } from './twins/index.js';
import type { Before } from './twins/twin.js';

export type { PassParity } from './report.js';

export interface VerifyOptions {
  /**
   * Whether each batch is run from the very start, and not from what the batch before left. A learning rate that is
   * far too large is then the training's business, and not taken for a pass that is wrong.
   */
  readonly isFromStart?: boolean;
}

/**
 * Runs every program of the plan once, in the order of their first turn in an epoch, and compares everything each
 * pass wrote with the reference. What the execution was about to do is another thing after that: restart it.
 */
export async function verifyPlan(
  execution: Execution,
  { isFromStart = false }: VerifyOptions = {},
): Promise<PassParity[]> {
  const { plan } = execution;
  await execution.approved;
  let continuity = continuityOf(plan);
  const parity: PassParity[] = [];
  for (const program of new Set(programsOf(plan.epoch))) {
    if (isFromStart && plan.programs[program]!.some(({ shader }) => shader === 'log_batch')) {
      execution.restart();
      continuity = continuityOf(plan);
    }
    parity.push(...(await verifyProgram(execution, program, continuity)));
  }
  return parity;
}

/**
 * Runs one program from what the buffers hold, and compares everything each of its passes wrote with the reference.
 * @param continuity what was last seen in the buffers, where anybody has looked
 */
export async function verifyProgram(
  execution: Execution,
  program: string,
  continuity: Continuity,
): Promise<PassParity[]> {
  const parity: PassParity[] = [];
  for await (const captured of captureProgram(execution, program)) {
    const { shader } = captured.pass;
    const found = [...continuity.follow(captured), ...comparePass(captured)];
    parity.push(...found.map((one) => ({ computed: 0, isBeyond: false, ...one, shader, program })));
  }
  return parity;
}

/** Of a plan whose buffers nobody has looked at. */
export function continuityOf({ buffers }: Plan): Continuity {
  return new Continuity(buffers.filter(({ isData }) => !isData));
}

/** Compares what one pass wrote with its twin in the reference. */
export function comparePass({ pass, before, after }: CapturedPass): Omit<PassParity, 'shader' | 'program'>[] {
  const expected = TWINS[pass.shader](pass, before as Before);
  return Object.entries(after).map(([binding, got]) => {
    const { want, bound } = expected[binding]!;
    const isComputed = (_: unknown, i: number) => bound[i] !== 0 || want[i] !== before[binding]![i];
    const computed = Array.from(got).filter(isComputed).length;
    const beyond: number[] = [];
    for (let i = 0; i < got.length; i++) if (!(Math.abs(want[i]!) + bound[i]! <= MAX_FLOAT32)) beyond.push(i);
    const buffer = pass.buffers[binding]!;
    return {
      ...{ pass: pass.label, buffer, computed, isBeyond: beyond.length > 0 },
      ...(beyond.length > 0
        ? compare(withZeros(got, beyond), withZeros(want, beyond), withZeros(bound, beyond))
        : compare(got, want, bound)),
    };
  });
}

function withZeros(values: ArrayLike<number>, places: readonly number[]): Float64Array {
  const copy = Float64Array.from(values);
  for (const place of places) copy[place] = 0;
  return copy;
}
