// Mean and variance of each row over its columns, for layer normalization. One workgroup a row.
//
// x (B, U)   moments (2, B): the means, then the variances.

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
  let row = group.y * shape.gridRow + group.x;
  // Past the last row everybody walks along, because of the barriers, and nobody writes.
  let first = min(row, shape.rows - 1u) * shape.columns;
  var sum = 0.0;
  for (var column = local; column < shape.columns; column += WORKGROUP) {
    sum += x[first + column];
  }
  let mean = sumOverWorkgroup(local, sum) / f32(shape.columns);
  var squares = 0.0;
  for (var column = local; column < shape.columns; column += WORKGROUP) {
    let deviation = x[first + column] - mean;
    squares += deviation * deviation;
  }
  let variance = sumOverWorkgroup(local, squares) / f32(shape.columns);
  if (local == 0u && row < shape.rows) {
    moments[row] = mean;
    moments[shape.rows + row] = variance;
  }
}
