// Dense layer, gradient of its input, carried through the activation that made the input:
// dzBelow = (dz . kernelT) * slope(x).
//
// dz (B, U)   kernel (I, U)   x (B, I), the output of the layer below   dzBelow (B, I).
// The product A.BT of the three: the kernel is read by rows and stored across, no transpose pass.

import package::activation_slope::activationSlope;
import package::tile::SIDE;
import package::tile::TILE;
import package::tile::leftTile;
import package::tile::rightTile;
import package::tile::tileProduct;

struct Shape {
  batch: u32,         // B
  inputs: u32,        // I
  units: u32,         // U
  kernelOffset: u32,  // of the kernel in parameters, in values
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> dz: array<f32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> dzBelow: array<f32>;

fn gradientAt(row: u32, inner: u32) -> f32 {
  if (row < shape.batch && inner < shape.units) {
    return dz[row * shape.units + inner];
  }
  return 0.0;
}

// The kernel across: a column of the result is one of its rows.
fn weightAt(inner: u32, column: u32) -> f32 {
  if (inner < shape.units && column < shape.inputs) {
    return parameters[shape.kernelOffset + column * shape.units + inner];
  }
  return 0.0;
}

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) tile: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let firstRow = tile.y * TILE;     // b
  let firstColumn = tile.x * TILE;  // i

  var block = mat4x4f();
  for (var start = 0u; start < shape.units; start += SIDE) {
    // Neighbouring invocations read neighbouring values of one example, and of one kernel row.
    let place = (index % SIDE) * SIDE + index / SIDE;
    let k = start + index % SIDE;
    let r = firstRow + 4u * (index / SIDE);
    leftTile[place] = vec4f(gradientAt(r, k), gradientAt(r + 1u, k), gradientAt(r + 2u, k), gradientAt(r + 3u, k));
    let c = firstColumn + 4u * (index / SIDE);
    rightTile[place] = vec4f(weightAt(k, c), weightAt(k, c + 1u), weightAt(k, c + 2u), weightAt(k, c + 3u));
    workgroupBarrier();
    block = tileProduct(block, local.y, local.x);
    workgroupBarrier();
  }

  for (var i = 0u; i < 16u; i++) {
    let row = firstRow + 4u * local.y + i / 4u;
    let column = firstColumn + 4u * local.x + i % 4u;
    if (row < shape.batch && column < shape.inputs) {
      let place = row * shape.inputs + column;
      dzBelow[place] = block[i / 4u][i % 4u] * activationSlope(x[place]);
    }
  }
}
