/**
 * Our side alone, in Node: on Dawn, with whatever adapter there is. Peers do not run there, so there are no ratios and
 * no targets; start-up is a matter of pages and left out.
 */
import { adapterText } from '../../src/index.js';
import { describeAdapter } from '../../src/gpu/device.js';
import { ourEntries } from './field.js';
import { measure } from './measure.js';
import { write } from './finish.js';
import type { BenchOptions } from './options.js';
import { type Results, slugOf, type WorkloadResult } from './results.js';
import { LARGE_PRODUCT, PRODUCTS } from '../../src/runs/workloads.js';

export async function runInNode(
  gpu: GPU,
  version: string,
  { only, samples, results: folder }: BenchOptions,
  say: (line: string) => void,
): Promise<Results> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('There is no WebGPU adapter here.');
  const description = describeAdapter(adapter.info);
  say(`adapter: ${adapterText(description)}`);
  const results = {
    date: new Date().toISOString(),
    engine: 'node',
    engineVersion: `Node ${process.versions.node}, Dawn`,
    adapter: adapterText(description),
    isSoftware: description.isFallback,
    slug: slugOf('node', description),
    samples,
    versions: { idli: version },
    workloads: [] as WorkloadResult[],
  };
  const sizes = description.isFallback ? PRODUCTS : [...PRODUCTS, LARGE_PRODUCT];
  for (const id of only) {
    if (id === 'g') {
      say('g is about pages: not in Node');
      continue;
    }
    results.workloads.push(...(await measure(id, ourEntries(gpu), { samples, say }, sizes)));
    await write(results, folder);
  }
  return results;
}
