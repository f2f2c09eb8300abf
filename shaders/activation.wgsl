// Activations and their slopes, shared by the passes that apply them.
//
// ACTIVATION is the number given by src/core/activations.ts. It is a pipeline constant, so the compiler
// keeps only the branch that is taken.

override ACTIVATION: u32;

const LINEAR = 0u;
const SIGMOID = 1u;
const TANH = 2u;
const RELU = 3u;
const LEAKY_RELU = 4u;
const ELU = 5u;

// The slope of leakyRelu below zero.
const LEAK = 0.2;

// y = activation(z), for one pre-activation z.
fn activate(z: f32) -> f32 {
  switch ACTIVATION {
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
    default: {
      return z;
    }
  }
}

// dy/dz, written in terms of the stored output y, so that z need not be kept.
fn activationSlope(y: f32) -> f32 {
  switch ACTIVATION {
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
    default: {
      return 1.0;
    }
  }
}

// 1 / (1 + exp(-z)), by the sign of z: exp() only ever sees a number <= 0, so it cannot overflow.
fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, 1.0, z >= 0.0) / (1.0 + e);
}

// tanh(z). Not the built-in one, which WGSL lets be off by 1e-5. Near zero, where 1 - exp(-2|z|) would lose
// its digits, the first six terms of the series.
fn hyperbolicTangent(z: f32) -> f32 {
  let s = z * z;
  let e = exp(-2.0 * abs(z));
  let series = z * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0 - s * 1382.0 / 155925.0)))));
  return select(sign(z) * (1.0 - e) / (1.0 + e), series, abs(z) < 0.25);
}

// exp(z) - 1 for z <= 0. Near zero the first seven terms of the series, for the same reason.
fn expMinusOne(z: f32) -> f32 {
  let series = z * (1.0 + z * (1.0 / 2.0 + z * (1.0 / 6.0 + z * (1.0 / 24.0 + z * (1.0 / 120.0 + z * (1.0 / 720.0 + z / 5040.0))))));
  return select(exp(min(z, 0.0)) - 1.0, series, z > -0.25);
}
