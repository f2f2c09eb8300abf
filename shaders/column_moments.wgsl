// Mean and variance of each column over the batch, for batch normalization. One workgroup a column.
//
// x (B, U)   moments (2, U): the means, then the variances (of the population, as in Keras).

import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  rows: u32,     // B
  columns: u32,  // U
  gridRow: u32,  // workgroups in one row of the two-dimensional dispatch
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> moments: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.y * shape.gridRow + group.x;
  // Past the last column everybody walks along, because of the barriers, and nobody writes.
  let source = min(column, shape.columns - 1u);
  var sum = 0.0;
  for (var row = local; row < shape.rows; row += WORKGROUP) {
    sum += x[row * shape.columns + source];
  }
  let mean = sumOverWorkgroup(local, sum) / f32(shape.rows);
  var squares = 0.0;
  for (var row = local; row < shape.rows; row += WORKGROUP) {
    let deviation = x[row * shape.columns + source] - mean;
    squares += deviation * deviation;
  }
  let variance = sumOverWorkgroup(local, squares) / f32(shape.rows);
  if (local == 0u && column < shape.columns) {
    moments[column] = mean;
    moments[shape.columns + column] = variance;
  }
}
