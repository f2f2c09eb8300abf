// Schedules of the learning rate, as a factor of the optimizer's. SCHEDULE is the number given by
// src/passes/rates.ts. `step` is the number of updates done before this one.

override SCHEDULE: u32;

const CONSTANT = 0u;
const STEP = 1u;
const EXPONENTIAL = 2u;
const COSINE = 3u;
const ONE_CYCLE = 4u;

struct Schedule {
  warmupSteps: u32,
  decaySteps: u32,
  logDecayRate: f32,
  alpha: f32,          // what cosine ends at; what one cycle ends at
  initial: f32,        // what one cycle begins with
  peak: f32,           // the step at which one cycle is at 1, which need not be whole, and may be before the first
  descent: f32,        // the steps from there to its end
}

fn learningRateFactor(schedule: Schedule, step: u32) -> f32 {
  if (SCHEDULE == ONE_CYCLE) {
    let past = f32(step) - schedule.peak;
    if (past < 0.0) {
      return between(1.0, schedule.initial, -past / schedule.peak);
    }
    return between(1.0, schedule.alpha, min(past / schedule.descent, 1.0));
  }
  if (step < schedule.warmupSteps) {
    return f32(step + 1u) / f32(schedule.warmupSteps);
  }
  let t = step - schedule.warmupSteps;
  switch SCHEDULE {
    case STEP: {
      return exp(f32(t / schedule.decaySteps) * schedule.logDecayRate);
    }
    case EXPONENTIAL: {
      return exp(f32(t) / f32(schedule.decaySteps) * schedule.logDecayRate);
    }
    case COSINE: {
      return between(1.0, schedule.alpha, min(f32(t) / f32(schedule.decaySteps), 1.0));
    }
    default: {
      return 1.0;
    }
  }
}

// From `start` to `end` along half a cosine, for p from 0 to 1.
fn between(start: f32, end: f32, p: f32) -> f32 {
  return end + (start - end) * (0.5 + 0.5 * sineOfPi(0.5 - p));
}

// sin(pi * u) for |u| <= 1/2, by its series. The built-in functions may be off by 2^-11.
fn sineOfPi(u: f32) -> f32 {
  let x = 3.14159265358979 * u;
  let q = x * x;
  return x * (1.0 - q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0 * (1.0 - q / 72.0 * (1.0 - q / 110.0 * (1.0 - q / 156.0))))));
}
