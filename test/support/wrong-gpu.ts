/** `navigator.gpu` with devices on which one shader is compiled from another text: a driver that computes wrongly. */
import type { ShaderName } from '../../src/passes/pass.js';
import { SHADERS } from './shaders.js';
import { broken } from './plans.js';

export interface Mistake {
  readonly shader: ShaderName;
  readonly right: string;
  readonly wrong: string;
}

/** @param mistake without one, the devices are right */
export function wrongGpu(mistake?: Mistake): { readonly gpu: GPU; readonly submits: () => number } {
  const counted = { submits: 0 };
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    const adapter = await navigator.gpu.requestAdapter(options);
    const request = adapter!.requestDevice.bind(adapter);
    adapter!.requestDevice = async (descriptor) => {
      const device = await request(descriptor);
      if (mistake) spoil(device, mistake);
      const { queue } = device;
      const submit = queue.submit.bind(queue);
      queue.submit = (buffers) => {
        // An empty one only has Firefox look whether a buffer is mapped (gpu/buffers.ts).
        if ([...buffers].length > 0) counted.submits += 1;
        return submit(buffers);
      };
      return device;
    };
    return adapter;
  };
  return { gpu: { requestAdapter } as unknown as GPU, submits: () => counted.submits };
}

function spoil(device: GPUDevice, { shader, right, wrong }: Mistake): void {
  const texts = SHADERS[shader];
  const spoilt = broken(shader, right, wrong)[shader];
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) => {
    const { code } = descriptor;
    if (code === texts.code) return create({ ...descriptor, code: spoilt.code });
    return code === texts.alone ? create({ ...descriptor, code: spoilt.alone! }) : create(descriptor);
  };
}
