/** What the page says of checkpoints in the browser's storage. Plain data. */
import type { Place } from '../../../core/saved-state.js';

/** A training whose last checkpoints are kept. */
export interface KeptTraining {
  /** Of its folder in the storage. */
  readonly name: string;
  /** Equal for equal documents; whether the data are equal too shows only once they are read. */
  readonly key: string;
  /** For people: data and layers. */
  readonly title: string;
  readonly place: Place;
  readonly epochs: number;
  readonly steps: number;
  /** Whether nothing is left to do. */
  readonly isOver: boolean;
  readonly backend: 'webgpu' | 'cpu';
  readonly schedule?: 'persistent' | 'layered' | undefined;
  /** Dropped files that the run names. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}
