/** The first of three ways to the same network: the reference, plain loops in float64. It is run, and shown as it stands. */
import type { Run } from '../../../core/run.js';
import { trainReference } from '../../../reference/training.js';

export function trainWithLoops(run: Run) {
  const { history } = trainReference(run);
  return { loss: history.loss, on: 'CPU' };
}
