// The blocks that cover the result of a product under the persistent schedule (persistent_product.wgsl): where they
// begin, and how they come into memory and out of it.

import package::persistent_memory::memory;
import package::persistent_product::COLUMNS;

// Puts a block where it belongs, as far as there are rows and columns behind its first; `stride` is the width of the
// result. Without a loop, which would have the block indexed at run time and kept out of registers.
fn keepBlock(place: u32, stride: u32, rows: u32, columns: u32, block: mat4x4f) {
  keepColumn(place, stride, rows, block[0]);
  if (COLUMNS == 4u) {
    keepColumn(place + 1u, stride, select(0u, rows, columns > 1u), block[1]);
    keepColumn(place + 2u, stride, select(0u, rows, columns > 2u), block[2]);
    keepColumn(place + 3u, stride, select(0u, rows, columns > 3u), block[3]);
  }
}

// The block that is there already.
fn blockIn(place: u32, stride: u32) -> mat4x4f {
  var block = mat4x4f();
  block[0] = columnIn(place, stride);
  if (COLUMNS == 4u) {
    block[1] = columnIn(place + 1u, stride);
    block[2] = columnIn(place + 2u, stride);
    block[3] = columnIn(place + 3u, stride);
  }
  return block;
}

fn columnIn(place: u32, stride: u32) -> vec4f {
  return vec4f(memory[place], memory[place + stride], memory[place + 2u * stride], memory[place + 3u * stride]);
}

fn keepColumn(place: u32, stride: u32, rows: u32, values: vec4f) {
  if (rows > 0u) {
    memory[place] = values.x;
  }
  if (rows > 1u) {
    memory[place + stride] = values.y;
  }
  if (rows > 2u) {
    memory[place + 2u * stride] = values.z;
  }
  if (rows > 3u) {
    memory[place + 3u * stride] = values.w;
  }
}

// i / n for i below a million, by float32: a whole division takes a driver many times as long, and with half a step
// to spare the quotient cannot be off.
fn quotient(i: u32, n: u32) -> u32 {
  return u32((f32(i) + 0.5) / f32(n));
}

// How many blocks cover so many rows and columns, and where the i-th begins.
fn blocksOf(rows: u32, columns: u32) -> u32 {
  return (rows + 3u) / 4u * blocksAcross(columns);
}

fn blocksAcross(columns: u32) -> u32 {
  return (columns + COLUMNS - 1u) / COLUMNS;
}

fn blockAt(i: u32, columns: u32) -> vec2u {
  let across = blocksAcross(columns);
  let row = quotient(i, across);
  return vec2u(4u * row, COLUMNS * (i - row * across));
}
