// An activation as an operation of its own: y = activation(x), element by element.

import package::activation::activate;

override WORKGROUP: u32;

struct Shape {
  count: u32,
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i < shape.count) {
    y[i] = activate(x[i]);
  }
}
