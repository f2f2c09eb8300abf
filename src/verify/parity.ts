/**
 * Parity: the GPU against the reference, pass by pass from the same state, against derived bounds. This gates; whole
 * trainings are compared in curves.ts.
 */
import { MAX_FLOAT32 } from '../core/run-checks.js';
import type { PassShader } from '../passes/pass.js';
import type { Execution } from '../plan/execute.js';
import { programsOf } from '../plan/plan.js';
import { type CapturedPass, captureProgram } from './capture.js';
import { Continuity } from './continuity.js';
import { compare, type Comparison } from './compare.js';
import { TWINS } from './twins/index.js';
import type { Before } from './twins/twin.js';

/** One buffer that one pass wrote, compared on the part that the pass uses. */
export interface PassParity extends Comparison {
  /** Values the pass had to compute, without those it had to leave as they are (other rows of the log). */
  readonly computed: number;
  /** Which pass, for example `layers.0 forward`. */
  readonly pass: string;
  readonly shader: PassShader;
  /** Which of the plan's programs it belongs to. */
  readonly program: string;
  /**
   * Whether a value of it leaves the range of float32 in the reference too, so that there is nothing to compare it
   * with. It is left out of the comparison.
   */
  readonly isBeyond: boolean;
  /** Which of the plan's buffers. */
  readonly buffer: string;
}

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
  const watched = plan.buffers.filter(({ isData }) => !isData);
  let continuity = new Continuity(watched);
  const parity: PassParity[] = [];
  for (const program of new Set(programsOf(plan.epoch))) {
    if (isFromStart && plan.programs[program]!.some(({ shader }) => shader === 'log_batch')) {
      execution.restart();
      continuity = new Continuity(watched);
    }
    for await (const captured of captureProgram(execution, program)) {
      const { shader } = captured.pass;
      const found = [...continuity.follow(captured), ...comparePass(captured)];
      parity.push(...found.map((one) => ({ computed: 0, isBeyond: false, ...one, shader, program })));
    }
  }
  return parity;
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

/** How many values the passes had to compute, and the comparison that used most of its bound. */
export function summarizeParity(parity: readonly PassParity[]): {
  readonly values: number;
  readonly worst: PassParity;
} {
  return {
    values: parity.reduce((sum, { computed }) => sum + computed, 0),
    worst: parity.reduce((a, b) => (b.shareOfBound > a.shareOfBound ? b : a)),
  };
}

/** A failed comparison in one sentence. */
export function explainFailure({ pass, buffer, worst }: PassParity): string {
  const { index, got, want, bound } = worst;
  return (
    `Pass ${pass} is wrong: ${buffer}[${index}] is ${got} on the GPU and ${want} in the reference, ` +
    `a difference of ${Math.abs(got - want)} where ${bound} is allowed.`
  );
}
