// Dropout under the persistent schedule, forward and backward: what is kept is scaled, the rest is 0.

import package::persistent_memory::counters;
import package::persistent_memory::memory;
import package::persistent_tables::layers;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;
import package::threefry::threefry;

fn drop(local: u32, l: u32, rows: u32, source: u32, result: u32) {
  for (var i = local; i < rows * layers[l].columns; i += WORKGROUP) {
    let word = threefry(vec2u(settings.seed, l), vec2u(counters.batch, i)).x >> 8u;
    memory[result + i] = select(0.0, memory[source + i] * layers[l].scale, word >= layers[l].threshold);
  }
}
