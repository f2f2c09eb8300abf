// What the three products share: two square tiles in workgroup memory, and their product.
//
// A workgroup of TILE x TILE invocations computes one TILE x TILE tile of the result. It walks along
// the inner dimension; at each stop every invocation loads one value into either tile (zero beyond the
// edge, so any shape works) and then adds its share with tileProduct. Loading each value once for
// TILE users is the point: storage is read TILE times less often than by one dot product per output.

override TILE: u32;
// Named, because the compiler of Firefox 153 (naga) crashes on the expression as an array's size where a
// shader has other overrides too (nearest report: https://github.com/gfx-rs/wgpu/pull/7082).
override TILE_AREA: u32 = TILE * TILE;

var<workgroup> leftTile: array<f32, TILE_AREA>;   // (TILE rows of the result, TILE inner)
var<workgroup> rightTile: array<f32, TILE_AREA>;  // (TILE inner, TILE columns of the result)

// Row `row` of the left tile times column `column` of the right tile.
fn tileProduct(row: u32, column: u32) -> f32 {
  var sum = 0.0;
  for (var k = 0u; k < TILE; k++) {
    sum += leftTile[row * TILE + k] * rightTile[k * TILE + column];
  }
  return sum;
}
