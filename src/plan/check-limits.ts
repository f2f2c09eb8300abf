/**
 * Holds a plan against a device's limits before anything is created there.
 * It refuses with the run's field that makes the plan too large; it never shrinks a plan by itself.
 */
import { RunError } from '../core/run-error.js';
import { wholeText } from '../core/text.js';
import { maxBindingBytes, type PlanLimits } from './limits.js';
import { allPasses, type Plan, valueCount } from './plan.js';

/** @throws RunError naming the field whose size the device cannot hold */
export function checkLimits(plan: Plan, limits: PlanLimits): void {
  const most = maxBindingBytes(limits);
  for (const { name, shape, field } of plan.buffers) {
    const bytes = 4 * valueCount(shape);
    if (bytes > most) {
      const found = `a size of ${shape.join(' × ')} that needs ${wholeText(bytes)} bytes for ${name}`;
      throw new RunError(field, found, `at most ${wholeText(most)} bytes, the limit of this device`);
    }
  }
  const perDimension = limits.maxComputeWorkgroupsPerDimension;
  for (const { label, workgroups, buffers } of allPasses(plan)) {
    const largest = Math.max(...workgroups);
    if (largest > perDimension) {
      // The grid covers what the pass writes; the buffer it writes knows its field.
      const written = plan.buffers.findLast(({ name }) => Object.values(buffers).includes(name));
      const found = `a size that needs ${wholeText(largest)} workgroups in one dimension for ${label}`;
      throw new RunError(
        written?.field ?? 'model',
        found,
        `at most ${wholeText(perDimension)}, the limit of this device`,
      );
    }
  }
}
