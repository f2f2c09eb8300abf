// Under the persistent schedule: what comes between the gradients and the update (regularize.wgsl, gradient_norm.wgsl,
// update_rates.wgsl) and after an epoch (plateau.wgsl).

import package::learning_rate::Schedule;
import package::learning_rate::learningRateFactor;
import package::patience::Plateau;
import package::patience::afterEpoch;
import package::persistent_kinds::CLIPS_NORM;
import package::persistent_kinds::DENSE;
import package::persistent_kinds::GRADIENT_NORM;
import package::persistent_kinds::PLATEAU;
import package::persistent_kinds::REGULARIZE;
import package::persistent_kinds::UPDATE_RATES;
import package::persistent_kinds::has;
import package::persistent_memory::counters;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_memory::stateAt;
import package::persistent_memory::waiting;
import package::persistent_tables::layers;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

// Places in the rates, in the order of rates.wgsl.
const LEARNING_RATE = 0u;
const GRADIENT_SCALE = 1u;
const CORRECTION_1 = 2u;
const CORRECTION_2 = 3u;
const PLATEAU_FACTOR = 4u;
const PLATEAU_BEST = 5u;

fn penalize(local: u32, addsGradient: bool) {
  for (var l = 0u; l < settings.layers; l++) {
    if (layers[l].hasPenalty == 1u && isDue(REGULARIZE, l)) {
      let l1 = layers[l].l1;
      let l2 = layers[l].l2;
      var sum = 0.0;
      for (var i = local; i < layers[l].inputs * layers[l].columns; i += WORKGROUP) {
        let w = memory[layers[l].weights + i];
        sum += l1 * abs(w) + l2 * w * w;
        if (addsGradient) {
          memory[layers[l].gradients + i] += l1 * sign(w) + 2.0 * l2 * w;
        }
      }
      let total = sumOverWorkgroup(local, sum);
      if (local == 0u) {
        memory[layers[l].penalty] = total;
      }
    }
  }
}

fn measureNorm(local: u32) {
  if (isDue(GRADIENT_NORM, 0u)) {
    var sum = 0.0;
    for (var i = local; i < settings.parameterCount; i += WORKGROUP) {
      sum += memory[settings.gradients + i] * memory[settings.gradients + i];
    }
    let total = sumOverWorkgroup(local, sum);
    if (local == 0u) {
      memory[settings.squares] = total;
    }
  }
  meet();
}

fn updateRates(local: u32) {
  if (local == 0u && isDue(UPDATE_RATES, 0u) && counters.failed == 0u) {
    let rates = settings.rates;
    let factor = learningRateFactor(settings.schedule, counters.step - 1u);
    memory[rates + LEARNING_RATE] = settings.learningRate * factor * memory[rates + PLATEAU_FACTOR];
    memory[rates + CORRECTION_1] = settings.beta1 * memory[rates + CORRECTION_1] + settings.rest1;
    memory[rates + CORRECTION_2] = settings.beta2 * memory[rates + CORRECTION_2] + settings.rest2;
    memory[rates + GRADIENT_SCALE] = 1.0;
    if (has(CLIPS_NORM)) {
      memory[rates + GRADIENT_SCALE] = settings.clipNorm / max(sqrt(memory[settings.squares]), settings.clipNorm);
    }
  }
  meet();
}

fn watch(local: u32) {
  if (local == 0u && isDue(PLATEAU, 0u) && counters.failed == 0u && counters.epoch != 0u) {
    let row = (counters.epoch - 1u) % settings.logRows * settings.logColumns;
    let before = Plateau(memory[settings.rates + PLATEAU_BEST], memory[settings.rates + PLATEAU_FACTOR], waiting);
    let after = afterEpoch(before, stateAt(settings.epochLog + row + settings.watched), settings.patience);
    memory[settings.rates + PLATEAU_BEST] = after.best;
    memory[settings.rates + PLATEAU_FACTOR] = after.factor;
    waiting = after.waiting;
  }
  meet();
}
