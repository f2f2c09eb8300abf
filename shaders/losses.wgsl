// The losses that are sums over single outputs. LOSS is the number given by src/passes/loss.ts.

import package::logarithm::naturalLog;
import package::sigmoid::logOnePlus;
import package::sigmoid::sigmoid;

override LOSS: u32;

const HALF_SQUARED = 0u;
const SQUARED = 1u;
const ABSOLUTE = 2u;
const HUBER = 3u;
const PROBABILITIES = 4u;
const LOGITS = 5u;

// Keras' clip of probabilities, so that no logarithm is taken of 0.
const CLIP = 1e-7;

// The loss of one output, and its derivative. `delta` is where the Huber loss turns from square to straight.
fn lossOf(value: f32, goal: f32, delta: f32) -> vec2f {
  let e = value - goal;
  let size = abs(e);
  switch LOSS {
    case SQUARED: {
      return vec2f(e * e, 2.0 * e);
    }
    case ABSOLUTE: {
      return vec2f(size, sign(e));
    }
    case HUBER: {
      let isNear = size <= delta;
      return vec2f(select(delta * (size - 0.5 * delta), 0.5 * e * e, isNear), clamp(e, -delta, delta));
    }
    case PROBABILITIES: {
      // What is left to 1 is clipped by itself: from the clipped p float32 could not tell how far it is.
      let rest = 1.0 - value;
      let p = clamp(value, CLIP, 1.0 - CLIP);
      let q = clamp(rest, CLIP, 1.0 - CLIP);
      let slope = select(0.0, (p - goal) / (p * q), value >= CLIP && rest >= CLIP);
      return vec2f(goal * naturalLog(1.0 / p) + (1.0 - goal) * naturalLog(1.0 / q), slope);
    }
    case LOGITS: {
      return vec2f(max(value, 0.0) - value * goal + logOnePlus(exp(-abs(value))), sigmoid(value) - goal);
    }
    default: {
      return vec2f(0.5 * e * e, e);
    }
  }
}
