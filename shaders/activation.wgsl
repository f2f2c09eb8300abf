// Activations and their slopes, shared by the passes that apply them.
//
// ACTIVATION is the number given by src/activations.ts. It is a pipeline constant, so the compiler
// keeps only the branch that is taken.

override ACTIVATION: u32;

const LINEAR = 0u;
const SIGMOID = 1u;

// y = activation(z), for one pre-activation z.
fn activate(z: f32) -> f32 {
  switch ACTIVATION {
    case SIGMOID: {
      return sigmoid(z);
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
