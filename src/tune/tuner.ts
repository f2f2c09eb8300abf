/**
 * Chooses the variants of a plan's products by measuring them on the device, once, before the training. Every
 * candidate must first give the bits of the usual variant; one that does not is out, however quick. It spends less
 * than half a second, and nothing where a whole training costs less than it could gain.
 */
import { RunError } from '../core/run-error.js';
import { type Device, DeviceError } from '../gpu/device.js';
import type { ProductChoices, ProductShape, Variant } from '../passes/products.js';
import type { Plan } from '../plan/plan.js';
import { candidatesFor, knownProducts, learn } from './known.js';
import type { TuningStore } from './store.js';
import { openTrial, type Trial } from './trial.js';
import { isWorthMeasuring, kindOf, multiplyAdds, workOf } from './work.js';

export interface TuneOptions {
  /** Where choices are remembered. Default: in a page its localStorage, else only as long as the device lives. */
  readonly store?: TuningStore | undefined;
  /** What a training must come to, in multiply-adds, to be worth measuring. Default by the kind of adapter. */
  readonly leastWork?: number | undefined;
  /** Sets candidates up; another one serves to test the choice. */
  readonly open?: typeof openTrial | undefined;
}

/** Milliseconds after which no other shape is begun. */
const BUDGET = 400;
/** A shape with a smaller part of the work is not worth the compiling. */
const LEAST_SHARE = 0.03;
/** Multiply-adds of a product that is measured; a larger one is measured in part. */
const MOST_MEASURED = { software: 2 ** 22, graphics: 2 ** 28 };
/** Milliseconds of one measurement: browsers round times, and on a busy machine short ones say little. */
const MEASUREMENT = 8;
const MOST_REPEATS = 64;
const ROUNDS = 2;
/** Others must be so much quicker than the usual variant to be taken. */
const CLEARLY = 0.95;

/**
 * What the plan's products should be computed with. A plan that was compiled with any other choices serves to ask.
 * @throws nothing of the measuring: where that fails the usual variants are taken
 */
export async function tunedProducts(
  device: Device,
  plan: Plan,
  { store, leastWork, open = openTrial }: TuneOptions = {},
): Promise<ProductChoices> {
  const known = await knownProducts(device, store);
  if (!isWorthMeasuring(device, plan, leastWork)) return known;
  const kind = kindOf(device);
  const works = workOf(plan);
  const all = works.reduce((sum, { work }) => sum + work, 0);

  const measured: Record<string, Variant> = {};
  const started = performance.now();
  for (const { bucket, shape, work } of works) {
    if (work < LEAST_SHARE * all || performance.now() - started > BUDGET) break;
    if (Object.hasOwn(known.tuned, bucket)) continue;
    const part = partOf(shape, MOST_MEASURED[kind]);
    const found = await quickest(device, part, candidatesFor(device, shape), open);
    if (found) measured[bucket] = found;
  }
  if (Object.keys(measured).length === 0) return known;
  await learn(device, measured, store);
  return knownProducts(device, store);
}

/** The quickest of the candidates that give the bits of the first; undefined where they cannot be measured. */
async function quickest(
  device: Device,
  shape: ProductShape,
  candidates: readonly Variant[],
  open: typeof openTrial,
): Promise<Variant | undefined> {
  let trial: Trial | undefined;
  try {
    trial = await open(device, shape, candidates);
    return await quickestIn(trial, candidates);
  } catch (error) {
    // One that does not compile, or no memory left: the training itself takes what is usual, and says what it misses.
    if (error instanceof DeviceError || error instanceof RunError) return undefined;
    throw error;
  } finally {
    trial?.close();
  }
}

async function quickestIn(trial: Trial, candidates: readonly Variant[]): Promise<Variant> {
  const [usual] = candidates;
  const wanted = await trial.bits(usual!);
  const right: Variant[] = [];
  for (const name of candidates) {
    const bits = name === usual ? wanted : await trial.bits(name);
    if (bits.length === wanted.length && bits.every((word, i) => word === wanted[i])) right.push(name);
  }
  const once = await trial.milliseconds(usual!, 1);
  const repeats = Math.max(1, Math.min(MOST_REPEATS, Math.ceil(MEASUREMENT / Math.max(once, 0.01))));
  const times = new Map<Variant, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of right) {
      const time = await trial.milliseconds(name, repeats);
      times.set(name, Math.min(time, times.get(name) ?? Infinity));
    }
  }
  const best = right.reduce((a, b) => (times.get(b)! < times.get(a)! ? b : a));
  return times.get(best)! < CLEARLY * times.get(usual!)! ? best : usual!;
}

/** A part of a product that is small enough to be measured: its longest sides are halved. */
function partOf(shape: ProductShape, most: number): ProductShape {
  const sides = (['rows', 'columns', 'inner'] as const).map((side) => [side, shape[side]] as const);
  if (multiplyAdds(shape) <= most) return shape;
  const [side, length] = sides.reduce((a, b) => (b[1] > a[1] ? b : a));
  return partOf({ ...shape, [side]: Math.ceil(length / 2) }, most);
}
