/**
 * Runs a plan on a device. Everything is created once, before the first batch: buffers, pipelines, bind
 * groups, staging. A batch is then only encoding, many to a submit, and each slice brings the log back by itself.
 * It decides nothing about the network; that is the plan's.
 */
import { type BufferPart, BufferPool, Readback, whole } from '../gpu/buffers.js';
import { type Device, guardedAhead } from '../gpu/device.js';
import type { Place } from '../core/saved-state.js';
import type { Pass } from '../passes/pass.js';
import type { Shaders } from '../passes/shaders.js';
import type { Contents, DataValues } from './contents.js';
import { maxBindingBytes } from './limits.js';
import { type Plan, planBytes, programsOf } from './plan.js';
import { Cursor } from './cursor.js';
import { dispatcherOf } from './dispatch.js';
import type { BoundPass, Dispatcher } from './dispatcher.js';
import { LogRing, type SliceLogs } from './log-ring.js';
import { createBuffers } from './plan-buffers.js';
import { PERSISTENT_SLICES, SliceLength, TARGET_MILLISECONDS } from './slices.js';

export interface ExecutionOptions {
  /** The text of the shaders; another table serves to show that a wrong shader is found. */
  readonly shaders?: Shaders | undefined;
  /** Whether there is room to keep the weights of the best epoch. */
  readonly keepsBest?: boolean;
}

/** What one slice of a training left. */
export interface Slice extends SliceLogs {
  /** From 0, of the first row of the logs. */
  readonly firstEpoch: number;
  /** Updates that the host asked for so far: what `counters.step` must say. */
  readonly stepsAsked: number;
  /** Of the whole training's work, how much the host asked for so far, from 0 to 1. */
  readonly share: number;
  /** With the slice that ends the training: what was to come home then, by name. */
  readonly last?: Readonly<Record<string, ArrayBuffer>> | undefined;
}

/** What comes home with the last slice. */
interface Home {
  readonly names: readonly string[];
  readonly parts: readonly BufferPart[];
  /** Where it is too much to come with the logs. */
  readonly apart: Readback | undefined;
}

/** How a training goes on from slice to slice. */
export interface RunPace {
  /** Whether each slice ends with its epoch, and nothing goes on before the next is asked for. */
  readonly isEpochwise?: boolean;
  /** Asked before each slice; once true no more begin, and those under way are brought home. */
  readonly isOver?: () => boolean;
  /** Asked before each slice; while there is a promise none begins, and those under way are brought home. */
  readonly hold?: (() => Promise<void> | undefined) | undefined;
  /** Buffers to be brought home with the slice that ends the last epoch, so that nobody need wait for them again. */
  readonly bringsHome?: readonly string[] | undefined;
  /** Where the training goes on from. Default: it begins. */
  readonly start?: Pick<Place, 'epoch' | 'turn'> | undefined;
  /** Work that is done between two slices, while the GPU has nothing to do. */
  readonly pause?: Pause | undefined;
}

export interface Pause {
  /** Whether a slice must end here. */
  endsAt(place: Place): boolean;
  /** Whether there is work to do here, where a slice ends. */
  isDue(place: Place): boolean;
  work(place: Place): Promise<void>;
  /** Done once, where the training ends. */
  atEnd(place: Place): Promise<void>;
}

/** Bytes that no device refuses. */
const SURELY_GIVEN = 2 ** 24;
/** Values of the data that go to the device at once: 16 MiB. */
const PIECE = 2 ** 22;
/** What may be asked to come home with the last slice: weights, and the last layer's output. */
const HOME = ['parameters', 'statistics', 'output'];
/** Slices submitted ahead of the one that is being waited for. */
const IN_FLIGHT = 2;

