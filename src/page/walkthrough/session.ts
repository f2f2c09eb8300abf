/**
 * The walkthrough's side in the worker: the tutorial's plan on a device, and the reference beside it, taken to any place of
 * the training. A place depends on seed and passes alone: going back starts again from the seed.
 */
import { proxy } from 'comlink';
import { adapterText, type Device, openDevice } from '../../gpu/device.js';
import { codeOf } from '../../passes/shaders.js';
import { maxBindingBytes } from '../../plan/limits.js';
import { printPlan } from '../../plan/print.js';
import { planTask } from '../../plan/schedule.js';
import type { Plan } from '../../plan/plan.js';
import type { Frame, Opening, TensorValues } from './frame.js';
import { GpuWalk } from './gpu-walk.js';
import { type Course, placeOf, runsOf, within } from './position.js';
import { ReferenceWalk } from './reference-walk.js';
import { WALKTHROUGH_SHADERS } from './shader-texts.js';
import { passesOf, type TensorPlace, tensorsOf } from './tensors.js';
import { walkthroughTask } from './walkthrough-run.js';
import type { WalkthroughState } from './walkthrough-state.js';

/** @returns a proxy of the session, for the page */
export async function openSession(seed: number) {
  return proxy(await Session.open(seed));
}

/** Browsers without WebGPU, and pages that came over plain http, have none. */
function gpuOf(): GPU | undefined {
  return (navigator as { readonly gpu?: GPU }).gpu;
}

export class Session {
  readonly #device: Device | undefined;
  readonly #gpu: GpuWalk | undefined;
  readonly #plan: Plan;
  readonly #places: readonly TensorPlace[];
  readonly #course: Course;
  #seed: number;
  #passes = 0;
  #reference: ReferenceWalk;
  /** One move at a time. */
  #moving: Promise<unknown> = Promise.resolve();

  private constructor(device: Device | undefined, gpu: GpuWalk | undefined, plan: Plan, seed: number) {
    this.#device = device;
    this.#gpu = gpu;
    this.#plan = plan;
    this.#places = tensorsOf(plan);
    this.#course = { passesPerEpoch: passesOf(plan).length, epochs: plan.epochs };
    this.#seed = seed;
    this.#reference = new ReferenceWalk(walkthroughTask(seed));
  }

  /** @throws DeviceError if there is an adapter whose device cannot run the plan */
  static async open(seed: number): Promise<Session> {
    const device = await openDevice(gpuOf());
    const task = walkthroughTask(seed);
    const limits = device && { maxBindingBytes: maxBindingBytes(device.gpu.limits) };
    const plan = planTask(task, { schedule: 'layered', ...limits });
    try {
      const gpu = device && (await GpuWalk.open(device, plan, task, tensorsOf(plan), WALKTHROUGH_SHADERS));
      return new Session(device, gpu, plan, seed);
    } catch (error) {
      device?.close();
      throw error;
    }
  }

  opening(): Opening {
    const passes = passesOf(this.#plan);
    return {
      ...this.#course,
      passes: passes.map(({ label, shader, workgroups, constants }, i) => ({
        ...{ label, shader, workgroups },
        code: this.#gpu && codeOf(WALKTHROUGH_SHADERS[shader], constants),
        writes: this.#places.filter(({ writtenBy }) => writtenBy === i).map(({ name }) => name),
      })),
      shapes: Object.fromEntries(this.#places.map(({ name, rows, columns }) => [name, { rows, columns }])),
      adapter: this.#device && {
        text: adapterText(this.#device.adapter),
        isSoftware: this.#device.adapter.isFallback,
      },
      hasApi: gpuOf() !== undefined,
      plan: printPlan(this.#plan),
    };
  }

  /** Goes to a place, the end at most, and gives all values there. @throws DeviceError if the device fails */
  goTo(place: WalkthroughState): Promise<Frame> {
    const move = this.#moving.then(() => this.#move(place));
    this.#moving = move.catch(() => undefined);
    return move;
  }

  /** Fulfilled when the device is lost, with the reason; never without one. */
  async lost(): Promise<string> {
    if (!this.#device) return new Promise(() => undefined);
    const { message } = await this.#device.gpu.lost;
    return message;
  }

  close(): void {
    this.#device?.close();
  }

  async #move({ seed, passes: wanted }: WalkthroughState): Promise<Frame> {
    const passes = within(wanted, this.#course);
    if (seed !== this.#seed || passes < this.#passes) {
      const task = walkthroughTask(seed);
      this.#gpu?.restart(task);
      this.#reference = new ReferenceWalk(task);
      this.#seed = seed;
      this.#passes = 0;
    }
    this.#gpu?.run(this.#passes, passes);
    const program = passesOf(this.#plan);
    for (let i = this.#passes; i < passes; i++) this.#reference.step(program[i % program.length]!);
    this.#passes = passes;
    return this.#frame(await this.#gpu?.read());
  }

  #frame(contents: ReadonlyMap<string, Float32Array> | undefined): Frame {
    const tensors = this.#places.flatMap((place): [string, TensorValues][] => {
      const { name, buffer, offset, rows, columns, writtenBy, isThereFirst } = place;
      const epoch = writtenBy === undefined ? 0 : runsOf(writtenBy, this.#passes, this.#course);
      if (epoch === 0 && !isThereFirst) return [];
      const gpu = contents?.get(buffer)!.slice(offset, offset + rows * columns);
      const reference = this.#reference.tensors.get(name)!.values.slice();
      return [[name, { rows, columns, epoch, gpu, reference }]];
    });
    return {
      seed: this.#seed,
      passes: this.#passes,
      tensors: Object.fromEntries(tensors),
      losses: { gpu: this.#loggedLosses(contents), reference: Float64Array.from(this.#reference.losses) },
    };
  }

  /** The first column of the log, of the epochs that the log pass has written. */
  #loggedLosses(contents: ReadonlyMap<string, Float32Array> | undefined): Float32Array | undefined {
    const log = contents?.get('epochLog');
    const { epoch, pass } = placeOf(this.#passes, this.#course);
    const logPass = passesOf(this.#plan).findIndex(({ shader }) => shader === 'log_batch');
    const columns = this.#plan.buffers.find(({ name }) => name === 'epochLog')!.shape[1]!;
    return log && Float32Array.from({ length: epoch + (pass > logPass ? 1 : 0) }, (_, row) => log[row * columns]!);
  }
}
