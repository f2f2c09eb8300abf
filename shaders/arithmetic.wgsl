// What this device makes of the operations that the passes are built of, each of the same numbers: its bits tell two arithmetics
// apart. Nothing is judged here.

@group(0) @binding(0) var<uniform> count: u32;
@group(0) @binding(1) var<storage, read> numbers: array<f32>;  // (count)
@group(0) @binding(2) var<storage, read_write> results: array<f32>;  // (count, 12)

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= count) {
    return;
  }
  let a = numbers[i];
  let b = numbers[(i * 7u + 3u) % count];
  let at = 12u * i;
  results[at] = exp(a);
  results[at + 1u] = log(abs(b) + 1e-3);
  results[at + 2u] = sqrt(abs(a));
  results[at + 3u] = tanh(b);
  results[at + 4u] = a / b;
  results[at + 5u] = fma(a, b, -a);
  results[at + 6u] = a * b + 1.0;
  // A subnormal number, which may be taken for zero.
  results[at + 7u] = a * 1e-39;
  // As the cosine schedule's angles, which are small.
  results[at + 8u] = sin(b * 0.03);
  // Sums that a compiler may put in another order or fuse with their products, one way or the other.
  results[at + 9u] = a * b + b * b;
  results[at + 10u] = (a + b) - a;
  results[at + 11u] = a * (1.0 + b * (1.0 / 3.0 + b * (1.0 / 5.0 + b * (1.0 / 7.0))));
}
