/** What the worker finds out about a network for the charts to show. Plain data of bounded size; numbers in the units of the data. */
import type { LayerWeights } from '../../../core/initializers.js';
import type { WeightName } from '../../../core/given-weights.js';

/** The weights of a network at some place of its training. */
export interface ViewRequest {
  readonly weights: readonly LayerWeights[];
  /** Whether the training goes on: then less is computed, and more often. */
  readonly isLive: boolean;
}

/** A view that does not apply. */
export interface Nothing {
  readonly kind: 'nothing';
  /** Goes on after `Nothing to show, because `, with its full stop. */
  readonly why: string;
}

export type Part = 'training' | 'validation';

/** One of two axes, from end to end. */
export interface Span {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** Points of the data, evenly spread. */
export interface Points {
  readonly part: Part;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The class of each, or its target. */
  readonly target: Float64Array;
  /** Whether the network says its class; empty for numbers. */
  readonly isRight: Uint8Array;
}

/** What the network says over a plane of two inputs: cell (row, column) at row · size + column, the lowest y first. */
export interface PlaneView {
  readonly kind: 'plane';
  readonly x: Span;
  readonly y: Span;
  readonly size: number;
  readonly points: readonly Points[];
  readonly says:
    | {
        readonly kind: 'classes';
        readonly names: readonly string[];
        readonly labels: Uint8Array;
        /** The probability, or share, of that class. */
        readonly shares: Float32Array;
      }
    | { readonly kind: 'number'; readonly name: string; readonly values: Float32Array };
}

/** What the network says over one input. */
export interface FitView {
  readonly kind: 'fit';
  readonly x: Span;
  readonly y: Span;
  readonly at: Float64Array;
  readonly lines: readonly { readonly name: string; readonly values: Float64Array }[];
  /** Their `y` is the target of the first line; `target` too. */
  readonly points: readonly Points[];
  /** Root mean squared error over the points shown, of each part. */
  readonly errors: readonly { readonly part: Part; readonly value: number }[];
}

export interface ConfusionView {
  readonly kind: 'confusion';
  readonly part: Part;
  /** Rows that were counted, of how many. */
  readonly rows: number;
  readonly of: number;
  readonly names: readonly string[];
  /** Rows: true class; columns: what the network says. */
  readonly counts: readonly (readonly number[])[];
}

export type TensorName =
  { readonly kind: 'weights' | 'gradients'; readonly weight: WeightName } | { readonly kind: 'activations' };

export interface TensorChoice {
  readonly layer: number;
  readonly tensor: TensorName;
}

export interface TensorView {
  readonly kind: 'tensor';
  /** Whole shape, and of how many of its rows and columns a cell is. */
  readonly rows: number;
  readonly columns: number;
  readonly rowsInCell: number;
  readonly columnsInCell: number;
  /** (⌈rows / rowsInCell⌉, ⌈columns / columnsInCell⌉): of each cell's values the one farthest from 0. */
  readonly cells: Float32Array;
  readonly statistics: Statistics;
  readonly histogram: Histogram;
  /** Rows of the data that it was computed from; 0 for weights. */
  readonly sampleRows: number;
}

export interface Statistics {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly zeros: number;
  /** NaN and infinite ones, which count in nothing above. */
  readonly notFinite: number;
}

/** Equal bins from `min` to `max`. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
}

export interface WrongView {
  readonly kind: 'wrong';
  readonly part: Part;
  /** Rows that were looked at, of how many, and how many of them are wrong. */
  readonly rows: number;
  readonly of: number;
  readonly wrong: number;
  /** The surest mistakes first. */
  readonly examples: readonly WrongExample[];
  /** Names of the inputs that `values` has, of tables. */
  readonly names: readonly string[];
  readonly picture: { readonly height: number; readonly width: number; readonly channels: number } | undefined;
}

export interface WrongExample {
  /** Its place in its part, from 0. */
  readonly row: number;
  readonly truth: string;
  readonly said: string;
  /** Of the class that was said, and of the true one. */
  readonly saidShare: number;
  readonly truthShare: number;
  /** Inputs in the units of the data; of pictures, all pixels from 0 to 1. */
  readonly values: Float32Array;
}
