// The update of all weights under the persistent schedule, by the formulas of optimizers.wgsl.

import package::optimizers::Betas;
import package::optimizers::adagradUpdate;
import package::optimizers::adamUpdate;
import package::optimizers::decayed;
import package::optimizers::momentumUpdate;
import package::optimizers::rmspropUpdate;
import package::persistent_kinds::UPDATE;
import package::persistent_memory::counters;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_memory::setState;
import package::persistent_rates::CORRECTION_1;
import package::persistent_rates::CORRECTION_2;
import package::persistent_rates::GRADIENT_SCALE;
import package::persistent_rates::LEARNING_RATE;
import package::persistent_tables::settings;
import package::rates::clipped;
import package::reduce::WORKGROUP;

override OPTIMIZER: u32;  // the number given by src/passes/persistent.ts

const SGD = 0u;
const MOMENTUM = 1u;
const NESTEROV = 2u;
const RMSPROP = 3u;
const ADAGRAD = 4u;
const ADAM = 5u;

fn update(local: u32) {
  if (isDue(UPDATE, 0u) && counters.failed == 0u) {
    for (var i = local; i < settings.parameterCount; i += WORKGROUP) {
      updateOne(i);
    }
  }
  meet();
}

fn updateOne(i: u32) {
  let rate = memory[settings.rates + LEARNING_RATE];
  let g = clipped(memory[settings.gradients + i], memory[settings.rates + GRADIENT_SCALE], settings.clipValue);
  let place = settings.parameters + i;
  let first = settings.first + i;
  let second = settings.second + i;
  setState(settings.previous + i, memory[place]);
  let w = decayed(memory[place], rate, settings.weightDecay);
  switch OPTIMIZER {
    case MOMENTUM, NESTEROV: {
      let next = momentumUpdate(w, g, rate, memory[first], settings.momentum, OPTIMIZER == NESTEROV);
      memory[place] = next.x;
      memory[first] = next.y;
    }
    case RMSPROP: {
      let next = rmspropUpdate(w, g, rate, memory[first], settings.rho, settings.rest, settings.epsilon);
      memory[place] = next.x;
      memory[first] = next.y;
    }
    case ADAGRAD: {
      let next = adagradUpdate(w, g, rate, memory[first], settings.epsilon);
      memory[place] = next.x;
      memory[first] = next.y;
    }
    case ADAM: {
      let corrections = settings.rates;
      let betas = Betas(
        settings.beta1, settings.rest1, settings.beta2, settings.rest2,
        memory[corrections + CORRECTION_1], memory[corrections + CORRECTION_2]
      );
      let next = adamUpdate(w, g, rate, memory[first], memory[second], betas, settings.epsilon);
      memory[place] = next.x;
      memory[first] = next.y;
      memory[second] = next.z;
    }
    default: {
      memory[place] = w - rate * g;
    }
  }
}
