// The forward pass of both normalizations: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta.
//
// x, y (B, U)   moments: means, then variances; of the columns (2, U), or where PER_ROW is 1 of the rows (2, B)
// gamma, beta (U), inside the flat parameter buffer.

override WORKGROUP: u32;
override PER_ROW: u32;

struct Shape {
  rows: u32,         // B
  columns: u32,      // U
  rowLength: u32,    // invocations in one row of the two-dimensional dispatch
  moments: u32,      // where the means begin, in values
  gammaOffset: u32,  // in parameters
  betaOffset: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> moments: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i >= shape.rows * shape.columns) {
    return;
  }
  let column = i % shape.columns;
  let group = select(column, i / shape.columns, PER_ROW == 1u);
  let groups = select(shape.columns, shape.rows, PER_ROW == 1u);
  let mean = moments[shape.moments + group];
  let variance = moments[shape.moments + groups + group];
  let normalized = (x[i] - mean) / sqrt(variance + shape.epsilon);
  y[i] = parameters[shape.gammaOffset + column] * normalized + parameters[shape.betaOffset + column];
}
