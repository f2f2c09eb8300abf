// Closes the forward half of a batch: adds the partial sums of its loss and metrics to those of the epoch, writes
// the epoch's row of the log after its last batch, and advances the counters.
//
// partials (columns * P, then the penalties')   sums (columns)   epochLog (logRows, logColumns), a ring. One workgroup.
// A loss that is not finite stops everything: `failed` is set, and from then on nothing changes.

import package::counters::Counters;
import package::finite::isFinite;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  partials: u32,     // P, of each column
  columns: u32,      // the loss, then the metrics that are sums
  penalties: u32,    // partial sums of the regularization, behind the columns
  rows: u32,         // of this batch
  examples: u32,     // rows of the epoch
  lossWeight: f32,   // of the batch's sum in the epoch's: 1 for means, the rows for sums
  penaltyWeight: f32,  // of the penalty in the epoch: the rows
  firstColumn: u32,  // in the log
  logColumns: u32,
  logRows: u32,      // epoch e is row e % logRows
  isTraining: u32,   // 1 or 0, as the three below
  isUpdate: u32,     // the weights change after this batch
  isLast: u32,       // of the epoch, or of the validation data
  endsEpoch: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> counters: Counters;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> epochLog: array<f32>;

fn total(local: u32, first: u32, count: u32) -> f32 {
  var sum = 0.0;
  for (var i = local; i < count; i += WORKGROUP) {
    sum += partials[first + i];
  }
  return sumOverWorkgroup(local, sum);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  let penalty = total(local, shape.columns * shape.partials, shape.penalties);
  var isGood = true;
  for (var column = 0u; column < shape.columns; column++) {
    var value = total(local, column * shape.partials, shape.partials);
    if (column == 0u) {
      value = shape.lossWeight * value + shape.penaltyWeight * penalty;
      isGood = shape.isTraining == 0u || isFinite(value);
    }
    if (local == 0u && counters.failed == 0u && isGood) {
      sums[column] += value;
      if (shape.isLast == 1u) {
        let row = counters.epoch % shape.logRows;
        epochLog[row * shape.logColumns + shape.firstColumn + column] = sums[column] / f32(shape.examples);
      }
      sums[column] = select(sums[column], 0.0, shape.isLast == 1u);
    }
  }
  if (local == 0u && counters.failed == 0u) {
    if (isGood) {
      counters.batch += shape.isTraining;
      counters.step += shape.isUpdate;
      counters.epoch += shape.endsEpoch;
      counters.position = select(counters.position + shape.rows, 0u, shape.isLast == 1u);
    } else {
      counters.failed = counters.step + 1u;
    }
  }
}
