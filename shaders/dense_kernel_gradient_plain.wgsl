// Dense layer, gradients of its weights: dkernel = xT . dz and dbias = column sums of dz, one invocation for each.
//
// x (B, I)   dz (B, U)   gradients: dkernel (I, U), then dbias (U), as in dense_kernel_gradient.wgsl. For results so few
// that compiling takes longer than computing, as dense_forward_plain.wgsl.

override SIDE: u32;  // of a workgroup, either way

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

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;     // i, or I for the bias
  let column = id.x;  // u
  if (row < shape.inputs + shape.useBias && column < shape.units) {
    var sum = 0.0;
    for (var k = 0u; k < shape.batch; k++) {
      // What lies behind the last input is the bias's, and what is read there is not used.
      let input = select(x[k * shape.inputs + row], 1.0, row == shape.inputs);
      // fma is said, as in block.wgsl, and not left to the compiler.
      sum = fma(input, dz[k * shape.units + column], sum);
    }
    let place = shape.kernelOffset + row * shape.units + column;
    if (shape.accumulate == 1u) {
      sum += gradients[place];
    }
    gradients[place] = sum;
  }
}
