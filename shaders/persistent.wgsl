// A whole training in one dispatch of one workgroup: batch after batch, epoch after epoch, on weights, optimizer state,
// activations and gradients that stay in the workgroup's memory. Between two phases stands a barrier, and no host.
//
// A dispatch does `control.turns` programs of the epoch's order and leaves everything in `state` and `numbers`, from
// where the next goes on; the counters there say what was really done. Told to do `control.only` one kind of pass, it
// does that one for the first program: so each can be looked at, in the very shader that trains.

import package::persistent_backward::backward;
import package::persistent_batch::fetch;
import package::persistent_batch::shuffleRows;
import package::persistent_classes::measureCounts;
import package::persistent_forward::forward;
import package::persistent_kinds::BATCH;
import package::persistent_kinds::CLIPS_NORM;
import package::persistent_kinds::COUNTS;
import package::persistent_kinds::GATHERS;
import package::persistent_kinds::NORMALIZES;
import package::persistent_kinds::ORDER;
import package::persistent_kinds::PENALTIES;
import package::persistent_kinds::RATES;
import package::persistent_kinds::SHUFFLES;
import package::persistent_kinds::WATCHES;
import package::persistent_kinds::has;
import package::persistent_log::logOf;
import package::persistent_loss::lossOfBatch;
import package::persistent_loss::measureSums;
import package::persistent_memory::load;
import package::persistent_memory::meet;
import package::persistent_memory::store;
import package::persistent_normalization::moveStatistics;
import package::persistent_rates::measureNorm;
import package::persistent_rates::penalize;
import package::persistent_rates::updateRates;
import package::persistent_rates::watch;
import package::persistent_tables::control;
import package::persistent_tables::programs;
import package::persistent_tables::turns;
import package::persistent_update::update;
import package::reduce::WORKGROUP;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  load(local);
  var turn = control.turn;
  for (var done = 0u; done < control.turns; done++) {
    let p = turns[turn];
    if (programs[p].kind == BATCH) {
      runBatch(local, p);
    } else if (has(SHUFFLES) && programs[p].kind == ORDER) {
      shuffleRows(local);
    } else if (has(WATCHES)) {
      watch(local);
    }
    turn = select(turn + 1u, 0u, turn + 1u == arrayLength(&turns));
  }
  store(local);
}

fn runBatch(local: u32, p: u32) {
  if (has(GATHERS)) {
    fetch(local, p);
  }
  forward(local, p);
  lossOfBatch(local, p);
  measureSums(local, p);
  if (has(COUNTS)) {
    measureCounts(local, p);
  }
  meet();
  if (programs[p].isTraining == 1u) {
    backward(local, p);
  }
  let isUpdate = programs[p].isUpdate == 1u;
  if (has(PENALTIES)) {
    penalize(local, isUpdate);
  }
  meet();
  logOf(local, p);
  if (has(NORMALIZES) && programs[p].isTraining == 1u) {
    moveStatistics(local);
    meet();
  }
  if (isUpdate) {
    if (has(CLIPS_NORM)) {
      measureNorm(local);
    }
    if (has(RATES)) {
      updateRates(local);
    }
    update(local);
  }
}
