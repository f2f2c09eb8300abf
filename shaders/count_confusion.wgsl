// Adds a batch to the confusion matrix: counts[true class][predicted class], of whole numbers, so that the order in
// which atomics come makes no difference.
//
// y (B, U)   targets (B, U), or (B, 1) with class numbers where SPARSE is 1   counts (classes, classes) at `offset`.
// One output stands for two classes, told apart at 0.5.

override WORKGROUP: u32;
override SPARSE: u32;

struct Shape {
  rows: u32,       // B
  columns: u32,    // U
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
  offset: u32,     // of the matrix in counts
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;

fn predictedClass(row: u32) -> u32 {
  var best = row * shape.columns;
  let first = best;
  for (var i = first + 1u; i < first + shape.columns; i++) {
    if (y[i] > y[best]) {
      best = i;
    }
  }
  return best - first;
}

fn trueClass(row: u32) -> u32 {
  if (SPARSE == 1u) {
    return u32(targets[row]);
  }
  var best = row * shape.columns;
  let first = best;
  for (var i = first + 1u; i < first + shape.columns; i++) {
    if (targets[i] > targets[best]) {
      best = i;
    }
  }
  return best - first;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * shape.rowLength + id.x;
  if (row >= shape.rows) {
    return;
  }
  if (shape.columns == 1u) {
    let cell = 2u * select(0u, 1u, targets[row] > 0.5) + select(0u, 1u, y[row] > 0.5);
    atomicAdd(&counts[shape.offset + cell], 1u);
  } else {
    atomicAdd(&counts[shape.offset + trueClass(row) * shape.columns + predictedClass(row)], 1u);
  }
}
