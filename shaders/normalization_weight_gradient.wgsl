// Gradients of gamma and beta: column sums of dy * normalized and of dy. One workgroup a column.
//
// x, dy (B, U)   moments as in normalize.wgsl   sums (2, U): of dy * normalized, then of dy, of this batch alone
// gradients: dgamma, dbeta (U), inside the flat gradient buffer.

import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

override PER_ROW: u32;

struct Shape {
  rows: u32,         // B
  columns: u32,      // U
  gridRow: u32,      // workgroups in one row of the two-dimensional dispatch
  gammaOffset: u32,  // in gradients
  betaOffset: u32,
  accumulate: u32,   // 1: add to the gradients of the batches before; 0: begin anew
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> moments: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradients: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.y * shape.gridRow + group.x;
  // Past the last column everybody walks along, because of the barriers, and nobody writes.
  let source = min(column, shape.columns - 1u);
  let groups = select(shape.columns, shape.rows, PER_ROW == 1u);
  var products = 0.0;
  var plain = 0.0;
  for (var row = local; row < shape.rows; row += WORKGROUP) {
    let i = row * shape.columns + source;
    let line = select(source, row, PER_ROW == 1u);
    products += dy[i] * ((x[i] - moments[line]) / sqrt(moments[groups + line] + shape.epsilon));
    plain += dy[i];
  }
  products = sumOverWorkgroup(local, products);
  plain = sumOverWorkgroup(local, plain);
  if (local == 0u && column < shape.columns) {
    sums[column] = products;
    sums[shape.columns + column] = plain;
    let gamma = shape.gammaOffset + column;
    let beta = shape.betaOffset + column;
    if (shape.accumulate == 1u) {
      products += gradients[gamma];
      plain += gradients[beta];
    }
    gradients[gamma] = products;
    gradients[beta] = plain;
  }
}
