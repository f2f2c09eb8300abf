/** A plan's buffers on the GPU, made once. It knows nothing of what they mean. */
import { type BufferPart, type BufferPool, whole } from '../gpu/buffers.js';
import { type Plan, valueCount } from './plan.js';

/** The plan's buffers, and those that lie within others as parts of these. */
export function createBuffers({ buffers }: Plan, pool: BufferPool): Map<string, BufferPart> {
  const parts = new Map<string, BufferPart>();
  for (const { name, shape, within } of buffers) {
    const count = valueCount(shape);
    const owner = within && parts.get(within.buffer)!.buffer;
    parts.set(
      name,
      owner ? { buffer: owner, offset: 4 * within.offset, size: 4 * count } : whole(pool.storage(name, count)),
    );
  }
  return parts;
}
