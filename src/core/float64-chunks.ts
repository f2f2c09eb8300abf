/** Values of any kind as float64, a part at a time, for checksums: no copy of all of them is made. */

/** Values that are converted at once. */
const CHUNK = 2 ** 16;

/** The bytes of each part. They are the same memory each time: use them before the next. */
export function* float64Chunks(values: ArrayLike<number>): Generator<Uint8Array<ArrayBuffer>> {
  const chunk = new Float64Array(Math.min(CHUNK, values.length));
  for (let first = 0; first < values.length; first += CHUNK) {
    const count = Math.min(CHUNK, values.length - first);
    for (let i = 0; i < count; i++) chunk[i] = values[first + i]!;
    yield new Uint8Array(chunk.buffer, 0, 8 * count);
  }
}
