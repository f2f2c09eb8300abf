// Gaussian error linear units, exact and by tanh, and their slopes. Hendrycks & Gimpel (2016).

import package::sigmoid::hyperbolicTangent;

const SQRT_HALF = 0.70710678118654752;
const INVERSE_SQRT_TWO_PI = 0.39894228040143268;
const SQRT_TWO_OVER_PI = 0.79788456080286536;
const CUBIC = 0.044715;

// Beyond this erfc is below every float32 and tanh is 1; without the cut squares and cubes could overflow.
const FAR = 30.0;

// erfc(x) for x >= 0, with a relative error of at most 1.2e-7 before rounding: the Chebyshev fit of Numerical
// Recipes (Press et al.), section 6.2. WGSL has none of its own.
fn complementaryError(x: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.5 * x);
  let fit = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 +
    t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  return t * exp(-x * x + fit);
}

// The share of the standard normal distribution below z.
fn normalShare(z: f32) -> f32 {
  let tail = 0.5 * complementaryError(min(abs(z) * SQRT_HALF, FAR));
  return select(1.0 - tail, tail, z < 0.0);
}

fn gelu(z: f32) -> f32 {
  return z * normalShare(z);
}

fn geluSlope(z: f32) -> f32 {
  let near = clamp(z, -FAR, FAR);
  return normalShare(z) + near * INVERSE_SQRT_TWO_PI * exp(-0.5 * near * near);
}

fn geluTanh(z: f32) -> f32 {
  let near = clamp(z, -FAR, FAR);
  let t = hyperbolicTangent(SQRT_TWO_OVER_PI * (near + CUBIC * near * near * near));
  return 0.5 * z * (1.0 + t);
}

fn geluTanhSlope(z: f32) -> f32 {
  let near = clamp(z, -FAR, FAR);
  let t = hyperbolicTangent(SQRT_TWO_OVER_PI * (near + CUBIC * near * near * near));
  let inner = SQRT_TWO_OVER_PI * (1.0 + 3.0 * CUBIC * near * near);
  return 0.5 * (1.0 + t) + 0.5 * near * (1.0 - t) * (1.0 + t) * inner;
}
