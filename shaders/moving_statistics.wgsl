// After a batch with a finite loss: batch normalization's moving mean and variance take their share of the batch's.
//
// moments, statistics (2, U), the latter inside the buffer of all layers' statistics.

import package::counters::Counters;

override WORKGROUP: u32;

struct Shape {
  count: u32,      // 2 * U
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
  offset: u32,     // of this layer in statistics
  momentum: f32,
  rest: f32,       // 1 - momentum, which float32 could not subtract so exactly
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> counters: Counters;
@group(0) @binding(2) var<storage, read> moments: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i < shape.count && counters.failed == 0u) {
    let j = shape.offset + i;
    statistics[j] = shape.momentum * statistics[j] + shape.rest * moments[i];
  }
}
