/**
 * Takes one step of a plan with every pass observed: what its bindings held before and after. The step is the
 * same as any other, the same dispatches in the same order, so its results have the same bits.
 * Passes are observed in groups of bounded size: a deep network must not need its memory once per layer.
 */
import { BufferPool, type BufferPart, Readback } from '../gpu/buffers.js';
import { guarded } from '../gpu/device.js';
import type { Pass } from '../passes/pass.js';
import { SHADERS } from '../passes/shaders.js';
import type { Execution } from '../plan/execute.js';

/** The values of a pass's bindings, by the shader's names for them: the part that the pass uses. */
export interface CapturedPass {
  readonly pass: Pass;
  readonly before: Readonly<Record<string, Float64Array>>;
  /** Only what the pass may write. */
  readonly after: Readonly<Record<string, Float64Array>>;
}

/** Bytes that one group may copy, unless a single pass needs more. */
const GROUP_BYTES = 16 * 2 ** 20;

/** Takes the next step of the execution and gives its passes in order, observed. */
export async function* captureStep(execution: Execution): AsyncGenerator<CapturedPass> {
  for (const group of groups(execution)) yield* await captureGroup(execution, group);
}

function groups(execution: Execution): Pass[][] {
  const result: Pass[][] = [];
  let room = 0;
  for (const pass of execution.plan.passes) {
    const bytes = parts(execution, pass).reduce((sum, { size, access }) => sum + size * (access === 'read' ? 1 : 2), 0);
    if (bytes > room) {
      result.push([]);
      room = GROUP_BYTES;
    }
    room -= bytes;
    result.at(-1)!.push(pass);
  }
  return result;
}

async function captureGroup(execution: Execution, passes: readonly Pass[]): Promise<CapturedPass[]> {
  const { gpu } = execution.device;
  const pool = new BufferPool(gpu);
  try {
    return await guarded(execution.device, 'Looking at a step', async () => {
      const encoder = gpu.createCommandEncoder({ label: 'captured step' });
      const captures = passes.map((pass) => {
        const used = parts(execution, pass);
        const written = used.filter(({ access }) => access === 'read_write');
        const before = new Readback(gpu, pool, used);
        const after = new Readback(gpu, pool, written);
        before.encode(encoder);
        const computePass = encoder.beginComputePass({ label: pass.label });
        execution.encode(pass, computePass);
        computePass.end();
        after.encode(encoder);
        return { pass, used, written, before, after };
      });
      gpu.queue.submit([encoder.finish()]);
      return await Promise.all(
        captures.map(async ({ pass, used, written, before, after }) => ({
          pass,
          before: named(used, await before.take()),
          after: named(written, await after.take()),
        })),
      );
    });
  } finally {
    pool.destroy();
  }
}

/** A binding of a pass: which part of which buffer, and how the shader sees it. */
interface Part extends BufferPart {
  readonly binding: string;
  readonly access: 'read' | 'read_write';
  readonly type: 'f32' | 'u32';
}

function parts(execution: Execution, pass: Pass): Part[] {
  return Object.entries(SHADERS[pass.shader].bindings).map(([binding, access]) => {
    const name = pass.buffers[binding]!;
    const buffer = execution.buffer(name);
    const { type } = execution.plan.buffers.find((planned) => planned.name === name)!;
    const range = pass.ranges?.[binding] ?? { offset: 0, count: buffer.size / 4 };
    return { binding, access, type, buffer, offset: 4 * range.offset, size: 4 * range.count };
  });
}

function named(used: readonly Part[], contents: readonly ArrayBuffer[]): Record<string, Float64Array> {
  return Object.fromEntries(
    used.map(({ binding, type }, i) => {
      const bytes = contents[i]!;
      return [binding, Float64Array.from(type === 'u32' ? new Uint32Array(bytes) : new Float32Array(bytes))];
    }),
  );
}
