/**
 * A network in use, in the worker: its layers and weights, what its inputs and outputs mean, and the rows it can be measured on.
 * Of what was trained that is all known; of a file as far as the file says it, with the lab's rows where they are encoded alike.
 */
import type { Source } from '../../../core/examples.js';
import type { LayerWeights } from '../../../core/initializers.js';
import { layerWidths, type ModelSettings } from '../../../core/model.js';
import type { TrainingSettings } from '../../../core/training.js';
import { kindOf } from '../../../data/document.js';
import { type LoadedRun, taskOfLoaded } from '../../../data/load.js';
import { parsePreprocessing, type Preprocessing } from '../../../data/preprocessing.js';
import type { SavedModel } from '../../../formats/saved-model.js';
import { savedModelOf } from '../../../trainer/saved-model.js';
import { withoutExtension } from './file-names.js';
import type { ImportedSubject, OutputMeaning, Part, TrainedSubject } from './subject.js';

export interface UsedModel {
  readonly model: ModelSettings;
  readonly weights: readonly LayerWeights[];
  readonly inputs: number;
  readonly outputs: number;
  readonly training: TrainingSettings | undefined;
  readonly preprocessing: Preprocessing | undefined;
  readonly classes: readonly string[] | undefined;
  /** Encoded and scaled as the network was trained. */
  readonly parts: Readonly<Partial<Record<Part, Source>>>;
  /** Why there are none. */
  readonly lack: string | undefined;
  /** A few inputs that the file brought along, for the ranges of fields where there are no rows. */
  readonly exampleRows: readonly (readonly number[])[] | undefined;
  /** The file that it came from, without its extension; undefined for what was trained here. */
  readonly origin: string | undefined;
  /** The run's data, as they were written; undefined where nothing says them. */
  readonly data: unknown;
  /** What had to be supposed of a file, in a sentence. */
  readonly supposed: string | undefined;
  /** For a file, made when it is asked for. */
  readonly saved: () => SavedModel;
}

/** A run whose data is in hand, and its rows as the training splits them. */
export interface LoadedParts {
  readonly run: LoadedRun;
  readonly parts: UsedModel['parts'];
}

export function trainedModel(
  { run, weights, history }: TrainedSubject,
  { run: loaded, parts }: LoadedParts,
): UsedModel {
  const { model, training, preprocessing, classes } = loaded;
  return {
    model,
    weights,
    inputs: loaded.train.x.columns,
    outputs: layerWidths(model.layers, loaded.train.x.columns).at(-1)!,
    training,
    preprocessing,
    classes,
    parts,
    lack: undefined,
    exampleRows: undefined,
    origin: undefined,
    data: run.data,
    supposed: undefined,
    // The weights as they are: what the CPU trained has more digits than float32.
    saved: () => ({ ...savedModelOf(loaded, { weights, history }), weights }),
  };
}

/**
 * @param loaded what the lab has at present; undefined where that could not be loaded
 * @throws DataError for a preprocessing that is none
 */
export function importedModel({ name, saved, run }: ImportedSubject, loaded: LoadedParts | undefined): UsedModel {
  const { inputs, training, examples, data } = saved;
  const outputs = layerWidths(saved.model.layers, inputs).at(-1)!;
  const own =
    saved.preprocessing === undefined ? undefined : parsePreprocessing(saved.preprocessing, name, { inputs, outputs });
  const lab = loaded?.run;
  const fits = lab !== undefined && lab.train.x.columns === inputs && targetsFit(lab, outputs);
  // A file that says nothing of its inputs may be of the lab's data, or of any other with as many columns.
  const isOfRun = fits && own === undefined && isSame(data, run?.data);
  const isSupposed = fits && own === undefined && !isOfRun && lab.preprocessing !== undefined;
  const fitting = fits && (isOfRun || isSupposed || isSame(lab.preprocessing, own)) ? loaded : undefined;
  const preprocessing = own ?? fitting?.run.preprocessing;
  return {
    model: saved.model,
    weights: saved.weights,
    inputs,
    outputs,
    training: training ?? fitting?.run.training,
    preprocessing,
    classes: saved.classes ?? (preprocessing?.target.kind === 'classes' ? preprocessing.target.classes : undefined),
    parts: fitting?.parts ?? {},
    lack: fitting
      ? undefined
      : 'The lab’s present data is not what this network was trained on, so it is measured on a file of yours: see “Predict a file”.',
    exampleRows: examples?.x,
    origin: withoutExtension(name),
    data,
    supposed: isSupposed
      ? 'The file does not say how its inputs are prepared. They are taken to be those of the lab’s data, which has as many.'
      : undefined,
    // Points that stand in a run themselves are no word about where data came from.
    saved: () => ({
      ...saved,
      ...(preprocessing && { preprocessing }),
      ...(data !== undefined && kindOf(data) === undefined && { data: undefined }),
    }),
  };
}

/** Class numbers fit any number of outputs, a column for each output those alone. */
function targetsFit({ train, training }: LoadedRun, outputs: number): boolean {
  const isSparse = training.loss.name === 'sparseCategoricalCrossentropy';
  return isSparse ? outputs > 1 : train.y.columns === outputs;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** @throws RunError where data, model and training do not fit each other */
export function partsOf(loaded: LoadedRun): UsedModel['parts'] {
  // The task knows which rows the training holds back.
  const { train, validation } = taskOfLoaded(loaded);
  return { train, ...(validation && { validation }), ...(loaded.test && { test: loaded.test }) };
}

export function meaningOf({ model, outputs, training, preprocessing, classes }: UsedModel): OutputMeaning {
  const last = model.layers.findLast((layer) => layer.type === 'dense' || layer.type === 'activation');
  const activation = last && 'activation' in last ? last.activation : 'linear';
  const target = preprocessing?.target;
  const isBinary = outputs === 1;
  const areShares = activation === (isBinary ? 'sigmoid' : 'softmax');
  const named = target?.kind === 'classes' ? target.classes : classes;
  const count = isBinary ? 2 : outputs;
  const areClasses = named ? named.length === count : target === undefined && isForClasses(training?.loss.name);
  if (areClasses) {
    const names = named ?? Array.from({ length: count }, (_, label) => `class ${label}`);
    return { kind: 'classes', names, isBinary, areShares };
  }
  const names =
    target?.kind === 'numbers' && target.names.length === outputs
      ? target.names
      : Array.from({ length: outputs }, (_, i) => (outputs === 1 ? 'output' : `output ${i + 1}`));
  return { kind: 'numbers', names, isScaled: isScaled(preprocessing) };
}

function isForClasses(loss: string | undefined): boolean {
  return loss?.endsWith('rossentropy') ?? false;
}

/** Whether the network was trained on other numbers than those of the data. */
export function isScaled(preprocessing: Preprocessing | undefined): boolean {
  const target = preprocessing?.target;
  if (target?.kind !== 'numbers') return false;
  return target.scale.some((scale) => scale !== 1) || target.shift.some((shift) => shift !== 0);
}
