/**
 * Runs a plan on a device. Everything is created once, before the first batch: buffers, pipelines, bind
 * groups, staging. A batch is then only encoding, many to a submit, and each slice brings the log back by itself.
 * It decides nothing about the network; that is the plan's.
 */
import { BufferPool, Readback, whole } from '../gpu/buffers.js';
import { type Device, guarded } from '../gpu/device.js';
import { compilePipelines } from '../gpu/pipelines.js';
import type { Pass } from '../passes/pass.js';
import { SHADERS } from '../passes/shaders.js';
import type { Contents } from './contents.js';
import { checkLimits } from './limits.js';
import { allPasses, type Plan, valueCount } from './plan.js';
import { Cursor } from './cursor.js';
import { LogRing, type SliceLogs } from './log-ring.js';
import { SliceLength, TARGET_MILLISECONDS } from './slices.js';

export interface ExecutionOptions {
  /** The text of the shaders; another table serves to show that a wrong shader is found. */
  readonly shaders?: typeof SHADERS;
  /** Whether there is room to keep the weights of the best epoch. */
  readonly keepsBest?: boolean;
}

/** What one slice of a training left. */
export interface Slice extends SliceLogs {
  /** From 0, of the first row of the logs. */
  readonly firstEpoch: number;
  /** Updates that the host asked for so far: what `counters.step` must say. */
  readonly stepsAsked: number;
}

/** How a training goes on from slice to slice. */
export interface RunPace {
  /** Whether each slice ends with its epoch, and nothing goes on before the next is asked for. */
  readonly isEpochwise?: boolean;
  /** Asked before each slice; once true no more begin, and those under way are brought home. */
  readonly isOver?: () => boolean;
  /** Asked before each slice; while there is a promise none begins, and those under way are brought home. */
  readonly hold?: (() => Promise<void> | undefined) | undefined;
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
  readonly #passes: ReadonlyMap<Pass, PreparedPass>;
  readonly #contents: Contents;
  readonly #kept: readonly { readonly live: GPUBuffer; readonly copy: GPUBuffer }[];
  readonly #logs: LogRing | undefined;
  /** Staging of what was read before, by the names of the buffers. */
  readonly #readbacks = new Map<string, Readback>();

  private constructor(
    plan: Plan,
    device: Device,
    pool: BufferPool,
    buffers: ReadonlyMap<string, GPUBuffer>,
    passes: readonly PreparedPass[],
    contents: Contents,
    keepsBest: boolean,
  ) {
    this.plan = plan;
    this.device = device;
    this.#pool = pool;
    this.#buffers = buffers;
    this.#passes = new Map(passes.map((prepared) => [prepared.pass, prepared]));
    this.#contents = contents;
    this.#logs = buffers.has('epochLog') ? new LogRing(plan, buffers, pool, IN_FLIGHT) : undefined;
    this.#kept = ['parameters', 'statistics']
      .filter((name) => keepsBest && buffers.has(name))
      .map((name) => ({
        live: this.buffer(name),
        copy: pool.storage(`best ${name}`, this.buffer(name).size / 4),
      }));
  }

