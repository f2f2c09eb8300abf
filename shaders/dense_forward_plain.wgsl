// Dense layer, forward: y = activation(x . kernel + bias), one invocation for each result.
//
// x (B, I)   kernel (I, U)   bias (U)   y (B, U), as in dense_forward.wgsl. For results so few that compiling takes
// longer than computing: without tiles, workgroup memory and barriers it is compiled in a fraction of the time.

import package::activation::activate;

override SIDE: u32;  // of a workgroup, either way

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

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;     // b
  let column = id.x;  // u
  if (row < shape.batch && column < shape.units) {
    var sum = 0.0;
    for (var k = 0u; k < shape.inputs; k++) {
      // fma is said, as in block.wgsl, and not left to the compiler.
      sum = fma(x[row * shape.inputs + k], parameters[shape.kernelOffset + k * shape.units + column], sum);
    }
    if (shape.useBias == 1u) {
      sum += parameters[shape.biasOffset + column];
    }
    y[row * shape.units + column] = activate(sum);
  }
}
