// Backward through softmax, in place, row by row: gradient = y * (gradient - sum(gradient * y)).

override WORKGROUP: u32;

struct Shape {
  rows: u32,
  columns: u32,
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * shape.rowLength + id.x;
  if (row >= shape.rows) {
    return;
  }
  let first = row * shape.columns;
  let end = first + shape.columns;
  var sum = 0.0;
  for (var i = first; i < end; i++) {
    sum += gradient[i] * y[i];
  }
  for (var i = first; i < end; i++) {
    gradient[i] = y[i] * (gradient[i] - sum);
  }
}
