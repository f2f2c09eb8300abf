// The first half of clipping by the global norm: partial sums of the squares of all gradients.

import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  count: u32,   // parameters in all
  stride: u32,  // invocations in the whole dispatch
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read_write> squares: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * WORKGROUP + local; i < shape.count; i += shape.stride) {
    sum += gradients[i] * gradients[i];
  }
  let total = sumOverWorkgroup(local, sum);
  if (local == 0u) {
    squares[group.x] = total;
  }
}
