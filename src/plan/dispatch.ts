/**
 * How a plan's passes reach the device: each as a dispatch of its own, or many programs in one dispatch of one
 * workgroup. Pipelines, uniforms and bind groups are made once; then it only encodes.
 */
import type { BufferPart } from '../gpu/buffers.js';
import { compilePipelines } from '../gpu/pipelines.js';
import { EVERYTHING, PASS_KINDS } from '../passes/persistent.js';
import { encode, type Pass } from '../passes/pass.js';
import { INTERFACES, loadLoopShaders } from '../passes/shaders.js';
import { bindGroup, type DispatchContext, type Dispatcher, UNIFORM_ALIGNMENT } from './dispatcher.js';
import { placeOf } from './persistent.js';
import { allPasses, type Loop, programsOf } from './plan.js';

export async function dispatcherOf(context: DispatchContext): Promise<Dispatcher> {
  const { loop } = context.plan;
  if (loop) return persistentDispatcher(context, loop);
  return (await import('./dispatch-layered.js')).layeredDispatcher(context);
}

async function persistentDispatcher(
  { plan, pool, buffers, ...given }: DispatchContext,
  { shader, constants, tables }: Loop,
): Promise<Dispatcher> {
  const { gpu } = pool;
  const { uniforms: fields, bindings } = INTERFACES[shader];
  const written = new Map<string, BufferPart>(
    Object.entries(tables).map(([name, words]) => {
      const buffer = pool.storage(`loop.${name}`, words.length);
      gpu.queue.writeBuffer(buffer, 0, words);
      return [name, { buffer, offset: 0, size: buffer.size }];
    }),
  );
  const storage = Object.keys(bindings).map((name) => written.get(name) ?? buffers.get(placeOf(name))!);

  // One place for what runs, and one for each pass that may be looked at by itself.
  const passes = allPasses(plan);
  const order = [...programsOf(plan.epoch)];
  const control = pool.uniform('control', UNIFORM_ALIGNMENT * (1 + passes.length));
  const bytes = new ArrayBuffer(control.size);
  const places = new Map<Pass, number>();
  for (const [name, own] of Object.entries(plan.programs)) {
    for (const pass of own) {
      const place = 1 + places.size;
      places.set(pass, place);
      const values = { turn: order.indexOf(name), turns: 1, only: PASS_KINDS[pass.shader], part: pass.part ?? 0 };
      new Uint32Array(bytes, place * UNIFORM_ALIGNMENT).set(encode(fields, values));
    }
  }
  gpu.queue.writeBuffer(control, 0, bytes);

  const { code } = (given.shaders ?? (await loadLoopShaders()))[shader];
  const [compiled] = await compilePipelines(gpu, [
    { label: shader, code, constants, storage: Object.values(bindings) },
  ]);
  const { pipeline, layout } = compiled!;
  const size = 4 * Object.keys(fields).length;
  const groupAt = (label: string, place: number) =>
    bindGroup(gpu, label, layout, [{ buffer: control, offset: place * UNIFORM_ALIGNMENT, size }, ...storage]);
  const running = groupAt('run', 0);
  const groups = new Map<Pass, GPUBindGroup>();
  const dispatch = (group: GPUBindGroup, encoder: GPUComputePassEncoder) => {
    encoder.setPipeline(pipeline);
    encoder.setBindGroup(0, group);
    encoder.dispatchWorkgroups(1);
  };
  return {
    bound: (pass) => {
      const at = places.get(pass)! * UNIFORM_ALIGNMENT;
      return {
        ...{ code, constants },
        uniforms: new Uint32Array(bytes.slice(at, at + size)),
        storage: Object.entries(bindings).map(([name, access], i) => ({ name, access, part: storage[i]! })),
        workgroups: [1, 1, 1],
      };
    },
    one(pass, encoder) {
      const group = groups.get(pass) ?? groupAt(pass.label, places.get(pass)!);
      groups.set(pass, group);
      dispatch(group, encoder);
    },
    run(programs, turn, encoder) {
      const values = { turn, turns: programs.length, only: EVERYTHING, part: 0 };
      gpu.queue.writeBuffer(control, 0, encode(fields, values));
      dispatch(running, encoder);
    },
  };
}
