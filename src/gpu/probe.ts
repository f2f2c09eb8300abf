/** One small shader, dispatched once to learn something of a device: buffers, pipeline and the way back, given back at once. */
import { BufferPool, Readback, whole } from './buffers.js';
import { compilePipelines } from './pipelines.js';

export interface Probe {
  /** Of everything that is made. */
  readonly label: string;
  /** Binding 0 is `asked`; the next one, where there are any, `numbers`; the last one the results. */
  readonly code: string;
  readonly asked: number;
  readonly numbers?: Float32Array<ArrayBuffer>;
  /** 32-bit results. */
  readonly results: number;
  readonly workgroups: number;
}

/** The words of the results. */
export async function probe(gpu: GPUDevice, asking: Probe): Promise<ArrayBuffer> {
  const { label, code, asked, numbers, results: count, workgroups } = asking;
  const pool = new BufferPool(gpu);
  try {
    const uniform = pool.uniform(`${label} asked`, 16);
    gpu.queue.writeBuffer(uniform, 0, Uint32Array.of(asked));
    const given = numbers ? [pool.storage(`${label} numbers`, numbers.length)] : [];
    if (numbers) gpu.queue.writeBuffer(given[0]!, 0, numbers);
    const results = pool.storage(`${label} results`, count);
    const storage = [...given.map(() => 'read' as const), 'read_write' as const];
    const [compiled] = await compilePipelines(gpu, [{ label, code, constants: {}, storage }]);
    const { pipeline, layout } = compiled!;
    const entries = [uniform, ...given, results].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const readback = Readback.of(pool, [whole(results)]);
    const encoder = gpu.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, gpu.createBindGroup({ label, layout, entries }));
    pass.dispatchWorkgroups(workgroups);
    pass.end();
    readback.encode(encoder);
    gpu.queue.submit([encoder.finish()]);
    return (await readback.take())[0]!;
  } finally {
    pool.destroy();
  }
}
