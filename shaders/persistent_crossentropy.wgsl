// Crossentropy of a softmax under the persistent schedule, of one row, from its logits: the loss, and in its place the
// gradient softmax(z) - target, times `scale`. softmax_crossentropy.wgsl says why each step is as it is.

import package::logarithm::naturalLog;
import package::persistent_classes::SPARSE;
import package::persistent_memory::memory;
import package::persistent_tables::settings;

fn goalAt(row: u32, column: u32) -> f32 {
  if (SPARSE == 1u) {
    return select(0.0, 1.0, u32(memory[settings.targets + row]) == column);
  }
  return memory[settings.targets + row * settings.outputs + column];
}

fn softmaxCrossentropy(logits: u32, row: u32, scale: f32) -> f32 {
  let z = logits + row * settings.outputs;
  let dz = settings.dz + row * settings.outputs;
  var largest = memory[z];
  for (var c = 1u; c < settings.outputs; c++) {
    largest = max(largest, memory[z + c]);
  }
  var exponentials = 0.0;
  var goals = 0.0;
  var product = 0.0;
  for (var c = 0u; c < settings.outputs; c++) {
    let goal = goalAt(row, c);
    let distance = memory[z + c] - largest;
    let e = exp(distance);
    memory[dz + c] = e;
    exponentials += e;
    goals += goal;
    product += goal * distance;
  }
  for (var c = 0u; c < settings.outputs; c++) {
    memory[dz + c] = scale * (memory[dz + c] / exponentials * goals - goalAt(row, c));
  }
  return goals * naturalLog(exponentials) - product;
}
