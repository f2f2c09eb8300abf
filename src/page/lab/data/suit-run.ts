/**
 * Makes a run fit the target of its data: the last layer, the loss, the metrics, and what depends on these. Hidden layers, the
 * optimizer and all else stay as they are, and what fits already is left alone. Pure functions of plain data.
 */
import { METRICS } from '../../../core/metrics.js';
import type { LayerDocument } from '../../../core/model.js';
import { counted } from '../../../core/text.js';
import type { Activation } from '../../../core/activations.js';
import type { Loss, Metric } from '../../../core/training.js';
import type { LabRun } from '../lab-state.js';

/** What is to be predicted. */
export type TargetFacts =
  | { readonly kind: 'classes'; readonly name: string; readonly classes: number }
  /** A column for each class, with a 1 in that of the row's. */
  | { readonly kind: 'shares'; readonly name: string; readonly classes: number }
  | { readonly kind: 'numbers'; readonly name: string; readonly outputs: number };

export interface Suited {
  readonly run: LabRun;
  /** What was changed and why, in one sentence; undefined where all was fitting. */
  readonly change: string | undefined;
}

interface Wanted {
  readonly units: number;
  readonly activation: Activation;
  readonly losses: readonly Loss['name'][];
}

const OF_NUMBERS: readonly Loss['name'][] = ['meanSquaredError', 'meanAbsoluteError', 'huber', 'halfSumSquaredError'];

/** What goes with a target; the first is what is taken, the others are left alone. */
function wantedFor(facts: TargetFacts): readonly Wanted[] {
  if (facts.kind === 'numbers') return [{ units: facts.outputs, activation: 'linear', losses: OF_NUMBERS }];
  const { classes } = facts;
  if (facts.kind === 'shares') return [{ units: classes, activation: 'softmax', losses: ['categoricalCrossentropy'] }];
  const several: Wanted = {
    units: Math.max(classes, 2),
    activation: 'softmax',
    // Points that are drawn are class numbers, which the loss for shares does not take.
    losses: ['sparseCategoricalCrossentropy'],
  };
  if (classes > 2) return [several];
  return [{ units: 1, activation: 'sigmoid', losses: ['binaryCrossentropy'] }, several];
}

export function suitRun(run: LabRun, facts: TargetFacts): Suited {
  const choices = wantedFor(facts);
  const loss = nameOf(run.training.loss);
  const isFitting = (wanted: Wanted) => hasOutputs(run.model.layers, wanted) && wanted.losses.includes(loss);
  const wanted = choices.find(isFitting) ?? choices[0]!;
  const hasLayers = hasOutputs(run.model.layers, wanted);
  // Given weights are of the shapes that were.
  const model = hasLayers ? run.model : { ...unweighted(run.model), layers: withOutputs(run.model.layers, wanted) };
  const training = suitTraining(run.training, wanted, facts);
  const changes = [
    !hasLayers && `the last layer now has ${counted(wanted.units, 'unit')} with ${wanted.activation}`,
    nameOf(training.loss) !== loss && `the loss is now ${nameOf(training.loss)}`,
    textOf(training.metrics) !== textOf(run.training.metrics) && metricsText(training.metrics ?? []),
  ].filter((change) => change !== false);
  if (changes.length === 0 && training === run.training) return { run, change: undefined };
  return { run: { ...run, model, training }, change: changes.length > 0 ? sentence(changes, facts) : undefined };
}

/**
 * The run with other data. What only the data before could have is taken out: given weights, the training's own way to hold rows
 * back, and what watches validation rows where there are none.
 */
export function withData(run: LabRun, data: LabRun['data'], facts: TargetFacts): Suited {
  const training = { ...run.training };
  delete training.validationSplit;
  const hasValidation =
    ('validation' in data && data.validation !== undefined) ||
    ('validationSplit' in data && (data.validationSplit ?? 0) > 0);
  return suitRun(
    { data, model: unweighted(run.model), training: hasValidation ? training : unwatched(training) },
    facts,
  );
}

function unweighted(model: LabRun['model']): LabRun['model'] {
  const { seed, layers } = model;
  return seed === undefined ? { layers } : { seed, layers };
}

function unwatched(training: LabRun['training']): LabRun['training'] {
  const { earlyStopping, learningRateSchedule: schedule, ...rest } = training;
  const watches = (settings: unknown) =>
    typeof settings === 'object' &&
    settings !== null &&
    String((settings as { monitor?: unknown }).monitor).startsWith('val_');
  return {
    ...rest,
    ...(earlyStopping && {
      earlyStopping: watches(earlyStopping) ? { ...earlyStopping, monitor: undefined } : earlyStopping,
    }),
    ...(schedule !== undefined && {
      learningRateSchedule:
        watches(schedule) && typeof schedule === 'object' && schedule.name === 'reduceOnPlateau'
          ? { ...schedule, monitor: undefined }
          : schedule,
    }),
  };
}