export class Execution {
  readonly plan: Plan;
  readonly device: Device;
  /** Its buffers, which are given back together. */
  readonly pool: BufferPool;
  readonly #buffers: ReadonlyMap<string, BufferPart>;
  readonly #dispatcher: Dispatcher;
  /** Fulfilled once the device has found nothing wrong with the set-up; nothing is told to anybody before. */
  #approved: Promise<void> = Promise.resolve();
  #contents: Contents = { data: {}, state: {} };
  /** Where the weights of the best epoch are kept. */
  readonly kept: readonly { readonly live: BufferPart; readonly copy: BufferPart }[];
  readonly #logs: LogRing | undefined;
  /** Staging of what was read before, by the names of the buffers. */
  readonly #readbacks = new Map<string, Readback>();

  private constructor(
    plan: Plan,
    device: Device,
    pool: BufferPool,
    buffers: ReadonlyMap<string, BufferPart>,
    dispatcher: Dispatcher,
    keepsBest: boolean,
  ) {
    this.plan = plan;
    this.device = device;
    this.pool = pool;
    this.#buffers = buffers;
    this.#dispatcher = dispatcher;
    const home = HOME.flatMap((name) => buffers.get(name === 'output' ? plan.output : name) ?? []);
    this.#logs = buffers.has('epochLog') ? new LogRing(plan, buffers, pool, IN_FLIGHT, home) : undefined;
    this.kept = ['parameters', 'statistics']
      .filter((name) => keepsBest && buffers.has(name))
      .map((name) => ({
        live: this.buffer(name),
        copy: whole(pool.storage(`best ${name}`, this.buffer(name).size / 4)),
      }));
  }

  /**
   * Creates everything the plan needs and writes the contents. What the device finds wrong with that is thrown by the
   * first call that waits for it.
   * @param contents asked for only once the plan is known to fit the device
   * @throws RunError if the plan is too large for the device, before anything is created
   * @throws DeviceError if the device cannot do it
   */
  static async create(
    device: Device,
    plan: Plan,
    contents: () => Contents,
    { shaders, keepsBest = false }: ExecutionOptions = {},
  ): Promise<Execution> {
    const { limits } = device.gpu;
    // All of a plan in the room of one binding is not too large in any part.
    if (planBytes(plan) > Math.min(SURELY_GIVEN, maxBindingBytes(limits))) {
      (await import('./check-limits.js')).checkLimits(plan, limits);
    }
    const pool = new BufferPool(device.gpu);
    try {
      const { value, approved } = await guardedAhead(device, 'Setting up the training', async () => {
        const buffers = createBuffers(plan, pool);
        const dispatcher = await dispatcherOf({ plan, pool, buffers, shaders });
        const execution = new Execution(plan, device, pool, buffers, dispatcher, keepsBest);
        execution.renew(contents());
        return execution;
      });
      // What may be too much for the device is waited for: nothing may be done with buffers that it did not give.
      if (planBytes(plan) > SURELY_GIVEN) await approved;
      value.#approved = approved;
      return value;
    } catch (error) {
      pool.destroy();
      throw error;
    }
  }

  /** Puts everything to before the first batch of a training on these contents. */
  renew(contents: Contents): void {
    this.#contents = contents;
    for (const [name, values] of Object.entries(contents.data)) this.#upload(name, values);
    this.restart();
  }

