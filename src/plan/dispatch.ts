/**
 * How a plan's passes reach the device: each as a dispatch of its own, or many programs in one dispatch of one
 * workgroup. Pipelines, uniforms and bind groups are made once; then it only encodes.
 */
import type { BufferPart, BufferPool } from '../gpu/buffers.js';
import { compilePipelines } from '../gpu/pipelines.js';
import { EVERYTHING, PASS_KINDS } from '../passes/persistent.js';
import { encode, type Pass } from '../passes/pass.js';
import { codeOf, INTERFACES, loadLoopShaders, loadPassShaders, type Shaders } from '../passes/shaders.js';
import { placeOf } from './persistent.js';
import { allPasses, type Loop, type Plan, programsOf } from './plan.js';

export interface Dispatcher {
  /** Encodes one pass, by itself. */
  one(pass: Pass, encoder: GPUComputePassEncoder): void;
  /**
   * Encodes programs, one after the other. One call a submit: what it writes for them is in force until the next.
   * @param turn place of the first in the epoch
   */
  run(programs: readonly string[], turn: number, encoder: GPUComputePassEncoder): void;
}

export interface DispatchContext {
  readonly plan: Plan;
  readonly pool: BufferPool;
  readonly buffers: ReadonlyMap<string, BufferPart>;
  /** The shaders; without them, those of this product. */
  readonly shaders: Shaders | undefined;
}

/** Uniform buffers are bound at multiples of this many bytes: WebGPU's largest minimum alignment. */
const UNIFORM_ALIGNMENT = 256;

export function dispatcherOf(context: DispatchContext): Promise<Dispatcher> {
  const { loop } = context.plan;
  return loop ? persistentDispatcher(context, loop) : layeredDispatcher(context);
}

async function layeredDispatcher({ plan, pool, buffers, ...given }: DispatchContext): Promise<Dispatcher> {
  const { gpu } = pool;
  const passes = allPasses(plan);
  const shaders = given.shaders ?? (await loadPassShaders(passes.map(({ shader }) => shader)));
  const uniforms = pool.uniform('uniforms', UNIFORM_ALIGNMENT * passes.length);
  const bytes = new ArrayBuffer(uniforms.size);
  passes.forEach(({ shader, uniforms: values }, i) =>
    new Uint32Array(bytes, i * UNIFORM_ALIGNMENT).set(encode(INTERFACES[shader].uniforms, values)),
  );
  gpu.queue.writeBuffer(uniforms, 0, bytes);

  const pipelines = await compilePipelines(
    gpu,
    passes.map(({ shader, constants }) => {
      const code = codeOf(shaders[shader], constants);
      return { label: shader, code, constants, storage: Object.values(shaders[shader].bindings) };
    }),
  );
  const prepared = new Map(
    passes.map((pass, i) => {
      const { uniforms: fields, bindings } = INTERFACES[pass.shader];
      const { pipeline, layout } = pipelines[i]!;
      const shape = { buffer: uniforms, offset: i * UNIFORM_ALIGNMENT, size: 4 * Object.keys(fields).length };
      const storage = Object.keys(bindings).map((binding) => buffers.get(pass.buffers[binding]!)!);
      return [pass, { pipeline, bindGroup: bindGroup(gpu, pass.label, layout, [shape, ...storage]) }] as const;
    }),
  );
  const one = (pass: Pass, encoder: GPUComputePassEncoder) => {
    const { pipeline, bindGroup } = prepared.get(pass)!;
    encoder.setPipeline(pipeline);
    encoder.setBindGroup(0, bindGroup);
    encoder.dispatchWorkgroups(...pass.workgroups);
  };
  return {
    one,
    run(programs, _turn, encoder) {
      for (const name of programs) for (const pass of plan.programs[name]!) one(pass, encoder);
    },
  };
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

function bindGroup(
  gpu: GPUDevice,
  label: string,
  layout: GPUBindGroupLayout,
  parts: readonly BufferPart[],
): GPUBindGroup {
  return gpu.createBindGroup({ label, layout, entries: parts.map((resource, binding) => ({ binding, resource })) });
}
