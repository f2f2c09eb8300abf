/**
 * What a plan's products come to, and whether that is worth measuring which of their variants is quickest: asked before
 * every training, so that what measures (tuner.ts) is loaded for long ones only.
 */
import type { Device } from '../gpu/device.js';
import { productOf } from '../passes/dense.js';
import { bucketOf, MAX_PLAIN, type ProductShape } from '../passes/products.js';
import type { Plan } from '../plan/plan.js';

/** Multiply-adds of some ten seconds of training, at what software adapters and graphics cards do in a second. */
const LEAST_WORK = { software: 2e10, graphics: 1e13 };

/** @param leastWork multiply-adds of the training; default by the kind of adapter */
export function isWorthMeasuring(device: Device, plan: Plan, leastWork = LEAST_WORK[kindOf(device)]): boolean {
  return workOf(plan).reduce((sum, { work }) => sum + work, 0) >= leastWork;
}

export function kindOf(device: Device): 'software' | 'graphics' {
  return device.adapter.isFallback ? 'software' : 'graphics';
}

interface Work {
  readonly bucket: string;
  /** The one with most of the work in its bucket. */
  readonly shape: ProductShape;
  /** Multiply-adds of the whole training, of all shapes in the bucket. */
  readonly work: number;
}

/** The work of a plan's products with plain sums, those with most of it first. */
export function workOf({ programs, epoch, epochs }: Plan): Work[] {
  const works = new Map<string, Work & { readonly largest: number }>();
  for (const segment of epoch) {
    for (const { program, times } of segment.programs) {
      for (const pass of programs[program]!) {
        const shape = productOf(pass);
        if (!shape || shape.inner > MAX_PLAIN) continue;
        const own = segment.times * times * epochs * multiplyAdds(shape);
        const bucket = bucketOf(shape);
        const before = works.get(bucket);
        const isLargest = !before || own > before.largest;
        works.set(bucket, {
          bucket,
          shape: isLargest ? shape : before.shape,
          largest: isLargest ? own : before.largest,
          work: (before?.work ?? 0) + own,
        });
      }
    }
  }
  return [...works.values()]
    .sort((a, b) => b.work - a.work)
    .map(({ bucket, shape, work }) => ({ bucket, shape, work }));
}

export function multiplyAdds({ rows, columns, inner }: ProductShape): number {
  return rows * columns * inner;
}
