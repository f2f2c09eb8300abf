/** One workload by its letter, with whatever contestants the engine has. The page and Node run the same. */
import type { Contestant } from './contestants/contestant.js';
import { ourReference } from './field.js';
import { type HarnessOptions, measureTraining } from './harness.js';
import { measureProduct } from './product-harness.js';
import type { WorkloadResult } from './results.js';
import { PRODUCTS, TRAININGS } from '../../src/runs/workloads.js';
import type { ProductSize, WorkloadId } from '../../src/runs/workload.js';

export async function measure(
  id: Exclude<WorkloadId, 'g'>,
  contestants: readonly Contestant[],
  options: HarnessOptions,
  sizes: readonly ProductSize[] = PRODUCTS,
): Promise<WorkloadResult[]> {
  if (id === 'f') {
    const results: WorkloadResult[] = [];
    for (const size of sizes) results.push(await measureProduct(size, contestants, options));
    return results;
  }
  const workload = TRAININGS.find((training) => training.id === id)!;
  return [await measureTraining(workload, contestants, ourReference(), options)];
}
