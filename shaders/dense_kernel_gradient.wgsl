// Dense layer, gradient of its kernel and bias: dkernel = xT . dz, dbias = column sums of dz.
//
// x (B, I)   dz (B, U)   dkernel (I, U)   dbias (U), both inside the flat gradient buffer.
// The product AT.B of the three. The bias is the weight of an input that is always 1, and it lies right
// behind the kernel, so with a bias x counts as (B, I + 1) and one product gives both gradients.

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
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dz: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradients: array<f32>;

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = tile.y * TILE + local.y;     // i, or I for the bias
  let column = tile.x * TILE + local.x;  // u
  let inside = row < shape.inputs + shape.useBias && column < shape.units;

  var sum = 0.0;
  for (var start = 0u; start < shape.batch; start += TILE) {
    // Neighbouring invocations read neighbouring values of one example; stored across.
    let inner = start + local.y;
    let input = tile.y * TILE + local.x;
    var value = 0.0;
    if (inner < shape.batch && input < shape.inputs) {
      value = x[inner * shape.inputs + input];
    } else if (inner < shape.batch && input == shape.inputs) {
      value = 1.0;
    }
    leftTile[local.x * TILE + local.y] = value;

    value = 0.0;
    if (inner < shape.batch && column < shape.units) {
      value = dz[inner * shape.units + column];
    }
    rightTile[local.y * TILE + local.x] = value;

    workgroupBarrier();
    sum += tileProduct(local.y, local.x);
    workgroupBarrier();
  }

  if (inside) {
    gradients[shape.kernelOffset + row * shape.units + column] = sum;
  }
}
