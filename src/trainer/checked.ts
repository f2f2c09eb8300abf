/**
 * What checks a training pass by pass, and makes of a failed check an error: in one piece that is loaded where a training is checked
 * (checks.ts).
 */
import { passesBeyond } from '../verify/beyond.js';
import type { PassParity } from '../verify/report.js';
import { ParityError } from './errors.js';

export { firstBeyond } from '../verify/beyond.js';
export { verifyPlan } from '../verify/parity.js';

/**
 * The comparisons that say something: those of passes all of whose values the reference itself has in the range of
 * float32. What leaves it is no fault of the GPU's.
 * @throws ParityError for a value out of its bound
 */
export function checkParity(parity: readonly PassParity[]): PassParity[] {
  const isBeyond = passesBeyond(parity);
  const judged = parity.filter((one) => !isBeyond(one));
  const failures = judged.filter(({ ok }) => !ok);
  if (failures.length > 0) throw new ParityError(failures);
  return judged;
}
