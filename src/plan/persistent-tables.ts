/**
 * The tables that tell shaders/persistent.wgsl what to do: settings, layers, programs and their order. All that is in
 * them is read off the plan's passes (their uniforms, constants and buffers), which keep the only home of each number.
 */
import { SHUFFLE_STREAM } from '../core/random.js';
import { shadersOf } from '../passes/dense.js';
import { optimizerInterfaces } from '../passes/optimizer.js';
import { encode, type Fields, type Pass, type PassShader } from '../passes/pass.js';
import {
  AMONG_THE_LARGEST,
  COUNT_FIELDS,
  FEATURES,
  LAYER_FIELDS,
  LAYER_KINDS,
  LINEAR,
  MOST_COUNTS,
  MOST_LAYERS,
  MOST_PROGRAMS,
  MOST_SUMS,
  NONE,
  OPTIMIZER_NUMBERS,
  PATIENCE_FIELDS,
  PROGRAM_FIELDS,
  PROGRAM_KINDS,
  SCHEDULE_FIELDS,
  SETTINGS_FIELDS,
  SOFTMAX,
  SOFTMAX_CROSSENTROPY,
  SUM_FIELDS,
} from '../passes/persistent.js';
import type { Network, PlannedLayer } from './network.js';
import { allPasses, type Loop, type Plan, programsOf } from './plan.js';

type Numbers = Readonly<Record<string, number>>;

/** The activations beside the linear one that passes use, in a fixed order: each has a slot. */
export function activationSlots(passes: readonly Pass[]): number[] {
  const used = passes.flatMap(({ constants }) => constants['ACTIVATION'] ?? []);
  return [...new Set(used)].filter((activation) => activation !== 0).sort((a, b) => a - b);
}

/**
 * @param plan whose buffers lie where the shader looks for them
 * @param slots of activationSlots
 * @param imageValues of the workgroup's memory
 */
export function persistentTables(
  plan: Plan,
  network: Network,
  slots: readonly number[],
  imageValues: number,
): Pick<Loop, 'tables' | 'constants'> {
  const look = new Lookup(plan, slots);
  const order = Object.keys(plan.programs);
  const turns = Uint32Array.from(programsOf(plan.epoch), (name) => order.indexOf(name));
  return {
    tables: {
      settings: settingsOf(plan, network, look, imageValues),
      layers: padded(
        LAYER_FIELDS,
        MOST_LAYERS,
        network.layers.map((layer) => layerOf(layer, network, look)),
      ),
      programs: padded(
        PROGRAM_FIELDS,
        MOST_PROGRAMS,
        Object.values(plan.programs).map((own) => programOf(plan, own, look)),
      ),
      turns,
    },
    constants: constantsOf(plan, look, slots),
  };
}

/** Finds passes and places. */
class Lookup {
  readonly #passes: readonly Pass[];
  readonly #offsets: ReadonlyMap<string, number>;
  readonly #slots: readonly number[];

  constructor(plan: Plan, slots: readonly number[]) {
    this.#passes = allPasses(plan);
    this.#offsets = new Map(plan.buffers.flatMap(({ name, within }) => (within ? [[name, within.offset]] : [])));
    this.#slots = slots;
  }

  /** The first pass of one of these shaders, of a certain part where one is given. */
  pass(shaders: readonly PassShader[], part?: number, passes = this.#passes): Pass | undefined {
    return passes.find((pass) => shaders.includes(pass.shader) && (part === undefined || pass.part === part));
  }

  /** Its uniforms; none where there is no such pass. */
  uniforms(shaders: readonly PassShader[], part?: number): Numbers {
    return this.pass(shaders, part)?.uniforms ?? {};
  }

