// What metrics that are sums over single outputs add up, by the number given by src/passes/metrics.ts.

const ABSOLUTE_ERROR = 0u;
const SQUARED_ERROR = 1u;
const SAME_SIDE = 2u;

fn measureOf(metric: u32, value: f32, goal: f32) -> f32 {
  let e = value - goal;
  switch metric {
    case SQUARED_ERROR: {
      return e * e;
    }
    case SAME_SIDE: {
      return select(0.0, 1.0, (value > 0.5) == (goal > 0.5));
    }
    default: {
      return abs(e);
    }
  }
}

// The bucket of an output in a histogram of values between 0 and 1.
fn bucketOf(value: f32, buckets: u32) -> u32 {
  let place = ceil(clamp(value, 0.0, 1.0) * f32(buckets));
  return u32(max(place, 1.0)) - 1u;
}
