// Losses that are sums over single outputs: partial sums of the loss, and the gradient it sends back.
//
// y (B, U), the outputs; for LOGITS what sigmoid makes the outputs of   targets (B, U)   weights (B)
// dz (B, U) = d loss / dy * slope(y), or d loss / d logits   partials (workgroups).
// Which invocation sums what is fixed by the sizes alone: same bits each time.

import package::activation_slope::activationSlope;
import package::losses::lossOf;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  count: u32,          // B * U
  columns: u32,        // U
  stride: u32,         // invocations in the whole dispatch
  useWeights: u32,     // 1; or 0, where `weights` is not read
  share: f32,          // of one output in the loss of its row: 1 / U for a mean
  gradientScale: f32,  // of one row in the loss of its batch: 1 / B for a mean
  delta: f32,          // where the Huber loss turns from square to straight
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> dz: array<f32>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * WORKGROUP + local; i < shape.count; i += shape.stride) {
    let one = lossOf(y[i], targets[i], shape.delta) * shape.share;
    var weight = 1.0;
    if (shape.useWeights == 1u) {
      weight = weights[i / shape.columns];
    }
    sum += weight * one.x;
    dz[i] = weight * shape.gradientScale * one.y * activationSlope(y[i]);
  }
  let total = sumOverWorkgroup(local, sum);
  if (local == 0u) {
    partials[group.x] = total;
  }
}
