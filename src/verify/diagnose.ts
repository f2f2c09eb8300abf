/**
 * Finds where a training went wrong: once its loss is not finite the GPU changes nothing any more, so the very batch
 * can be looked at again, pass by pass.
 */
import type { Execution } from '../plan/execute.js';
import { isTraining, programsOf } from '../plan/plan.js';
import { captureProgram } from './capture.js';

/**
 * The first tensor with a value that is not finite.
 * @param batch batches trained before the one that failed
 */
export async function diagnose(execution: Execution, batch: number): Promise<string> {
  const { plan } = execution;
  const training = [...programsOf(plan.epoch)].filter((name) => isTraining(plan, name));
  for await (const { pass, after } of captureProgram(execution, training[batch % training.length]!)) {
    for (const [binding, values] of Object.entries(after)) {
      if (values.every(Number.isFinite)) continue;
      const name = pass.buffers[binding]!;
      return name === 'partials' ? 'loss' : name;
    }
  }
  return 'loss';
}
