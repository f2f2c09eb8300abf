// Loss and output gradient: loss = 1/2 sum((y - targets)^2), dz = (y - targets) * slope(y).
//
// y (B, U), the output of the last layer   targets (B, U)   dz (B, U)   partials (workgroups).
// Each workgroup also leaves its share of two sums, 1/2 d^2 and |d| with d = y - targets, in partials;
// log_epoch.wgsl adds them up. Which invocation sums what is fixed by the sizes alone: same bits each time.

import package::activation::activationSlope;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  count: u32,   // B * U
  stride: u32,  // invocations in the whole dispatch
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read_write> dz: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec2f>;  // (loss, absolute error)

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sums = vec2f(0.0, 0.0);
  for (var i = group.x * WORKGROUP + local; i < shape.count; i += shape.stride) {
    let difference = y[i] - targets[i];
    dz[i] = difference * activationSlope(y[i]);
    sums += vec2f(0.5 * difference * difference, abs(difference));
  }
  let total = sumOverWorkgroup(local, sums);
  if (local == 0u) {
    partials[group.x] = total;
  }
}
