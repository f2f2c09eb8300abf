/**
 * Compute pipelines: compiled asynchronously and all in parallel, each shader with the same constants once
 * on a device.
 * A shader that does not compile is a DeviceError with the line it fails on.
 */
import { COMPUTE } from './flags.js';

export interface PipelineRequest {
  readonly label: string;
  readonly code: string;
  readonly constants: Readonly<Record<string, number>>;
  /** Binding 0 is a uniform buffer; these are bindings 1, 2, … */
  readonly storage: readonly ('read' | 'read_write')[];
}

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** One pipeline for each request, in the order of the requests; equal requests on one device share one. */
export async function compilePipelines(gpu: GPUDevice, requests: readonly PipelineRequest[]): Promise<Pipeline[]> {
  const compiled = COMPILED.get(gpu) ?? new Map<string, Promise<Pipeline>>();
  COMPILED.set(gpu, compiled);
  return Promise.all(
    requests.map((request) => {
      const key = JSON.stringify([request.code, request.constants]);
      const known = compiled.get(key);
      if (known) return known;
      const pipeline = compilePipeline(gpu, request);
      compiled.set(key, pipeline);
      // What failed once, on a device that was lost, say, is tried again.
      pipeline.catch(() => compiled.delete(key));
      return pipeline;
    }),
  );
}

/** Pipelines live as long as their device; a model that is trained again compiles nothing. */
const COMPILED = new WeakMap<GPUDevice, Map<string, Promise<Pipeline>>>();

async function compilePipeline(gpu: GPUDevice, request: PipelineRequest): Promise<Pipeline> {
  const { label, code, constants, storage } = request;
  const layout = gpu.createBindGroupLayout({
    label,
    entries: [
      { binding: 0, visibility: COMPUTE, buffer: { type: 'uniform' } },
      ...storage.map((access, i): GPUBindGroupLayoutEntry => ({
        binding: i + 1,
        visibility: COMPUTE,
        buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
      })),
    ],
  });
  const module = gpu.createShaderModule({ label, code });
  try {
    const pipeline = await gpu.createComputePipelineAsync({
      label,
      layout: gpu.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main', constants },
    });
    return { pipeline, layout };
  } catch (cause) {
    throw await (await import('./compile-error.js')).compileError(module, request, cause);
  }
}
