// What the three products share: two tiles in workgroup memory, and their product.
//
// A workgroup of SIDE x SIDE invocations computes one TILE x TILE tile of the result, a block of 4 x 4 each. It
// walks along the inner dimension, SIDE places at a stop: every invocation loads four values into either tile (zero
// beyond the edge, so any shape works) and then adds its share with tileProduct. Loading each value once for TILE
// users is the point, and a block of 16 results takes 8 values out of workgroup memory where 16 single results
// would take 32: the rest of the work is arithmetic.

override TILE: u32;  // 8, 16 or 32
override SIDE: u32 = TILE / 4u;
// Named, because the compiler of Firefox 153 (naga) crashes on the expression as an array's size where a
// shader has other overrides too (nearest report: https://github.com/gfx-rs/wgpu/pull/7082).
override QUADS: u32 = SIDE * SIDE;

var<workgroup> leftTile: array<vec4f, QUADS>;   // (SIDE inner, SIDE times four rows of the result)
var<workgroup> rightTile: array<vec4f, QUADS>;  // (SIDE inner, SIDE times four columns of the result)

// Four rows of the left tile times four columns of the right tile: result (r, c) of the block is at [r][c].
// Without a loop, because one driver (llvmpipe, under Firefox) ends all loops of an invocation together after
// 65,535 turns, and the turns of an inner loop would count.
fn tileProduct(rows: u32, columns: u32) -> mat4x4f {
  var sum = outerProduct(0u, rows, columns);
  sum += outerProduct(1u, rows, columns);
  if (SIDE > 2u) {
    sum += outerProduct(2u, rows, columns);
    sum += outerProduct(3u, rows, columns);
  }
  if (SIDE > 4u) {
    sum += outerProduct(4u, rows, columns);
    sum += outerProduct(5u, rows, columns);
    sum += outerProduct(6u, rows, columns);
    sum += outerProduct(7u, rows, columns);
  }
  return sum;
}

fn outerProduct(inner: u32, rows: u32, columns: u32) -> mat4x4f {
  let left = leftTile[inner * SIDE + rows];
  let right = rightTile[inner * SIDE + columns];
  return mat4x4f(left.x * right, left.y * right, left.z * right, left.w * right);
}
