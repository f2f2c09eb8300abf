// Dense layer, gradient of its input, carried through the activation that made the input:
// dzBelow = (dz . kernelT) * slope(x).
//
// dz (B, U)   kernel (I, U)   x (B, I), the output of the layer below   dzBelow (B, I).
// The product A.BT of the three: the kernel is read by rows and stored across, no transpose pass.

import package::activation::activationSlope;
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

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = tile.y * TILE + local.y;     // b
  let column = tile.x * TILE + local.x;  // i
  let inside = row < shape.batch && column < shape.inputs;

  var dx = 0.0;
  for (var start = 0u; start < shape.units; start += TILE) {
    let inner = start + local.x;
    var value = 0.0;
    if (row < shape.batch && inner < shape.units) {
      value = dz[row * shape.units + inner];
    }
    leftTile[local.y * TILE + local.x] = value;

    // Neighbouring invocations read neighbouring values of one kernel row.
    let kernelRow = tile.x * TILE + local.y;
    value = 0.0;
    if (kernelRow < shape.inputs && inner < shape.units) {
      value = parameters[shape.kernelOffset + kernelRow * shape.units + inner];
    }
    rightTile[local.x * TILE + local.y] = value;

    workgroupBarrier();
    dx += tileProduct(local.y, local.x);
    workgroupBarrier();
  }

  if (inside) {
    let index = row * shape.inputs + column;
    dzBelow[index] = dx * activationSlope(x[index]);
  }
}
