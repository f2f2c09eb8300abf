// Backward through dropout, in place, with the mask that the forward pass of this batch had.

import package::counters::Counters;
import package::threefry::threefry;

override WORKGROUP: u32;

struct Shape {
  count: u32,
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
  seed: u32,
  layer: u32,
  threshold: u32,  // of 2^24 equally likely values, how many mean "dropped"
  scale: f32,      // 1 / (1 - rate)
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> counters: Counters;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i < shape.count) {
    let isKept = (threefry(vec2u(shape.seed, shape.layer), vec2u(counters.batch, i)).x >> 8u) >= shape.threshold;
    gradient[i] = select(0.0, gradient[i] * shape.scale, isKept);
  }
}
