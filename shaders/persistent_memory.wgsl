// The memory of the one workgroup that runs a whole training, and its way in and out.
//
// `state` is an image of the memory, and behind it lie previous and epochLog. Where the condition `inStorage` holds
// the memory is `state` itself: for software adapters, where workgroup memory is no faster, and costs as much time to
// compile as it is large, because a driver writes its zeros out one by one.

import package::counters::Counters;
import package::patience::Waiting;
import package::persistent_tables::control;
import package::persistent_tables::numbers;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;

@if(!inStorage) override MEMORY: u32;
@if(!inStorage) var<workgroup> memory: array<f32, MEMORY>;
@if(!inStorage) @group(0) @binding(6) var<storage, read_write> state: array<f32>;
@if(inStorage) @group(0) @binding(6) var<storage, read_write> memory: array<f32, STATE_VALUES>;

// A value behind the image of memory.
fn stateAt(i: u32) -> f32 {
  @if(inStorage) return memory[i];
  @if(!inStorage) return state[i];
}

fn setState(i: u32, value: f32) {
  @if(inStorage) memory[i] = value;
  @if(!inStorage) state[i] = value;
}

// All invocations wait for each other, and see what the others have written to the memory.
fn meet() {
  @if(inStorage) storageBarrier();
  @if(!inStorage) workgroupBarrier();
}

var<workgroup> counters: Counters;
var<workgroup> waiting: Waiting;

// So many whatever is needed: an index is then held against a constant, and not against the size of a buffer, which a
// software adapter would look up each time.
const STATE_VALUES = 65536u;

// Of an activation that there is not.
const NONE = 0xffffffffu;

// Whether a kind of pass is to be done now: always, unless this dispatch does a single one.
fn isDue(kind: u32, part: u32) -> bool {
  return control.only == EVERYTHING || (control.only == kind && control.part == part);
}

const EVERYTHING = 0u;

fn load(local: u32) {
  @if(!inStorage) for (var i = local; i < settings.memory; i += WORKGROUP) {
    memory[i] = state[i];
  }
  if (local == 0u) {
    counters = Counters(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    waiting = Waiting(numbers[5], numbers[6]);
  }
  workgroupBarrier();
}

fn store(local: u32) {
  @if(!inStorage) for (var i = local; i < settings.memory; i += WORKGROUP) {
    state[i] = memory[i];
  }
  if (local == 0u) {
    numbers[0] = counters.batch;
    numbers[1] = counters.step;
    numbers[2] = counters.epoch;
    numbers[3] = counters.position;
    numbers[4] = counters.failed;
    numbers[5] = waiting.epochs;
    numbers[6] = waiting.cooldown;
  }
}
