// Classes under the persistent schedule: which one is true, which one is said, and counts of both.

import package::finite::isFinite;
import package::measures::bucketOf;
import package::persistent_kinds::COUNT_MEASURE;
import package::persistent_memory::isDue;
import package::persistent_memory::memory;
import package::persistent_tables::counts;
import package::persistent_tables::programs;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;

override SPARSE: u32;

// The place of the first of the largest values of a row.
fn largestOf(values: u32, row: u32) -> u32 {
  let first = values + row * settings.outputs;
  var best = 0u;
  for (var c = 1u; c < settings.outputs; c++) {
    if (memory[first + c] > memory[first + best]) {
      best = c;
    }
  }
  return best;
}

fn trueClass(row: u32) -> u32 {
  if (SPARSE == 1u) {
    return u32(memory[settings.targets + row]);
  }
  return largestOf(settings.targets, row);
}

// Whether the true class is among the k largest outputs, of equal ones the first counting as the larger one.
fn isHit(y: u32, row: u32, k: u32) -> bool {
  let label = trueClass(row);
  let first = y + row * settings.outputs;
  let value = memory[first + label];
  var larger = 0u;
  var isOrdered = true;
  for (var c = 0u; c < settings.outputs; c++) {
    let other = memory[first + c];
    if (other > value || (other == value && c < label)) {
      larger++;
    }
    isOrdered = isOrdered && isFinite(other);
  }
  return isOrdered && larger < k;
}

fn measureCounts(local: u32, p: u32) {
  let y = select(settings.yMeasured, settings.y, programs[p].isTraining == 1u);
  for (var m = 0u; m < settings.countMeasures; m++) {
    if (isDue(COUNT_MEASURE, m)) {
      let buckets = settings.count[m].buckets;
      if (buckets == 0u) {
        for (var row = local; row < programs[p].rows; row += WORKGROUP) {
          atomicAdd(&counts[settings.count[m].offset + cellOf(y, row)], 1u);
        }
      } else {
        for (var i = local; i < programs[p].rows * settings.outputs; i += WORKGROUP) {
          let side = select(0u, buckets, isPositive(i));
          atomicAdd(&counts[settings.count[m].offset + side + bucketOf(memory[y + i], buckets)], 1u);
        }
      }
    }
  }
}

fn isPositive(i: u32) -> bool {
  if (SPARSE == 1u) {
    return u32(memory[settings.targets + i / settings.outputs]) == i % settings.outputs;
  }
  return memory[settings.targets + i] > 0.5;
}

// Of the confusion matrix. One output stands for two classes, told apart at 0.5.
fn cellOf(y: u32, row: u32) -> u32 {
  if (settings.outputs == 1u) {
    return 2u * select(0u, 1u, memory[settings.targets + row] > 0.5) + select(0u, 1u, memory[y + row] > 0.5);
  }
  return trueClass(row) * settings.outputs + largestOf(y, row);
}
