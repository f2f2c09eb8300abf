/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A model as in Keras: layers that are trained, measured and used by calls. It holds the weights, the settings and the
 * data of its last training, and its devices; what it is made of is a run document, and it can become one.
 * It trains one thing at a time, and nothing needs to be given back while it does.
 */
import type { Source } from '../core/examples.js';
import type { History } from '../core/history.js';
import { initialWeights, type LayerWeights } from '../core/initializers.js';
import { type Layer, layerWidths, type ModelSettings } from '../core/model.js';
import { RunError } from '../core/run-error.js';
import type { Run } from '../core/run.js';
import { checkNames } from '../core/run-checks.js';
import { checkTask } from '../core/task-checks.js';
import { makeTask } from '../core/task.js';
import type { TrainingSettings, TrainingDocument } from '../core/training.js';
import { copyWeights } from '../core/layer-weights.js';
import { openKeeper } from '../trainer/open-keeper.js';
import { KeptSetUp } from '../trainer/kept-set-up.js';
import { quickerBackend } from '../trainer/quicker.js';
import { asBefore, TAKEN } from '../trainer/train.js';
import { type FitResult, wantsEpochs } from './callbacks.js';
import { type Data, type ExampleData, exampleRows, inputTable, isData, type Sizes, sourceOf } from './data.js';
import { Devices } from './devices.js';
import type { Evaluation } from './evaluate.js';
import { Fit, FitState } from './fit.js';
import {
  type EvaluateOptions,
  type FitOptions,
  parseEvaluation,
  parseFit,
  parsePredict,
  parseTraining,
  type PredictOptions,
} from './options.js';
import type { Predictions } from './predictions.js';
import { runFit } from './run-fit.js';
import type { KnownModel, SavedNotes } from './known.js';
import { summaryText } from './summary.js';
import { givenWeights, parseWeights, type WeightsInput } from './weights.js';

/** Engines before 2025 lack the symbol; there it is what compilers of `await using` look for in its place. */
const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** What a run document is to be made of, where that is not what the model was last trained with. */
export interface ToRunOptions {
  readonly data?: (ExampleData & { readonly validation?: ExampleData | undefined }) | undefined;
  readonly training?: TrainingDocument | undefined;
}

/** What a model was last trained on, or came with. The caller's own typed arrays are among it, not copied. */
export interface KnownExamples {
  readonly train: Source;
  readonly validation: Source | undefined;
}

/** What a model brings along from a run or a file. */
export interface KnownOrigin {
  readonly settings?: TrainingSettings | undefined;
  readonly examples?: KnownExamples | undefined;
  readonly weights?: readonly LayerWeights[] | undefined;
  readonly notes?: SavedNotes | undefined;
}

/** A network with its weights: trains, predicts, is measured. Made by `sequential`, `fromRun` or `fromSaved`. */
export class Model {
  readonly layers: readonly Layer[];
  /** Columns of x. */
  readonly inputs: number;
  /** Columns of what the model predicts. */
  readonly outputs: number;
  readonly #devices = new Devices();
  readonly #kept = new KeptSetUp();
  readonly #busy = new Set<Promise<void>>();
  #fitting: FitState | undefined;
  #seed: number;
  /** Drawn when they are first needed; never changed in place. */
  #weights: readonly LayerWeights[] | undefined;
  /** Those of the last epoch that callbacks were told of, while a training is under way. */
  #shown: readonly LayerWeights[] | undefined;
  #settings: TrainingSettings | undefined;
  #examples: KnownExamples | undefined;
  /** Of the training that made the present weights; undefined where none made them, or it did not come to its end. */
  #history: History | undefined;
  /** What the file said that the model came from. */
  readonly #notes: SavedNotes | undefined;

  /** For `sequential`, `fromRun` and `fromSaved`. */
  constructor(model: ModelSettings, inputs: number, known?: KnownOrigin) {
    const widths = layerWidths(model.layers, inputs);
    // A training on one row that fits any model; it shows what is wrong with the model itself.
    const row = { prefix: '', x: { rows: 1, columns: inputs, values: [] }, y: { rows: 1, columns: 1, values: [] } };
    checkTask(model, parseTraining(model, { loss: 'meanSquaredError' }), widths, row, undefined);
    this.layers = model.layers;
    this.inputs = inputs;
    this.outputs = widths.at(-1)!;
    this.#seed = model.seed;
    this.#weights = known?.weights ?? (model.weights && initialWeights(model, inputs));
    this.#settings = known?.settings;
    this.#examples = known?.examples;
    this.#notes = known?.notes;
    this.#history = known?.notes?.history;
  }

  /**
   * What the next training takes its dropout and its shuffles from, and a new model its weights. Each training that
   * does not fail moves it on by one, so that training on goes on with other ones.
   */
  get seed(): number {
    return this.#seed;
  }

