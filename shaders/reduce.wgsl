// The sum over one workgroup, as a tree of fixed shape: no atomics, so the same bits each time.

override WORKGROUP: u32;  // invocations, a power of two

var<workgroup> slots: array<vec2f, WORKGROUP>;

// The sum of everybody's `value`, known to every invocation. To be called by the whole workgroup at once.
fn sumOverWorkgroup(local: u32, value: vec2f) -> vec2f {
  slots[local] = value;
  for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (local < width) {
      slots[local] += slots[local + width];
    }
  }
  workgroupBarrier();
  return slots[0];
}
