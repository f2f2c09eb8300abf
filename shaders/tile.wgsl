// What the three products share: two tiles in workgroup memory, and their product.
//
// A workgroup of SIDE x SIDE invocations computes one TILE x TILE tile of the result, a block of 4 x 4 each. It
// walks along the inner dimension, SIDE places at a stop: every invocation loads four values into either tile (zero
// beyond the edge, so any shape works) and then adds its share with tileProduct. Loading each value once for TILE
// users is the point, and a block of 16 results takes 8 values out of workgroup memory where 16 single results
// would take 32: the rest of the work is arithmetic.

override TILE: u32;     // 16, 32 or 64
override BLOCKED: u32;  // 1: each stop is summed up by itself, for long sums; 0: plain sums, term by term
override SIDE: u32 = TILE / 4u;
// Named, because the compiler of Firefox 153 (naga) crashes on the expression as an array's size where a
// shader has other overrides too (nearest report: https://github.com/gfx-rs/wgpu/pull/7082).
override QUADS: u32 = SIDE * SIDE;

var<workgroup> leftTile: array<vec4f, QUADS>;   // (SIDE inner, SIDE times four rows of the result)
var<workgroup> rightTile: array<vec4f, QUADS>;  // (SIDE inner, SIDE times four columns of the result)

// The block so far, and four rows of the left tile times four columns of the right tile: result (r, c) is at [r][c].
// Without a loop, because one driver (llvmpipe, under Firefox) ends all loops of an invocation together after
// 65,535 turns, and the turns of an inner loop would count.
fn tileProduct(before: mat4x4f, rows: u32, columns: u32) -> mat4x4f {
  var sum = before;
  if (BLOCKED == 1u) {
    sum = mat4x4f();
  }
  sum = fourPlaces(sum, 0u, rows, columns);
  if (SIDE > 4u) {
    sum = fourPlaces(sum, 4u, rows, columns);
  }
  if (SIDE > 8u) {
    sum = fourPlaces(sum, 8u, rows, columns);
    sum = fourPlaces(sum, 12u, rows, columns);
  }
  if (BLOCKED == 1u) {
    sum += before;
  }
  return sum;
}

fn fourPlaces(before: mat4x4f, inner: u32, rows: u32, columns: u32) -> mat4x4f {
  var sum = onePlace(before, inner, rows, columns);
  sum = onePlace(sum, inner + 1u, rows, columns);
  sum = onePlace(sum, inner + 2u, rows, columns);
  return onePlace(sum, inner + 3u, rows, columns);
}

// fma is said, as in block.wgsl, and not left to the compiler.
fn onePlace(sum: mat4x4f, inner: u32, rows: u32, columns: u32) -> mat4x4f {
  let left = leftTile[inner * SIDE + rows];
  let right = rightTile[inner * SIDE + columns];
  return mat4x4f(
    fma(vec4f(left.x), right, sum[0]),
    fma(vec4f(left.y), right, sum[1]),
    fma(vec4f(left.z), right, sum[2]),
    fma(vec4f(left.w), right, sum[3]),
  );
}
