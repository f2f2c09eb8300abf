/**
 * Loads what checks a training pass by pass, the reference's twins and their bounds: a fifth of the library, which
 * trainings without `verify` do without. It checks nothing itself.
 */
import type * as checked from './checked.js';

type Checks = typeof checked;

export function loadChecks(): Promise<Checks> {
  const checks = import('./checked.js');
  // Whoever waits for it hears of a failure; until then it is not an unhandled one.
  checks.catch(() => undefined);
  return checks;
}
