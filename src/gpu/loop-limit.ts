/**
 * How many turns the loops of one invocation may take on a device: measured, because a driver that ends them early says
 * nothing (llvmpipe under Firefox, after 65,535 turns in all). Asked once a device.
 */
import source from '../../shaders/count_turns.wgsl';
import { BufferPool, Readback, whole } from './buffers.js';
import { compilePipelines } from './pipelines.js';
import { SAFE_TURNS } from './safe-turns.js';

/** Turns that are tried; a driver that lets so many pass does not count them. */
const TRIED = 200_000;

/** Turns that a shader's loops may take: SAFE_TURNS, or any number. */
export function loopTurns(gpu: GPUDevice): Promise<number> {
  const known = KNOWN.get(gpu) ?? measure(gpu);
  KNOWN.set(gpu, known);
  // What failed on a device that was lost is no answer.
  known.catch(() => KNOWN.delete(gpu));
  return known;
}

const KNOWN = new WeakMap<GPUDevice, Promise<number>>();

async function measure(gpu: GPUDevice): Promise<number> {
  const pool = new BufferPool(gpu);
  try {
    const asked = pool.uniform('turns asked', 16);
    const counted = pool.storage('turns counted', 1);
    gpu.queue.writeBuffer(asked, 0, Uint32Array.of(TRIED));
    const [compiled] = await compilePipelines(gpu, [
      { label: 'count_turns', code: source, constants: {}, storage: ['read_write'] },
    ]);
    const { pipeline, layout } = compiled!;
    const entries = [asked, counted].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const bindGroup = gpu.createBindGroup({ label: 'count_turns', layout, entries });
    const readback = Readback.of(pool, [whole(counted)]);
    const encoder = gpu.createCommandEncoder({ label: 'count_turns' });
    const pass = encoder.beginComputePass({ label: 'count_turns' });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(1);
    pass.end();
    readback.encode(encoder);
    gpu.queue.submit([encoder.finish()]);
    const [words] = await readback.take();
    return new Uint32Array(words!)[0] === expected(TRIED) ? Infinity : SAFE_TURNS;
  } finally {
    pool.destroy();
  }
}

/** What count_turns.wgsl comes to. */
function expected(turns: number): number {
  let word = 1;
  let sum = 0;
  for (let i = 0; i < turns; i++) {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    sum += 1 + (word >>> 31);
  }
  return sum;
}
