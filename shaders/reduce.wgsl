// The sum over one workgroup, as a tree of fixed shape: no float atomics, so the same bits each time. Where the condition
// `alone` holds the workgroup is one invocation, and there is nothing to sum: without memory and barriers a shader is
// compiled in half the time.

override WORKGROUP: u32;  // invocations, a power of two

@if(!alone) var<workgroup> slots: array<f32, WORKGROUP>;

// The sum of everybody's `value`, known to every invocation. To be called by the whole workgroup at once.
@if(!alone) fn sumOverWorkgroup(local: u32, value: f32) -> f32 {
  slots[local] = value;
  for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (local < width) {
      slots[local] += slots[local + width];
    }
  }
  workgroupBarrier();
  let total = slots[0];
  // Nobody may begin the next sum before everybody has read this one.
  workgroupBarrier();
  return total;
}

@if(alone) fn sumOverWorkgroup(local: u32, value: f32) -> f32 {
  return value;
}
