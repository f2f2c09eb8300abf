/**
 * The lab's checkpoints in the browser's storage: one folder a training, named by what the training is of, and beside them a note on
 * each. The last few trainings are kept. It writes nothing that a training needs to be right.
 */
import { browserCheckpoints } from '../../../checkpoint/browser-store.js';
import { Checkpoints, isCheckpointName } from '../../../checkpoint/checkpoints.js';
import { fingerprintOf } from '../../../checkpoint/fingerprint.js';
import type { CheckpointStore } from '../../../checkpoint/store.js';
import { crc32 } from '../../../core/crc32.js';
import { parseSettings } from '../../../core/run.js';
import { CheckpointError, type Place, type SavedState, type StateKeeper } from '../../../core/saved-state.js';
import type { Task } from '../../../core/task.js';
import { Keeper } from '../../../trainer/checkpointing.js';
import type { LabRun } from '../lab-state.js';
import type { KeptTraining } from '../training/kept.js';

/** Seconds between two checkpoints. */
const EVERY = 10;
/** Trainings that are kept, at most; the oldest go first. */
const MOST = 10;
/** Milliseconds that the worker of a page which is gone may still hold on to a training. */
const HAND_OVER = 2000;

/** The notes: one file a training. */
const NOTES = 'lab';

/**
 * A store that is open. Each finds out by a trial where it can write, and two that try at once, in two workers, could come to think
 * that one cannot, and keep things apart from one another.
 * @throws what is wrong with the storage
 */
async function opened(name: string): Promise<CheckpointStore> {
  const store = browserCheckpoints(name);
  // A page from plain http has no locks, and no storage either that is tried.
  if ('locks' in navigator) await navigator.locks.request('idli-checkpoints', () => store.prepare());
  else await store.prepare();
  return store;
}

/** All of them, the newest first. @throws what is wrong with the storage */
export async function listKept(): Promise<readonly KeptTraining[]> {
  const store = await opened(NOTES);
  const files = (await store.list()).filter((file) => file.endsWith('.json'));
  const read = await Promise.all(
    files.map(async (file) => {
      try {
        return JSON.parse(new TextDecoder().decode(await store.read(file))) as KeptTraining;
      } catch {
        // Another tab has just taken it away, or it is torn.
        return undefined;
      }
    }),
  );
  return read.filter((one) => one !== undefined).sort((a, b) => b.time - a.time);
}

/** Takes a training's checkpoints away, and the note on them. */
export async function removeKept(name: string): Promise<void> {
  const store = await opened(name);
  // The note last: while it stands there, what is left can be taken away.
  for (const file of (await store.list()).filter(isCheckpointName)) await store.remove(file);
  const notes = await opened(NOTES);
  await notes.remove(`${name}.json`).catch(() => undefined);
}

/** The one of these very settings, if there is one; whether its data are the same too is not known. */
export function keptOf(run: LabRun, all: readonly KeptTraining[]): KeptTraining | undefined {
  const key = keyOf(run);
  return all.find((one) => one.key === key);
}

/** Whether it is of this very task. */
export function isKeptOf(task: Task, { name }: KeptTraining): boolean {
  return name === nameOf(fingerprintOf(task));
}

export interface KeepingOptions {
  readonly run: LabRun;
  readonly task: Task;
  readonly files: readonly string[];
  readonly steps: number;
  /** Whether it goes on from the newest checkpoint; else those that there are go. */
  readonly goesOn: boolean;
  readonly onCheckpoint: (place: Place) => void;
  readonly onWarning: (sentence: string) => void;
}

/** Checkpoints of a training that is to be kept. */
export interface Keeping {
  readonly keeper: StateKeeper;
  /** Lets another tab have it. */
  readonly close: () => void;
}

/**
 * Takes the training's folder, which one tab at a time has.
 * @throws CheckpointError where it cannot be had, or there is nothing to go on from
 */
