// What is the same for all batches of a training under the persistent schedule.

import package::learning_rate::Schedule;
import package::patience::Patience;

struct SumMeasure {
  kind: u32,      // as measures.wgsl knows it; or TOP_K
  k: u32,
  shares: u32,    // of the training rows; those of the validation rows
  sharesMeasured: u32,
}

struct CountMeasure {
  buckets: u32,   // 0: a confusion matrix
  offset: u32,    // in counts
}

struct Settings {
  memory: u32,            // values that are in use
  layers: u32,
  lowest: u32,            // the lowest layer with weights that are trained
  inputs: u32,
  outputs: u32,
  targetColumns: u32,
  seed: u32,
  stream: u32,            // what tells the shuffle's random numbers from those of dropout
  shuffled: u32,          // rows in the order
  x: u32,                 // of the batch
  targets: u32,
  weights: u32,
  y: u32,                 // of the last layer, in training
  yMeasured: u32,         // in inference
  logits: u32,            // what the loss is computed from, in training
  logitsMeasured: u32,
  dz: u32,                // where the loss leaves its gradient
  lossSlope: u32,         // the activation whose slope it takes it through
  share: f32,             // of one output in the loss of its row
  delta: f32,
  partials: u32,          // the loss, the measures that are sums, the penalties
  sums: u32,              // of the epoch
  sumMeasures: u32,
  countMeasures: u32,
  counts: u32,            // how many
  penalties: u32,         // how many
  parameters: u32,
  gradients: u32,
  parameterCount: u32,
  previous: u32,          // in state
  first: u32,             // the optimizer's, one value for each parameter
  second: u32,
  squares: u32,           // of all gradients, their sum
  rates: u32,
  order: u32,             // in numbers
  epochLog: u32,          // in state
  countLog: u32,          // in numbers
  logRows: u32,
  logColumns: u32,
  countColumns: u32,
  watched: u32,           // by reduceOnPlateau: a column of the log
  clipValue: f32,
  clipNorm: f32,          // where gradients are clipped by their norm
  weightDecay: f32,
  momentum: f32,
  epsilon: f32,
  rho: f32,
  rest: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  learningRate: f32,
  schedule: Schedule,
  patience: Patience,
  sum: array<SumMeasure, 8>,
  count: array<CountMeasure, 4>,
}
