// Under the persistent schedule: the order of an epoch, and the rows of a batch.

import package::permutation::shuffledRow;
import package::persistent_blocks::quotient;
import package::persistent_memory::counters;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_tables::data;
import package::persistent_tables::numbers;
import package::persistent_tables::programs;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;

const SHUFFLE = 1u;
const GATHER = 2u;

// The tables of a batch.
const X = 0u;
const TARGETS = 1u;
const WEIGHTS = 2u;

// order[place] = the row that the epoch takes at that place.
fn shuffleRows(local: u32) {
  if (isDue(SHUFFLE, 0u)) {
    for (var place = local; place < settings.shuffled; place += WORKGROUP) {
      let row = shuffledRow(place, settings.shuffled, settings.seed, settings.stream, counters.epoch);
      numbers[settings.order + place] = row;
    }
  }
  storageBarrier();
}

// batch[b] = data[order[position + b]], for each of the three tables.
fn fetch(local: u32, p: u32) {
  gather(local, p, X, programs[p].x, settings.x, settings.inputs);
  gather(local, p, TARGETS, programs[p].targets, settings.targets, settings.targetColumns);
  if (programs[p].isWeighted == 1u) {
    gather(local, p, WEIGHTS, programs[p].weights, settings.weights, 1u);
  }
  meet();
}

fn gather(local: u32, p: u32, table: u32, source: u32, batch: u32, columns: u32) {
  if (isDue(GATHER, table)) {
    for (var i = local; i < programs[p].rows * columns; i += WORKGROUP) {
      let place = quotient(i, columns);
      let column = i - place * columns;
      var row = counters.position + place;
      if (programs[p].isShuffled == 1u) {
        row = numbers[settings.order + row];
      }
      memory[batch + i] = data[source + row * columns + column];
    }
  }
}
