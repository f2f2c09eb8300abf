// Closes the forward half of a step: adds up the loss pass's partial sums, writes the epoch's row of the
// log, and advances the step counter, which lives on the GPU so that the host need not send it.
//
// partials (P)   epochLog (epochs)   one workgroup. A step past the end of the log is not logged.

import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  partials: u32,  // P
  count: u32,     // B * U, what the mean absolute error is the mean of
  epochs: u32,    // rows of the log
}

struct State {
  step: u32,  // steps whose forward half is done
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partials: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> state: State;
@group(0) @binding(3) var<storage, read_write> epochLog: array<vec2f>;  // (loss, mean absolute error)

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  var sums = vec2f(0.0, 0.0);
  for (var i = local; i < shape.partials; i += WORKGROUP) {
    sums += partials[i];
  }
  let total = sumOverWorkgroup(local, sums);
  if (local == 0u) {
    if (state.step < shape.epochs) {
      epochLog[state.step] = vec2f(total.x, total.y / f32(shape.count));
    }
    state.step += 1u;
  }
}
