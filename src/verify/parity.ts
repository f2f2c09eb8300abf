/**
 * Parity: the GPU against the reference. Pass by pass from the same state, against derived bounds (this
 * gates); and free-running, curve against curve, where errors may compound (this is shown).
 */
import { differenceText } from '../core/text.js';
import type { Execution } from '../plan/execute.js';
import type { Trained } from '../reference/network.js';
import { type CapturedPass, captureStep } from './capture.js';
import { Continuity } from './continuity.js';
import { compare, type Comparison } from './compare.js';
import { TWINS } from './twins.js';

/** One buffer that one pass wrote, compared on the part that the pass uses. */
export interface PassParity extends Comparison {
  /** Values the pass had to compute, without those it had to leave as they are (other rows of the log). */
  readonly computed: number;
  /** Which pass, for example `layers.0 forward`. */
  readonly pass: string;
  /** Which of the plan's buffers. */
  readonly buffer: string;
}

/** Takes the execution's next step and compares everything each pass wrote with the reference. */
export async function verifyStep(execution: Execution): Promise<PassParity[]> {
  const continuity = new Continuity(execution.plan.buffers);
  const parity: PassParity[] = [];
  for await (const captured of captureStep(execution)) {
    parity.push(...continuity.follow(captured).map((stray) => ({ computed: 0, ...stray })), ...comparePass(captured));
  }
  return parity;
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
  /** The same, each relative to the largest reference value of its kind (loss, error, prediction). */
  readonly maxRelativeDifference: number;
}

/** Compares the curves and predictions of a training with the reference's. NaN counts as infinitely far. */
export function compareCurves(trained: Trained, reference: Trained): CurveParity {
  const loss = differences(trained.history.loss, reference.history.loss);
  const absolute = differences(trained.history.meanAbsoluteError, reference.history.meanAbsoluteError);
  const predictions = differences(trained.predictions.values, reference.predictions.values);
  const most = [
    { difference: largest(loss), size: largest(reference.history.loss) },
    { difference: largest(absolute), size: largest(reference.history.meanAbsoluteError) },
    { difference: largest(predictions), size: largest(reference.predictions.values) },
  ];
  return {
    loss,
    maxAbsoluteDifference: largest(most.map(({ difference }) => difference)),
    maxRelativeDifference: largest(most.map(({ difference, size }) => (difference === 0 ? 0 : difference / size))),
  };
}

/** How far two trainings are apart, held against the tolerance, in one sentence. */
export function curveSentence({ maxAbsoluteDifference, maxRelativeDifference }: CurveParity): string {
  const apart =
    `WebGPU and the CPU reference differ by at most ${differenceText(maxAbsoluteDifference)} ` +
    `(relative ${differenceText(maxRelativeDifference)})`;
  return maxAbsoluteDifference <= CURVE_TOLERANCE
    ? `${apart}, within the stated tolerance of ${CURVE_TOLERANCE.toExponential()}.`
    : `${apart}, more than the ${CURVE_TOLERANCE.toExponential()} stated for the tutorial's run: errors compound ` +
        'over a long training and grow with the numbers, though every checked pass was within its bound.';
}

/** The largest absolute value. A loop and not Math.max(...): a million are more than a call takes arguments. */
function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

function differences(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from(a, (value, i) => {
    const difference = Math.abs(value - b[i]!);
    return Number.isNaN(difference) ? Infinity : difference;
  });
}
