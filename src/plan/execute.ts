/**
 * Runs a plan on a device. Everything is created once, before the first step: buffers, pipelines, bind
 * groups, staging. A step is then only encoding, many steps to a submit, and the host reads back once.
 * It decides nothing about the network; that is the plan's.
 */
import { BufferPool, Readback, whole } from '../gpu/buffers.js';
import { type Device, guarded } from '../gpu/device.js';
import { compilePipelines } from '../gpu/pipelines.js';
import type { Pass } from '../passes/pass.js';
import { SHADERS } from '../passes/shaders.js';
import { checkLimits } from './limits.js';
import { type Plan, valueCount } from './plan.js';
import { SliceLength } from './slices.js';

/** What a plan's buffers hold before the first step; buffers not named here are zero. */
export type Contents = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

export interface RunOptions {
  /** Told now and then, as slices complete, how many steps are done; and once more when all are. */
  readonly onProgress?: ((stepsDone: number) => void) | undefined;
  /** Stops as soon as the work under way is done; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a training leaves in the GPU's buffers. */
export interface Results {
  /** (epochs, 2): loss and mean absolute error of each epoch */
  readonly epochLog: Float32Array;
  /** (B, outputs): the last forward pass */
  readonly output: Float32Array;
  readonly parameters: Float32Array;
  /** Steps the GPU counted, which the caller holds against the steps it asked for. */
  readonly stepsDone: number;
}

/** A pass that is ready to be dispatched. */
interface PreparedPass {
  readonly pass: Pass;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/** Uniform buffers are bound at multiples of this many bytes: WebGPU's largest minimum alignment. */
const UNIFORM_ALIGNMENT = 256;
/** Slices submitted ahead of the one that is being waited for. */
const IN_FLIGHT = 2;

export class Execution {
  readonly plan: Plan;
  readonly device: Device;
  readonly #pool: BufferPool;
  readonly #buffers: ReadonlyMap<string, GPUBuffer>;
  readonly #passes: readonly PreparedPass[];
  readonly #start: Contents;
  readonly #results: Readback;

  private constructor(
    plan: Plan,
    device: Device,
    pool: BufferPool,
    buffers: ReadonlyMap<string, GPUBuffer>,
    passes: readonly PreparedPass[],
    start: Contents,
  ) {
    this.plan = plan;
    this.device = device;
    this.#pool = pool;
    this.#buffers = buffers;
    this.#passes = passes;
    this.#start = start;
    this.#results = new Readback(
      device.gpu,
      pool,
      ['epochLog', plan.output, 'parameters', 'state'].map((name) => whole(this.buffer(name))),
    );
  }

  /**
   * Creates everything the plan needs and writes the contents.
   * @param contents asked for only once the plan is known to fit the device
   * @param shaders the text of the shaders; another table serves to show that a wrong shader is found
   * @throws RunError if the plan is too large for the device, before anything is created
   * @throws DeviceError if the device cannot do it
   */
  static async create(
    device: Device,
    plan: Plan,
    contents: () => Contents,
    shaders: typeof SHADERS = SHADERS,
  ): Promise<Execution> {
    checkLimits(plan, device.gpu.limits);
    const pool = new BufferPool(device.gpu);
    try {
      return await guarded(device, 'Setting up the training', async () => {
        const buffers = new Map(
          plan.buffers.map(({ name, shape }) => [name, pool.storage(name, valueCount(shape))] as const),
        );
        const passes = await preparePasses(device.gpu, plan.passes, shaders, pool, buffers);
        const execution = new Execution(plan, device, pool, buffers, passes, contents());
        execution.restart();
        return execution;
      });
    } catch (error) {
      pool.destroy();
      throw error;
    }
  }

