/**
 * Runs the matrix products: results of some rows must agree with float64 first, then all are timed in turn. A sample is
 * as many products as take a while, one wait at the end; a time is that of one product.
 */
import type { Contestant, Product } from './contestants/contestant.js';
import { countingGpu, type GpuCounts } from './count-gpu.js';
import { uniform } from './formulas.js';
import { type HarnessOptions, info, pause, refusal, sentence, TOLERANCE } from './harness.js';
import type { Measurement, WorkloadResult } from './results.js';
import { largestRelativeDifference, median } from './statistics.js';
import { PRODUCT_TITLE } from './workloads/index.js';
import type { ProductSize } from './workloads/workload.js';

const SAMPLE_MS = 400;
const MOST_TIMES = 256;
/** Rows that are compared: the first, the last and some between. */
const COMPARED_ROWS = 8;

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
  // Positive, so that no sum cancels and a relative difference says something.
  const a = uniform(71, rows * inner, 0, 1);
  const b = uniform(72, inner * columns, 0, 1);
  const measurements: Measurement[] = [];
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    if (!contestant.product) continue;
    try {
      await contestant.open();
      const product = await contestant.product(size, a, b);
      const difference = differenceOf(size, a, b, await product.result());
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

/** Against float64, some rows of it. */
function differenceOf(
  { rows, inner, columns }: ProductSize,
  a: Float32Array,
  b: Float32Array,
  found: Float32Array,
): number {
  if (found.length !== rows * columns) throw new Error(`its result has ${found.length} values`);
  let largest = 0;
  for (let n = 0; n < COMPARED_ROWS; n++) {
    const row = Math.round((n * (rows - 1)) / (COMPARED_ROWS - 1));
    const expected = new Float64Array(columns);
    for (let k = 0; k < inner; k++) {
      for (let j = 0; j < columns; j++) expected[j]! += a[row * inner + k]! * b[k * columns + j]!;
    }
    const values = found.subarray(row * columns, (row + 1) * columns);
    largest = Math.max(largest, largestRelativeDifference(values, expected));
  }
  return largest;
}
