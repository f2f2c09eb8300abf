// Before an update: the learning rate of its schedule, the corrections of Adam, what clipping leaves. One workgroup.
//
// squares (P): partial sums of the squared gradients. The log pass has counted this step already.

import package::counters::Counters;
import package::learning_rate::Schedule;
import package::learning_rate::learningRateFactor;
import package::rates::Rates;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

struct Shape {
  squares: u32,      // P; 0 without clipping by the norm
  warmupSteps: u32,
  decaySteps: u32,
  logDecayRate: f32,
  alpha: f32,
  initial: f32,
  peak: f32,
  descent: f32,
  learningRate: f32,
  clipNorm: f32,
  beta1: f32,
  rest1: f32,        // 1 - beta1, which float32 could not subtract so exactly
  beta2: f32,
  rest2: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> squares: array<f32>;
@group(0) @binding(2) var<storage, read> counters: Counters;
@group(0) @binding(3) var<storage, read_write> rates: Rates;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = local; i < shape.squares; i += WORKGROUP) {
    sum += squares[i];
  }
  let norm = sqrt(sumOverWorkgroup(local, sum));
  if (local == 0u && counters.failed == 0u) {
    let schedule = Schedule(
      shape.warmupSteps, shape.decaySteps, shape.logDecayRate, shape.alpha, shape.initial, shape.peak, shape.descent
    );
    rates.learningRate = shape.learningRate * learningRateFactor(schedule, counters.step - 1u) * rates.plateauFactor;
    // 1 - beta^t by its recurrence: in float32 the power would leave few digits of the difference.
    rates.correction1 = shape.beta1 * rates.correction1 + shape.rest1;
    rates.correction2 = shape.beta2 * rates.correction2 + shape.rest2;
    rates.gradientScale = 1.0;
    if (shape.squares > 0u) {
      rates.gradientScale = shape.clipNorm / max(norm, shape.clipNorm);
    }
  }
}
