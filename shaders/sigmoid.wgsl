// Sigmoid and its relatives: functions of exp(-|z|) that keep their digits and never overflow.

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

// log(1 + e) for 0 <= e <= 1, as 2 artanh(e / (2 + e)). Not the built-in log, which WGSL lets be off by 2^-21
// between 0.5 and 2.
fn logOnePlus(e: f32) -> f32 {
  let s = e / (2.0 + e);
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0))))));
}

// log(1 + exp(z))
fn softplus(z: f32) -> f32 {
  return max(z, 0.0) + logOnePlus(exp(-abs(z)));
}
