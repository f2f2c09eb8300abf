// Under the persistent schedule: what a batch leaves in the epoch's log, and the counters (log_batch.wgsl,
// log_counts.wgsl). One invocation does what has an order.

import package::finite::isFinite;
import package::persistent_kinds::COUNTS;
import package::persistent_kinds::LOG_BATCH;
import package::persistent_kinds::LOG_COUNTS;
import package::persistent_kinds::has;
import package::persistent_memory::counters;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_memory::setState;
import package::persistent_tables::counts;
import package::persistent_tables::numbers;
import package::persistent_tables::programs;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;

fn logOf(local: u32, p: u32) {
  if (has(COUNTS)) {
    storageBarrier();
    if (programs[p].isLast == 1u && isDue(LOG_COUNTS, 0u) && counters.failed == 0u) {
      logCounts(local, p);
    }
    storageBarrier();
  }
  meet();
  if (local == 0u && isDue(LOG_BATCH, 0u) && counters.failed == 0u) {
    logBatch(p);
  }
  meet();
  // The counters are in workgroup memory in any case.
  workgroupBarrier();
}

// The counts go into their row of the log, and start again at 0.
fn logCounts(local: u32, p: u32) {
  let row = settings.countLog + counters.epoch % settings.logRows * settings.countColumns + programs[p].firstCount;
  for (var i = local; i < settings.counts; i += WORKGROUP) {
    numbers[row + i] = atomicLoad(&counts[i]);
    atomicStore(&counts[i], 0u);
  }
}

fn logBatch(p: u32) {
  let columns = 1u + settings.sumMeasures;
  var penalty = 0.0;
  for (var i = 0u; i < settings.penalties; i++) {
    penalty += memory[settings.partials + columns + i];
  }
  let loss = programs[p].lossWeight * memory[settings.partials] + programs[p].penaltyWeight * penalty;
  if (programs[p].isTraining == 1u && !isFinite(loss)) {
    counters.failed = counters.step + 1u;
    return;
  }
  let isLast = programs[p].isLast == 1u;
  let row = settings.epochLog + counters.epoch % settings.logRows * settings.logColumns + programs[p].firstColumn;
  for (var column = 0u; column < columns; column++) {
    let value = select(memory[settings.partials + column], loss, column == 0u);
    let sum = memory[settings.sums + column] + value;
    if (isLast) {
      setState(row + column, sum / f32(programs[p].examples));
    }
    memory[settings.sums + column] = select(sum, 0.0, isLast);
  }
  counters.batch += programs[p].isTraining;
  counters.step += programs[p].isUpdate;
  counters.epoch += programs[p].endsEpoch;
  counters.position = select(counters.position + programs[p].rows, 0u, isLast);
}
