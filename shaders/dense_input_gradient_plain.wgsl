// Dense layer, gradient of its input: dzBelow = (dz . kernelT) * slope(x), one invocation for each result.
//
// dz (B, U)   kernel (I, U)   x (B, I)   dzBelow (B, I), as in dense_input_gradient.wgsl. For results so few that
// compiling takes longer than computing, as dense_forward_plain.wgsl.

import package::activation_slope::activationSlope;

override SIDE: u32;  // of a workgroup, either way

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

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;     // b
  let column = id.x;  // i
  if (row < shape.batch && column < shape.inputs) {
    var sum = 0.0;
    for (var k = 0u; k < shape.units; k++) {
      // fma is said, as in block.wgsl, and not left to the compiler.
      sum = fma(dz[row * shape.units + k], parameters[shape.kernelOffset + column * shape.units + k], sum);
    }
    let place = row * shape.inputs + column;
    dzBelow[place] = sum * activationSlope(x[place]);
  }
}
