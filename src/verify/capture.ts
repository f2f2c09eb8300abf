/**
 * Takes one step of a plan with every pass observed: what each of its buffers held before and after.
 * The step is the same as any other, the same dispatches in the same order, so its results have the same bits.
 */
import { BufferPool, Readback } from '../gpu/buffers.js';
import { guarded } from '../gpu/device.js';
import { SHADERS } from '../passes/shaders.js';
import type { Pass } from '../passes/pass.js';
import type { Execution } from '../plan/execute.js';

/** The values of a pass's bindings, by the shader's names for them. */
export interface CapturedPass {
  readonly pass: Pass;
  readonly before: Readonly<Record<string, Float64Array>>;
  /** Only what the pass may write. */
  readonly after: Readonly<Record<string, Float64Array>>;
}

/** Takes the next step of the execution and returns its passes in order, observed. */
export async function captureStep(execution: Execution): Promise<CapturedPass[]> {
  const { gpu } = execution.device;
  const pool = new BufferPool(gpu);
  try {
    return await guarded(execution.device, 'Looking at a step', async () => {
      const encoder = gpu.createCommandEncoder({ label: 'captured step' });
      const captured = execution.plan.passes.map((pass) => {
        const bindings = Object.entries(SHADERS[pass.shader].bindings);
        const buffers = bindings.map(([name]) => execution.buffer(pass.buffers[name]!));
        const written = buffers.filter((_, i) => bindings[i]![1] === 'read_write');
        const before = new Readback(gpu, pool, buffers);
        const after = new Readback(gpu, pool, written);
        before.encode(encoder);
        const computePass = encoder.beginComputePass({ label: pass.label });
        execution.encode(pass, computePass);
        computePass.end();
        after.encode(encoder);
        const names = bindings.map(([name]) => name);
        return { pass, before, after, names, written: names.filter((_, i) => bindings[i]![1] === 'read_write') };
      });
      gpu.queue.submit([encoder.finish()]);
      return await Promise.all(
        captured.map(async ({ pass, before, after, names, written }) => ({
          pass,
          before: named(execution, pass, names, await before.take()),
          after: named(execution, pass, written, await after.take()),
        })),
      );
    });
  } finally {
    pool.destroy();
  }
}

function named(execution: Execution, pass: Pass, names: readonly string[], contents: readonly ArrayBuffer[]) {
  return Object.fromEntries(
    names.map((name, i) => {
      const { type } = execution.plan.buffers.find((buffer) => buffer.name === pass.buffers[name])!;
      const values = type === 'u32' ? new Uint32Array(contents[i]!) : new Float32Array(contents[i]!);
      return [name, Float64Array.from(values)];
    }),
  );
}
