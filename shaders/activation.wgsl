// The activations, shared by the passes that apply them. Their slopes are in activation_slope.wgsl.
//
// An activation is known by the number given by src/core/activations.ts. Callers hand in a pipeline constant, so the
// compiler keeps only the branch that is taken.

import package::gelu::gelu;
import package::gelu::geluTanh;
import package::sigmoid::expMinusOne;
import package::sigmoid::hyperbolicTangent;
import package::sigmoid::sigmoid;
import package::sigmoid::softplus;

override ACTIVATION: u32;

const LINEAR = 0u;
const SIGMOID = 1u;
const TANH = 2u;
const RELU = 3u;
const LEAKY_RELU = 4u;
const ELU = 5u;
const GELU = 6u;
const GELU_TANH = 7u;
const SILU = 8u;
const SOFTPLUS = 9u;

// The slope of leakyRelu below zero.
const LEAK = 0.2;

// y = activation(z), for one pre-activation z, with the pipeline's activation.
fn activate(z: f32) -> f32 {
  return activated(ACTIVATION, z);
}

fn activated(activation: u32, z: f32) -> f32 {
  switch activation {
    case SIGMOID: {
      return sigmoid(z);
    }
    case TANH: {
      return hyperbolicTangent(z);
    }
    case RELU: {
      return max(z, 0.0);
    }
    case LEAKY_RELU: {
      return select(LEAK * z, z, z > 0.0);
    }
    case ELU: {
      return select(expMinusOne(z), z, z > 0.0);
    }
    case GELU: {
      return gelu(z);
    }
    case GELU_TANH: {
      return geluTanh(z);
    }
    case SILU: {
      return z * sigmoid(z);
    }
    case SOFTPLUS: {
      return softplus(z);
    }
    default: {
      return z;
    }
  }
}
