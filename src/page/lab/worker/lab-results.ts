/**
 * Uses a trained network: measures it, asks it, writes it into files and reads it from them. It has one network at a time, that of the
 * last `use`; the page sends it again whenever its weights have changed. What few visitors need is loaded when it is asked for.
 */
import type { LayerDocument } from '../../../core/model.js';
import { DataError } from '../../../data/data-error.js';
import { weightShapes } from '../../../core/given-weights.js';
import { layerWidths } from '../../../core/model.js';
import type { Preprocessing } from '../../../data/preprocessing.js';
import type { CodeTexts, Computing } from '../results/code/code-facts.js';
import { inputFields } from '../results/input-fields.js';
import type {
  DataRow,
  Download,
  ExportFormat,
  FilePrediction,
  InputValue,
  Measured,
  ModelFacts,
  OpenedFile,
  Part,
  Prediction,
  Subject,
} from '../results/subject.js';
import {
  importedModel,
  type LoadedParts,
  meaningOf,
  partsOf,
  trainedModel,
  type UsedModel,
} from '../results/used-model.js';
import type { LabRun } from '../lab-state.js';
import type { LabData } from './lab-data.js';

interface Ready extends LoadedParts {
  /** Fields and ranges, made when they are first wanted. */
  facts: ModelFacts | undefined;
}

export class LabResults {
  readonly #data: LabData;
  #used: Promise<UsedModel> | undefined;
  /** Of the last run that was trained: only the weights are others from one snapshot to the next. */
  #ready: { readonly key: string; readonly ready: Ready } | undefined;

  constructor(data: LabData) {
    this.#data = data;
  }

  /**
   * What the other calls are about from now on.
   * @throws what loading the data throws
   */
  async use(subject: Subject): Promise<ModelFacts> {
    const model = this.#modelOf(subject);
    this.#used = model.then(({ used }) => used);
    // Whoever asks next is told of it; nobody may ask.
    this.#used.catch(() => {});
    return (await model).facts;
  }

  async measure(part: Part): Promise<Measured> {
    const used = await this.#current();
    const rows = used.parts[part];
    if (!rows || !used.training) throw new DataError('The lab', '', `no rows for ${part}`, 'rows of that part');
    const { measure } = await import('../results/measure.js');
    return measure(used, used.training, rows);
  }

  async predict(values: readonly InputValue[]): Promise<Prediction> {
    const { predictByHand } = await import('../results/predict.js');
    return predictByHand(await this.#current(), values);
  }

  async row(part: Part, row: number): Promise<DataRow> {
    const used = await this.#current();
    const rows = used.parts[part];
    if (!rows || row < 0 || row >= rows.x.rows) throw new DataError('The lab', '', 'no such row', 'a row of its data');
    const { rowOf } = await import('../results/predict.js');
    return rowOf(used, rows, row);
  }

  async predictFile(file: File): Promise<FilePrediction> {
    const { predictFile } = await import('../results/predict-tables.js');
    return predictFile(await this.#current(), file);
  }

  /** All rows of the lab with what the network says, as CSV. */
  async predictParts(): Promise<Download> {
    const { predictParts } = await import('../results/predict-tables.js');
    return predictParts(await this.#current());
  }

  async export(format: ExportFormat): Promise<Download> {
    const { exportModel } = await import('../results/files-of-model.js');
    return exportModel(await this.#current(), format);
  }

  /**
   * A run as code, before any training too.
   * @throws what loading the data throws
   */
  async code(run: LabRun, files: readonly File[], computing: Computing): Promise<CodeTexts> {
    const { run: loaded, parts } = await this.#load(run, files);
    const { codeTexts, codeFacts } = await import('../results/code/code-texts.js');
    return codeTexts(codeFacts(run, loaded, parts, computing));
  }

  /** The rows of a run as the network sees them. */
  async dataFile(run: LabRun, files: readonly File[]): Promise<Download> {
    const { parts } = await this.#load(run, files);
    const { dataFile } = await import('../results/npz.js');
    return dataFile({ parts });
  }

  /** @param layers of the lab's network, for files that do not say theirs */
  async open(file: File, layers: readonly LayerDocument[] | undefined): Promise<OpenedFile> {
    const { bytesOfFile, openModel } = await import('../results/files-of-model.js');
    return openModel(await bytesOfFile(file), file.name, layers);
  }

  #current(): Promise<UsedModel> {
    return this.#used ?? Promise.reject(new DataError('The lab', '', 'no network yet', 'a training, or a file'));
  }

  async #modelOf(subject: Subject): Promise<{ readonly used: UsedModel; readonly facts: ModelFacts }> {
    if (subject.kind === 'trained') {
      const ready = await this.#load(subject.run, subject.files);
      const used = trainedModel(subject, ready);
      ready.facts ??= factsOf(used);
      return { used, facts: ready.facts };
    }
    const { run, files } = subject;
    // That the lab's run is unfinished is no reason not to use a file.
    const ready = run && (await this.#load(run, files).catch(() => undefined));
    const used = importedModel(subject, ready);
    return { used, facts: factsOf(used) };
  }

  async #load(run: LabRun, files: readonly File[]): Promise<Ready> {
    const key = JSON.stringify([run, files.map(({ name, size, lastModified }) => [name, size, lastModified])]);
    if (this.#ready?.key !== key) {
      const loaded = await this.#data.loaded(run, files);
      this.#ready = { key, ready: { run: loaded, parts: partsOf(loaded), facts: undefined } };
    }
    return this.#ready.ready;
  }
}

/** Whether there is something to scale, and all of it numbers. */
function isScaledByNumbers({ inputs, target }: Preprocessing): boolean {
  const isPlain = (list: number | readonly number[], value: number) => [list].flat().every((one) => one === value);
  if (!inputs.every((input) => input.kind === 'numbers')) return false;
  const isTouched = inputs.some(({ shift, scale, fill }) => fill || !isPlain(shift, 0) || !isPlain(scale, 1));
  return isTouched || (target.kind === 'numbers' && (!isPlain(target.shift, 0) || !isPlain(target.scale, 1)));
}

function factsOf(used: UsedModel): ModelFacts {
  const { parts, model, preprocessing, lack, inputs, supposed } = used;
  const widths = layerWidths(model.layers, inputs);
  return {
    inputs: inputFields(used),
    outputs: meaningOf(used),
    rows: { train: parts.train?.x.rows ?? 0, validation: parts.validation?.x.rows ?? 0, test: parts.test?.x.rows ?? 0 },
    lack,
    parameters: model.layers
      .flatMap((layer, l) => weightShapes(layer, widths[l]!))
      .reduce((sum, { shape, isTrainable }) => sum + (isTrainable ? shape[0] * shape[1] : 0), 0),
    hasLoss: used.training !== undefined,
    canScale: preprocessing !== undefined && isScaledByNumbers(preprocessing),
    supposed,
  };
}
