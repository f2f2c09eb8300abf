/**
 * Whether this engine has WebGPU at all and whether the fixture notices what goes wrong.
 *
 * The first suite runs ten lines of WGSL and checks each number; the second makes every mistake that
 * the fixture must report. Nothing here is skipped: no adapter is a failure.
 */
import { describe } from 'vitest';
import { adapterText, describeAdapter } from '../../src/gpu/device.js';
import { closeSession, expect, openSession, test } from '../support/device.js';
import { beginTest, endTest } from '../support/gpu-watch.js';

const SQUARES = /* wgsl */ `
override count: u32;
@group(0) @binding(0) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= count) { return; }
  values[id.x] = values[id.x] * values[id.x] + 1.0;
}
`;

describe('the adapter', () => {
  test('squares 33 numbers (workgroup + 1) on the GPU', async ({ device, adapterInfo }) => {
    console.log(`adapter: ${adapterText(describeAdapter(adapterInfo))}`);
    const count = 33;
    const input = Float32Array.from({ length: count }, (_, i) => i - 16);
    const storage = device.createBuffer({
      label: 'values',
      size: input.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    const staging = device.createBuffer({
      label: 'readback',
      size: input.byteLength,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(storage, 0, input);
    const pipeline = device.createComputePipeline({
      label: 'squares',
      layout: 'auto',
      compute: { module: device.createShaderModule({ label: 'squares', code: SQUARES }), constants: { count } },
    });
    const bindings = device.createBindGroup({
      label: 'squares',
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: storage } }],
    });
    const encoder = device.createCommandEncoder({ label: 'squares' });
    const pass = encoder.beginComputePass({ label: 'squares' });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(2);
    pass.end();
    encoder.copyBufferToBuffer(storage, 0, staging, 0, input.byteLength);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const output = [...new Float32Array(staging.getMappedRange())];
    staging.unmap();
    storage.destroy();
    staging.destroy();
    expect(output).toEqual([...input].map((x) => x * x + 1));
  });
});

describe('the fixture reports', () => {
  /** A watched device of its own, so that the mistake is not this file's. */
  const problemsOf = async (mistake: (device: GPUDevice) => void): Promise<string[]> => {
    const session = await openSession();
    const mark = beginTest(session.watch);
    mistake(session.watch.device);
    const problems = await endTest(session.watch, mark);
    closeSession(session);
    return problems;
  };
  const usage = 8; // GPUBufferUsage.COPY_DST, which is no global before a device is open in Node

  test('nothing when nothing is wrong', async () => {
    const problems = await problemsOf((device) => {
      device.createBuffer({ label: 'kept', size: 16, usage }).destroy();
    });
    expect(problems).toEqual([]);
  });

  test('a validation error', async () => {
    const problems = await problemsOf((device) => {
      device.createShaderModule({ label: 'broken', code: 'this is not WGSL' });
    });
    expect(problems).toEqual([expect.stringMatching(/^validation error: /)]);
  });

  test('a leaked buffer', async () => {
    const problems = await problemsOf((device) => {
      device.createBuffer({ label: 'forgotten', size: 16, usage });
    });
    expect(problems).toEqual(['leaked buffer "forgotten" (16 bytes)']);
  });

  test('a lost device', async () => {
    const session = await openSession();
    const mark = beginTest(session.watch);
    session.watch.device.destroy();
    await session.watch.device.lost;
    expect(await endTest(session.watch, mark)).toContainEqual(expect.stringMatching(/^the device was lost/));
  });

  test('an error outside every scope', async () => {
    const session = await openSession();
    session.watch.device.createShaderModule({ label: 'broken', code: 'this is not WGSL' });
    const mark = beginTest(session.watch);
    expect(await endTest(session.watch, mark)).toContainEqual(expect.stringMatching(/^uncaptured GPUValidationError/));
    closeSession(session);
  });

  test('a missing adapter', async () => {
    await expect(openSession({ requestAdapter: () => Promise.resolve(null) } as unknown as GPU)).rejects.toThrow(
      'gave no adapter',
    );
  });
});
