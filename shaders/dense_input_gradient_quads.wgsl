// Dense layer, gradient of its input: dzBelow = (dz . kernelT) * slope(x), shared within quads.
//
// dz (B, U)   kernel (I, U)   x (B, I)   dzBelow (B, I), as in dense_input_gradient.wgsl. Four neighbouring
// invocations compute 16 rows of 16 columns, four columns each: they share the rows, so each reads a fourth of them and
// has the rest from the others. For adapters to which reading costs more than arithmetic. Beyond the edge of the
// result anything is read (WGSL keeps it inside the buffer) and nothing stored.

import package::activation_slope::activationSlope;
import package::block::advance;
import package::block::stretchWithin;
import package::block::within;
import package::quad::ofQuad;

enable subgroups;

override DOWN: u32;  // quads of a workgroup, one below the other

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

// Four gradients of an example, each read by one of the quad.
fn leftRow(row: u32, k: u32) -> vec4f {
  return ofQuad(within(dz[row * shape.units + k], k, shape.units));
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

@compute @workgroup_size(4, DOWN)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = 16u * id.y;    // b
  let column = 4u * id.x;  // i

  var one = mat4x4f();
  var two = mat4x4f();
  var three = mat4x4f();
  var four = mat4x4f();
  for (var k = 0u; k < shape.units; k += 4u) {
    let own = k + local.x;
    let right = rightBlock(k, column);
    one = advance(one, leftBlock(row, own), right);
    two = advance(two, leftBlock(row + 4u, own), right);
    three = advance(three, leftBlock(row + 8u, own), right);
    four = advance(four, leftBlock(row + 12u, own), right);
  }

  var blocks = array<mat4x4f, 4>(one, two, three, four);
  for (var i = 0u; i < 16u; i++) {
    if (row + i < shape.batch) {
      let sums = blocks[i / 4u][i % 4u];
      put(row + i, column, sums.x);
      put(row + i, column + 1u, sums.y);
      put(row + i, column + 2u, sums.z);
      put(row + i, column + 3u, sums.w);
    }
  }
}