  /**
   * Trains from the present weights, beginning at once. `await` gives the history, `for await` each epoch as it comes;
   * with neither data nor options, it is the training of before, or of the run that the model came from, once more.
   * The state of the optimizer begins anew. The model has the new weights when the training ends, and keeps what was
   * trained when it is stopped or aborted; after a divergence, the last good ones.
   *
   * The promise is rejected with
   * a RunError if an argument is wrong, or another training of this model is under way;
   * a DeviceError if WebGPU is asked for and there is no adapter, or the device fails;
   * a ParityError if a checked pass is out of its bound;
   * a TrainingError if the loss stops being a finite number;
   * a CheckpointError for checkpoints that cannot be gone on from, or that would be written over;
   * the reason of `signal`, or what a callback threw.
   *
   * @param x (rows, inputs)
   * @param y (rows, outputs), or (rows) class numbers with the loss sparseCategoricalCrossentropy
   */
  fit(x: Data, y: Data, options?: FitOptions): Fit;
  fit(options?: FitOptions): Fit;
  fit(first?: Data | FitOptions, ...rest: readonly [y?: Data, options?: FitOptions]): Fit {
    const state = new FitState();
    // A call with more than one argument has data, even where that is a slip and undefined; what is wrong with data
    // that is none is said where it is read.
    const hasData = rest.length > 0 || first === null || isData(first);
    const [y, options] = rest;
    const data = hasData ? ({ x: first, y } as ExampleData) : undefined;
    const chosen = hasData ? options : first;
    return new Fit(
      state,
      this.#counted(() => this.#train(state, data, chosen === undefined ? {} : chosen)),
    );
  }

  /**
   * Loss and metrics of some examples. During a training, with the weights that `weights()` then gives.
   * @throws RunError, DeviceError, ParityError as `fit` does
   */
  evaluate(x: Data, y: Data, options: EvaluateOptions = {}): Promise<Evaluation> {
    return this.#counted(async () => {
      const settings = parseEvaluation(this.#record(), options, this.#settings);
      const { sampleWeight, verify = true } = options;
      const task = makeTask(this.#record(), settings, sourceOf('', { x, y, sampleWeight }, this.#sizes()));
      const weights = this.#current();
      const { evaluate } = await import('./evaluate.js');
      return this.#devices.using(options, (device) => evaluate(device, task, weights, verify));
    });
  }

