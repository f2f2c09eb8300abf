// The updates of one weight, each by its optimizer's formula: from weight, gradient, rate and state to the next ones.

// What weight decay leaves of a weight, before the gradient is taken off. Loshchilov & Hutter (2019).
fn decayed(w: f32, rate: f32, weightDecay: f32) -> f32 {
  return w - rate * weightDecay * w;
}

// Gradient descent with momentum: v = momentum * v + g; w -= rate * v, or with Nesterov's look ahead
// rate * (g + momentum * v). Sutskever et al. (2013), in the form of torch. Gives w and v.
fn momentumUpdate(w: f32, g: f32, rate: f32, velocity: f32, momentum: f32, nesterov: bool) -> vec2f {
  let v = momentum * velocity + g;
  return vec2f(w - rate * select(v, g + momentum * v, nesterov), v);
}

// RMSprop: v = rho * v + (1 - rho) * g^2; w -= rate * g / (sqrt(v) + epsilon). Hinton (2012). Gives w and v.
fn rmspropUpdate(w: f32, g: f32, rate: f32, meanSquare: f32, rho: f32, rest: f32, epsilon: f32) -> vec2f {
  let v = rho * meanSquare + rest * g * g;
  return vec2f(w - rate * (g / (sqrt(v) + epsilon)), v);
}

// Adagrad: a += g^2; w -= rate * g / (sqrt(a) + epsilon). Duchi, Hazan & Singer (2011). Gives w and a.
fn adagradUpdate(w: f32, g: f32, rate: f32, accumulator: f32, epsilon: f32) -> vec2f {
  let a = accumulator + g * g;
  return vec2f(w - rate * (g / (sqrt(a) + epsilon)), a);
}

// Each rest is 1 - beta, which float32 could not subtract so exactly; each correction is 1 - beta^t.
struct Betas {
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  correction1: f32,
  correction2: f32,
}

// Adam and AdamW: m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2;
// w -= rate * (m / correction1) / (sqrt(v / correction2) + epsilon). Kingma & Ba (2015). Gives w, m and v.
fn adamUpdate(w: f32, g: f32, rate: f32, first: f32, second: f32, betas: Betas, epsilon: f32) -> vec3f {
  let m = betas.beta1 * first + betas.rest1 * g;
  let v = betas.beta2 * second + betas.rest2 * g * g;
  let size = sqrt(v / betas.correction2) + epsilon;
  return vec3f(w - rate * ((m / betas.correction1) / size), m, v);
}
