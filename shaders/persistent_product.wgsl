// The product of two matrices in the memory of the persistent schedule, in blocks of four rows and COLUMNS columns:
// loads are the cost, and a block of 16 takes 8 for 16 multiplications where single columns take 5 for 4. Networks too
// small to keep the workgroup busy with them take blocks of one column.

import package::persistent_memory::memory;

override COLUMNS: u32;  // 1 or 4

// A matrix as a product walks it.
struct Operand {
  start: u32,   // its first value
  outer: u32,   // from one row of the left one, or column of the right one, to the next
  inner: u32,   // from one term of the sum to the next
}

// A block of the result, at [column][row], each value summed term after term. `ones` is the row of the block that
// counts as all ones in the left operand; NO_ONES for none. What lies behind the last row or column may be anything:
// nobody keeps what comes of it.
fn product(left: Operand, right: Operand, length: u32, ones: u32) -> mat4x4f {
  var block = mat4x4f();
  let isOne = vec4u(0u, 1u, 2u, 3u) == vec4u(ones);
  var l = vec4u(0u, 1u, 2u, 3u) * left.outer + left.start;
  var r = vec4u(0u, 1u, 2u, 3u) * right.outer + right.start;
  for (var k = 0u; k < length; k++) {
    let rows = select(vec4f(memory[l.x], memory[l.y], memory[l.z], memory[l.w]), vec4f(1.0), isOne);
    block[0] += memory[r.x] * rows;
    if (COLUMNS == 4u) {
      block[1] += memory[r.y] * rows;
      block[2] += memory[r.z] * rows;
      block[3] += memory[r.w] * rows;
    }
    l += left.inner;
    r += right.inner;
  }
  return block;
}

const NO_ONES = 4u;
