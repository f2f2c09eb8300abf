// Backward through batch normalization, in place:
// gradient = gamma / sqrt(variance + epsilon) * (dy - mean(dy) - normalized * mean(dy * normalized)), means by column.
//
// x, gradient (B, U)   moments (2, U)   sums (2, U): column sums of dy * normalized, then of dy.

override WORKGROUP: u32;

struct Shape {
  rows: u32,         // B
  columns: u32,      // U
  rowLength: u32,    // invocations in one row of the two-dimensional dispatch
  gammaOffset: u32,  // in parameters
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> moments: array<f32>;
@group(0) @binding(3) var<storage, read> sums: array<f32>;
@group(0) @binding(4) var<storage, read> parameters: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i >= shape.rows * shape.columns) {
    return;
  }
  let column = i % shape.columns;
  let rows = f32(shape.rows);
  let deviation = sqrt(moments[shape.columns + column] + shape.epsilon);
  let normalized = (x[i] - moments[column]) / deviation;
  let centred = gradient[i] - sums[shape.columns + column] / rows - normalized * (sums[column] / rows);
  gradient[i] = parameters[shape.gammaOffset + column] / deviation * centred;
}
