/**
 * Checkpoints of a training: when one is due, and where a training goes on from. It knows no trainer's state
 * and no files; core/saved-state.ts and checkpoint/ do.
 */
import { Checkpoints } from '../checkpoint/checkpoints.js';
import { fingerprintOf } from '../checkpoint/fingerprint.js';
import { RunError } from '../core/run-error.js';
import { CheckpointError, type Place, type SavedState, type StateKeeper } from '../core/saved-state.js';
import type { Task } from '../core/task.js';
import { adapterText, type Device } from '../gpu/device.js';
import { counted } from '../core/text.js';
import {
  checkCheckpointOptions,
  type CheckpointEvery,
  type CheckpointInfo,
  type CheckpointOptions,
  type Computing,
} from './checkpoint-options.js';

const DEFAULT_EVERY: CheckpointEvery = { seconds: 30 };

/**
 * Looks into the store; undefined where the options name none.
 * @throws CheckpointError where there are checkpoints that cannot be gone on from, or that would be written over
 * @throws RunError for an option that is wrong, or another backend or schedule than the checkpoint's
 */
export async function keeperOf(task: Task, options: CheckpointOptions & Computing): Promise<Keeper | undefined> {
  checkCheckpointOptions(options);
  const { checkpoint, resume = false } = options;
  if (!checkpoint) return undefined;
  const { store, every = DEFAULT_EVERY } = checkpoint;
  const checkpoints = new Checkpoints(store, fingerprintOf(task));
  await checkpoints.open();
  if (!resume && !checkpoints.isEmpty) {
    const expected = 'none: go on from them (resume), or name another place';
    throw new CheckpointError(store.name, 'checkpoints of an earlier training', expected);
  }
  const notes: string[] = [];
  const found = resume
    ? await checkpoints.newest((error) => notes.push(`${error.message} The one before is taken.`))
    : undefined;
  if (resume && !found) notes.push(`${store.name}: no checkpoint to go on from, so the training began.`);
  if (found) {
    checkComputing(options, found.state);
    options.onResume?.({ name: found.name, ...told(found.state.place) });
  }
  return new Keeper(checkpoints, every, options, found?.state, notes);
}

function told({ epoch, step }: Place): Omit<CheckpointInfo, 'name'> {
  return { epoch, step };
}

function checkComputing({ backend = 'auto', schedule }: Computing, state: SavedState): void {
  if (backend !== 'auto' && backend !== state.backend) {
    throw new RunError('backend', `"${backend}"`, `"${state.backend}", which the checkpoint was made on`);
  }
  if (schedule !== undefined && schedule !== state.schedule) {
    throw new RunError(
      'schedule',
      `"${schedule}"`,
      `${state.schedule ? `"${state.schedule}"` : 'none'}, as in the checkpoint`,
    );
  }
}

/** Writes the checkpoints of one training. */
export class Keeper implements StateKeeper {
  readonly from: SavedState | undefined;
  readonly #checkpoints: Checkpoints;
  readonly #every: CheckpointEvery;
  readonly #told: Pick<CheckpointOptions, 'onCheckpoint' | 'onCheckpointError'>;
  readonly #notes: string[];
  #last: Place;
  #isOver: boolean;
  #lastTime = performance.now();
  #isSafe = true;
  #failures = 0;
  /** What the last one that could not be written failed with. */
  #failure = '';

  constructor(
    checkpoints: Checkpoints,
    every: CheckpointEvery,
    told: CheckpointOptions,
    from: SavedState | undefined,
    notes: string[],
  ) {
    this.from = from;
    this.#checkpoints = checkpoints;
    this.#every = every;
    this.#told = told;
    this.#notes = notes;
    this.#last = from?.place ?? { epoch: 0, turn: 0, step: 0 };
    this.#isOver = from?.isOver ?? false;
  }

  /** What was noticed without being wrong, one sentence each. */
  get notes(): readonly string[] {
    if (this.#failures === 0) return this.#notes;
    const count = `${counted(this.#failures, 'checkpoint')} could not be written`;
    return [...this.#notes, `${count}: ${this.#failure}${this.#isSafe ? ' The last one is safe.' : ''}`];
  }

  /** Adds a note where a state of another adapter is gone on with. */
  noteAdapter(device: Device | undefined): void {
    const adapter = device && adapterText(device.adapter);
    if (!adapter || this.from?.adapter === undefined || this.from.adapter === adapter) return;
    this.#notes.push(`The checkpoint was made on ${this.from.adapter}; on ${adapter} the last bits may be others.`);
  }

  endsAt({ epoch, turn, step }: Place): boolean {
    const every = this.#every;
    if ('epochs' in every) return turn === 0 && epoch !== this.#last.epoch && epoch % every.epochs === 0;
    return 'steps' in every && step !== this.#last.step && step % every.steps === 0;
  }

  isDue(place: Place): boolean {
    if (!('seconds' in this.#every)) return this.endsAt(place);
    return place.step !== this.#last.step && performance.now() - this.#lastTime >= 1000 * this.#every.seconds;
  }

  /** @throws CheckpointError where what is there is damaged, or of another run */
  async readNewest(): Promise<SavedState | undefined> {
    const found = await this.#checkpoints.newest((error) => this.#notes.push(error.message));
    return found?.state;
  }

  /** @throws what `onCheckpoint` or `onCheckpointError` throws */
  async keep(state: SavedState): Promise<void> {
    const { place, isOver } = state;
    const isKnown = JSON.stringify(place) === JSON.stringify(this.#last) && isOver === this.#isOver;
    if (isKnown && this.#isSafe) return;
    this.#last = place;
    this.#isOver = isOver;
    const name = await this.#write(state);
    // What writing took is no time of the training's.
    this.#lastTime = performance.now();
    if (name !== undefined) return this.#told.onCheckpoint?.({ name, ...told(place) });
    // One that is tried again at the end is no other one.
    if (!isKnown) this.#failures += 1;
    this.#told.onCheckpointError?.(this.#failure);
  }

  /** @returns undefined where it could not be written */
  async #write(state: SavedState): Promise<string | undefined> {
    try {
      const { name } = await this.#checkpoints.write(state);
      this.#isSafe = true;
      return name;
    } catch (error) {
      this.#isSafe = false;
      this.#failure = sentenceOf(error);
      return undefined;
    }
  }
}

function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
