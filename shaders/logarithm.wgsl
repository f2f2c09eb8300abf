// The natural logarithm with a small relative error everywhere. The built-in one may be off by 2^-21 between 0.5
// and 2, where the losses of a network that is nearly right lie.

const LN_2 = 0.69314718055994531;

// log(x) for x >= 1: x = m * 2^exponent with m between 2/3 and 4/3, and log(m) = 2 artanh((m - 1) / (m + 1)).
fn naturalLog(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  var exponent = i32(bits >> 23u) - 127;
  var m = bitcast<f32>((bits & 0x007fffffu) | 0x3f800000u);
  if (m > 1.3333334) {
    m *= 0.5;
    exponent += 1;
  }
  let s = (m - 1.0) / (m + 1.0);
  let q = s * s;
  let log_m = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0)))));
  return f32(exponent) * LN_2 + log_m;
}
