// After the last batch of an epoch: the counts of its metrics go into their row of the log, and start again at 0.
//
// counts (C)   countLog (logRows, logColumns), a ring.

import package::counters::Counters;

override WORKGROUP: u32;

struct Shape {
  count: u32,        // C
  rowLength: u32,    // invocations in one row of the two-dimensional dispatch
  firstColumn: u32,  // in the log
  logColumns: u32,
  logRows: u32,      // epoch e is row e % logRows
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> counters: Counters;
@group(0) @binding(2) var<storage, read_write> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> countLog: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i >= shape.count || counters.failed != 0u) {
    return;
  }
  let row = counters.epoch % shape.logRows;
  countLog[row * shape.logColumns + shape.firstColumn + i] = counts[i];
  counts[i] = 0u;
}
