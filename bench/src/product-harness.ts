/**
 * Runs the matrix products: results of some rows must agree with float64 first, then all are timed in turn. A sample is
 * as many products as take a while, one wait at the end; a time is that of one product.
 */
import type { Contestant, Product } from './contestants/contestant.js';
import { countingGpu, type GpuCounts } from '../../src/gpu/count-gpu.js';
import { COMPARED_ROWS, productDifference, productValues } from '../../src/runs/product-check.js';
import { type HarnessOptions, info, pause, refusal, sentence } from './harness.js';
import type { Measurement, WorkloadResult } from './results.js';
import { median } from '../../src/core/statistics.js';
import type { ProductSize } from '../../src/runs/workload.js';
import { PRODUCT_TITLE, TOLERANCE } from '../../src/runs/workloads.js';

const SAMPLE_MS = 400;
const MOST_TIMES = 256;

interface Entrant {
  readonly contestant: Contestant;
  readonly product: Product;
  readonly times: number;
  readonly difference: number;
  readonly samples: number[];
  counts?: GpuCounts;
}

export async function measureProduct(
  size: ProductSize,
  contestants: readonly Contestant[],
  { samples, say }: HarnessOptions,
): Promise<WorkloadResult> {
  const { rows, inner, columns } = size;
  const name = `${rows}×${inner}×${columns}`;
  const { a, b } = productValues(size);
  const measurements: Measurement[] = [];
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    if (!contestant.product) continue;
    try {
      await contestant.open();
      const product = await contestant.product(size, a, b);
      const difference = productDifference(size, { a, b }, await product.result());
      if (!(difference <= TOLERANCE))
        throw new Error(`its result differs by ${difference.toExponential(1)}: not timed`);
      await product.run(1);
      const one = await timed(product, 1);
      const times = Math.max(1, Math.min(MOST_TIMES, Math.round(SAMPLE_MS / one)));
      await product.run(times);
      entrants.push({ contestant, product, times, difference, samples: [] });
      say(`f ${name} ${contestant.name}: within ${difference.toExponential(1)}, ${times} products a sample`);
    } catch (error) {
      measurements.push(refusal(contestant, sentence(error)));
      say(`f ${name} ${contestant.name}: ${sentence(error)}`);
    }
  }
  for (let sample = 0; sample < samples; sample++) {
    for (const { contestant, product, times, samples: taken } of entrants) {
      await contestant.open();
      await pause();
      taken.push((await timed(product, times)) / times);
    }
    say(`f ${name} sample ${sample + 1} of ${samples}`);
  }
  for (const entrant of entrants) {
    const { contestant, product, times, difference, samples: taken } = entrant;
    await contestant.open();
    const counts = contestant.backend === 'webgpu' ? await countingGpu(() => product.run(times)) : undefined;
    await product.dispose();
    measurements.push({
      ...info(contestant),
      samples: taken,
      median: median(taken),
      min: Math.min(...taken),
      difference,
      compared: COMPARED_ROWS * columns,
      gflops: (2 * rows * inner * columns) / median(taken) / 1e6,
      ...(counts && { counts: perProduct(counts, times) }),
    });
  }
  const order = contestants.map(({ id }) => id);
  measurements.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
  return { id: 'f', title: `${PRODUCT_TITLE}: ${name}`, unit: 'ms', measurements };
}

async function timed(product: Product, times: number): Promise<number> {
  const started = performance.now();
  await product.run(times);
  return performance.now() - started;
}

function perProduct(counts: GpuCounts, times: number): GpuCounts {
  return Object.fromEntries(Object.entries(counts).map(([name, all]) => [name, all / times])) as never;
}
