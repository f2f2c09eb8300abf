/** What the visitor may have timed: the benchmark's own list (src/runs/workloads.ts), with how much work each is. It measures nothing. */
import { PRODUCTS, TRAININGS } from '../../runs/workloads.js';
import type { ProductSize, TrainingWorkload } from '../../runs/workload.js';

export type Weight = 'small' | 'middle' | 'large';

export interface Choice {
  /** `a` to `e`, and `f` with its size. */
  readonly id: string;
  readonly title: string;
  readonly weight: Weight;
  readonly work:
    | { readonly kind: 'training'; readonly workload: TrainingWorkload }
    | { readonly kind: 'product'; readonly size: ProductSize };
}

const WEIGHTS: Readonly<Record<string, Weight>> = { a: 'small', b: 'middle', c: 'middle', d: 'large', e: 'large' };
/** Multiply-adds of a product that every machine is through with at once. */
const MIDDLE_PRODUCT = 2e8;

export const CHOICES: readonly Choice[] = [
  ...TRAININGS.map((workload): Choice => {
    const { id, title } = workload;
    return { id, title, weight: WEIGHTS[id]!, work: { kind: 'training', workload } };
  }),
  ...PRODUCTS.map((size): Choice => {
    const { rows, inner, columns } = size;
    return {
      id: `f-${rows}-${inner}-${columns}`,
      title: `Matrix product, ${rows} × ${inner} by ${inner} × ${columns}`,
      weight: rows * inner * columns < MIDDLE_PRODUCT ? 'middle' : 'large',
      work: { kind: 'product', size },
    };
  }),
];

/** What is ticked at first: it is over in some ten seconds, on a software adapter too. */
export const CHOSEN_AT_FIRST: readonly string[] = ['a', 'b', 'c', 'f-128-784-256'];

/** @throws Error for an id that is none */
export function choiceOf(id: string): Choice {
  const found = CHOICES.find((choice) => choice.id === id);
  if (!found) throw new Error(`There is no workload "${id}".`);
  return found;
}
