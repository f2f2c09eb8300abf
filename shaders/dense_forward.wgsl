// Dense layer, forward: y = activation(x . kernel + bias).
//
// x (B, I)   kernel (I, U)   bias (U)   y (B, U); all row-major, kernel and bias inside the flat
// parameter buffer. The product A.B of the three: bias and activation ride along in the epilogue.

import package::activation::activate;
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
  biasOffset: u32,    // of the bias in parameters, in values
  useBias: u32,       // 1 or 0
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn inputAt(row: u32, inner: u32) -> f32 {
  if (row < shape.batch && inner < shape.inputs) {
    return x[row * shape.inputs + inner];
  }
  return 0.0;
}

fn weightAt(inner: u32, column: u32) -> f32 {
  if (inner < shape.inputs && column < shape.units) {
    return parameters[shape.kernelOffset + inner * shape.units + column];
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
  let firstColumn = tile.x * TILE;  // u

  var block = mat4x4f();
  for (var start = 0u; start < shape.inputs; start += SIDE) {
    // Neighbouring invocations read neighbouring inputs of one example, and neighbouring weights of one input.
    let r = firstRow + 4u * (index / SIDE);
    let k = start + index % SIDE;
    leftTile[(index % SIDE) * SIDE + index / SIDE] = vec4f(inputAt(r, k), inputAt(r + 1u, k), inputAt(r + 2u, k), inputAt(r + 3u, k));
    let c = firstColumn + 4u * (index % SIDE);
    let j = start + index / SIDE;
    rightTile[index] = vec4f(weightAt(j, c), weightAt(j, c + 1u), weightAt(j, c + 2u), weightAt(j, c + 3u));
    workgroupBarrier();
    block = tileProduct(block, local.y, local.x);
    workgroupBarrier();
  }

  for (var i = 0u; i < 16u; i++) {
    let row = firstRow + 4u * local.y + i / 4u;
    let column = firstColumn + 4u * local.x + i % 4u;
    if (row < shape.batch && column < shape.units) {
      var z = block[i / 4u][i % 4u];
      if (shape.useBias == 1u) {
        z += parameters[shape.biasOffset + column];
      }
      y[row * shape.units + column] = activate(z);
    }
  }
}
