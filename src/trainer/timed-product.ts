/**
 * A matrix product by itself, as benchmarks time one: the dense forward pass without bias or activation, as `predict`
 * compiles it, many times in a row. The public API has none. It judges no result and takes no time.
 */
import { matrix } from '../core/matrix.js';
import { parseModel } from '../core/run.js';
import type { Device } from '../gpu/device.js';
import { MODE_READ } from '../gpu/flags.js';
import { compilePrediction, predictionContents } from '../plan/compile-use.js';
import { Execution } from '../plan/execute.js';
import { knownProducts } from '../tune/known.js';

export interface TimedProduct {
  /** Computes the product so many times, one after another, and waits until the last is there. */
  run(times: number): Promise<void>;
  /** The product, row by row. */
  result(): Promise<Float32Array>;
  close(): void;
}

type Values = Float32Array<ArrayBuffer>;

/** Passes to a submit: enough that a submit costs nothing, few enough that a slow adapter is not hung. */
const PASSES_IN_SUBMIT = 16;

/**
 * @param a (rows, inner)
 * @param b (inner, columns)
 * @throws DeviceError, RunError if the device cannot do it
 */
export async function openProduct(
  device: Device,
  { rows, inner, columns }: { readonly rows: number; readonly inner: number; readonly columns: number },
  { a, b }: { readonly a: Values; readonly b: Values },
): Promise<TimedProduct> {
  const model = parseModel({ layers: [{ units: columns, activation: 'linear', useBias: false }] });
  // As a prediction would: what is known of the adapter, nothing measured.
  const plan = compilePrediction(model, [inner, columns], rows, await knownProducts(device));
  const kernel = matrix(inner, columns, Float64Array.from(b));
  const execution = await Execution.create(device, plan, () => predictionContents(plan, [{ kernel }]));
  await execution.approved;
  execution.write('x', a);
  const element = execution.pool.readback('one element', 4);
  const passes = plan.programs['predict']!;
  const submit = (times: number, isLast: boolean): void => {
    const encoder = device.gpu.createCommandEncoder({ label: 'products' });
    const computePass = encoder.beginComputePass({ label: 'products' });
    for (let i = 0; i < times; i++) for (const pass of passes) execution.encode(pass, computePass);
    computePass.end();
    const { buffer, offset } = execution.buffer(plan.output);
    if (isLast) encoder.copyBufferToBuffer(buffer, offset, element, 0, 4);
    device.gpu.queue.submit([encoder.finish()]);
  };
  return {
    async run(times) {
      for (let left = times; left > 0; left -= PASSES_IN_SUBMIT) {
        submit(Math.min(left, PASSES_IN_SUBMIT), left <= PASSES_IN_SUBMIT);
      }
      try {
        await element.mapAsync(MODE_READ);
      } catch (error) {
        throw await device.explain(error);
      }
      element.unmap();
      device.check();
    },
    async result() {
      submit(1, false);
      const { [plan.output]: output } = await execution.read([plan.output]);
      return new Float32Array(output!);
    },
    close: () => execution.destroy(),
  };
}
