/** What a trained network makes of the rows held back for the end: the same loss and metrics as in its training. */
import { measuringTask, type Task } from '../core/task.js';
import type { Source } from '../core/examples.js';
import type { Device } from '../gpu/device.js';
import type { Trained } from '../core/trained.js';
import { evaluate } from '../model/evaluate.js';
import type { TestResult } from './finished.js';

export async function testResult(
  device: Device | undefined,
  { model, training }: Task,
  test: Source,
  { weights }: Pick<Trained, 'weights'>,
): Promise<TestResult> {
  const task = measuringTask(model, training, test);
  const { confusionMatrix, ...logs } = await evaluate(device, task, weights, true);
  return { rows: test.x.rows, logs, confusionMatrix };
}
