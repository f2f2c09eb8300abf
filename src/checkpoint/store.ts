/**
 * Where checkpoints are kept: a handful of named byte strings. `checkpointFolder` of idli/node keeps them on disk,
 * `browserCheckpoints` in the browser's storage.
 */
export interface CheckpointStore {
  /** What sentences call it. */
  readonly name: string;
  /** Finds out, before a long training, whether it can be written. @throws what is wrong with it, in a sentence */
  prepare(): Promise<void>;
  /** Names of what is there. */
  list(): Promise<readonly string[]>;
  /** All bytes of one. */
  read(name: string): Promise<Uint8Array>;
  /** Under the name stands all of it, or nothing. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Takes one away. */
  remove(name: string): Promise<void>;
}
