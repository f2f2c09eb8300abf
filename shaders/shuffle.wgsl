// The order in which an epoch takes its rows: order[place] = the row that is taken at that place.

import package::counters::Counters;
import package::permutation::shuffledRow;

override WORKGROUP: u32;

struct Shape {
  rows: u32,
  rowLength: u32,  // invocations in one row of the two-dimensional dispatch
  seed: u32,
  stream: u32,     // what tells the shuffle's random numbers from those of dropout
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> counters: Counters;
@group(0) @binding(2) var<storage, read_write> order: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = id.y * shape.rowLength + id.x;
  if (place >= shape.rows) {
    return;
  }
  order[place] = shuffledRow(place, shape.rows, shape.seed, shape.stream, counters.epoch);
}
