/**
 * Runs a program of a plan with every pass observed: what its bindings held before and after. The run is the
 * same as any other, the same dispatches in the same order, so its results have the same bits.
 * Passes are observed in groups of bounded size: a deep network must not need its memory once per layer.
 */
import { BufferPool, type BufferPart, Readback } from '../gpu/buffers.js';
import { guarded } from '../gpu/device.js';
import type { Pass } from '../passes/pass.js';
import { INTERFACES } from '../passes/shaders.js';
import type { DataValues } from '../plan/contents.js';
import type { Execution } from '../plan/execute.js';

/** The values of a pass's bindings, by the shader's names for them: the part that the pass uses. */
export interface CapturedPass {
  readonly pass: Pass;
  readonly before: Readonly<Record<string, Float64Array | DataValues>>;
  /** Only what the pass may write. */
  readonly after: Readonly<Record<string, Float64Array>>;
}

/** Bytes that one group may copy, unless a single pass needs more. */
const GROUP_BYTES = 16 * 2 ** 20;

/** Runs one program of the plan once and gives its passes in order, observed. */
export async function* captureProgram(execution: Execution, program: string): AsyncGenerator<CapturedPass> {
  for (const group of groups(execution, program)) yield* await captureGroup(execution, group);
}

function groups(execution: Execution, program: string): Pass[][] {
  const result: Pass[][] = [];
  let room = 0;
  for (const pass of execution.plan.programs[program]!) {
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
        const before = Readback.of(pool, used);
        const after = Readback.of(pool, written);
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
          before: { ...uploaded(execution, pass), ...named(used, await before.take()) },
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

/** Bindings whose contents the host put there, once and for all: they need not be copied back. */
function uploaded(execution: Execution, { shader, buffers }: Pass): Record<string, DataValues> {
  const bindings = Object.keys(INTERFACES[shader].bindings);
  return Object.fromEntries(
    bindings.flatMap((binding) => {
      const data = shader === 'gather' ? execution.data(buffers[binding]!) : undefined;
      return data ? [[binding, data]] : [];
    }),
  );
}

function parts(execution: Execution, pass: Pass): Part[] {
  const known = uploaded(execution, pass);
  const bindings = Object.entries(INTERFACES[pass.shader].bindings).filter(([binding]) => !(binding in known));
  return bindings.map(([binding, access]) => {
    const name = pass.buffers[binding]!;
    const { buffer, offset, size } = execution.buffer(name);
    const { type } = execution.plan.buffers.find((planned) => planned.name === name)!;
    const range = pass.ranges?.[binding] ?? { offset: 0, count: size / 4 };
    return { binding, access, type, buffer, offset: offset + 4 * range.offset, size: 4 * range.count };
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
