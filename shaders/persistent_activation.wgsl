// Activations under the persistent schedule, whose layers need not agree on one: a network may use up to four beside
// the linear one, each a pipeline constant, so that the compiler keeps the branches that are taken.

import package::activation::activated;
import package::activation_slope::slopeOf;

override ACTIVATION_0: u32;
override ACTIVATION_1: u32;
override ACTIVATION_2: u32;
override ACTIVATION_3: u32;

// The activation in slot `slot`, from 0; beyond the fourth it is the linear one.
fn activateBy(slot: u32, z: f32) -> f32 {
  switch slot {
    case 0u: {
      return activated(ACTIVATION_0, z);
    }
    case 1u: {
      return activated(ACTIVATION_1, z);
    }
    case 2u: {
      return activated(ACTIVATION_2, z);
    }
    case 3u: {
      return activated(ACTIVATION_3, z);
    }
    default: {
      return z;
    }
  }
}

fn slopeBy(slot: u32, value: f32) -> f32 {
  switch slot {
    case 0u: {
      return slopeOf(ACTIVATION_0, value);
    }
    case 1u: {
      return slopeOf(ACTIVATION_1, value);
    }
    case 2u: {
      return slopeOf(ACTIVATION_2, value);
    }
    case 3u: {
      return slopeOf(ACTIVATION_3, value);
    }
    default: {
      return 1.0;
    }
  }
}

const SLOTS = 4u;
const LINEAR = 4u;
const SOFTMAX = 5u;
