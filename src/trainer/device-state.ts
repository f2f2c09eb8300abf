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
import { adapterText } from '../gpu/device.js';
import { type BufferPart, Readback } from '../gpu/buffers.js';
import type { LayerWeights } from '../core/initializers.js';
import { weightsFrom } from '../plan/contents.js';
import { Cursor } from '../plan/cursor.js';
import type { Execution, Pause } from '../plan/execute.js';
import { epochTurns, type Plan } from '../plan/plan.js';

/** A buffer that holds a part of the state. */
interface StatePart {
  readonly name: string;
  readonly type: 'f32' | 'u32';
  readonly part: BufferPart;
}

export class DeviceState {
  readonly #parts: readonly StatePart[];
  readonly #execution: Execution;
  readonly #readback: Readback;
  readonly #layers: number;

  /**
   * Makes the staging, before the first batch as everything.
   * @param layers of the model
   */
  constructor(execution: Execution, layers: number) {
    this.#execution = execution;
    this.#layers = layers;
    const { plan, kept, pool } = execution;
    const own = plan.buffers.filter(({ within, isData }) => !within && !isData);
    this.#parts = [
      ...own.map(({ name, type }): StatePart => ({ name, type, part: execution.buffer(name) })),
      ...kept.map(({ copy }): StatePart => ({ name: copy.buffer.label, type: 'f32', part: copy })),
    ];
    this.#readback = Readback.of(
      pool,
      this.#parts.map(({ part }) => part),
    );
  }

  /** When the training pauses for its state to be taken, and what is done then. */
  pause(keeper: StateKeeper, built: HistoryBuilder, isOver: () => boolean): Pause {
    const { plan, device } = this.#execution;
    const keep = async (place: Place) => {
      const tensors = await this.read();
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

  /** The weights among them, which may be parts of a larger buffer. */
  #weightsIn(tensors: StateTensors): LayerWeights[] {
    const { plan } = this.#execution;
    const valuesOf = (name: string): Float32Array | undefined => {
      const planned = plan.buffers.find((buffer) => buffer.name === name);
      if (!planned) return undefined;
      const { buffer, offset } = planned.within ?? { buffer: name, offset: 0 };
      const words = tensors[buffer]!;
      const count = planned.shape.reduce((a, b) => a * b, 1);
      return new Float32Array(words.buffer as ArrayBuffer, words.byteOffset + 4 * offset, count);
    };
    return weightsFrom(plan, this.#layers, { parameters: valuesOf('parameters'), statistics: valuesOf('statistics') });
  }

  /** Puts back what `read` gave. */
  write(tensors: StateTensors): void {
    const { queue } = this.#execution.device.gpu;
    for (const { name, part } of this.#parts) {
      queue.writeBuffer(part.buffer, part.offset, tensors[name] as Float32Array<ArrayBuffer>);
    }
  }

  /** The words of every buffer, by name. */
  async read(): Promise<StateTensors> {
    const { device, approved } = this.#execution;
    await approved;
    const contents = await this.#readback.read().catch(async (error: unknown) => {
      throw await device.explain(error);
    });
    device.check();
    return Object.fromEntries(
      this.#parts.map(({ name, type }, i) => [
        name,
        type === 'u32' ? new Uint32Array(contents[i]!) : new Float32Array(contents[i]!),
      ]),
    );
  }
}

/** Whether a training by this plan comes through this place. */
export function isPlaceOf(plan: Plan, { epoch, turn, step }: Place): boolean {
  if (epoch >= plan.epochs) return epoch === plan.epochs && turn === 0 && step === plan.steps;
  return turn < epochTurns(plan) && new Cursor(plan, { epoch, turn }).steps === step;
}
