/**
 * The page with all contestants. It waits to be told what to measure (`window.idliBench`) and shows nothing.
 */
import { adapterText } from '../../../src/index.js';
import { describeAdapter } from '../../../src/gpu/device.js';
import { jax } from '../contestants/jax.js';
import { tfjsCpu } from '../contestants/tfjs-cpu.js';
import { tfjsWasm } from '../contestants/tfjs-wasm.js';
import { tfjsWebgpu } from '../contestants/tfjs-webgpu.js';
import { ourEntries } from '../field.js';
import { measure } from '../measure.js';
import type { PageBench } from './page-bench.js';

const contestants = [
  ...ourEntries(navigator.gpu),
  ...[jax('webgpu'), tfjsWebgpu, jax('wasm'), tfjsWasm, jax('cpu'), tfjsCpu],
];

const bench: PageBench = {
  async adapter() {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return undefined;
    const { vendor, architecture, description, isFallback } = describeAdapter(adapter.info);
    const text = adapterText({ vendor, architecture, description, isFallback });
    return { vendor, architecture, description, isSoftware: isFallback, text };
  },
  measure(id, samples) {
    // The answer goes by a call of its own: the driver's question would be given up after some minutes.
    measure(id, contestants, { samples, say: (line) => void window.idliSay(line) }).then(
      (results) => void window.idliMeasured(results),
      (error: unknown) => void window.idliMeasured(error instanceof Error ? error.message : String(error)),
    );
  },
};

window.idliBench = bench;
