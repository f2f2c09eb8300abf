// Dense layer, gradient of its kernel and bias: dkernel = xT . dz, dbias = column sums of dz.
//
// x (B, I)   dz (B, U)   dkernel (I, U)   dbias (U), both inside the flat gradient buffer.
// The product AT.B of the three. The bias is the weight of an input that is always 1, and it lies right
// behind the kernel, so with a bias x counts as (B, I + 1) and one product gives both gradients.

import package::tile::SIDE;
import package::tile::TILE;
import package::tile::leftTile;
import package::tile::rightTile;
import package::tile::tileProduct;

struct Shape {
  batch: u32,         // B
  inputs: u32,        // I
  units: u32,         // U
  kernelOffset: u32,  // of dkernel in gradients, in values
  useBias: u32,       // 1 or 0
  accumulate: u32,    // 1: add to the gradients of the batches before; 0: begin anew
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dz: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradients: array<f32>;

// An input of the example `inner`; the one behind the last is the bias's.
fn inputAt(row: u32, inner: u32) -> f32 {
  if (inner < shape.batch && row < shape.inputs) {
    return x[inner * shape.inputs + row];
  }
  return select(0.0, 1.0, inner < shape.batch && row == shape.inputs);
}

fn gradientAt(inner: u32, column: u32) -> f32 {
  if (inner < shape.batch && column < shape.units) {
    return dz[inner * shape.units + column];
  }
  return 0.0;
}

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) tile: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let firstRow = tile.y * TILE;     // i, or I for the bias
  let firstColumn = tile.x * TILE;  // u

  var block = mat4x4f();
  for (var start = 0u; start < shape.batch; start += SIDE) {
    // Neighbouring invocations read neighbouring values of one example.
    let k = start + index / SIDE;
    let r = firstRow + 4u * (index % SIDE);
    leftTile[index] = vec4f(inputAt(r, k), inputAt(r + 1u, k), inputAt(r + 2u, k), inputAt(r + 3u, k));
    let c = firstColumn + 4u * (index % SIDE);
    rightTile[index] = vec4f(gradientAt(k, c), gradientAt(k, c + 1u), gradientAt(k, c + 2u), gradientAt(k, c + 3u));
    workgroupBarrier();
    block = tileProduct(block, local.y, local.x);
    workgroupBarrier();
  }

  for (var i = 0u; i < 16u; i++) {
    let row = firstRow + 4u * local.y + i / 4u;
    let column = firstColumn + 4u * local.x + i % 4u;
    if (row < shape.inputs + shape.useBias && column < shape.units) {
      let place = shape.kernelOffset + row * shape.units + column;
      var sum = block[i / 4u][i % 4u];
      if (shape.accumulate == 1u) {
        sum += gradients[place];
      }
      gradients[place] = sum;
    }
  }
}
