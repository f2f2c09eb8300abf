/**
 * Dispatches each pass by itself, the layered schedule. Pipelines, uniforms and bind groups are made once; then it only encodes.
 * Loaded where a plan is layered.
 */
import { compilePipelines } from '../gpu/pipelines.js';
import { encode, type Pass } from '../passes/pass.js';
import { codeOf, INTERFACES, loadPassShaders } from '../passes/shaders.js';
import { bindGroup, type DispatchContext, type Dispatcher, UNIFORM_ALIGNMENT } from './dispatcher.js';
import { allPasses } from './plan.js';

export async function layeredDispatcher({ plan, pool, buffers, ...given }: DispatchContext): Promise<Dispatcher> {
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
    bound: (pass) => {
      const { uniforms: fields, bindings } = INTERFACES[pass.shader];
      return {
        code: codeOf(shaders[pass.shader], pass.constants),
        constants: pass.constants,
        uniforms: encode(fields, pass.uniforms),
        storage: Object.entries(bindings).map(([name, access]) => ({
          ...{ name, access },
          part: buffers.get(pass.buffers[name]!)!,
        })),
        workgroups: pass.workgroups,
      };
    },
    run(programs, _turn, encoder) {
      for (const name of programs) for (const pass of plan.programs[name]!) one(pass, encoder);
    },
  };
}
