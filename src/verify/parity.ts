/**
 * Parity: the GPU against the reference. Pass by pass from the same state, against derived bounds (this
 * gates); and free-running, curve against curve, where errors may compound (this is shown).
 */
import type { Execution } from '../plan/execute.js';
import type { Trained } from '../reference/network.js';
import { type CapturedPass, captureStep } from './capture.js';
import { compare, type Comparison } from './compare.js';
import { TWINS } from './twins.js';

/** One buffer that one pass wrote, compared whole: also what the pass had to leave alone. */
export interface PassParity extends Comparison {
  /** Values the pass had to compute: all of the buffer, or the part of it that is this pass's. */
  readonly computed: number;
  /** Which pass, for example `layers.0 forward`. */
  readonly pass: string;
  /** Which of the plan's buffers. */
  readonly buffer: string;
}

/** Takes the execution's next step and compares everything each pass wrote with the reference. */
export async function verifyStep(execution: Execution): Promise<PassParity[]> {
  return (await captureStep(execution)).flatMap(comparePass);
}

/** Compares what one pass wrote with its twin in the reference. */
export function comparePass({ pass, before, after }: CapturedPass): PassParity[] {
  const expected = TWINS[pass.shader](pass, before);
  return Object.entries(after).map(([binding, got]) => {
    const { want, bound } = expected[binding]!;
    const computed = want.filter((value, i) => bound[i] !== 0 || value !== before[binding]![i]).length;
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

/**
 * How far a free-running float32 training of the tutorial's size may be from the float64 one, in any loss, mean
 * absolute error or prediction. Stated before anything was measured; what gates is the check pass by pass.
 */
export const CURVE_TOLERANCE = 2e-6;

/** Two free-running trainings of one run, compared. */
export interface CurveParity {
  /** |GPU − reference| of each epoch's loss. */
  readonly loss: readonly number[];
  /** Over every epoch's loss and mean absolute error, and every prediction. */
  readonly maxAbsoluteDifference: number;
}

/** Compares the curves and predictions of a training with the reference's. NaN counts as infinitely far. */
export function compareCurves(trained: Trained, reference: Trained): CurveParity {
  const loss = differences(trained.history.loss, reference.history.loss);
  const all = [
    loss,
    differences(trained.history.meanAbsoluteError, reference.history.meanAbsoluteError),
    differences(trained.predictions.values, reference.predictions.values),
  ];
  // A loop and not Math.max(...): a million epochs are more than a call takes arguments.
  const maxAbsoluteDifference = all.flat().reduce((most, value) => (value > most ? value : most), 0);
  return { loss, maxAbsoluteDifference };
}

function differences(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from(a, (value, i) => {
    const difference = Math.abs(value - b[i]!);
    return Number.isNaN(difference) ? Infinity : difference;
  });
}
