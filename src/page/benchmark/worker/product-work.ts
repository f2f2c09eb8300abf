/** The matrix products of the benchmark: on the GPU the dense forward pass as predictions compile it, on the CPU the reference's loops. */
import { matrix } from '../../../core/matrix.js';
import { countingGpu } from '../../../gpu/count-gpu.js';
import type { Device } from '../../../gpu/device.js';
import { product } from '../../../reference/matrix.js';
import { COMPARED_ROWS, productDifference, productValues } from '../../../runs/product-check.js';
import type { ProductSize } from '../../../runs/workload.js';
import { TOLERANCE } from '../../../runs/workloads.js';
import { openProduct } from '../../../trainer/timed-product.js';
import { type GpuResult, type ReferenceFound, timingOf } from '../result.js';
import { checkDifference, repeated, type TimedWork } from './timed-work.js';

/** Milliseconds that a repetition lasts at least, and the most products for that. */
const SAMPLE = 100;
const MOST_TIMES = 500;

export async function timeReferenceProduct(size: ProductSize, work: TimedWork): Promise<ReferenceFound> {
  const { rows, inner, columns } = size;
  const { a, b } = productValues(size);
  const left = matrix(rows, inner, Float64Array.from(a));
  const right = matrix(inner, columns, Float64Array.from(b));
  const samples = await repeated(work, () => {
    const started = performance.now();
    product(left, right);
    const unit = performance.now() - started;
    return Promise.resolve({ unit, whole: unit });
  });
  const unit = { unit: 'product', examples: 0, steps: 0, operations: 2 * rows * inner * columns } as const;
  return { timing: timingOf(samples), losses: [], unit };
}

export async function timeProductOnGpu(size: ProductSize, device: Device, work: TimedWork): Promise<GpuResult> {
  const values = productValues(size);
  work.say('checking the product');
  const started = performance.now();
  const opened = await openProduct(device, size, values);
  try {
    const difference = productDifference(size, values, await opened.result());
    checkDifference('The product', difference, TOLERANCE);
    const first = performance.now() - started;
    const once = performance.now();
    await opened.run(1);
    const times = Math.max(1, Math.min(MOST_TIMES, Math.ceil(SAMPLE / Math.max(0.1, performance.now() - once))));
    const samples = await repeated(work, async () => {
      const begun = performance.now();
      await opened.run(times);
      const whole = performance.now() - begun;
      return { unit: whole / times, whole };
    });
    const counts = await countingGpu(() => opened.run(times));
    return {
      timing: timingOf(samples),
      checked: { values: COMPARED_ROWS * size.columns, shareOfBound: undefined, pass: undefined, difference },
      first,
      schedule: undefined,
      finalLoss: undefined,
      submits: counts.submits / times,
      dispatches: counts.dispatches / times,
    };
  } finally {
    opened.close();
  }
}