  /**
   * Creates everything the plan needs and writes the contents.
   * @param contents asked for only once the plan is known to fit the device
   * @throws RunError if the plan is too large for the device, before anything is created
   * @throws DeviceError if the device cannot do it
   */
  static async create(
    device: Device,
    plan: Plan,
    contents: () => Contents,
    { shaders = SHADERS, keepsBest = false }: ExecutionOptions = {},
  ): Promise<Execution> {
    checkLimits(plan, device.gpu.limits);
    const pool = new BufferPool(device.gpu);
    try {
      return await guarded(device, 'Setting up the training', async () => {
        const buffers = new Map(
          plan.buffers.map(({ name, shape }) => [name, pool.storage(name, valueCount(shape))] as const),
        );
        const passes = await preparePasses(device.gpu, allPasses(plan), shaders, pool, buffers);
        const execution = new Execution(plan, device, pool, buffers, passes, contents(), keepsBest);
        for (const [name, values] of Object.entries(execution.#contents.data)) execution.write(name, values);
        execution.restart();
        return execution;
      });
    } catch (error) {
      pool.destroy();
      throw error;
    }
  }

  /** Puts everything back to before the first batch. */
  restart(): void {
    for (const [name, values] of Object.entries(this.#contents.state)) this.write(name, values);
  }

  write(name: string, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    this.device.gpu.queue.writeBuffer(this.buffer(name), 0, values);
  }

  /** Trains the plan's epochs, a slice at a time; the next is under way while one is looked at. */
  async *run({ isEpochwise = false, isOver = () => false, hold }: RunPace = {}): AsyncGenerator<Slice, void> {
    const cursor = new Cursor(this.plan);
    const length = new SliceLength();
    const inFlight: { readonly slice: Promise<Slice>; readonly turns: number }[] = [];
    let lastDone = performance.now();
    // Slices that went on while the caller took its time: how long they took is not known.
    let untimed = 0;
    const hasMore = () => !cursor.isAtEnd && !isOver();
    try {
      while (hasMore() || inFlight.length > 0) {
        const held = hold?.();
        while (!held && hasMore() && inFlight.length < (isEpochwise ? 1 : IN_FLIGHT)) {
          inFlight.push(this.#submit(cursor, length, isEpochwise));
        }
        const next = inFlight.shift();
        if (!next) {
          await held;
          lastDone = performance.now();
          continue;
        }
        const { slice, turns } = next;
        const done = await slice.catch(this.#fail);
        this.device.check();
        const now = performance.now();
        if (untimed > 0) untimed -= 1;
        else length.learn(turns, now - lastDone);
        yield done;
        lastDone = performance.now();
        if (lastDone - now > TARGET_MILLISECONDS) untimed = inFlight.length;
      }
    } finally {
      // Slices that are still under way when something fails may fail too; that is no news then. They are waited
      // for, since nothing may be destroyed or started anew under them.
      await Promise.allSettled(inFlight.map(({ slice }) => slice));
    }
  }

  /** Dispatches one program, once. */
  runProgram(name: string): void {
    const encoder = this.device.gpu.createCommandEncoder({ label: name });
    const computePass = encoder.beginComputePass({ label: name });
    for (const pass of this.plan.programs[name]!) this.encode(pass, computePass);
    computePass.end();
    this.device.gpu.queue.submit([encoder.finish()]);
  }

  /** The contents of some buffers, after everything submitted so far. One read of them at a time. */
  async read<const N extends string>(names: readonly N[]): Promise<Record<N, ArrayBuffer>> {
    const key = names.join();
    const readback =
      this.#readbacks.get(key) ??
      Readback.of(
        this.#pool,
        names.map((name) => whole(this.buffer(name))),
      );
    this.#readbacks.set(key, readback);
    const contents = await readback.read().catch(this.#fail);
    this.device.check();
    return Object.fromEntries(names.map((name, i) => [name, contents[i]!])) as Record<N, ArrayBuffer>;
  }

  /** Remembers the weights as they are now. */
  keepWeights(): void {
    this.#copyKept(({ live, copy }) => [live, copy]);
  }

  /** Puts the remembered weights back. */
  putBackWeights(): void {
    this.#copyKept(({ live, copy }) => [copy, live]);
  }

  /** The buffer of that name in the plan. */
  buffer(name: string): GPUBuffer {
    const buffer = this.#buffers.get(name);
    if (!buffer) throw new Error(`The plan has no buffer named ${name}.`);
    return buffer;
  }

  has(name: string): boolean {
    return this.#buffers.has(name);
  }

  /** What the host put into a buffer of data, which is still there. */
  data(name: string): Float32Array | undefined {
    return this.#contents.data[name];
  }

  /** Encodes one pass of the plan, for callers that look between passes (verify/). */
  encode(pass: Pass, encoder: GPUComputePassEncoder): void {
    const { pipeline, bindGroup } = this.#passes.get(pass)!;
    encoder.setPipeline(pipeline);
    encoder.setBindGroup(0, bindGroup);
    encoder.dispatchWorkgroups(...pass.workgroups);
  }

  /** Gives every buffer back. */
  destroy(): void {
    this.#pool.destroy();
  }

  readonly #fail = async (error: unknown): Promise<never> => {
    throw await this.device.explain(error);
  };

  #submit(cursor: Cursor, length: SliceLength, isEpochwise: boolean): { slice: Promise<Slice>; turns: number } {
    const { gpu } = this.device;
    const firstEpoch = cursor.epoch;
    const mostEpochs = isEpochwise ? 1 : this.#logs!.rows;
    const encoder = gpu.createCommandEncoder({ label: 'slice' });
    const computePass = encoder.beginComputePass({ label: 'slice' });
    const load = { turns: 0, dispatches: 0, batches: 0 };
    do {
      const passes = cursor.next();
      for (const pass of passes) {
        this.encode(pass, computePass);
        load.turns += pass.turns;
      }
      load.dispatches += passes.length;
      load.batches += 1;
    } while (!cursor.isAtEnd && length.hasRoom(load, cursor) && cursor.epoch - firstEpoch < mostEpochs);
    computePass.end();
    const take = this.#logs!.encode(encoder, firstEpoch, cursor.epoch - firstEpoch);
    gpu.queue.submit([encoder.finish()]);
    const stepsAsked = cursor.steps;
    const slice = take().then((logs) => ({ firstEpoch, stepsAsked, ...logs }));
    // Whoever waits for it hears of a failure; until then it is not an unhandled one.
    slice.catch(() => undefined);
    return { turns: load.turns, slice };
  }

  #copyKept(direction: (kept: { live: GPUBuffer; copy: GPUBuffer }) => [from: GPUBuffer, to: GPUBuffer]): void {
    const encoder = this.device.gpu.createCommandEncoder({ label: 'best weights' });
    for (const kept of this.#kept) {
      const [from, to] = direction(kept);
      encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
    }
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
