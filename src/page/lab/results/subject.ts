/** What the results are of, and what the worker says of it. Plain data, on its way between page and worker. */
import type { ConfusionMatrix, History } from '../../../core/history.js';
import type { LayerWeights } from '../../../core/initializers.js';
import type { SavedModel } from '../../../formats/saved-model.js';
import type { LabRun } from '../lab-state.js';

/** A network to use: what the lab trained, or what a file held. */
export type Subject = TrainedSubject | ImportedSubject;

export interface TrainedSubject {
  readonly kind: 'trained';
  readonly run: LabRun;
  readonly files: readonly File[];
  readonly weights: readonly LayerWeights[];
  readonly history: History;
}

export interface ImportedSubject {
  readonly kind: 'imported';
  readonly name: string;
  readonly saved: SavedModel;
  /** What the lab has at present, to measure the network on where it fits. */
  readonly run: LabRun | undefined;
  readonly files: readonly File[];
}

export const PARTS = ['train', 'validation', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** What is known of a network that is used. */
export interface ModelFacts {
  readonly inputs: readonly InputField[];
  readonly outputs: OutputMeaning;
  /** Rows of each part; all 0 where there is no data that the network was made for. */
  readonly rows: Readonly<Record<Part, number>>;
  /** Why there is no such data, in a sentence. */
  readonly lack: string | undefined;
  /** How many numbers the optimizer changes. */
  readonly parameters: number;
  /** Whether a loss is known to measure with. */
  readonly hasLoss: boolean;
  /** Whether every input is a number that is scaled, so that a graph can do it by itself. */
  readonly canScale: boolean;
  /** What had to be supposed of a file, in a sentence. */
  readonly supposed: string | undefined;
}

/** What a person sets for one column, in the data's own units. */
export type InputField =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly start: number;
    }
  | {
      readonly kind: 'category';
      readonly name: string;
      readonly categories: readonly string[];
      readonly start: string;
    }
  | {
      readonly kind: 'picture';
      readonly name: string;
      readonly height: number;
      readonly width: number;
      readonly channels: number;
      /** The value of a pixel that is all ink. */
      readonly max: number;
    }
  /** A row of so many numbers that nobody sets them one by one. */
  | { readonly kind: 'block'; readonly name: string; readonly width: number };

/** What the outputs mean. */
export type OutputMeaning =
  | {
      readonly kind: 'classes';
      readonly names: readonly string[];
      /** Whether one output between 0 and 1 tells the two classes apart. */
      readonly isBinary: boolean;
      /** Whether the outputs are probabilities, after the last activation. */
      readonly areShares: boolean;
    }
  | { readonly kind: 'numbers'; readonly names: readonly string[]; readonly isScaled: boolean };

/** A value for each field: a number, a category, or the numbers of a picture or block, row by row. */
export type InputValue = number | string | Float64Array;

/** What the network says to one row. */
export interface Prediction {
  /** In the units of the data. */
  readonly outputs: readonly number[];
  /** The likeliest class. */
  readonly label: string | undefined;
}

/** A row of the data, as it stands there. */
export interface DataRow {
  readonly values: readonly InputValue[];
  /** What it should be: a class by its name, or numbers with their names. */
  readonly target: string;
}

/** One thing that was measured. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  /** In which units, where that is not plain. */
  readonly unit: string | undefined;
}

export interface Measured {
  readonly rows: number;
  readonly measures: readonly Measure[];
  readonly confusion: ConfusionMatrix | undefined;
}

/** What became of a file of rows. */
export interface FilePrediction {
  /** Those of the file, then from `added` on what the network says. */
  readonly columns: readonly string[];
  readonly added: number;
  /** The first rows, as texts. */
  readonly shown: readonly (readonly string[])[];
  readonly rows: number;
  /** All of them, as CSV, with the columns of the file. */
  readonly csv: Download;
  /** Where the file has the targets too. */
  readonly measured: Measured | undefined;
}

/** A file that was opened as a model. */
export interface OpenedFile {
  readonly saved: SavedModel;
  /** What should be known of how it was read. */
  readonly notes: readonly string[];
}

export const EXPORTS = ['idli', 'onnx', 'onnx-scaled', 'pytorch', 'json'] as const;
export type ExportFormat = (typeof EXPORTS)[number];

/** Something to download. */
export interface Download {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
