/** The second: the plan, here all its passes in one dispatch. It is run, and shown as it stands. */
import type { Run } from '../../../core/run.js';
import { train } from '../../../trainer/train.js';

export async function trainWithPlan(run: Run) {
  const training = await train(run, {
    backend: 'webgpu',
    gpu: navigator.gpu,
    schedule: 'persistent',
    verify: false,
  });
  const { history, milliseconds } = training;
  return { loss: history.loss, milliseconds, on: 'WebGPU' };
}
