// After an epoch: lowers the learning rate when what is watched has stopped falling (patience.wgsl).
//
// epochLog (logRows, logColumns), a ring, of which the epoch's row is the last written. One invocation.

import package::counters::Counters;
import package::patience::Patience;
import package::patience::Plateau;
import package::patience::Waiting;
import package::patience::afterEpoch;
import package::rates::Rates;

struct Shape {
  column: u32,        // in the log, of what is watched
  logColumns: u32,
  logRows: u32,       // epoch e is row e % logRows
  patience: u32,
  cooldown: u32,
  factor: f32,
  minDelta: f32,
  leastFactor: f32,   // minLearningRate / learningRate
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> counters: Counters;
@group(0) @binding(2) var<storage, read> epochLog: array<f32>;
@group(0) @binding(3) var<storage, read_write> rates: Rates;
@group(0) @binding(4) var<storage, read_write> waiting: Waiting;

@compute @workgroup_size(1)
fn main() {
  if (counters.failed != 0u || counters.epoch == 0u) {
    return;
  }
  let value = epochLog[(counters.epoch - 1u) % shape.logRows * shape.logColumns + shape.column];
  let patience = Patience(shape.patience, shape.cooldown, shape.factor, shape.minDelta, shape.leastFactor);
  let after = afterEpoch(Plateau(rates.plateauBest, rates.plateauFactor, waiting), value, patience);
  rates.plateauBest = after.best;
  rates.plateauFactor = after.factor;
  waiting = after.waiting;
}