  /** Where a buffer begins, in the one it lies in; 0 for one that there is not. */
  at(name: string | undefined): number {
    return (name === undefined ? undefined : this.#offsets.get(name)) ?? 0;
  }

  slot(activation: number | undefined): number {
    const slot = activation === undefined ? -1 : this.#slots.indexOf(activation);
    return slot < 0 ? LINEAR : slot;
  }
}

/** Every field, from what is known of it; 0 where nothing is, since the shader never looks there then. */
function filled(fields: Fields, known: Numbers): Record<string, number> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, known[name] ?? 0]));
}

/** Records one after the other, with empty ones up to as many as the shader has room for. */
function padded(fields: Fields, most: number, records: readonly Numbers[]): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(most * Object.keys(fields).length);
  table.set(joined(records.map((record) => encode(fields, record))));
  return table;
}

function joined(parts: readonly Uint32Array<ArrayBuffer>[]): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

function layerOf(planned: PlannedLayer, { layers }: Network, look: Lookup): Record<string, number> {
  const { index, layer, inputs, columns, offset, statisticsOffset, y, gradient } = planned;
  const dense = look.pass(shadersOf('forward'), index);
  const own = look.pass(['activation_forward', 'softmax_forward'], index);
  const slope = look.pass(['activation_gradient', 'softmax_gradient'], index);
  const below = look.pass(shadersOf('inputGradient'), index);
  const normalizationBelow = look.pass(['batch_normalization_gradient', 'layer_normalization_gradient'], index);
  const penalty = look.pass(['regularize'], index);
  const name = (what: string) => `layers.${index}.${what}`;
  return filled(LAYER_FIELDS, {
    kind: LAYER_KINDS[layer.type],
    inputs,
    columns,
    weights: look.at('parameters') + offset,
    gradients: look.at('gradients') + offset,
    useBias: dense?.uniforms['useBias'] ?? 0,
    x: inputAt(planned, look),
    xMeasured: measuredInputAt(index, layers, look),
    z: look.at(dense?.buffers['y']),
    y: look.at(y),
    epilogue: look.slot(dense?.constants['ACTIVATION']),
    separate: own ? (own.shader === 'softmax_forward' ? SOFTMAX : look.slot(own.constants['ACTIVATION'])) : NONE,
    gradient: look.at(gradient),
    slope: slope ? (slope.shader === 'softmax_gradient' ? SOFTMAX : look.slot(slope.constants['ACTIVATION'])) : NONE,
    slopeSource: look.at(slope?.buffers['source'] ?? slope?.buffers['y']),
    hasBelow: Number(below !== undefined || normalizationBelow !== undefined),
    gradientBelow: look.at(below?.buffers['dzBelow']),
    epilogueBelow: look.slot(below?.constants['ACTIVATION']),
    moments: look.at(name('moments')),
    sums: look.at(name('sums')),
    statistics: look.at('statistics') + statisticsOffset,
    ...look.uniforms(['dropout_forward'], index),
    ...look.uniforms(['moving_statistics'], index),
    epsilon: look.uniforms(['normalize'], index)['epsilon'] ?? 0,
    hasPenalty: Number(penalty !== undefined),
    penalty: look.at('partials') + (penalty?.uniforms['partialsOffset'] ?? 0),
    ...(penalty && { l1: penalty.uniforms['l1']!, l2: penalty.uniforms['l2']! }),
  });
}

/** Where the batch's own inputs are: in a buffer that rows are gathered into, or in the data's. */
function batchX(look: Lookup): number {
  return look.at(look.pass(['gather'], 0)?.buffers['batch'] ?? 'x');
}

function inputAt({ index, x }: PlannedLayer, look: Lookup): number {
  return index === 0 ? batchX(look) : look.at(x);
}

/** In inference, where dropout layers are left out. */
function measuredInputAt(index: number, layers: Network['layers'], look: Lookup): number {
  const below = layers.slice(0, index).findLast(({ layer }) => layer.type !== 'dropout');
  return below ? look.at(below.y) : batchX(look);
}

