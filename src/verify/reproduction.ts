/**
 * A pass that is wrong, by itself: its shader, everything that it reads, and the one value that should be another. It is all that another
 * machine needs to do the same, without this library and without the training. It judges nothing.
 */
import { BufferPool, Readback } from '../gpu/buffers.js';
import { adapterText, guarded } from '../gpu/device.js';
import type { Pass } from '../passes/pass.js';
import type { BoundPass } from '../plan/dispatcher.js';
import type { Execution } from '../plan/execute.js';
import type { PassParity, Reproduction } from './report.js';

/** Bytes of all that a pass reads, at most: a file that can be sent to somebody. */
const MOST_BYTES = 32 * 2 ** 20;

/**
 * Makes it, where the buffers stand as before the program that the pass is in. They are others after it.
 * @returns undefined where the pass is none of the program, or reads more than a file may hold
 */
export async function reproductionOf(execution: Execution, failure: PassParity): Promise<Reproduction | undefined> {
  const { plan, device } = execution;
  const { program, buffer, worst } = failure;
  const passes = plan.programs[program]!;
  // What changed unseen before a pass is nobody's pass.
  const at = passes.findIndex(({ label }) => label === failure.pass);
  if (at < 0) return undefined;
  const pass = passes[at]!;
  const { storage, ...bound } = execution.bound(pass);
  if (storage.reduce((sum, { part }) => sum + part.size, 0) > MOST_BYTES) return undefined;
  const pool = new BufferPool(device.gpu);
  try {
    const contents = await guarded(device, 'Taking a step apart', () => {
      const readback = Readback.of(
        pool,
        storage.map(({ part }) => part),
      );
      const encoder = device.gpu.createCommandEncoder({ label: 'reproduction' });
      const computePass = encoder.beginComputePass({ label: 'reproduction' });
      for (const before of passes.slice(0, at)) execution.encode(before, computePass);
      computePass.end();
      readback.encode(encoder);
      device.gpu.queue.submit([encoder.finish()]);
      return readback.take();
    });
    const { got, want, bound: allowed, index } = worst;
    return {
      ...bound,
      ...{ pass: pass.label, shader: plan.loop?.shader ?? pass.shader, adapter: adapterText(device.adapter) },
      storage: storage.map(({ name, access }, i) => ({ name, access, content: contents[i]! })),
      wrong: { buffer, index, ...placeIn(execution, pass, failure, storage), got, want, bound: allowed },
    };
  } finally {
    pool.destroy();
  }
}

/** Where a value of a planned buffer is among the bindings of a pass. */
function placeIn(
  execution: Execution,
  pass: Pass,
  { buffer, worst }: PassParity,
  storage: BoundPass['storage'],
): Pick<Reproduction['wrong'], 'binding' | 'word' | 'type'> {
  const part = execution.buffer(buffer);
  const name = Object.keys(pass.buffers).find((one) => pass.buffers[one] === buffer)!;
  const first = part.offset / 4 + (pass.ranges?.[name]?.offset ?? 0);
  const binding = storage.findIndex((one) => one.part.buffer === part.buffer && one.access === 'read_write');
  const { type } = execution.plan.buffers.find((planned) => planned.name === buffer)!;
  return { binding, word: first + worst.index - storage[binding]!.part.offset / 4, type };
}
