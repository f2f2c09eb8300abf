// Counts to a number that it is told. One driver (llvmpipe under Firefox) ends all loops of an invocation together after
// 65,535 turns, without an error: what comes back says whether this one does.

@group(0) @binding(0) var<uniform> asked: u32;
@group(0) @binding(1) var<storage, read_write> counted: u32;

@compute @workgroup_size(1)
fn main() {
  // Not simply 1 a turn, which a compiler could count by itself: the numbers of a linear congruential generator.
  var word = 1u;
  var turns = 0u;
  for (var i = 0u; i < asked; i++) {
    word = word * 1664525u + 1013904223u;
    turns += 1u + (word >> 31u);
  }
  counted = turns;
}
