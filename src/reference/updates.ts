/**
 * The epochs of a training in float64, as a textbook writes them: batch by batch forward, loss, backward, update.
 * It holds what changes on the way: the weights, what the optimizer keeps, and how far it has come.
 */
import { copyWeights } from '../core/layer-weights.js';
import { type WeightName, weightShapes } from '../core/given-weights.js';
import { type ConfusionMatrix, defaultMonitor, type EpochLogs } from '../core/history.js';
import { initialWeights, type LayerWeights } from '../core/initializers.js';
import type { Matrix } from '../core/matrix.js';
import { shuffledRow } from '../core/random.js';
import { isFloat32 } from '../core/run-checks.js';
import type { Task } from '../core/task.js';
import { divergenceError, type TrainingError } from '../core/trained.js';
import { batchesOf, takeBatch } from './evaluate.js';
import type { LayerPass } from './layers.js';
import { EpochMetrics } from './metrics.js';
import { backward, dataLoss, dropoutMask, forward, lossDivisor, totalPenalty, withPenalty } from './network.js';
import { movingAverage } from './normalization.js';
import { clipScale, clipValue, globalNorm, initialState, stepRates, updateParameters } from './optimizer.js';
import { learningRateFactor, Plateau } from './schedule.js';
import { sumOfWeights } from './weights.js';

/** A weight that the optimizer changes. */
export interface Parameter {
  readonly layer: number;
  readonly name: WeightName;
  readonly state: readonly Float64Array[];
}

/** What an epoch has so far. */
export interface Running {
  /** Batches that are done. */
  batches: number;
  /** Σ over them of rows · loss */
  loss: number;
  readonly metrics: EpochMetrics;
}

/** What is kept from update to update, beside the weights. */
export interface Kept {
  /** The trainable weights, and of each what the optimizer keeps. */
  readonly parameters: readonly Parameter[];
  plateau: Plateau | undefined;
  beforeUpdate: LayerWeights[];
  /** Updates that are done. */
  updates: number;
  /** That the last update belongs to, from 1. */
  epoch: number;
  /** Batches that are done, of all epochs. */
  batches: number;
  /** The epoch under way. */
  running: Running | undefined;
  /** The outputs of the last batch, in training and before its update. */
  lastOutputs: Matrix | undefined;
}

export class Updates {
  readonly weights: LayerWeights[];
  /** Open to saved.ts, which takes it and puts it back. */
  readonly kept: Kept;
  readonly #task: Task;
  readonly #totalUpdates: number;

  constructor(task: Task) {
    const { model, training, widths, train, batchSize } = task;
    this.#task = task;
    this.weights = initialWeights(model, widths[0]!);
    const parameters = model.layers.flatMap((layer, l) =>
      weightShapes(layer, widths[l]!)
        .filter(({ isTrainable }) => isTrainable)
        .map(({ name, shape: [rows, columns] }) => ({
          layer: l,
          name,
          state: initialState(training.optimizer, rows * columns),
        })),
    );
    const schedule = training.learningRateSchedule;
    this.kept = {
      parameters,
      plateau: schedule.name === 'reduceOnPlateau' ? new Plateau(schedule) : undefined,
      beforeUpdate: copyWeights(this.weights),
      ...{ updates: 0, epoch: 0, batches: 0, running: undefined, lastOutputs: undefined },
    };
    const batches = Math.ceil(train.x.rows / batchSize);
    this.#totalUpdates = training.epochs * Math.ceil(batches / training.gradientAccumulationSteps);
  }

  /** Updates that are done. */
  get step(): number {
    return this.kept.updates;
  }

  /** Batches that are done of the epoch under way; 0 between two epochs. */
  get turn(): number {
    return this.kept.running?.batches ?? 0;
  }

  /** Metrics that have counted nothing yet. */
  epochMetrics(): EpochMetrics {
    const { training, widths } = this.#task;
    return new EpochMetrics(training.metrics, training.loss, widths.at(-1)!);
  }

  /**
   * Gives way between two updates. An epoch that was under way in the state is gone on with.
   * @param epoch from 1
   * @throws TrainingError where a batch's loss is not a finite float32
   */
  *trainEpoch(epoch: number): Generator<undefined, { logs: EpochLogs; confusionMatrix: ConfusionMatrix | undefined }> {
    const { model, training, train, batchSize } = this.#task;
    const { rows } = train.x;
    this.kept.epoch = epoch;
    const batches = batchesOf(rows, batchSize);
    const isShuffled = training.shuffle && batches.length > 1;
    const order = batches.map((places) =>
      isShuffled ? places.map((place) => shuffledRow(place, rows, model.seed, epoch - 1)) : places,
    );
    const perUpdate = training.gradientAccumulationSteps;
    const running = (this.kept.running ??= { batches: 0, loss: 0, metrics: this.epochMetrics() });
    const { metrics } = running;
    while (running.batches < order.length) {
      if (running.batches > 0) yield undefined;
      const { batches } = running;
      running.loss += this.#trainGroup(epoch, order.slice(batches, batches + perUpdate), metrics);
      running.batches += perUpdate;
    }
    this.kept.running = undefined;
    return { logs: { loss: running.loss / rows, ...metrics.logs() }, confusionMatrix: metrics.confusionMatrix() };
  }

