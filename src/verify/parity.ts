/**
 * Parity: the GPU against the reference, pass by pass from the same state, against derived bounds. This gates; whole
 * trainings are compared in curves.ts.
 */
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
  const watched = plan.buffers.filter(({ isData }) => !isData);
  let continuity = new Continuity(watched);
  const parity: PassParity[] = [];
  for (const program of new Set(programsOf(plan.epoch))) {
    if (isFromStart && plan.programs[program]!.some(({ shader }) => shader === 'log_batch')) {
      execution.restart();
      continuity = new Continuity(watched);
    }
    for await (const captured of captureProgram(execution, program)) {
      parity.push(...continuity.follow(captured).map((stray) => ({ computed: 0, ...stray })), ...comparePass(captured));
    }
  }
  return parity;
}

/** Compares what one pass wrote with its twin in the reference. */
export function comparePass({ pass, before, after }: CapturedPass): PassParity[] {
  const expected = TWINS[pass.shader](pass, before as Before);
  return Object.entries(after).map(([binding, got]) => {
    const { want, bound } = expected[binding]!;
    const isComputed = (_: unknown, i: number) => bound[i] !== 0 || want[i] !== before[binding]![i];
    const computed = Array.from(got).filter(isComputed).length;
    return { pass: pass.label, buffer: pass.buffers[binding]!, computed, ...compare(got, want, bound) };
  });
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
