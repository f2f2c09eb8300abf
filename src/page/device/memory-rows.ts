/** The memory of a plan beside what a device created for it, buffer by buffer, by their labels. A pure function of plain data. */
import type { LiveBuffer } from '../../gpu/memory-watch.js';
import { type Plan, valueCount } from '../../plan/plan.js';
import type { MemoryRow } from './look.js';

/** The plan's buffers, largest first; then what no plan knows, one row for each name. */
export function memoryRows(plan: Pick<Plan, 'buffers'>, created: readonly LiveBuffer[]): MemoryRow[] {
  const used = new Map<string, number>();
  for (const { label, bytes } of created) used.set(label, (used.get(label) ?? 0) + bytes);
  const planned = plan.buffers.flatMap(({ name, shape, within }) => {
    // What lies in another is counted there.
    if (within) return [];
    const bytes = used.get(name) ?? 0;
    used.delete(name);
    return [{ name, planned: 4 * valueCount(shape), used: bytes }];
  });
  const others = Array.from(used, ([name, bytes]) => ({ name, planned: 0, used: bytes }));
  return [planned, others].flatMap((rows) => rows.toSorted((a, b) => b.used - a.used));
}