  /** Puts everything back to before the first step. */
  restart(): void {
    const { queue } = this.device.gpu;
    for (const [name, values] of Object.entries(this.#start)) queue.writeBuffer(this.buffer(name), 0, values);
    queue.writeBuffer(this.buffer('state'), 0, new Uint32Array(1));
  }

  /** Takes so many steps. Returns when all are submitted; `results` waits for them. */
  async run(steps: number, { onProgress, signal }: RunOptions = {}): Promise<void> {
    const { queue } = this.device.gpu;
    const slice = new SliceLength(this.plan);
    const inFlight: Promise<void>[] = [];
    let lastDone = performance.now();
    let submitted = 0;
    const finished = (count: number, done: number) => {
      const now = performance.now();
      slice.learn(count, now - lastDone);
      lastDone = now;
      onProgress?.(done);
    };
    try {
      while (submitted < steps) {
        signal?.throwIfAborted();
        const count = Math.min(slice.steps, steps - submitted);
        this.#submit(count);
        submitted += count;
        const done = submitted;
        // The last slice needs no waiting for: whoever reads the results waits.
        if (done < steps) inFlight.push(queue.onSubmittedWorkDone().then(() => finished(count, done)));
        if (inFlight.length >= IN_FLIGHT) await inFlight.shift();
        this.device.check();
      }
      await Promise.all(inFlight);
    } finally {
      // Slices that are still under way when something fails may fail too; that is no news then.
      void Promise.allSettled(inFlight);
    }
  }

  /** Waits for everything submitted and reads the results, once. */
  async results(): Promise<Results> {
    const [epochLog, output, parameters, state] = await this.#results.read();
    this.device.check();
    return {
      epochLog: new Float32Array(epochLog!),
      output: new Float32Array(output!),
      parameters: new Float32Array(parameters!),
      stepsDone: new Uint32Array(state!)[0] ?? 0,
    };
  }

  /** The buffer of that name in the plan. */
  buffer(name: string): GPUBuffer {
    const buffer = this.#buffers.get(name);
    if (!buffer) throw new Error(`The plan has no buffer named ${name}.`);
    return buffer;
  }

  /** Encodes one pass of the plan, for callers that look between passes (verify/). */
  encode(pass: Pass, encoder: GPUComputePassEncoder): void {
    const { pipeline, bindGroup } = this.#passes.find((prepared) => prepared.pass === pass)!;
    encoder.setPipeline(pipeline);
    encoder.setBindGroup(0, bindGroup);
    encoder.dispatchWorkgroups(...pass.workgroups);
  }

  /** Gives every buffer back. */
  destroy(): void {
    this.#pool.destroy();
  }

  #submit(steps: number): void {
    const encoder = this.device.gpu.createCommandEncoder({ label: `${steps} steps` });
    const computePass = encoder.beginComputePass({ label: `${steps} steps` });
    for (let step = 0; step < steps; step++) {
      for (const { pass, pipeline, bindGroup } of this.#passes) {
        computePass.setPipeline(pipeline);
        computePass.setBindGroup(0, bindGroup);
        computePass.dispatchWorkgroups(...pass.workgroups);
      }
    }
    computePass.end();
    this.device.gpu.queue.submit([encoder.finish()]);
  }
}

async function preparePasses(
  gpu: GPUDevice,
  passes: readonly Pass[],
  shaders: typeof SHADERS,
  pool: BufferPool,
  buffers: ReadonlyMap<string, GPUBuffer>,
): Promise<PreparedPass[]> {
  const uniforms = pool.uniform('uniforms', UNIFORM_ALIGNMENT * passes.length);
  const bytes = new ArrayBuffer(UNIFORM_ALIGNMENT * passes.length);
  passes.forEach((pass, i) => writeUniforms(new DataView(bytes, i * UNIFORM_ALIGNMENT), pass));
  gpu.queue.writeBuffer(uniforms, 0, bytes);

  const pipelines = await compilePipelines(
    gpu,
    passes.map(({ shader, constants }) => {
      const { code, bindings } = shaders[shader];
      return { label: shader, code, constants, storage: Object.values(bindings) };
    }),
  );
  return passes.map((pass, i) => {
    const { uniforms: fields, bindings } = SHADERS[pass.shader];
    const { pipeline, layout } = pipelines[i]!;
    const shape = { buffer: uniforms, offset: i * UNIFORM_ALIGNMENT, size: 4 * Object.keys(fields).length };
    const storage = Object.keys(bindings).map((binding) => ({ buffer: buffers.get(pass.buffers[binding]!)! }));
    const bindGroup = gpu.createBindGroup({
      label: pass.label,
      layout,
      entries: [shape, ...storage].map((resource, binding) => ({ binding, resource })),
    });
    return { pass, pipeline, bindGroup };
  });
}

/** A pass's uniforms in the order and types that its shader declares. */
function writeUniforms(view: DataView, { shader, uniforms }: Pass): void {
  Object.entries(SHADERS[shader].uniforms).forEach(([field, type], i) => {
    const value = uniforms[field]!;
    if (type === 'u32') view.setUint32(4 * i, value, true);
    else view.setFloat32(4 * i, value, true);
  });
}
