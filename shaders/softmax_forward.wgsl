// Softmax of each row: y = exp(x - max x) / sum(exp(x - max x)). One invocation a row.

override WORKGROUP: u32;

struct Shape {
  rows: u32,
  columns: u32,
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * shape.rowLength + id.x;
  if (row >= shape.rows) {
    return;
  }
  let first = row * shape.columns;
  let end = first + shape.columns;
  var largest = x[first];
  for (var i = first + 1u; i < end; i++) {
    largest = max(largest, x[i]);
  }
  var sum = 0.0;
  for (var i = first; i < end; i++) {
    let e = exp(x[i] - largest);
    y[i] = e;
    sum += e;
  }
  for (var i = first; i < end; i++) {
    y[i] /= sum;
  }
}
