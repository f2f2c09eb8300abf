// The sum over one workgroup, as a tree of fixed shape: no float atomics, so the same bits each time.

override WORKGROUP: u32;  // invocations, a power of two

var<workgroup> slots: array<f32, WORKGROUP>;

// The sum of everybody's `value`, known to every invocation. To be called by the whole workgroup at once.
fn sumOverWorkgroup(local: u32, value: f32) -> f32 {
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
