/**
 * The training part of a run document as the panel reads and changes it. A setting at its default is left out again, so documents and
 * links stay short. Pure functions of plain data.
 */
import { METRICS } from '../../../../core/metrics.js';
import { isCrossentropy } from '../../../../core/task-checks.js';
import {
  type LearningRateSchedule,
  type Loss,
  type Metric,
  METRIC_NAMES,
  type Optimizer,
  type TrainingDocument,
} from '../../../../core/training.js';
import { LOSSES, OPTIMIZERS, type Rules, SCHEDULES } from './rules.js';

/** A setting with a name, as it stands in the document: fields that are left out have their defaults. */
export interface Named<N extends string> {
  readonly name: N;
  readonly [field: string]: unknown;
}

export function named<N extends string>(setting: N | { readonly name: N }): Named<N> {
  return typeof setting === 'string' ? { name: setting } : { ...setting };
}

export function lossOf({ loss }: TrainingDocument): Named<Loss['name']> {
  return named<Loss['name']>(loss);
}

export function optimizerOf({ optimizer = 'rmsprop' }: TrainingDocument): Named<Optimizer['name']> {
  return named<Optimizer['name']>(optimizer);
}

export function scheduleOf({
  learningRateSchedule = 'constant',
}: TrainingDocument): Named<LearningRateSchedule['name']> {
  return named<LearningRateSchedule['name']>(learningRateSchedule);
}

export function metricsOf(training: TrainingDocument): readonly Named<Metric['name']>[] {
  const { metrics } = training;
  if (metrics) return metrics.map((metric) => named<Metric['name']>(metric));
  return lossOf(training).name === 'halfSumSquaredError' ? [{ name: 'meanAbsoluteError' }] : [];
}

/** A bare name where no field differs from its default; what is undefined is left out. */
function short<N extends string>({ name, ...fields }: Named<N>): N | Named<N> {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return said.length === 0 ? name : { name, ...Object.fromEntries(said) };
}

// What the panel writes is of the shapes of the document, by its tables; `checkRun` says so again.
export function withLoss(training: TrainingDocument, loss: Named<Loss['name']>, outputs: number): TrainingDocument {
  const changed = { ...training, loss: short(loss) as TrainingDocument['loss'] };
  // Metrics that say nothing of the new targets would be refused, one after another.
  const fitting = fittingMetrics(loss.name, outputs, true);
  const metrics = metricsOf(training).filter(({ name }) => fitting.includes(name));
  return withMetrics(changed, metrics);
}

export function withOptimizer(training: TrainingDocument, optimizer: Named<Optimizer['name']>): TrainingDocument {
  return { ...training, optimizer: short(optimizer) };
}

export function withSchedule(
  training: TrainingDocument,
  schedule: Named<LearningRateSchedule['name']>,
): TrainingDocument {
  const said = short(schedule) as NonNullable<TrainingDocument['learningRateSchedule']>;
  return withFields(training, { learningRateSchedule: said === 'constant' ? undefined : said });
}

export function withMetrics(training: TrainingDocument, metrics: readonly Named<Metric['name']>[]): TrainingDocument {
  return { ...training, metrics: metrics.map((metric) => short(metric) as Metric['name']) };
}

type Changes = { readonly [F in keyof TrainingDocument]?: TrainingDocument[F] | undefined };

/** With some fields changed; undefined leaves one out. */
export function withFields(training: TrainingDocument, fields: Changes): TrainingDocument {
  const all = Object.entries({ ...training, ...fields }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as unknown as TrainingDocument;
}

/** A setting of another name: every field at its default, or at what it begins with where it has none. */
export function fresh<N extends string>(name: N, rules: Rules): Named<N> {
  const needed = Object.entries(rules).filter(([, { fallback }]) => fallback === undefined);
  return { name, ...Object.fromEntries(needed.map(([field, { first }]) => [field, first])) };
}

export function freshOptimizer(name: Optimizer['name']): Named<Optimizer['name']> {
  return fresh(name, OPTIMIZERS[name].rules);
}

export function freshLoss(name: Loss['name']): Named<Loss['name']> {
  return fresh(name, LOSSES[name].rules);
}

export function freshSchedule(name: LearningRateSchedule['name']): Named<LearningRateSchedule['name']> {
  return fresh(name, SCHEDULES[name].rules);
}

/**
 * Metrics that fit.
 * @param outputs of the network
 * @param isOfClasses whether targets are classes, whatever the loss
 */
export function fittingMetrics(loss: Loss['name'], outputs: number, isOfClasses: boolean): readonly Metric['name'][] {
  const isSparse = loss === 'sparseCategoricalCrossentropy';
  return METRIC_NAMES.filter((name) => {
    const { targets, needsSeveral } = METRICS[name];
    if (needsSeveral && outputs === 1) return false;
    if (name === 'sparseCategoricalAccuracy') return isSparse;
    if (isSparse) return targets === 'classes' && name !== 'categoricalAccuracy';
    return targets === 'numbers' || isOfClasses || isCrossentropy(loss);
  });
}
