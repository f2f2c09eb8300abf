// Metrics that are sums over single outputs, each column with a share of its own: partial sums.
//
// y, targets (B, U)   shares (U), 1 / U for a mean   partials (workgroups).

import package::measures::measureOf;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

override METRIC: u32;  // the number given by src/passes/metrics.ts

struct Shape {
  count: u32,    // B * U
  columns: u32,  // U
  stride: u32,   // invocations in the whole dispatch
  offset: u32,   // of the metric's partial sums, in values
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read> shares: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * WORKGROUP + local; i < shape.count; i += shape.stride) {
    sum += shares[i % shape.columns] * measureOf(METRIC, y[i], targets[i]);
  }
  let total = sumOverWorkgroup(local, sum);
  if (local == 0u) {
    partials[shape.offset + group.x] = total;
  }
}
