// Batch and layer normalization under the persistent schedule. One invocation a column, or a row.
//
// moments: means, then variances; of the columns (2, U) or of the rows (2, B). gamma, beta (U).

import package::persistent_kinds::BATCH_NORMALIZATION;
import package::persistent_kinds::LAYER_NORMALIZATION;
import package::persistent_kinds::MOMENTS;
import package::persistent_kinds::MOVING_STATISTICS;
import package::persistent_kinds::NORMALIZE;
import package::persistent_memory::counters;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_tables::layers;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;

fn normalizeForward(local: u32, l: u32, rows: u32, x: u32, isTraining: bool) {
  let isPerRow = layers[l].kind == LAYER_NORMALIZATION;
  let columns = layers[l].columns;
  let hasMoments = isPerRow || isTraining;
  let groups = select(columns, rows, isPerRow);
  if (hasMoments && isDue(MOMENTS, l)) {
    for (var group = local; group < groups; group += WORKGROUP) {
      momentsOf(l, x, group, groups, rows * columns / groups, isPerRow);
    }
  }
  meet();
  if (isDue(NORMALIZE, l)) {
    let moments = select(layers[l].statistics, layers[l].moments, hasMoments);
    for (var i = local; i < rows * columns; i += WORKGROUP) {
      let group = select(i % columns, i / columns, isPerRow);
      let deviation = sqrt(memory[moments + groups + group] + layers[l].epsilon);
      let normalized = (memory[x + i] - memory[moments + group]) / deviation;
      let gamma = layers[l].weights + i % columns;
      memory[layers[l].y + i] = memory[gamma] * normalized + memory[gamma + columns];
    }
  }
}

// Mean and variance of a row or of a column of x.
fn momentsOf(l: u32, x: u32, group: u32, groups: u32, length: u32, isPerRow: bool) {
  let first = x + select(group, group * length, isPerRow);
  let stride = select(groups, 1u, isPerRow);
  var sum = 0.0;
  for (var i = 0u; i < length; i++) {
    sum += memory[first + i * stride];
  }
  let mean = sum / f32(length);
  var squares = 0.0;
  for (var i = 0u; i < length; i++) {
    let deviation = memory[first + i * stride] - mean;
    squares += deviation * deviation;
  }
  memory[layers[l].moments + group] = mean;
  memory[layers[l].moments + groups + group] = squares / f32(length);
}

// After a batch with a finite loss: batch normalization's moving mean and variance take their share of the batch's.
fn moveStatistics(local: u32) {
  for (var l = 0u; l < settings.layers; l++) {
    if (layers[l].kind == BATCH_NORMALIZATION && isDue(MOVING_STATISTICS, l) && counters.failed == 0u) {
      for (var i = local; i < 2u * layers[l].columns; i += WORKGROUP) {
        let place = layers[l].statistics + i;
        memory[place] = layers[l].momentum * memory[place] + layers[l].rest * memory[layers[l].moments + i];
      }
    }
  }
}
