// The slopes of the activations, shared by the backward passes.

import package::activation::ACTIVATION;
import package::activation::SIGMOID;
import package::activation::TANH;
import package::activation::RELU;
import package::activation::LEAKY_RELU;
import package::activation::ELU;
import package::activation::GELU;
import package::activation::GELU_TANH;
import package::activation::SILU;
import package::activation::SOFTPLUS;
import package::activation::LEAK;
import package::gelu::geluSlope;
import package::gelu::geluTanhSlope;
import package::sigmoid::sigmoid;

// dy/dz with the pipeline's activation: in terms of the stored output y where the slope follows from it
// (src/core/activations.ts), so that z need not be kept; else in terms of z.
fn activationSlope(value: f32) -> f32 {
  return slopeOf(ACTIVATION, value);
}

fn slopeOf(activation: u32, value: f32) -> f32 {
  let y = value;
  let z = value;
  switch activation {
    case SIGMOID: {
      return y * (1.0 - y);
    }
    case TANH: {
      return (1.0 - y) * (1.0 + y);
    }
    case RELU: {
      return select(0.0, 1.0, y > 0.0);
    }
    case LEAKY_RELU: {
      return select(LEAK, 1.0, y > 0.0);
    }
    case ELU: {
      return select(y + 1.0, 1.0, y > 0.0);
    }
    case GELU: {
      return geluSlope(z);
    }
    case GELU_TANH: {
      return geluTanhSlope(z);
    }
    case SILU: {
      let s = sigmoid(z);
      // Not 1 - s, which for large z has no digits left, and z would make much of what is wrong.
      return s + z * s * sigmoid(-z);
    }
    case SOFTPLUS: {
      return sigmoid(z);
    }
    default: {
      return 1.0;
    }
  }
}