  /** Puts everything back to before the first batch. */
  restart(): void {
    for (const [name, values] of Object.entries(this.#contents.state)) this.write(name, values);
  }

  write(name: string, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    const { buffer, offset } = this.buffer(name);
    this.device.gpu.queue.writeBuffer(buffer, offset, values);
  }

  /** In pieces, so that no copy of all values is made on the way, neither in float32 nor by what carries them over. */
  #upload(name: string, values: DataValues): void {
    const { buffer, offset } = this.buffer(name);
    const { queue } = this.device.gpu;
    const piece = values instanceof Float32Array ? undefined : new Float32Array(Math.min(PIECE, values.length));
    for (let first = 0; first < values.length; first += PIECE) {
      const part = values.subarray(first, first + PIECE);
      piece?.set(part);
      const floats = piece?.subarray(0, part.length) ?? (part as Float32Array<ArrayBuffer>);
      queue.writeBuffer(buffer, offset + 4 * first, floats);
      // What carried a piece over is free again once it has been submitted and done.
      if (part.length === PIECE) queue.submit([]);
    }
  }

  /** Fulfilled once the device has agreed to the set-up. @throws DeviceError if it has not */
  get approved(): Promise<void> {
    return this.#approved;
  }

  /** Trains the plan's epochs, a slice at a time; the next is under way while one is looked at. */
  async *run({
    isEpochwise = false,
    isOver = () => false,
    hold,
    bringsHome = [],
    start,
    pause,
  }: RunPace = {}): AsyncGenerator<Slice, void> {
    const cursor = new Cursor(this.plan, start);
    const { length, measured } = await this.#sliceLength();
    const home = bringsHome.map((name) => this.buffer(name));
    // What the logs have no room for has staging of its own, made before the first batch, as everything is.
    const apart = this.#logs!.hasRoomFor(home) ? undefined : this.#readback(bringsHome);
    const inFlight: { readonly slice: Promise<Slice>; readonly turns: number }[] = [];
    let lastDone = performance.now();
    // Slices that went on while the caller took its time: how long they took is not known.
    let untimed = 0;
    const hasMore = () => !cursor.isAtEnd && !isOver();
    try {
      while (hasMore() || inFlight.length > 0) {
        const held = hold?.();
        while (!held && hasMore() && !pause?.isDue(cursor.place) && inFlight.length < (isEpochwise ? 1 : IN_FLIGHT)) {
          inFlight.push(this.#submit(cursor, length, isEpochwise, { names: bringsHome, parts: home, apart }, pause));
        }
        await this.#approved;
        const next = inFlight.shift();
        if (!next) {
          if (held) await held;
          else await pause?.work(cursor.place);
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
      await pause?.atEnd(cursor.place);
    } finally {
      // Slices that are still under way when something fails may fail too; that is no news then. They are waited
      // for, since nothing may be destroyed or started anew under them.
      await Promise.allSettled([measured, ...inFlight.map(({ slice }) => slice)]);
    }
  }

  /** Dispatches one program, once. */
  runProgram(name: string): void {
    const encoder = this.device.gpu.createCommandEncoder({ label: name });
    const computePass = encoder.beginComputePass({ label: name });
    this.#dispatcher.run([name], [...programsOf(this.plan.epoch)].indexOf(name), computePass);
    computePass.end();
    this.device.gpu.queue.submit([encoder.finish()]);
  }

  /** The contents of some buffers, after everything submitted so far. One read of them at a time. */
  async read<const N extends string>(names: readonly N[]): Promise<Record<N, ArrayBuffer>> {
    await this.#approved;
    const contents = await this.#readback(names).read().catch(this.#fail);
    this.device.check();
    return Object.fromEntries(names.map((name, i) => [name, contents[i]!])) as Record<N, ArrayBuffer>;
  }

  /** With staging made once for these buffers. */
  #readback(names: readonly string[]): Readback {
    const key = names.join();
    const readback =
      this.#readbacks.get(key) ??
      Readback.of(
        this.pool,
        names.map((name) => this.buffer(name)),
      );
    this.#readbacks.set(key, readback);
    return readback;
  }

  /** Remembers the weights as they are now. */
  keepWeights(): void {
    this.#copyKept(({ live, copy }) => [live, copy]);
  }

  /** Puts the remembered weights back. */
  putBackWeights(): void {
    this.#copyKept(({ live, copy }) => [copy, live]);
  }

  /** Where the buffer of that name in the plan lies. */
  buffer(name: string): BufferPart {
    const buffer = this.#buffers.get(name);
    if (!buffer) throw new Error(`The plan has no buffer named ${name}.`);
    return buffer;
  }

  has(name: string): boolean {
    return this.#buffers.has(name);
  }

  /** What the host put into a buffer of data, which is still there. */
  data(name: string): DataValues | undefined {
    return this.#contents.data[name];
  }

  /** A pass as `encode` has it done. */
  bound(pass: Pass): BoundPass {
    return this.#dispatcher.bound(pass);
  }

  /** Encodes one pass of the plan, for callers that look between passes (verify/). */
  encode(pass: Pass, encoder: GPUComputePassEncoder): void {
    this.#dispatcher.one(pass, encoder);
  }

  /** Gives every buffer back. */
  destroy(): void {
    this.pool.destroy();
  }

  readonly #fail = async (error: unknown): Promise<never> => {
    throw await this.device.explain(error);
  };

  /** How slices are cut, which for loops in a shader hangs on what the driver lets them do. */
  async #sliceLength(): Promise<{ readonly length: SliceLength; readonly measured: Promise<void> }> {
    if (!this.plan.loop) return { length: new SliceLength(), measured: Promise.resolve() };
    const length = new SliceLength(PERSISTENT_SLICES);
    const turns = new Cursor(this.plan).epochTurns * this.plan.epochs;
    // Trainings that fit a slice of that many turns need not ask.
    if (turns <= PERSISTENT_SLICES.mostTurns) return { length, measured: Promise.resolve() };
    const { loopTurns } = await import('../gpu/loop-limit.js');
    // A device that cannot be asked keeps the limit: whatever has befallen it is told by the next slice.
    const measured = loopTurns(this.device.gpu).then(
      (most) => length.allow(most),
      () => undefined,
    );
    return { length, measured };
  }

  #submit(
    cursor: Cursor,
    length: SliceLength,
    isEpochwise: boolean,
    home: Home,
    pause: Pause | undefined,
  ): { slice: Promise<Slice>; turns: number } {
    const { gpu } = this.device;
    const { epoch: firstEpoch, turn } = cursor;
    const mostEpochs = isEpochwise ? 1 : this.#logs!.rows;
    const encoder = gpu.createCommandEncoder({ label: 'slice' });
    const computePass = encoder.beginComputePass({ label: 'slice' });
    const load = { turns: 0, dispatches: 0, batches: 0 };
    const programs: string[] = [];
    do {
      load.turns += cursor.turns;
      load.dispatches += cursor.passes;
      load.batches += 1;
      programs.push(cursor.next());
    } while (
      !cursor.isAtEnd &&
      length.hasRoom(load, cursor) &&
      cursor.epoch - firstEpoch < mostEpochs &&
      !pause?.endsAt(cursor.place)
    );
    this.#dispatcher.run(programs, turn, computePass);
    computePass.end();
    const isLast = cursor.isAtEnd;
    const epochs = cursor.epoch - firstEpoch;
    const take = this.#logs!.encode(encoder, firstEpoch, epochs, isLast && !home.apart ? home.parts : []);
    if (isLast) home.apart?.encode(encoder);
    gpu.queue.submit([encoder.finish()]);
    const { steps: stepsAsked, share } = cursor;
    const slice = Promise.all([take(), isLast ? home.apart?.take() : undefined]).then(([brought, apart]) => {
      const contents = apart ?? brought.home;
      const last = isLast ? Object.fromEntries(home.names.map((name, i) => [name, contents[i]!])) : undefined;
      return { firstEpoch, stepsAsked, share, last, ...brought.logs };
    });
    // Whoever waits for it hears of a failure; until then it is not an unhandled one.
    slice.catch(() => undefined);
    return { turns: load.turns, slice };
  }

  #copyKept(direction: (kept: { live: BufferPart; copy: BufferPart }) => [from: BufferPart, to: BufferPart]): void {
    const encoder = this.device.gpu.createCommandEncoder({ label: 'best weights' });
    for (const kept of this.kept) {
      const [from, to] = direction(kept);
      encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, from.size);
    }
    this.device.gpu.queue.submit([encoder.finish()]);
  }
}
