/**
 * Where a training stands between two of its steps, with everything it needs to go on from there to the same bits. Plain data;
 * how it is kept is checkpoint/'s, what is in it each trainer's own.
 */
import type { ConfusionMatrices, History } from './history.js';
import type { LayerWeights } from './initializers.js';
import { misfit } from './text.js';

/** How far a training has come. */
export interface Place {
  /** Epochs that are done. */
  readonly epoch: number;
  /** What is done of the epoch under way: programs of the plan, or on the CPU batches; 0 between two epochs. */
  readonly turn: number;
  /** Updates that are done. */
  readonly step: number;
}

/** Numbers of a state, by name, as they are held: float64 on the CPU, on the GPU the words of its buffers. */
export type StateTensors = Readonly<Record<string, Float64Array | Float32Array | Uint32Array>>;

export interface SavedState {
  readonly backend: 'webgpu' | 'cpu';
  /** Of the plan; undefined on the CPU. */
  readonly schedule: string | undefined;
  /** What computed it, in words; undefined on the CPU. */
  readonly adapter: string | undefined;
  readonly place: Place;
  /** Whether early stopping has ended the training, whatever epochs are left. */
  readonly isOver: boolean;
  readonly history: History;
  readonly confusionMatrices: ConfusionMatrices;
  readonly tensors: StateTensors;
}

/** Takes the states of a training as it goes on, and has the one that it goes on from. */
export interface StateKeeper {
  /** Undefined where the training begins anew. */
  readonly from: SavedState | undefined;
  /**
   * True where states are taken in case something happens and for nothing else: what takes them is made when one is first
   * due, none is due where the work does not pause anyway, and `decline` is told where there is no room.
   */
  readonly isSpare?: boolean;
  /** Whether the work must pause exactly here for a state to be taken. Asked of every place between two steps. */
  endsAt(place: Place): boolean;
  /** Whether a state is to be taken here, where the work pauses anyway. */
  isDue(place: Place): boolean;
  /**
   * Takes a state. It fails for nothing that has to do with where it is kept: that is no reason to end a training.
   * @param weights makes copies of the model's weights as they are in it
   */
  keep(state: SavedState, weights: () => LayerWeights[]): Promise<void>;
  /** Told that no state can be taken. */
  decline?(): void;
  /** The newest state that was kept, read from where it is; undefined where there is none. */
  readNewest?(): Promise<SavedState | undefined>;
}

/** A checkpoint that cannot be used, or none where there must be one; one sentence. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';

  /**
   * @param checkpoint its name, or the place where checkpoints are kept
   * @param found what is wrong
   * @param expected what it should be
   */
  constructor(
    readonly checkpoint: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(misfit(checkpoint, found, expected));
  }
}
