// Dense layer, gradient of its kernel and bias: dkernel = xT . dz, dbias = column sums of dz, without workgroup memory.
//
// x (B, I)   dz (B, U)   dkernel (I, U)   dbias (U), as in dense_kernel_gradient.wgsl. Each invocation computes
// 8 x 8 results in registers, or 4 x 4 where BLOCKS is 1, and reads for itself. What lies beyond the edge of the result
// is read from anywhere in the buffer (WGSL keeps it inside) and not stored.

import package::block::advance;
import package::block::rowWithin;
import package::block::stretchWithin;

override ACROSS: u32;  // invocations of a workgroup along the columns of the result
override DOWN: u32;    // and along its rows
override BLOCKS: u32;  // of 4 x 4 results, either way: 1 or 2

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

// Of four examples, an input; the one behind the last is the bias's, and always 1.
fn leftRow(row: u32, k: u32) -> vec4f {
  let i = k * shape.inputs + row;
  let own = vec4f(x[i], x[i + shape.inputs], x[i + 2u * shape.inputs], x[i + 3u * shape.inputs]);
  return stretchWithin(select(own, vec4f(1.0), row == shape.inputs), k, shape.batch);
}

fn leftBlock(row: u32, k: u32) -> mat4x4f {
  return mat4x4f(leftRow(row, k), leftRow(row + 1u, k), leftRow(row + 2u, k), leftRow(row + 3u, k));
}

fn rightRow(k: u32, column: u32) -> vec4f {
  let i = k * shape.units + column;
  return rowWithin(vec4f(dz[i], dz[i + 1u], dz[i + 2u], dz[i + 3u]), k, shape.batch);
}

fn rightBlock(k: u32, column: u32) -> mat4x4f {
  return mat4x4f(rightRow(k, column), rightRow(k + 1u, column), rightRow(k + 2u, column), rightRow(k + 3u, column));
}

fn put(i: u32, u: u32, sum: f32) {
  if (u < shape.units) {
    let place = shape.kernelOffset + i * shape.units + u;
    var total = sum;
    if (shape.accumulate == 1u) {
      total += gradients[place];
    }
    gradients[place] = total;
  }
}

@compute @workgroup_size(ACROSS, DOWN)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = 4u * BLOCKS * id.y;     // i, or I for the bias
  let column = 4u * BLOCKS * id.x;  // u

  var one = mat4x4f();
  var beside = mat4x4f();
  var below = mat4x4f();
  var last = mat4x4f();
  for (var k = 0u; k < shape.batch; k += 4u) {
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
    if (r < shape.inputs + shape.useBias) {
      let sums = blocks[i / 4u][i % 4u];
      put(r, c, sums.x);
      put(r, c + 1u, sums.y);
      put(r, c + 2u, sums.z);
      put(r, c + 3u, sums.w);
    }
  }
}
