// Stochastic gradient descent over the whole flat parameter buffer: parameters -= learningRate * gradients.

override WORKGROUP: u32;

struct Shape {
  count: u32,         // parameters in all
  rowLength: u32,     // invocations in one row of the two-dimensional dispatch
  learningRate: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read_write> parameters: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i < shape.count) {
    parameters[i] -= shape.learningRate * gradients[i];
  }
}
