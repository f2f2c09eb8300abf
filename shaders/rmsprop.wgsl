// RMSprop over the whole flat parameter buffer (optimizers.wgsl).

import package::counters::Counters;
import package::optimizers::rmspropUpdate;
import package::optimizers::decayed;
import package::rates::Rates;
import package::rates::clipped;

override WORKGROUP: u32;

struct Shape {
  count: u32,        // parameters in all
  rowLength: u32,    // invocations in one row of the two-dimensional dispatch
  clipValue: f32,    // the largest gradient that is taken whole
  weightDecay: f32,
  rho: f32,
  rest: f32,         // 1 - rho, which float32 could not subtract so exactly
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read> rates: Rates;
@group(0) @binding(3) var<storage, read> counters: Counters;
@group(0) @binding(4) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(5) var<storage, read_write> previous: array<f32>;  // the parameters before this update
@group(0) @binding(6) var<storage, read_write> meanSquare: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * shape.rowLength + id.x;
  if (i >= shape.count || counters.failed != 0u) {
    return;
  }
  let g = clipped(gradients[i], rates.gradientScale, shape.clipValue);
  let w = parameters[i];
  previous[i] = w;
  let kept = decayed(w, rates.learningRate, shape.weightDecay);
  let next = rmspropUpdate(kept, g, rates.learningRate, meanSquare[i], shape.rho, shape.rest, shape.epsilon);
  parameters[i] = next.x;
  meanSquare[i] = next.y;
}
