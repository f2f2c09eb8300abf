// Crossentropy of a softmax, straight from its logits: log(sum(exp(z))) - z of the true class, row by row.
//
// z (B, U)   targets (B, U), or (B, 1) with class numbers where SPARSE is 1   weights (B)
// dz (B, U) = softmax(z) - target   partials (workgroups). Targets may be any shares; their sum is T.

import package::logarithm::naturalLog;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

override SPARSE: u32;

struct Shape {
  rows: u32,           // B
  columns: u32,        // U
  stride: u32,         // invocations in the whole dispatch
  useWeights: u32,     // 1; or 0, where `weights` is not read
  gradientScale: f32,  // of one row in the loss of its batch: 1 / B for a mean
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> dz: array<f32>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;

fn goalAt(row: u32, column: u32) -> f32 {
  if (SPARSE == 1u) {
    return select(0.0, 1.0, u32(targets[row]) == column);
  }
  return targets[row * shape.columns + column];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var row = group.x * WORKGROUP + local; row < shape.rows; row += shape.stride) {
    let first = row * shape.columns;
    var largest = z[first];
    for (var c = 1u; c < shape.columns; c++) {
      largest = max(largest, z[first + c]);
    }
    // Relative to the largest logit everything below is at most 1, and the true class loses no digits.
    var exponentials = 0.0;
    var goals = 0.0;
    var product = 0.0;
    for (var c = 0u; c < shape.columns; c++) {
      let goal = goalAt(row, c);
      let distance = z[first + c] - largest;
      let e = exp(distance);
      dz[first + c] = e;
      exponentials += e;
      goals += goal;
      product += goal * distance;
    }
    var weight = 1.0;
    if (shape.useWeights == 1u) {
      weight = weights[row];
    }
    sum += weight * (goals * naturalLog(exponentials) - product);
    for (var c = 0u; c < shape.columns; c++) {
      dz[first + c] = weight * shape.gradientScale * (dz[first + c] / exponentials * goals - goalAt(row, c));
    }
  }
  let total = sumOverWorkgroup(local, sum);
  if (local == 0u) {
    partials[group.x] = total;
  }
}
