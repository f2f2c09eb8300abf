// How many rows have their true class among the k largest outputs: partial sums. With k = 1, the accuracy.
//
// y (B, U)   targets (B, U), or (B, 1) with class numbers where SPARSE is 1   partials (workgroups).
// Of equal outputs the first counts as the larger one; so does it of equal targets. A row with an output that is not
// finite is no hit: there is no larger and smaller.

import package::finite::isFinite;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

override SPARSE: u32;

struct Shape {
  rows: u32,     // B
  columns: u32,  // U
  stride: u32,   // invocations in the whole dispatch
  offset: u32,   // of the metric's partial sums, in values
  k: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

fn trueClass(row: u32) -> u32 {
  if (SPARSE == 1u) {
    return u32(targets[row]);
  }
  var best = 0u;
  for (var c = 1u; c < shape.columns; c++) {
    if (targets[row * shape.columns + c] > targets[row * shape.columns + best]) {
      best = c;
    }
  }
  return best;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var row = group.x * WORKGROUP + local; row < shape.rows; row += shape.stride) {
    let label = trueClass(row);
    let value = y[row * shape.columns + label];
    var larger = 0u;
    var isOrdered = true;
    for (var c = 0u; c < shape.columns; c++) {
      let other = y[row * shape.columns + c];
      if (other > value || (other == value && c < label)) {
        larger++;
      }
      isOrdered = isOrdered && isFinite(other);
    }
    sum += select(0.0, 1.0, isOrdered && larger < shape.k);
  }
  let total = sumOverWorkgroup(local, sum);
  if (local == 0u) {
    partials[shape.offset + group.x] = total;
  }
}
