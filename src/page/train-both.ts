/**
 * One run, trained on WebGPU and by the float64 reference, and compared. Without WebGPU there is only the
 * reference, and nothing to compare: `parity` is then undefined and never a comparison with itself.
 */
import type { Run } from '../core/run.js';
import { taskOf } from '../core/task.js';
import { train, type Training, trainOnCpu } from '../trainer/train.js';
import { compareCurves, type CurveParity } from '../verify/curves.js';

export interface Outcome {
  readonly run: Run;
  readonly training: Training;
  /** The same object as `training` where the CPU trained. */
  readonly reference: Training;
  readonly parity: CurveParity | undefined;
}

export interface ProgressReport {
  readonly phase: 'Training' | 'CPU reference';
  /** Steps on WebGPU, epochs on the CPU. */
  readonly done: number;
  readonly of: number;
}

interface TrainBothOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (report: ProgressReport) => void;
}

/** @throws what `train` throws, and the signal's reason */
export async function trainBoth(
  run: Run,
  gpu: GPU | undefined,
  { signal, onProgress }: TrainBothOptions,
): Promise<Outcome> {
  const report = (phase: ProgressReport['phase']) => (done: number, of: number) => onProgress({ phase, done, of });
  // Both are trained anyway, so which is quicker does not matter.
  const backend = (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ? 'webgpu' : 'cpu';
  const training = await train(run, { backend, gpu, signal, onProgress: report('Training') });
  // A short training has no slice to stop between.
  signal.throwIfAborted();
  if (training.backend === 'cpu') return { run, training, reference: training, parity: undefined };
  const reference = await trainOnCpu(taskOf(run), { signal, onProgress: report('CPU reference') });
  return { run, training, reference, parity: compareCurves(training, reference) };
}