function programOf(plan: Plan, passes: readonly Pass[], look: Lookup): Record<string, number> {
  const only = passes.length === 1 ? passes[0]!.shader : undefined;
  if (only === 'shuffle') return filled(PROGRAM_FIELDS, { kind: PROGRAM_KINDS.order });
  if (only === 'plateau') return filled(PROGRAM_FIELDS, { kind: PROGRAM_KINDS.endOfEpoch });
  const find = (shaders: readonly PassShader[], part?: number) => look.pass(shaders, part, passes);
  const tables = [0, 1, 2].map((part) => find(['gather'], part));
  const [x, targets, weights] = tables.map((pass) => look.at(pass?.buffers['data']));
  const log = find(['log_batch'])!.uniforms;
  const loss = find(['elementwise_loss', 'softmax_crossentropy'])!.uniforms;
  const isTraining = log['isTraining'] === 1;
  const gradient = find([...shadersOf('kernelGradient'), 'normalization_weight_gradient']);
  return filled(PROGRAM_FIELDS, {
    ...log,
    kind: PROGRAM_KINDS.batch,
    isShuffled: tables[0]?.uniforms['isShuffled'] ?? 0,
    x: x!,
    targets: targets!,
    weights: weights!,
    isWeighted: loss['useWeights']!,
    gradientScale: loss['gradientScale']!,
    accumulate: gradient?.uniforms['accumulate'] ?? 0,
    firstCount: (isTraining ? plan.train : plan.validation)!.firstCount,
    shares: Number(!isTraining),
  });
}

function settingsOf(plan: Plan, network: Network, look: Lookup, imageValues: number): Uint32Array<ArrayBuffer> {
  const loss = look.pass(['elementwise_loss', 'softmax_crossentropy'])!;
  const measuredLoss = lossOfValidation(plan, look);
  const log = look.uniforms(['log_batch']);
  const logCounts = look.uniforms(['log_counts']);
  const updating = look.pass(Object.keys(optimizerInterfaces) as PassShader[])!;
  const state = Object.keys(optimizerInterfaces[updating.shader as keyof typeof optimizerInterfaces].bindings).slice(5);
  const last = network.layers.at(-1)!;
  const weights = look.pass(['gather'], 2);
  const plateau = look.uniforms(['plateau']);
  const settings = filled(SETTINGS_FIELDS, {
    ...look.uniforms(['update_rates']),
    ...updating.uniforms,
    memory: imageValues,
    layers: network.layers.length,
    lowest: network.lowest,
    inputs: network.layers[0]!.inputs,
    outputs: last.columns,
    targetColumns: look.uniforms(['gather'], 1)['columns'] ?? 0,
    seed: network.seed,
    stream: SHUFFLE_STREAM,
    shuffled: look.uniforms(['shuffle'])['rows'] ?? 0,
    x: batchX(look),
    targets: look.at(loss.buffers['targets']),
    weights: look.at(weights?.buffers['batch'] ?? 'weights'),
    y: look.at(last.y),
    yMeasured: measuredInputAt(network.layers.length, network.layers, look),
    logits: look.at(loss.buffers['y'] ?? loss.buffers['z']),
    logitsMeasured: look.at(measuredLoss.buffers['y'] ?? measuredLoss.buffers['z']),
    dz: look.at(last.gradient),
    lossSlope: look.slot(loss.constants['ACTIVATION']),
    share: loss.uniforms['share'] ?? 1,
    delta: loss.uniforms['delta'] ?? 1,
    partials: look.at('partials'),
    sums: look.at('sums'),
    sumMeasures: plan.train!.sums.length,
    countMeasures: plan.train!.counts.length,
    counts: logCounts['count'] ?? 0,
    penalties: log['penalties']!,
    parameters: look.at('parameters'),
    gradients: look.at('gradients'),
    parameterCount: updating.uniforms['count']!,
    previous: look.at('previous'),
    first: look.at(state[0]),
    second: look.at(state[1]),
    squares: look.at('squares'),
    rates: look.at('rates'),
    order: look.at('order'),
    epochLog: look.at('epochLog'),
    countLog: look.at('countLog'),
    logRows: log['logRows']!,
    logColumns: log['logColumns']!,
    countColumns: logCounts['logColumns'] ?? 0,
    watched: plateau['column'] ?? 0,
  });
  const sums = Array.from({ length: MOST_SUMS }, (_, m) => encode(SUM_FIELDS, sumOf(plan, m, look)));
  const counts = Array.from({ length: MOST_COUNTS }, (_, m) => {
    const { offset = 0, buckets = 0 } = look.uniforms(['count_confusion', 'count_thresholds'], m);
    return encode(COUNT_FIELDS, { offset, buckets });
  });
  return joined([
    encode(SETTINGS_FIELDS, settings),
    encode(SCHEDULE_FIELDS, filled(SCHEDULE_FIELDS, look.uniforms(['update_rates']))),
    encode(PATIENCE_FIELDS, filled(PATIENCE_FIELDS, plateau)),
    ...sums,
    ...counts,
  ]);
}

