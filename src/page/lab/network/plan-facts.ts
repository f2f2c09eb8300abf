/** What a plan takes, as plain data that a page can show: schedule, dispatches, memory, and the plan in text. */
import { type Plan, planBytes, type PlannedBuffer, type Schedule, valueCount } from '../../../plan/plan.js';
import { printPlan } from '../../../plan/print.js';

export interface PlanFacts {
  readonly schedule: Schedule;
  /** Why it is this one, without a full stop. */
  readonly reason: string;
  readonly epochs: number;
  readonly steps: number;
  /** Passes of one epoch, and the most that one batch has; in the layered schedule each is a dispatch. */
  readonly passesPerEpoch: number;
  readonly passesPerStep: number;
  readonly bytes: number;
  /** Adds up to `bytes`. */
  readonly memory: readonly { readonly name: string; readonly bytes: number }[];
  /** Every buffer and every pass. */
  readonly text: string;
}

export function factsOf(plan: Plan): PlanFacts {
  const lengths = Object.values(plan.programs).map(({ length }) => length);
  return {
    schedule: plan.schedule,
    reason: plan.reason,
    epochs: plan.epochs,
    steps: plan.steps,
    passesPerEpoch: plan.epoch.reduce(
      (sum, { times, programs }) =>
        sum + times * programs.reduce((own, one) => own + one.times * plan.programs[one.program]!.length, 0),
      0,
    ),
    passesPerStep: Math.max(...lengths),
    bytes: planBytes(plan),
    memory: memoryOf(plan),
    text: printPlan(plan),
  };
}

const WEIGHTS = ['parameters', 'statistics'];
const LOG = ['partials', 'sums', 'epochLog', 'counts', 'countLog', 'squares', 'rates', 'waiting', 'counters'];

function memoryOf(plan: Plan): PlanFacts['memory'] {
  const groups = new Map([
    ['Weights', 0],
    ['Gradients and optimizer state', 0],
    ['Layer outputs and their gradients', 0],
    ['Data and batches', 0],
    ['Log and the rest', 0],
  ]);
  const count = plan.parameters.reduce((sum, { buffer, shape }) => {
    return buffer === 'parameters' ? sum + valueCount(shape) : sum;
  }, 0);
  const hosts = new Set(plan.buffers.flatMap(({ within }) => (within ? [within.buffer] : [])));
  let known = 0;
  for (const buffer of plan.buffers) {
    // What others lie in is counted by them; padding between them goes to the rest.
    if (hosts.has(buffer.name)) continue;
    const bytes = 4 * valueCount(buffer.shape);
    const group = groupOf(buffer, count);
    groups.set(group, groups.get(group)! + bytes);
    known += bytes;
  }
  groups.set('Log and the rest', groups.get('Log and the rest')! + planBytes(plan) - known);
  return Array.from(groups, ([name, bytes]) => ({ name, bytes }));
}

function groupOf({ name, shape, isData }: PlannedBuffer, parameters: number): string {
  if (WEIGHTS.includes(name)) return 'Weights';
  if (name.startsWith('layers.')) return 'Layer outputs and their gradients';
  if (isData || name.startsWith('batch.') || name === 'order') return 'Data and batches';
  if (!LOG.includes(name) && shape.length === 1 && shape[0] === parameters) return 'Gradients and optimizer state';
  return 'Log and the rest';
}
