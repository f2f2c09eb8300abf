// Whether a value is a number that is not infinite. By its bits, since a compiler may take it for granted that no
// float is anything else.

fn isFinite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}