  endEpoch(logs: EpochLogs): void {
    const { learningRateSchedule, optimizer } = this.#task.training;
    if (learningRateSchedule.name !== 'reduceOnPlateau') return;
    const monitor = learningRateSchedule.monitor ?? defaultMonitor(this.#task.validation !== undefined);
    this.kept.plateau?.endEpoch(logs[monitor]!, optimizer.learningRate);
  }

  /**
   * The batches of one update. Gradients are summed, each divided by the rows of all the batches, so that the
   * update is that of one batch of all their rows.
   * @returns Σ over the batches of rows · loss
   */
  #trainGroup(epoch: number, group: readonly (readonly number[])[], metrics: EpochMetrics): number {
    const { model, training, train } = this.#task;
    const { layers } = model;
    const divisor = lossDivisor(
      training.loss,
      group.reduce((sum, indices) => sum + indices.length, 0),
    );
    let gradients: LayerWeights[] | undefined;
    let weightedLoss = 0;
    for (const indices of group) {
      const batch = takeBatch(train, indices);
      const keep = dropoutMask(model, this.kept.batches);
      const passes = forward(layers, this.weights, batch.x, keep);
      const loss = dataLoss(layers, training.loss, passes, batch) + totalPenalty(layers, this.weights);
      // As the epoch sums it up. Beyond float32 the GPU ends too, and neither a run document nor a device could take the weights.
      if (!isFloat32(loss * indices.length)) {
        const l = passes.findIndex(({ y }) => !y.values.every(isFloat32));
        throw this.#divergence(epoch, this.kept.updates + 1, l < 0 ? 'loss' : `layers.${l}.y`);
      }

      weightedLoss += indices.length * loss;
      this.kept.lastOutputs = passes.at(-1)!.y;
      metrics.add(this.kept.lastOutputs, batch.targets);
      const added = backward(layers, training.loss, this.weights, passes, batch, divisor, keep);
      gradients = gradients ? sumOfWeights(gradients, added) : added;
      this.#moveAverages(passes);
      this.kept.batches += 1;
    }
    this.#update(withPenalty(layers, this.weights, gradients!));
    return weightedLoss;
  }

  #update(gradients: readonly LayerWeights[]): void {
    const { optimizer, learningRateSchedule, clipNorm, clipValue: limit } = this.#task.training;
    const factor = learningRateFactor(learningRateSchedule, this.kept.updates, this.#totalUpdates);
    const rate = optimizer.learningRate * factor * (this.kept.plateau?.factor ?? 1);
    const rates = stepRates(optimizer, rate, this.kept.updates + 1);

    let flat = this.kept.parameters.map(({ layer, name }) => gradients[layer]![name]!.values);
    if (clipNorm !== undefined) {
      const scale = clipScale(globalNorm(flat), clipNorm);
      flat = flat.map((gradient) => gradient.map((g) => scale * g));
    }
    if (limit !== undefined) flat = flat.map((gradient) => gradient.map((g) => clipValue(g, limit)));

    this.kept.beforeUpdate = copyWeights(this.weights);
    this.kept.parameters.forEach(({ layer, name, state }, p) => {
      updateParameters(optimizer, rates, this.weights[layer]![name]!.values, flat[p]!, state);
    });
    this.kept.updates += 1;
  }

  /** The moving mean and variance of batch normalizations, after a batch. */
  #moveAverages(passes: readonly LayerPass[]): void {
    this.#task.model.layers.forEach((layer, l) => {
      if (layer.type !== 'batchNormalization') return;
      const { mean, variance } = passes[l]!.moments!;
      const { movingMean, movingVariance } = this.weights[l]!;
      movingMean!.values.set(movingAverage(movingMean!, mean, layer.momentum).values);
      movingVariance!.values.set(movingAverage(movingVariance!, variance, layer.momentum).values);
    });
  }

  /**
   * The last update has no loss after it that would show what it did.
   * @throws TrainingError where a weight is not a finite float32
   */
  checkWeights(weights: readonly LayerWeights[]): void {
    weights.forEach((layer, l) => {
      for (const [name, { values }] of Object.entries(layer)) {
        if (!values.every(isFloat32)) throw this.#divergence(this.kept.epoch, this.kept.updates, `layers.${l}.${name}`);
      }
    });
  }

  #divergence(epoch: number, step: number, tensor: string): TrainingError {
    const { learningRate } = this.#task.training.optimizer;
    return divergenceError({ epoch, step, tensor, weights: this.kept.beforeUpdate }, learningRate);
  }
}