export async function openKeeping(options: KeepingOptions): Promise<Keeping> {
  const { task, goesOn, onCheckpoint, onWarning } = options;
  const fingerprint = fingerprintOf(task);
  const name = nameOf(fingerprint);
  const close = await lockOf(name);
  try {
    if (!goesOn) await makeRoom(name);
    const store = await opened(name);
    let bytes = 0;
    const counting = {
      ...store,
      async write(file: string, content: Uint8Array<ArrayBuffer>) {
        await store.write(file, content);
        bytes = content.length;
      },
    };
    const checkpoints = new Checkpoints(counting, fingerprint);
    await checkpoints.open();
    const found = goesOn ? await checkpoints.newest(({ message }) => onWarning(message)) : undefined;
    if (goesOn && !found) throw new CheckpointError(store.name, 'none', 'one to go on from: start anew');
    let written: string | undefined;
    const keeper = new Keeper(
      checkpoints,
      { seconds: EVERY },
      {
        onCheckpoint: (info) => (written = info.name),
        onCheckpointError: (message) =>
          onWarning(`A checkpoint could not be kept, and the training goes on: ${withoutStop(message)}.`),
      },
      found?.state,
      [],
    );
    const keep = async (state: SavedState) => {
      written = undefined;
      await keeper.keep(state);
      if (written === undefined) return;
      const count = (await store.list()).filter(isCheckpointName).length;
      await note({ name, state, bytes: count * bytes, options }).catch(() => undefined);
      // With its note it can be found, and not before.
      onCheckpoint(state.place);
    };
    return {
      keeper: {
        from: keeper.from,
        endsAt: (place) => keeper.endsAt(place),
        isDue: (place) => keeper.isDue(place),
        keep,
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function note({ name, state, bytes, options }: NoteOptions): Promise<void> {
  const { run, task, files, steps } = options;
  const { place, backend, schedule } = state;
  const { epochs } = task.training;
  const kept: KeptTraining = {
    ...{ name, key: keyOf(run), title: titleOf(run, task), place, epochs, steps },
    isOver: state.isOver || place.epoch >= epochs,
    backend,
    schedule: schedule as KeptTraining['schedule'],
    files: files.filter((file) => JSON.stringify(run.data).includes(JSON.stringify(file))),
    bytes,
    time: Date.now(),
  };
  const notes = await opened(NOTES);
  await notes.write(`${name}.json`, new TextEncoder().encode(JSON.stringify(kept)));
}

interface NoteOptions {
  readonly name: string;
  readonly state: SavedState;
  readonly bytes: number;
  readonly options: KeepingOptions;
}

/** For a training that begins: its own old ones go, and of all others the oldest. */
async function makeRoom(name: string): Promise<void> {
  const all = await listKept();
  const old = all.filter((one) => one.name !== name).slice(MOST - 1);
  await removeKept(name);
  for (const one of old) await removeKept(one.name);
}

/** @returns what gives it back @throws CheckpointError where another tab has it */
async function lockOf(name: string): Promise<() => void> {
  // A page from plain http has no locks.
  if (!('locks' in navigator)) return () => undefined;
  let close = () => {};
  const closed = new Promise<void>((resolve) => (close = resolve));
  await new Promise<void>((resolve, reject) => {
    const signal = AbortSignal.timeout(HAND_OVER);
    const taken = () => (resolve(), closed);
    navigator.locks.request(`idli-checkpoints-${name}`, { signal }, taken).catch(() => {
      const found = 'this very training under way in another tab';
      reject(new CheckpointError('The checkpoints', found, 'one tab at a time; this one trains without them'));
    });
  });
  return close;
}

function nameOf(fingerprint: string): string {
  return `lab-${sumOf(fingerprint)}`;
}

function keyOf({ data, model, training }: LabRun): string {
  return sumOf(JSON.stringify({ data, ...parseSettings({ model, training }) }));
}

function sumOf(text: string): string {
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0');
}

function titleOf({ data }: LabRun, { widths, model, training }: Task): string {
  const units = model.layers.flatMap((layer) => (layer.type === 'dense' ? [layer.units] : []));
  const [kind, what] = Object.entries(data as Readonly<Record<string, unknown>>)[0] ?? ['', ''];
  const name = kind === 'x' || typeof what !== 'string' ? 'points' : what;
  return `${name}, ${[widths[0], ...units].join('-')}, ${training.optimizer.name}`;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
