// A permutation each place of which follows from seed and epoch alone: a Feistel network over the next power of two,
// walked until it falls among the rows (Black & Rogaway, 2002). On average fewer than two walks.

import package::threefry::threefry;

// The row that an epoch takes at a place. `stream` tells the shuffle's random numbers from those of dropout.
fn shuffledRow(place: u32, rows: u32, seed: u32, stream: u32, epoch: u32) -> u32 {
  let keys = threefry(vec2u(seed, stream), vec2u(epoch, 0u));
  let bits = 32u - countLeadingZeros(rows - 1u);
  let highBits = bits / 2u;
  var row = permuted(place, keys, highBits, bits - highBits);
  while (row >= rows) {
    row = permuted(row, keys, highBits, bits - highBits);
  }
  return row;
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

// The finalizer of MurmurHash3, by Austin Appleby.
fn mixed(word: u32, key: u32) -> u32 {
  var h = word ^ key;
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}
