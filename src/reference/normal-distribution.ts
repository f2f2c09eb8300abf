/**
 * The standard normal distribution in float64, for gelu: its density φ and its distribution function Φ, both to a
 * relative error of about 1e-15, also far out on the left, where Φ(z) = ½ (1 + erf(z / √2)) would lose every digit.
 */

/** φ(z) = e^(−z²/2) / √(2π) */
export function normalDensity(z: number): number {
  // z² has to be rounded, and exp makes of that a relative error of z²/2 ulps. The square of a float32 is exact.
  const high = Math.fround(z);
  const rest = z - high;
  return (Math.exp(-0.5 * high * high) * Math.exp(-0.5 * rest * (z + high))) / Math.sqrt(2 * Math.PI);
}

/** Φ(z), the share of the distribution below z. */
export function normalDistribution(z: number): number {
  if (Math.abs(z) <= 2) return 0.5 + normalDensity(z) * centre(z);
  return z < 0 ? tail(-z) : 1 - tail(z);
}

/**
 * (Φ(z) − ½) / φ(z) = z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + …: Kummer's series, whose terms are all of one sign.
 * Marsaglia (2004), "Evaluating the normal distribution", section 3.
 */
function centre(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return sum;
}

/** 1 − Φ(z) = φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))) for z ≥ 2: Laplace's continued fraction, from the inside. */
function tail(z: number): number {
  let denominator = z;
  for (let k = 100; k >= 1; k--) denominator = z + k / denominator;
  return normalDensity(z) / denominator;
}
