// Dense layer, forward: y = activation(x . kernel + bias).
//
// x (B, I)   kernel (I, U)   bias (U)   y (B, U); all row-major, kernel and bias inside the flat
// parameter buffer. The product A.B of the three: bias and activation ride along in the epilogue.

import package::activation::activate;
import package::tile::TILE;
import package::tile::leftTile;
import package::tile::rightTile;
import package::tile::tileProduct;

struct Shape {
  batch: u32,         // B
  inputs: u32,        // I
  units: u32,         // U
  kernelOffset: u32,  // of the kernel in parameters, in values
  biasOffset: u32,    // of the bias in parameters, in values
  useBias: u32,       // 1 or 0
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = tile.y * TILE + local.y;     // b
  let column = tile.x * TILE + local.x;  // u
  let inside = row < shape.batch && column < shape.units;

  var z = 0.0;
  for (var start = 0u; start < shape.inputs; start += TILE) {
    let leftInner = start + local.x;
    var value = 0.0;
    if (row < shape.batch && leftInner < shape.inputs) {
      value = x[row * shape.inputs + leftInner];
    }
    leftTile[local.y * TILE + local.x] = value;

    let rightInner = start + local.y;
    value = 0.0;
    if (rightInner < shape.inputs && column < shape.units) {
      value = parameters[shape.kernelOffset + rightInner * shape.units + column];
    }
    rightTile[local.y * TILE + local.x] = value;

    workgroupBarrier();
    z += tileProduct(local.y, local.x);
    workgroupBarrier();
  }

  if (inside) {
    if (shape.useBias == 1u) {
      z += parameters[shape.biasOffset + column];
    }
    y[row * shape.units + column] = activate(z);
  }
}
