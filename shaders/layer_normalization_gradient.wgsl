// Backward through layer normalization, in place, one workgroup a row: with g = dy * gamma,
// gradient = (g - mean(g) - normalized * mean(g * normalized)) / sqrt(variance + epsilon), means by row.
//
// x, gradient (B, U)   moments (2, B).

import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  rows: u32,         // B
  columns: u32,      // U
  gridRow: u32,      // workgroups in one row of the two-dimensional dispatch
  gammaOffset: u32,  // in parameters
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> moments: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = group.y * shape.gridRow + group.x;
  // Past the last row everybody walks along, because of the barriers, and nobody writes.
  let source = min(row, shape.rows - 1u);
  let first = source * shape.columns;
  let mean = moments[source];
  let deviation = sqrt(moments[shape.rows + source] + shape.epsilon);
  var plain = 0.0;
  var products = 0.0;
  for (var column = local; column < shape.columns; column += WORKGROUP) {
    let g = gradient[first + column] * parameters[shape.gammaOffset + column];
    plain += g;
    products += g * ((x[first + column] - mean) / deviation);
  }
  plain = sumOverWorkgroup(local, plain) / f32(shape.columns);
  products = sumOverWorkgroup(local, products) / f32(shape.columns);
  if (row < shape.rows) {
    for (var column = local; column < shape.columns; column += WORKGROUP) {
      let normalized = (x[first + column] - mean) / deviation;
      let g = gradient[first + column] * parameters[shape.gammaOffset + column];
      gradient[first + column] = (g - plain - normalized * products) / deviation;
    }
  }
}
