// L1 and L2 regularization of one kernel: partial sums of l1 * |w| + l2 * w^2, and their gradient on top of the loss's.
//
// parameters, gradients: the kernel's range of the flat buffers   partials (workgroups) at partialsOffset.

import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  count: u32,           // values of the kernel
  stride: u32,          // invocations in the whole dispatch
  offset: u32,          // of the kernel in the flat buffers
  partialsOffset: u32,
  addsGradient: u32,    // 1 in the batch whose update uses it, else 0
  l1: f32,
  l2: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> parameters: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * WORKGROUP + local; i < shape.count; i += shape.stride) {
    let w = parameters[shape.offset + i];
    sum += shape.l1 * abs(w) + shape.l2 * w * w;
    if (shape.addsGradient == 1u) {
      gradients[shape.offset + i] += shape.l1 * sign(w) + 2.0 * shape.l2 * w;
    }
  }
  let total = sumOverWorkgroup(local, sum);
  if (local == 0u) {
    partials[shape.partialsOffset + group.x] = total;
  }
}
