/**
 * The state of a training on a device, taken as a whole and put back: all buffers but those of the data, whatever is in them.
 * Loaded where checkpoints are kept.
 */
import type { EarlyStopper } from '../core/early-stopping.js';
import type { HistoryBuilder } from '../core/history.js';
import { addAll, copyOf } from '../core/saved-history.js';
import {
  CheckpointError,
  type Place,
  type SavedState,
  type StateKeeper,
  type StateTensors,
} from '../core/saved-state.js';
import { adapterText, DeviceError, guarded } from '../gpu/device.js';
import { type BufferPart, Readback } from '../gpu/buffers.js';
import type { LayerWeights } from '../core/initializers.js';
import { weightsFrom } from '../plan/contents.js';
import { Cursor } from '../plan/cursor.js';
import { countersIn } from '../plan/log-ring.js';
import type { Execution, Pause } from '../plan/execute.js';
import { epochTurns, type Plan } from '../plan/plan.js';
import { MOST_SPARE } from './spare-keeper.js';

/** A buffer that holds a part of the state. */
interface StatePart {
  readonly name: string;
  readonly type: 'f32' | 'u32';
  readonly part: BufferPart;
}

export class DeviceState {
  readonly #parts: readonly StatePart[];
  readonly #execution: Execution;
  readonly #layers: number;
  readonly #keeper: StateKeeper | undefined;
  #readback: Readback | undefined;

  /**
   * Makes the staging, before the first batch as everything; where states are kept only in case something happens, once one is taken.
   * @param layers of the model
   * @param keeper who takes states; without one, whoever calls `read`
   */
  constructor(execution: Execution, layers: number, keeper?: StateKeeper) {
    this.#execution = execution;
    this.#layers = layers;
    this.#keeper = keeper;
    const { plan, kept } = execution;
    const own = plan.buffers.filter(({ within, isData }) => !within && !isData);
    this.#parts = [
      ...own.map(({ name, type }): StatePart => ({ name, type, part: execution.buffer(name) })),
      ...kept.map(({ copy }): StatePart => ({ name: copy.buffer.label, type: 'f32', part: copy })),
    ];
    if (!keeper?.isSpare) this.#readback = this.#staging();
  }

  /** When the training pauses for its state to be taken, and what is done then. */
  pause(built: HistoryBuilder, isOver: () => boolean): Pause {
    const keeper = this.#keeper!;
    const { plan, device } = this.#execution;
    const keep = async (place: Place) => {
      if (!this.#readback && !(await this.#hasRoom())) return keeper.decline?.();
      const tensors = await this.read(place);
      const state = { ...made, place, isOver: isOver(), ...copyOf(built), tensors };
      return keeper.keep(state, () => this.#weightsIn(tensors));
    };
    const made = { backend: 'webgpu', schedule: plan.schedule, adapter: adapterText(device.adapter) } as const;
    return {
      endsAt: (place) => keeper.endsAt(place),
      isDue: (place) => keeper.isDue(place),
      work: keep,
      atEnd: keep,
    };
  }

  /** @throws CheckpointError if the state is that of another plan; nothing is written then */
  goOn(from: SavedState, built: HistoryBuilder, stopper: EarlyStopper | undefined): void {
    const { tensors, adapter, place } = from;
    const { plan, device } = this.#execution;
    if (!isPlaceOf(plan, place)) {
      const found = `epoch ${place.epoch}, turn ${place.turn}, update ${place.step}`;
      throw new CheckpointError('The checkpoint', found, 'a place that this training comes through');
    }
    const parts = this.#parts;
    const misfit = parts.find(({ name, part }) => tensors[name]?.byteLength !== part.size);
    if (misfit) {
      const found = `${misfit.name} of another size, made on ${adapter ?? 'another device'}`;
      throw new CheckpointError('The checkpoint', found, `that of this plan on ${adapterText(device.adapter)}`);
    }
    this.write(tensors);
    let epoch = 0;
    addAll(built, from, (logs) => stopper?.judge(++epoch, logs));
  }

  /** The weights among them. */
  #weightsIn(tensors: StateTensors): LayerWeights[] {
    const valuesOf = (name: string) => {
      const part = this.#partOf(tensors, name);
      return part && new Float32Array(...part);
    };
    const values = { parameters: valuesOf('parameters'), statistics: valuesOf('statistics') };
    return weightsFrom(this.#execution.plan, this.#layers, values);
  }

  /** Puts back what `read` gave. */
  write(tensors: StateTensors): void {
    const { queue } = this.#execution.device.gpu;
    for (const { name, part } of this.#parts) {
      queue.writeBuffer(part.buffer, part.offset, tensors[name] as Float32Array<ArrayBuffer>);
    }
  }

  /** Where the words of a planned buffer are, which may be a part of a larger one. */
  #partOf(tensors: StateTensors, name: string): [ArrayBuffer, offset: number, count: number] | undefined {
    const planned = this.#execution.plan.buffers.find((buffer) => buffer.name === name);
    if (!planned) return undefined;
    const { buffer, offset } = planned.within ?? { buffer: name, offset: 0 };
    const words = tensors[buffer]!;
    const count = planned.shape.reduce((a, b) => a * b, 1);
    return [words.buffer as ArrayBuffer, words.byteOffset + 4 * offset, count];
  }

  #staging(): Readback {
    return Readback.of(
      this.#execution.pool,
      this.#parts.map(({ part }) => part),
    );
  }

  /** Makes the staging of a state that can be done without: a device that has no room for it goes on training. */
  async #hasRoom(): Promise<boolean> {
    const { device } = this.#execution;
    if (this.#parts.reduce((sum, { part }) => sum + part.size, 0) > MOST_SPARE) return false;
    try {
      this.#readback = await guarded(device, 'Making room for the state', () => this.#staging());
      return true;
    } catch (error) {
      // What is wrong with the device itself is no lack of room.
      device.check();
      if (error instanceof DeviceError) return false;
      throw error;
    }
  }

  /**
   * The words of every buffer, by name.
   * @throws DeviceError also where the device has not done what it was asked to: such a state must not be gone on from
   */
  async read({ epoch, step }: Place): Promise<StateTensors> {
    const { device, approved } = this.#execution;
    await approved;
    const contents = await guarded(device, 'Taking the state', () => (this.#readback ??= this.#staging()).read());
    device.check();
    const tensors = Object.fromEntries(
      this.#parts.map(({ name, type }, i) => [
        name,
        type === 'u32' ? new Uint32Array(contents[i]!) : new Float32Array(contents[i]!),
      ]),
    );
    const counters = countersIn(new Uint32Array(...this.#partOf(tensors, 'counters')!));
    if (counters.step !== step || counters.epoch !== epoch) {
      throw new DeviceError(`The GPU stopped after ${counters.step} of ${step} steps without an error.`);
    }
    return tensors;
  }
}

/** Whether a training by this plan comes through this place. */
export function isPlaceOf(plan: Plan, { epoch, turn, step }: Place): boolean {
  if (epoch >= plan.epochs) return epoch === plan.epochs && turn === 0 && step === plan.steps;
  return turn < epochTurns(plan) && new Cursor(plan, { epoch, turn }).steps === step;
}
