/**
 * The descriptor of shaders/persistent.wgsl, which runs the passes of a whole training in one dispatch: its constants,
 * its tables field by field, and the numbers by which it knows passes, features, optimizers. Layouts only; what is in
 * the tables follows from a plan's passes (plan/persistent-tables.ts).
 */
import type { PassShader } from './shader-names.js';
import type { Fields, ShaderInterface } from './pass.js';

const tables = { settings: 'read', layers: 'read', programs: 'read', turns: 'read', data: 'read' } as const;

export const persistentInterface = {
  constants: [
    'WORKGROUP',
    'MEMORY',
    'FEATURES',
    'COLUMNS',
    'ACTIVATION_0',
    'ACTIVATION_1',
    'ACTIVATION_2',
    'ACTIVATION_3',
    'LOSS',
    'SPARSE',
    'OPTIMIZER',
    'SCHEDULE',
  ],
  uniforms: { turn: 'u32', turns: 'u32', only: 'u32', part: 'u32' },
  bindings: { ...tables, state: 'read_write', numbers: 'read_write', counts: 'read_write' },
} as const satisfies ShaderInterface;

/** The same shader where the memory is `state` itself, and has no size of its own. */
export const inStorageInterface: ShaderInterface = {
  ...persistentInterface,
  constants: persistentInterface.constants.filter((name) => name !== 'MEMORY'),
  bindings: { ...tables, memory: 'read_write', numbers: 'read_write', counts: 'read_write' },
};

/** Instead of one of the kinds below: all of them. */
export const EVERYTHING = 0;

/** What a pass is called by, where a dispatch does a single one. The passes that share a number exclude each other. */
export const PASS_KINDS: Readonly<Record<PassShader, number>> = {
  shuffle: 1,
  gather: 2,
  dense_forward: 3,
  dense_forward_plain: 3,
  dense_forward_registers: 3,
  dense_forward_quads: 3,
  activation_forward: 4,
  softmax_forward: 5,
  dropout_forward: 6,
  column_moments: 7,
  row_moments: 7,
  normalize: 8,
  elementwise_loss: 9,
  softmax_crossentropy: 9,
  elementwise_metric: 10,
  top_k: 10,
  count_confusion: 11,
  count_thresholds: 11,
  dense_input_gradient: 12,
  dense_input_gradient_plain: 12,
  dense_input_gradient_registers: 12,
  dense_input_gradient_quads: 12,
  dense_kernel_gradient: 13,
  dense_kernel_gradient_plain: 13,
  dense_kernel_gradient_registers: 13,
  dense_kernel_gradient_quads: 13,
  activation_gradient: 14,
  softmax_gradient: 15,
  dropout_gradient: 16,
  normalization_weight_gradient: 17,
  batch_normalization_gradient: 18,
  layer_normalization_gradient: 18,
  regularize: 19,
  log_counts: 20,
  log_batch: 21,
  moving_statistics: 22,
  gradient_norm: 23,
  update_rates: 24,
  sgd: 25,
  momentum: 25,
  rmsprop: 25,
  adagrad: 25,
  adam: 25,
  plateau: 26,
};

/** What of the shader a training needs, a bit for each, and the passes that need it. */
export const FEATURES = {
  shuffles: { bit: 1, of: ['shuffle'] },
  gathers: { bit: 2, of: ['gather'] },
  separateActivations: { bit: 4, of: ['activation_forward', 'softmax_forward'] },
  softmaxes: { bit: 8, of: ['softmax_forward', 'softmax_gradient'] },
  drops: { bit: 16, of: ['dropout_forward'] },
  normalizes: { bit: 32, of: ['normalize'] },
  separateSlopes: { bit: 64, of: ['activation_gradient', 'softmax_gradient'] },
  /** Rows that count differently; no pass of its own. */
  weighs: { bit: 128, of: [] },
  sums: { bit: 256, of: ['elementwise_metric'] },
  topK: { bit: 512, of: ['top_k'] },
  counts: { bit: 1024, of: ['count_confusion', 'count_thresholds'] },
  penalties: { bit: 2048, of: ['regularize'] },
  clipsNorm: { bit: 4096, of: ['gradient_norm'] },
  rates: { bit: 8192, of: ['update_rates'] },
  watches: { bit: 16384, of: ['plateau'] },
  /** Gradients of several batches; no pass of its own. */
  accumulates: { bit: 32768, of: [] },
} as const satisfies Record<string, { readonly bit: number; readonly of: readonly PassShader[] }>;

export const LAYER_KINDS = {
  dense: 0,
  activation: 1,
  dropout: 2,
  batchNormalization: 3,
  layerNormalization: 4,
} as const;

export const PROGRAM_KINDS = { batch: 0, order: 1, endOfEpoch: 2 } as const;

export const OPTIMIZER_NUMBERS = { sgd: 0, momentum: 1, nesterov: 2, rmsprop: 3, adagrad: 4, adam: 5 } as const;

