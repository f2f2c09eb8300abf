// Takes the rows of a batch out of the data: batch[b] = data[order[position + b]].
//
// data (available, C), the rows `first` … of the whole, which may be spread over several buffers; each of them has a
// pass of its own, which fills in the rows it has.

import package::counters::Counters;

override WORKGROUP: u32;

struct Shape {
  rows: u32,        // of the batch
  columns: u32,     // C
  rowLength: u32,   // invocations in one row of the two-dimensional dispatch
  first: u32,       // the row of the whole that `data` begins with
  available: u32,   // rows in `data`
  isShuffled: u32,  // 1: in the order given; 0: as they stand
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> counters: Counters;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> data: array<f32>;
@group(0) @binding(4) var<storage, read_write> batch: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i >= shape.rows * shape.columns) {
    return;
  }
  var row = counters.position + i / shape.columns;
  if (shape.isShuffled == 1u) {
    row = order[row];
  }
  if (row >= shape.first && row - shape.first < shape.available) {
    batch[i] = data[(row - shape.first) * shape.columns + i % shape.columns];
  }
}
