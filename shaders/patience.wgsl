// Keras' ReduceLROnPlateau: what an epoch's value makes of the learning rate's factor.

struct Waiting {
  epochs: u32,        // without an improvement
  cooldown: u32,      // epochs for which nothing is counted
}

struct Patience {
  patience: u32,
  cooldown: u32,
  factor: f32,
  minDelta: f32,
  leastFactor: f32,   // minLearningRate / learningRate
}

struct Plateau {
  best: f32,
  factor: f32,
  waiting: Waiting,
}

fn afterEpoch(before: Plateau, value: f32, patience: Patience) -> Plateau {
  var after = before;
  if (after.waiting.cooldown > 0u) {
    after.waiting.cooldown -= 1u;
    after.waiting.epochs = 0u;
  }
  if (value < after.best - patience.minDelta) {
    after.best = value;
    after.waiting.epochs = 0u;
  } else if (after.waiting.cooldown == 0u) {
    after.waiting.epochs += 1u;
    if (after.waiting.epochs >= patience.patience && after.factor > patience.leastFactor) {
      after.factor = max(after.factor * patience.factor, patience.leastFactor);
      after.waiting.cooldown = patience.cooldown;
      after.waiting.epochs = 0u;
    }
  }
  return after;
}