  /**
   * What the model says of x (rows, inputs): (rows, outputs). During a training, with the weights that `weights()` gives.
   * @throws RunError, DeviceError as `fit` does
   */
  predict(x: Data, options: PredictOptions = {}): Promise<Predictions> {
    return this.#counted(async () => {
      parsePredict(options);
      const table = inputTable('x', x, this.inputs);
      const network = { model: this.#record(), widths: layerWidths(this.layers, this.inputs) };
      const weights = this.#current();
      const { predictions } = await import('./evaluate.js');
      return this.#devices.using(options, (device) => predictions(device, network, weights, table));
    });
  }

  /** The layers, their shapes and their parameters, as a table of text. */
  summary(): string {
    return summaryText(this.layers, this.inputs);
  }

  /**
   * Copies of the weights, layer by layer: `{ kernel: Matrix, bias: Matrix }`, …, or `{}`. During a training those of the
   * last epoch that its callbacks were told of; without callbacks those before it.
   */
  weights(): LayerWeights[] {
    return copyWeights(this.#current());
  }

  /**
   * Takes copies of the given weights, as `weights()` gives them or as a run document has them.
   * @throws RunError naming the first that does not fit its layer, or if a training is under way
   */
  setWeights(weights: readonly WeightsInput[]): void {
    this.#checkIdle('setWeights');
    this.#weights = parseWeights(this.#record(), this.inputs, weights);
    this.#history = undefined;
  }

  /**
   * A run document that trains on: the model with its present weights, and settings and data as the last `fit` had
   * them, or as they are given here. `train(model.toRun())` and `model.fit()` give the same history.
   * @throws RunError if there are no settings or no data yet, or they do not fit the model
   */
  toRun(options: ToRunOptions = {}): Run {
    checkNames(options, ['data', 'training']);
    const { data, training } = options;
    const settings = training === undefined ? this.#settings : parseTraining(this.#record(), training);
    const given = data && {
      train: sourceOf('data.', data, this.#sizes()),
      validation: data.validation && sourceOf('data.validation.', data.validation, this.#sizes()),
    };
    const examples = given ?? this.#examples;
    if (!settings || !examples) {
      const missing = settings ? 'data' : 'training';
      throw new RunError(missing, 'nothing', `that of a fit before, or toRun({ data, training })`);
    }
    const model = { ...this.#record(), weights: givenWeights(this.#current()) };
    makeTask(model, settings, examples.train, examples.validation);
    const validation = examples.validation && exampleRows(examples.validation);
    return {
      data: { ...exampleRows(examples.train), ...(validation && { validation }) },
      model,
      training: settings,
    };
  }

  /** What the model knows of itself, for `toSaved`. @internal */
  known(): KnownModel {
    return {
      model: this.#record(),
      inputs: this.inputs,
      weights: this.weights(),
      training: this.#settings,
      history: this.#shown ? undefined : this.#history,
      x: this.#examples?.train.x,
      notes: this.#notes,
    };
  }

  /**
   * Ends a training under way as `stop()` does, waits for every call, and gives the devices back. Weights, settings
   * and data stay; a later call opens a device again. While a callback of the training is being waited for, this does not
   * wait for the training, which waits for the callback: it is stopped, and the devices go back when it has ended.
   */
  async dispose(): Promise<void> {
    const isInCallback = this.#fitting?.isTelling ?? false;
    const closed = this.#close();
    if (!isInCallback) await closed;
  }

  /** `await using model = …` disposes at the end of the block. */
  async [ASYNC_DISPOSE](): Promise<void> {
    await this.dispose();
  }

  async #close(): Promise<void> {
    // The training under way now, not one that is begun while this waits.
    if (this.#fitting) this.#fitting.isStopped = true;
    this.#fitting?.ring();
    while (this.#busy.size > 0) await Promise.all(this.#busy);
    this.#kept.clear();
    await this.#devices.close();
  }

  async #train(state: FitState, data: ExampleData | undefined, options: FitOptions): Promise<FitResult> {
    try {
      this.#checkIdle('fit');
      const { settings, hooks } = parseFit(this.#record(), options, this.#settings);
      const examples = this.#examplesOf(data, options);
      const weights = this.#weights && givenWeights(this.#weights);
      const model = { ...this.#record(), ...(weights && { weights }) };
      const task = makeTask(model, settings, examples.train, examples.validation);
      this.#fitting = state;
      options.signal?.throwIfAborted();
      const keeper = await openKeeper(task, options);
      // What goes on does so as it began, for the same bits.
      const chosen = keeper?.from ? { ...options, ...asBefore(keeper.from) } : options;
      const started = performance.now();
      const taken = await this.#devices.take(chosen);
      keeper?.noteAdapter(taken);
      const isOpen = taken && chosen.schedule === undefined && this.#devices.isAuto(chosen);
      const isEpochwise = settings.earlyStopping !== undefined || wantsEpochs(hooks);
      const { backend, note } = isOpen ? await quickerBackend(taken, task, isEpochwise, chosen) : TAKEN;
      const device = backend === 'cpu' ? undefined : taken;
      // What the model remembers is of trainings that began, not of those that could not.
      this.#settings = settings;
      this.#examples = examples;
      this.#devices.prefer(options);
      const opened = performance.now() - started;
      const result = await runFit({
        ...{ task, hooks, device, state, ...chosen, keeper, kept: keeper ? undefined : this.#kept },
        open: () => this.#devices.take(chosen),
        show: (weights) => (this.#shown = weights),
        keep: (...kept) => this.#keep(...kept),
      });
      const notes = [...result.notes, ...(note ? [note] : []), ...(keeper?.notes ?? [])];
      return { ...result, notes, setUpMilliseconds: device ? result.setUpMilliseconds + opened : 0 };
    } finally {
      if (this.#fitting === state) {
        this.#fitting = undefined;
        this.#shown = undefined;
      }
      state.isOver = true;
      state.ring();
    }
  }

  #keep(weights: readonly LayerWeights[], how: 'trained' | 'diverged', history?: History): void {
    this.#weights = copyWeights(weights);
    this.#history = history;
    this.#shown = undefined;
    if (how === 'trained') this.#seed = (this.#seed + 1) >>> 0;
  }

  /** The data of a call, or that of the training before with what the options change in it. */
  #examplesOf(data: ExampleData | undefined, options: FitOptions): KnownExamples {
    const { sampleWeight, validationData, validationSplit } = options;
    const sizes = this.#sizes();
    const known = data ? undefined : this.#examples;
    if (!data && !known) throw new RunError('x', 'nothing', 'the data to train on, or a training before to repeat');
    const source = (): Source => {
      if (!known) return sourceOf('', { ...data!, sampleWeight }, sizes);
      if (sampleWeight === undefined) return known.train;
      return sourceOf(known.train.prefix, { x: known.train.x, y: known.train.y, sampleWeight }, sizes);
    };
    const validation = (): Source | undefined => {
      if (!validationData) {
        const isLeftOut = validationSplit === undefined && !('validationData' in options);
        return isLeftOut ? known?.validation : undefined;
      }
      const [x, y, weights] = validationData;
      return sourceOf('validationData.', { x, y, sampleWeight: weights }, sizes);
    };
    return { train: source(), validation: validation() };
  }

  #checkIdle(call: string): void {
    if (!this.#fitting) return;
    throw new RunError(call, 'a training of this model under way', 'one at a time: await it or stop() it first');
  }

  /** The model as a run document has it, without its weights. */
  #record(): ModelSettings {
    return { seed: this.#seed, layers: this.layers };
  }

  #sizes(): Sizes {
    return { inputs: this.inputs, outputs: this.outputs };
  }

  #current(): readonly LayerWeights[] {
    return this.#shown ?? (this.#weights ??= initialWeights(this.#record(), this.inputs));
  }

  /** Does some work that `dispose` waits for. */
  async #counted<T>(work: () => Promise<T>): Promise<T> {
    const ends: (() => void)[] = [];
    const ended = new Promise<void>((resolve) => ends.push(resolve));
    this.#busy.add(ended);
    try {
      return await work();
    } finally {
      this.#busy.delete(ended);
      for (const end of ends) end();
    }
  }
}
