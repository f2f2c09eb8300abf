/**
 * The checkpoints of one training in a store: numbered, the last few kept, the newest good one found. An older one goes only
 * when a newer one is safe.
 */
import { CheckpointError, type SavedState } from '../core/saved-state.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './file.js';
import { checkFingerprint } from './fingerprint.js';
import type { CheckpointStore } from './store.js';

/** How many are kept: should the last one be damaged, there is the one before. */
const KEPT = 2;

const NAME = /^checkpoint-(\d{6,15})\.safetensors$/;

/** Whether a file in a store is a checkpoint, by its name. */
export function isCheckpointName(name: string): boolean {
  return numberOf(name) !== undefined;
}

export interface Found {
  readonly name: string;
  readonly state: SavedState;
}

export class Checkpoints {
  readonly #store: CheckpointStore;
  readonly #fingerprint: string;
  /** Numbers of those that are there and not known to be damaged, the oldest first. */
  #numbers: number[] = [];

  constructor(store: CheckpointStore, fingerprint: string) {
    this.#store = store;
    this.#fingerprint = fingerprint;
  }

  /** Looks what is there. @throws what is wrong with the store */
  async open(): Promise<void> {
    await this.#store.prepare();
    const numbers = (await this.#store.list()).flatMap((name) => numberOf(name) ?? []);
    this.#numbers = numbers.sort((a, b) => a - b);
  }

  get isEmpty(): boolean {
    return this.#numbers.length === 0;
  }

  /**
   * The newest that is whole; undefined where there is none at all. Those that are damaged are written over later, one by one.
   * @param onDamaged told of each that is newer and damaged
   * @throws CheckpointError where all are damaged, or it is of another run
   */
  async newest(onDamaged: (error: CheckpointError) => void): Promise<Found | undefined> {
    const damaged: CheckpointError[] = [];
    for (let left = this.#numbers.length; left > 0; left--) {
      const name = nameOf(this.#numbers[left - 1]!);
      const checkpoint = await this.#read(name);
      if (checkpoint instanceof CheckpointError) {
        damaged.push(checkpoint);
        continue;
      }
      checkFingerprint(name, checkpoint.fingerprint, this.#fingerprint);
      this.#numbers.length = left;
      damaged.forEach(onDamaged);
      return { name, state: checkpoint.state };
    }
    const [newest] = damaged;
    if (!newest) return undefined;
    const found = `checkpoints that are all damaged (${newest.checkpoint}: ${newest.found})`;
    throw new CheckpointError(this.#store.name, found, 'a whole one');
  }

  async #read(name: string): Promise<Checkpoint | CheckpointError> {
    try {
      return decodeCheckpoint(await this.#store.read(name), name);
    } catch (error) {
      if (error instanceof CheckpointError) return error;
      throw error;
    }
  }

  /** @returns its name @throws what is wrong with the store; all that was there is there still */
  async write(state: SavedState): Promise<{ readonly name: string; readonly bytes: number }> {
    const bytes = encodeCheckpoint({ fingerprint: this.#fingerprint, state });
    const number = (this.#numbers.at(-1) ?? 0) + 1;
    const name = nameOf(number);
    await this.#store.write(name, bytes);
    this.#numbers.push(number);
    while (this.#numbers.length > KEPT) {
      // One that cannot be taken away harms nobody.
      await this.#store.remove(nameOf(this.#numbers.shift()!)).catch(() => undefined);
    }
    return { name, bytes: bytes.length };
  }
}

function numberOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits !== undefined && nameOf(Number(digits)) === name ? Number(digits) : undefined;
}

function nameOf(number: number): string {
  return `checkpoint-${String(number).padStart(6, '0')}.safetensors`;
}