/** The loss's pass in a program that only measures; where there is none, that of the training. */
function lossOfValidation(plan: Plan, look: Lookup): Pass {
  const measuring = Object.values(plan.programs).find((passes) =>
    passes.some(({ shader, uniforms }) => shader === 'log_batch' && uniforms['isTraining'] === 0),
  );
  return look.pass(['elementwise_loss', 'softmax_crossentropy'], undefined, measuring)!;
}

function sumOf(plan: Plan, part: number, look: Lookup): Numbers {
  const found = Object.values(plan.programs).flatMap((passes) => {
    const pass = look.pass(['elementwise_metric', 'top_k'], part, passes);
    return pass ? [{ pass, isTraining: passes.some(({ uniforms }) => uniforms['isTraining'] === 1) }] : [];
  });
  const train = found.find(({ isTraining }) => isTraining)?.pass;
  const measured = found.find(({ isTraining }) => !isTraining)?.pass ?? train;
  return {
    kind: train?.shader === 'top_k' ? AMONG_THE_LARGEST : (train?.constants['METRIC'] ?? 0),
    k: train?.uniforms['k'] ?? 0,
    shares: look.at(train?.buffers['shares']),
    sharesMeasured: look.at(measured?.buffers['shares']),
  };
}

function constantsOf(plan: Plan, look: Lookup, slots: readonly number[]): Numbers {
  const passes = allPasses(plan);
  const loss = look.pass(['elementwise_loss', 'softmax_crossentropy'])!;
  const updating = look.pass(Object.keys(optimizerInterfaces) as PassShader[])!;
  const optimizer = updating.shader as keyof typeof optimizerInterfaces;
  const isOn = (uniform: string) => passes.some(({ uniforms }) => uniforms[uniform] === 1);
  const features = Object.values(FEATURES).reduce(
    (bits, { bit, of }) =>
      passes.some(({ shader }) => (of as readonly PassShader[]).includes(shader)) ? bits | bit : bits,
    (isOn('useWeights') ? FEATURES.weighs.bit : 0) | (isOn('accumulate') ? FEATURES.accumulates.bit : 0),
  );
  return {
    FEATURES: features,
    ...Object.fromEntries([0, 1, 2, 3].map((slot) => [`ACTIVATION_${slot}`, slots[slot] ?? 0])),
    LOSS: loss.constants['LOSS'] ?? SOFTMAX_CROSSENTROPY,
    SPARSE: passes.some(({ constants }) => constants['SPARSE'] === 1) ? 1 : 0,
    OPTIMIZER: updating.constants['NESTEROV'] === 1 ? OPTIMIZER_NUMBERS.nesterov : OPTIMIZER_NUMBERS[optimizer],
    SCHEDULE: look.pass(['update_rates'])?.constants['SCHEDULE'] ?? 0,
  };
}
