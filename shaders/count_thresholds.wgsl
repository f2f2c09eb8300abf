// Adds a batch to a histogram of its outputs between 0 and 1, of negatives and of positives apart. Precision and
// recall follow from two buckets, the area under the ROC curve from 199.
//
// y (B, U)   targets (B, U), or (B, 1) with class numbers where SPARSE is 1   counts (2, buckets) at `offset`.
// Bucket b (from 0) holds outputs above b / buckets and up to (b + 1) / buckets.

import package::measures::bucketOf;

override WORKGROUP: u32;
override SPARSE: u32;

struct Shape {
  count: u32,      // B * U
  columns: u32,    // U
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
  offset: u32,     // of the histogram in counts
  buckets: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;

fn isPositive(i: u32) -> bool {
  if (SPARSE == 1u) {
    return u32(targets[i / shape.columns]) == i % shape.columns;
  }
  return targets[i] > 0.5;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i >= shape.count) {
    return;
  }
  let bucket = bucketOf(y[i], shape.buckets);
  atomicAdd(&counts[shape.offset + select(0u, shape.buckets, isPositive(i)) + bucket], 1u);
}
