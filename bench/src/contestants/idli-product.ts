/**
 * IDLI's matrix product: the dense forward pass without bias or activation, as `predict` compiles it. The public API
 * has no matrix product of its own, so this reaches into src/ for the plan and runs its one pass many times.
 */
import { parseModel } from '../../../src/core/run.js';
import { matrix } from '../../../src/core/matrix.js';
import { noAdapterError, openDevice } from '../../../src/gpu/device.js';
import { compilePrediction } from '../../../src/plan/compile.js';
import { predictionContents } from '../../../src/plan/contents.js';
import { knownProducts } from '../../../src/tune/known.js';
import { Execution } from '../../../src/plan/execute.js';
import type { ProductSize } from '../workloads/workload.js';
import type { Contestant, Product } from './contestant.js';

type Values = Float32Array<ArrayBuffer>;

/** Passes to a submit: enough that a submit costs nothing, few enough that a slow adapter is not hung. */
const PASSES_IN_SUBMIT = 16;

export function idliProduct(gpu: GPU | undefined): NonNullable<Contestant['product']> {
  return (size, a, b) => productOn(gpu, size, a, b);
}

async function productOn(gpu: GPU | undefined, size: ProductSize, a: Values, b: Values): Promise<Product> {
  const { rows, inner, columns } = size;
  const device = await openDevice(gpu);
  if (!device) throw noAdapterError();
  const model = parseModel({ layers: [{ units: columns, activation: 'linear', useBias: false }] });
  // As a prediction would: what is known of the adapter, nothing measured.
  const plan = compilePrediction(model, [inner, columns], rows, await knownProducts(device));
  const kernel = matrix(inner, columns, Float64Array.from(b));
  const execution = await Execution.create(device, plan, () => predictionContents(plan, [{ kernel }]));
  execution.write('x', a);
  const element = device.gpu.createBuffer({
    label: 'one element',
    size: 4,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
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
      await element.mapAsync(GPUMapMode.READ);
      element.unmap();
      device.check();
    },
    async result() {
      submit(1, false);
      const { [plan.output]: output } = await execution.read([plan.output]);
      return new Float32Array(output!);
    },
    dispose() {
      element.destroy();
      execution.destroy();
      device.close();
      return Promise.resolve();
    },
  };
}