function hasOutputs(layers: readonly LayerDocument[], { units, activation }: Wanted): boolean {
  const dense = layers.findLastIndex(isDense);
  const last = layers.at(-1);
  if (dense < 0 || !last) return false;
  const own = 'activation' in last && last.activation !== undefined ? last.activation : 'linear';
  return unitsOf(layers[dense]!) === units && own === activation;
}

/** The last dense layer becomes the output; what stood behind it had to do with the outputs before. */
function withOutputs(layers: readonly LayerDocument[], { units, activation }: Wanted): readonly LayerDocument[] {
  const dense = layers.findLastIndex(isDense);
  if (dense < 0) return [...layers, { units, activation }];
  return [...layers.slice(0, dense), { ...(layers[dense] as { units: number }), units, activation }];
}

function isDense(layer: LayerDocument): boolean {
  return layer.type === undefined || layer.type === 'dense';
}

function unitsOf(layer: LayerDocument): number | undefined {
  return 'units' in layer ? layer.units : undefined;
}

function suitTraining(training: LabRun['training'], wanted: Wanted, facts: TargetFacts): LabRun['training'] {
  const isKept = wanted.losses.includes(nameOf(training.loss));
  const loss = isKept ? training.loss : wanted.losses[0]!;
  const given = training.metrics ?? [];
  // What told of the numbers before tells little of classes.
  const isStale = (metric: (typeof given)[number]) => !isKept && METRICS[nameOf(metric)].targets === 'numbers';
  const fitting = given
    .filter((metric) => isFittingMetric(metric, nameOf(loss), wanted.units))
    .filter((metric) => facts.kind === 'numbers' || !isStale(metric));
  const metrics =
    fitting.length > 0 || (given.length === 0 && isKept)
      ? fitting
      : [facts.kind === 'numbers' ? ('meanAbsoluteError' as const) : ('accuracy' as const)];
  const { classWeight, earlyStopping } = training;
  const classes = facts.kind === 'numbers' ? 0 : facts.classes;
  const hasStrangers = classWeight && Object.keys(classWeight).some((label) => !(Number(label) < classes));
  const monitored = earlyStopping?.monitor?.replace(/^val_/, '');
  const isLost =
    monitored !== undefined && monitored !== 'loss' && !metrics.some((metric) => nameOf(metric) === monitored);
  if (isKept && fitting.length === given.length && !hasStrangers && !isLost) return training;
  return {
    ...training,
    loss,
    metrics,
    ...(hasStrangers && { classWeight: undefined }),
    ...(isLost && { earlyStopping: { ...earlyStopping, monitor: undefined } }),
  };
}

/** The rules of core/task-checks.ts, for what may stay. */
function isFittingMetric(
  metric: NonNullable<LabRun['training']['metrics']>[number],
  loss: Loss['name'],
  units: number,
): boolean {
  const name = nameOf(metric);
  const { targets, needsSeveral } = METRICS[name];
  const isSparse = loss === 'sparseCategoricalCrossentropy';
  // Of numbers there are no classes to be right about; of classes, distances say little and are refused as class numbers.
  if (OF_NUMBERS.includes(loss)) return targets === 'numbers';
  if (isSparse && targets !== 'classes') return false;
  if (needsSeveral && units === 1) return false;
  if (name === 'sparseCategoricalAccuracy' && !isSparse) return false;
  if (name === 'categoricalAccuracy' && isSparse) return false;
  const k = typeof metric === 'object' && 'k' in metric ? (metric.k ?? 5) : 5;
  return name !== 'topKCategoricalAccuracy' || k <= units;
}

function nameOf<T extends string>(named: T | { readonly name: T }): T {
  return typeof named === 'string' ? named : named.name;
}

function textOf(metrics: LabRun['training']['metrics']): string {
  return (metrics ?? []).map((metric) => nameOf<Metric['name']>(metric)).join();
}

function metricsText(metrics: NonNullable<LabRun['training']['metrics']>): string {
  const names = metrics.map((metric) => nameOf<Metric['name']>(metric));
  if (names.length === 0) return 'there is no metric now';
  return names.length === 1 ? `the metric is ${names[0]}` : `the metrics are ${names.join(', ')}`;
}

function sentence(changes: readonly string[], facts: TargetFacts): string {
  const list = changes.length > 1 ? `${changes.slice(0, -1).join(', ')} and ${changes.at(-1)}` : changes[0]!;
  return `${list[0]!.toUpperCase()}${list.slice(1)}, for ${whatFor(facts)}.`;
}

function whatFor(facts: TargetFacts): string {
  if (facts.kind === 'numbers')
    return facts.outputs === 1 ? `the numbers of ${facts.name}` : `the ${facts.outputs} numbers of ${facts.name}`;
  return `the ${facts.classes === 1 ? '1 class' : `${facts.classes} classes`} of ${facts.name}`;
}
