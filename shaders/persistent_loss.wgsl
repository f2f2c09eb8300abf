// Loss and metrics of a batch under the persistent schedule: one partial sum each, and the gradient the loss sends back.

import package::losses::LOSS;
import package::losses::lossOf;
import package::measures::measureOf;
import package::persistent_activation::slopeBy;
import package::persistent_blocks::quotient;
import package::persistent_classes::isHit;
import package::persistent_crossentropy::softmaxCrossentropy;
import package::persistent_kinds::LOSS_OF_BATCH;
import package::persistent_kinds::SUMS;
import package::persistent_kinds::SUM_MEASURE;
import package::persistent_kinds::TOP_K;
import package::persistent_kinds::WEIGHS;
import package::persistent_kinds::has;
import package::persistent_memory::isDue;
import package::persistent_memory::memory;
import package::persistent_tables::programs;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;
import package::reduce::sumOverWorkgroup;

// Beyond the losses of losses.wgsl: crossentropy of a softmax, from its logits.
const SOFTMAX_CROSSENTROPY = 6u;
// Beyond the measures of measures.wgsl.
const AMONG_THE_LARGEST = 3u;

fn weightOf(p: u32, row: u32) -> f32 {
  if (has(WEIGHS) && programs[p].isWeighted == 1u) {
    return memory[settings.weights + row];
  }
  return 1.0;
}

fn lossOfBatch(local: u32, p: u32) {
  if (isDue(LOSS_OF_BATCH, 0u)) {
    let isTraining = programs[p].isTraining == 1u;
    let y = select(settings.logitsMeasured, settings.logits, isTraining);
    let scale = programs[p].gradientScale;
    var sum = 0.0;
    if (LOSS == SOFTMAX_CROSSENTROPY) {
      for (var row = local; row < programs[p].rows; row += WORKGROUP) {
        let weight = weightOf(p, row);
        sum += weight * softmaxCrossentropy(y, row, weight * scale);
      }
    } else {
      for (var i = local; i < programs[p].rows * settings.outputs; i += WORKGROUP) {
        let value = memory[y + i];
        let one = lossOf(value, memory[settings.targets + i], settings.delta) * settings.share;
        let weight = weightOf(p, quotient(i, settings.outputs));
        sum += weight * one.x;
        memory[settings.dz + i] = weight * scale * one.y * slopeBy(settings.lossSlope, value);
      }
    }
    let total = sumOverWorkgroup(local, sum);
    if (local == 0u) {
      memory[settings.partials] = total;
    }
  }
}

fn measureSums(local: u32, p: u32) {
  let y = select(settings.yMeasured, settings.y, programs[p].isTraining == 1u);
  for (var m = 0u; m < settings.sumMeasures; m++) {
    if (isDue(SUM_MEASURE, m)) {
      var sum = 0.0;
      if (has(TOP_K) && settings.sum[m].kind == AMONG_THE_LARGEST) {
        for (var row = local; row < programs[p].rows; row += WORKGROUP) {
          sum += select(0.0, 1.0, isHit(y, row, settings.sum[m].k));
        }
      } else if (has(SUMS)) {
        let shares = select(settings.sum[m].sharesMeasured, settings.sum[m].shares, programs[p].shares == 0u);
        for (var i = local; i < programs[p].rows * settings.outputs; i += WORKGROUP) {
          let value = measureOf(settings.sum[m].kind, memory[y + i], memory[settings.targets + i]);
          sum += memory[shares + i - quotient(i, settings.outputs) * settings.outputs] * value;
        }
      }
      let total = sumOverWorkgroup(local, sum);
      if (local == 0u) {
        memory[settings.partials + 1u + m] = total;
      }
    }
  }
}
