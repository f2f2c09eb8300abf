// The order in which an epoch takes its rows: order[place] = the row that is taken at that place.
//
// A permutation each place of which follows from seed and epoch alone: a Feistel network over the next power of
// two, walked until it falls among the rows (Black & Rogaway, 2002). On average fewer than two walks.

import package::counters::Counters;
import package::threefry::threefry;

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

// The finalizer of MurmurHash3, by Austin Appleby.
fn mixed(word: u32, key: u32) -> u32 {
  var h = word ^ key;
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}

fn permuted(index: u32, keys: vec2u, highBits: u32, lowBits: u32) -> u32 {
  let highMask = (1u << highBits) - 1u;
  let lowMask = (1u << lowBits) - 1u;
  var high = index >> lowBits;
  var low = index & lowMask;
  for (var round = 0u; round < 4u; round++) {
    high ^= mixed(low, keys.x + round * 0x9e3779b9u) & highMask;
    low ^= mixed(high, keys.y + round * 0x9e3779b9u) & lowMask;
  }
  return (high << lowBits) | low;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = id.y * shape.rowLength + id.x;
  if (place >= shape.rows) {
    return;
  }
  let keys = threefry(vec2u(shape.seed, shape.stream), vec2u(counters.epoch, 0u));
  let bits = 32u - countLeadingZeros(shape.rows - 1u);
  let highBits = bits / 2u;
  var row = permuted(place, keys, highBits, bits - highBits);
  while (row >= shape.rows) {
    row = permuted(row, keys, highBits, bits - highBits);
  }
  order[place] = row;
}
