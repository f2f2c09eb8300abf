// The numbers that change from update to update without being weights.
struct Rates {
  learningRate: f32,
  gradientScale: f32,  // at most 1: what clipping by the norm leaves of the gradients
  correction1: f32,    // 1 - beta1^t
  correction2: f32,    // 1 - beta2^t
  plateauFactor: f32,
  plateauBest: f32,
}

// A gradient as the optimizer takes it: shortened with all others, then held within its limits.
fn clipped(gradient: f32, scale: f32, limit: f32) -> f32 {
  return clamp(gradient * scale, -limit, limit);
}
