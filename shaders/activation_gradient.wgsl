// Backward through an activation, in place: gradient *= slope. `source` is the activation's output or its input,
// whichever its slope follows from (activation.wgsl).

import package::activation_slope::activationSlope;

override WORKGROUP: u32;

struct Shape {
  count: u32,
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i < shape.count) {
    gradient[i] *= activationSlope(source[i]);
  }
}
