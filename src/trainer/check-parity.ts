/** Makes of a failed check an error. */
import type { Place } from '../core/saved-state.js';
import { passesBeyond } from '../verify/beyond.js';
import type { PassParity } from '../verify/report.js';
import { ParityError } from './errors.js';

/**
 * The comparisons that say something: those of passes all of whose values the reference itself has in the range of
 * float32. What leaves it is no fault of the GPU's.
 * @param place where the training stood before them
 * @throws ParityError for a value out of its bound
 */
export function checkParity(parity: readonly PassParity[], place?: Place): PassParity[] {
  const isBeyond = passesBeyond(parity);
  const judged = parity.filter((one) => !isBeyond(one)).map((one) => (place ? { ...one, place } : one));
  const failures = judged.filter(({ ok }) => !ok);
  if (failures.length > 0) throw new ParityError(failures);
  return judged;
}