/** Activations beside the linear one that one network may use. */
export const ACTIVATION_SLOTS = 4;
/** Instead of a slot. */
export const LINEAR = 4;
export const SOFTMAX = 5;
export const NONE = 0xffffffff;

/** The loss that is none of losses.wgsl, and the measure that is none of measures.wgsl. */
export const SOFTMAX_CROSSENTROPY = 6;
export const AMONG_THE_LARGEST = 3;

/** Counters and what a plateau waits for come first in `numbers`. */
export const STANDING_NUMBERS = 7;

export const LAYER_FIELDS = {
  kind: 'u32',
  inputs: 'u32',
  columns: 'u32',
  weights: 'u32',
  gradients: 'u32',
  useBias: 'u32',
  x: 'u32',
  xMeasured: 'u32',
  z: 'u32',
  y: 'u32',
  epilogue: 'u32',
  separate: 'u32',
  gradient: 'u32',
  slope: 'u32',
  slopeSource: 'u32',
  hasBelow: 'u32',
  gradientBelow: 'u32',
  epilogueBelow: 'u32',
  moments: 'u32',
  sums: 'u32',
  statistics: 'u32',
  threshold: 'u32',
  scale: 'f32',
  epsilon: 'f32',
  momentum: 'f32',
  rest: 'f32',
  hasPenalty: 'u32',
  penalty: 'u32',
  l1: 'f32',
  l2: 'f32',
} as const satisfies Fields;

export const PROGRAM_FIELDS = {
  kind: 'u32',
  isShuffled: 'u32',
  isWeighted: 'u32',
  x: 'u32',
  targets: 'u32',
  weights: 'u32',
  rows: 'u32',
  examples: 'u32',
  gradientScale: 'f32',
  lossWeight: 'f32',
  penaltyWeight: 'f32',
  accumulate: 'u32',
  isTraining: 'u32',
  isUpdate: 'u32',
  isLast: 'u32',
  endsEpoch: 'u32',
  firstColumn: 'u32',
  firstCount: 'u32',
  shares: 'u32',
} as const satisfies Fields;

export const SUM_FIELDS = { kind: 'u32', k: 'u32', shares: 'u32', sharesMeasured: 'u32' } as const satisfies Fields;
export const COUNT_FIELDS = { buckets: 'u32', offset: 'u32' } as const satisfies Fields;
/** Values of `state` where it is the memory itself. */
export const STATE_VALUES = 65536;
/** As many records as the shader's tables have room for. */
export const MOST_LAYERS = 16;
export const MOST_PROGRAMS = 16;
/** As many measures as the shader's settings have room for. */
export const MOST_SUMS = 8;
export const MOST_COUNTS = 4;

/** The schedule of learning_rate.wgsl and the patience of patience.wgsl. */
export const SCHEDULE_FIELDS = {
  warmupSteps: 'u32',
  decaySteps: 'u32',
  logDecayRate: 'f32',
  alpha: 'f32',
  initial: 'f32',
  peak: 'f32',
  descent: 'f32',
} as const satisfies Fields;
export const PATIENCE_FIELDS = {
  patience: 'u32',
  cooldown: 'u32',
  factor: 'f32',
  minDelta: 'f32',
  leastFactor: 'f32',
} as const satisfies Fields;

/** Up to what belongs to schedule, patience and measures, which follow in this order. */
export const SETTINGS_FIELDS = {
  memory: 'u32',
  layers: 'u32',
  lowest: 'u32',
  inputs: 'u32',
  outputs: 'u32',
  targetColumns: 'u32',
  seed: 'u32',
  stream: 'u32',
  shuffled: 'u32',
  x: 'u32',
  targets: 'u32',
  weights: 'u32',
  y: 'u32',
  yMeasured: 'u32',
  logits: 'u32',
  logitsMeasured: 'u32',
  dz: 'u32',
  lossSlope: 'u32',
  share: 'f32',
  delta: 'f32',
  partials: 'u32',
  sums: 'u32',
  sumMeasures: 'u32',
  countMeasures: 'u32',
  counts: 'u32',
  penalties: 'u32',
  parameters: 'u32',
  gradients: 'u32',
  parameterCount: 'u32',
  previous: 'u32',
  first: 'u32',
  second: 'u32',
  squares: 'u32',
  rates: 'u32',
  order: 'u32',
  epochLog: 'u32',
  countLog: 'u32',
  logRows: 'u32',
  logColumns: 'u32',
  countColumns: 'u32',
  watched: 'u32',
  clipValue: 'f32',
  clipNorm: 'f32',
  weightDecay: 'f32',
  momentum: 'f32',
  epsilon: 'f32',
  rho: 'f32',
  rest: 'f32',
  beta1: 'f32',
  rest1: 'f32',
  beta2: 'f32',
  rest2: 'f32',
  learningRate: 'f32',
} as const satisfies Fields;
