// Dense layer, gradient of its kernel and bias: dkernel = xT . dz, dbias = column sums of dz, shared within quads.
//
// x (B, I)   dz (B, U)   dkernel (I, U)   dbias (U), as in dense_kernel_gradient.wgsl. Four neighbouring
// invocations compute 16 rows of 16 columns, four columns each: they share the rows, so each reads a fourth of them and
// has the rest from the others. For adapters to which reading costs more than arithmetic. Beyond the edge of the
// result anything is read (WGSL keeps it inside the buffer) and nothing stored.

import package::block::advance;
import package::block::rowWithin;
import package::block::within;
import package::quad::ofQuad;

enable subgroups;

override DOWN: u32;  // quads of a workgroup, one below the other

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

// Of four examples, an input, each read by one of the quad; the one behind the last is the bias's, and always 1.
fn leftRow(row: u32, k: u32) -> vec4f {
  let own = select(x[k * shape.inputs + row], 1.0, row == shape.inputs);
  return ofQuad(within(own, k, shape.batch));
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

@compute @workgroup_size(4, DOWN)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = 16u * id.y;    // i, or I for the bias
  let column = 4u * id.x;  // u

  var one = mat4x4f();
  var two = mat4x4f();
  var three = mat4x4f();
  var four = mat4x4f();
  for (var k = 0u; k < shape.batch; k += 4u) {
    let own = k + local.x;
    let right = rightBlock(k, column);
    one = advance(one, leftBlock(row, own), right);
    two = advance(two, leftBlock(row + 4u, own), right);
    three = advance(three, leftBlock(row + 8u, own), right);
    four = advance(four, leftBlock(row + 12u, own), right);
  }

  var blocks = array<mat4x4f, 4>(one, two, three, four);
  for (var i = 0u; i < 16u; i++) {
    if (row + i < shape.inputs + shape.useBias) {
      let sums = blocks[i / 4u][i % 4u];
      put(row + i, column, sums.x);
      put(row + i, column + 1u, sums.y);
      put(row + i, column + 2u, sums.z);
      put(row + i, column + 3u, sums.w);
    }
  }
}
