// Values handed on within a quad: four neighbouring invocations that share their rows of the result.

enable subgroups;

// What each of the four has, in their order.
fn ofQuad(own: f32) -> vec4f {
  return vec4f(quadBroadcast(own, 0u), quadBroadcast(own, 1u), quadBroadcast(own, 2u), quadBroadcast(own, 3u));
}
