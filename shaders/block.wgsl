// A block of 4 x 4 results in registers, which all products are made of: how it goes four places on along the inner
// dimension.
//
// Every result is one sum, and its terms are added in the order of the inner dimension, whatever the shape of the tile
// that the block belongs to. So all products with plain sums come to the same bits. fma is said and not left to the
// compiler, which could choose it in one shader and not in another.

override RAGGED: u32;  // 1 where the inner dimension is no multiple of four: what lies beyond its end counts as zero

// sum (r, c) at [r][c]; left (r, k) at [r][k]; right (k, c) at [k][c]: sum + left . right.
fn advance(sum: mat4x4f, left: mat4x4f, right: mat4x4f) -> mat4x4f {
  return mat4x4f(
    advanceRow(sum[0], left[0], right),
    advanceRow(sum[1], left[1], right),
    advanceRow(sum[2], left[2], right),
    advanceRow(sum[3], left[3], right),
  );
}

fn advanceRow(sum: vec4f, left: vec4f, right: mat4x4f) -> vec4f {
  let one = fma(vec4f(left.x), right[0], sum);
  let two = fma(vec4f(left.y), right[1], one);
  let three = fma(vec4f(left.z), right[2], two);
  return fma(vec4f(left.w), right[3], three);
}

// The value at place k of the inner dimension.
fn within(value: f32, k: u32, end: u32) -> f32 {
  return select(value, 0.0, RAGGED == 1u && k >= end);
}

// Four values at place k.
fn rowWithin(values: vec4f, k: u32, end: u32) -> vec4f {
  return select(values, vec4f(), RAGGED == 1u && k >= end);
}

// Four values from place k on.
fn stretchWithin(values: vec4f, k: u32, end: u32) -> vec4f {
  return select(values, vec4f(), vec4<bool>(RAGGED == 1u) & (vec4u(k, k + 1u, k + 2u, k + 3u) >= vec4u(end)));
}
