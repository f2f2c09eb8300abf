// Dense layer, gradient of its input: dzBelow = (dz . kernelT) * slope(x), without workgroup memory.
//
// dz (B, U)   kernel (I, U)   x (B, I)   dzBelow (B, I), as in dense_input_gradient.wgsl. Each invocation computes
// 8 x 8 results in registers, or 4 x 4 where BLOCKS is 1, and reads for itself. What lies beyond the edge of the result
// is read from anywhere in the buffer (WGSL keeps it inside) and not stored.

import package::activation_slope::activationSlope;
import package::block::advance;
import package::block::stretchWithin;

override ACROSS: u32;  // invocations of a workgroup along the columns of the result
override DOWN: u32;    // and along its rows
override BLOCKS: u32;  // of 4 x 4 results, either way: 1 or 2

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

fn leftRow(row: u32, k: u32) -> vec4f {
  let i = row * shape.units + k;
  return stretchWithin(vec4f(dz[i], dz[i + 1u], dz[i + 2u], dz[i + 3u]), k, shape.units);
}

fn leftBlock(row: u32, k: u32) -> mat4x4f {
  return mat4x4f(leftRow(row, k), leftRow(row + 1u, k), leftRow(row + 2u, k), leftRow(row + 3u, k));
}

// The kernel across: a column of the result is one of its rows.
fn rightColumn(k: u32, column: u32) -> vec4f {
  let i = shape.kernelOffset + column * shape.units + k;
  return stretchWithin(vec4f(parameters[i], parameters[i + 1u], parameters[i + 2u], parameters[i + 3u]), k, shape.units);
}

fn rightBlock(k: u32, column: u32) -> mat4x4f {
  return transpose(mat4x4f(rightColumn(k, column), rightColumn(k, column + 1u), rightColumn(k, column + 2u), rightColumn(k, column + 3u)));
}

fn put(b: u32, i: u32, sum: f32) {
  if (i < shape.inputs) {
    let place = b * shape.inputs + i;
    dzBelow[place] = sum * activationSlope(x[place]);
  }
}

@compute @workgroup_size(ACROSS, DOWN)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = 4u * BLOCKS * id.y;     // b
  let column = 4u * BLOCKS * id.x;  // i

  var one = mat4x4f();
  var beside = mat4x4f();
  var below = mat4x4f();
  var last = mat4x4f();
  for (var k = 0u; k < shape.units; k += 4u) {
    let left = leftBlock(row, k);
    let right = rightBlock(k, column);
    one = advance(one, left, right);
    if (BLOCKS == 2u) {
      let leftBelow = leftBlock(row + 4u, k);
      let rightBeside = rightBlock(k, column + 4u);
      beside = advance(beside, left, rightBeside);
      below = advance(below, leftBelow, right);
      last = advance(last, leftBelow, rightBeside);
    }
  }

  var blocks = array<mat4x4f, 4>(one, beside, below, last);
  for (var i = 0u; i < 4u * BLOCKS * BLOCKS; i++) {
    let r = row + i % 4u + 4u * (i / 8u);
    let c = column + 4u * (i / 4u % 2u);
    if (r < shape.batch) {
      let sums = blocks[i / 4u][i % 4u];
      put(r, c, sums.x);
      put(r, c + 1u, sums.y);
      put(r, c + 2u, sums.z);
      put(r, c + 3u, sums.w);
    }
  }
}
