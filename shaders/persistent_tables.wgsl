// What the persistent schedule is told: the layers, the programs of an epoch and their order. Offsets are places in
// `memory`, in values, unless they say otherwise. src/passes/persistent.ts lays these tables out, field by field.

import package::persistent_settings::Settings;

struct Control {
  turn: u32,   // of the epoch, the first that this dispatch does
  turns: u32,  // how many it does
  only: u32,   // EVERYTHING; or the one kind of pass that is done, to be looked at
  part: u32,   // and for which layer, table or measure
}

struct Layer {
  kind: u32,
  inputs: u32,
  columns: u32,
  weights: u32,         // its kernel or gamma; bias or beta lies right behind
  gradients: u32,       // of these
  useBias: u32,
  x: u32,               // its input in training
  xMeasured: u32,       // its input in inference, where dropout is left out
  z: u32,               // what a product goes to
  y: u32,
  epilogue: u32,        // the activation that belongs to the product
  separate: u32,        // the activation that is a pass of its own, or NONE
  gradient: u32,        // of its output, and in the end of its input where the two have one shape
  slope: u32,           // the activation whose slope is a pass of its own, or NONE
  slopeSource: u32,     // what that slope follows from
  hasBelow: u32,        // 1: the gradient of its input is wanted
  gradientBelow: u32,
  epilogueBelow: u32,   // the activation that made its input
  moments: u32,
  sums: u32,
  statistics: u32,
  threshold: u32,       // of 2^24 equally likely values, how many mean "dropped"
  scale: f32,           // 1 / (1 - rate)
  epsilon: f32,
  momentum: f32,
  rest: f32,            // 1 - momentum
  hasPenalty: u32,
  penalty: u32,         // its partial sum
  l1: f32,
  l2: f32,
}

struct Program {
  kind: u32,
  isShuffled: u32,
  isWeighted: u32,      // 1: its rows count differently
  x: u32,               // in data
  targets: u32,         // in data
  weights: u32,         // in data
  rows: u32,
  examples: u32,
  gradientScale: f32,
  lossWeight: f32,
  penaltyWeight: f32,
  accumulate: u32,      // 1 or 0, as the four below
  isTraining: u32,
  isUpdate: u32,
  isLast: u32,
  endsEpoch: u32,
  firstColumn: u32,     // in the log
  firstCount: u32,      // in the log of counts
  shares: u32,          // which of a measure's shares: 0 of the training rows, 1 of the validation rows
}

// Records that there is room for, so that no size has to be looked up.
const MOST_LAYERS = 16u;
const MOST_PROGRAMS = 16u;

@group(0) @binding(0) var<uniform> control: Control;
@group(0) @binding(1) var<storage, read> settings: Settings;
@group(0) @binding(2) var<storage, read> layers: array<Layer, MOST_LAYERS>;
@group(0) @binding(3) var<storage, read> programs: array<Program, MOST_PROGRAMS>;
@group(0) @binding(4) var<storage, read> turns: array<u32>;        // of an epoch: which program
@group(0) @binding(5) var<storage, read> data: array<f32>;
@group(0) @binding(7) var<storage, read_write> numbers: array<u32>;  // of counters, waiting; then order, countLog
@group(0) @binding(8) var<storage, read_write> counts: array<atomic<u32>>;
