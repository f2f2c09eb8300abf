/**
 * The twins of softmax, dropout and normalization, against their shaders in float32, step by step, as exactly as it
 * goes and as carelessly as WGSL allows.
 */
import { describe, expect, test } from 'vitest';
import { dropoutThreshold, isKept, numpyRandom } from '../../src/core/random.js';
import {
  activationForward,
  activationGradient,
  dropoutForward,
  dropoutGradient,
} from '../../src/passes/elementwise.js';
import {
  momentsPass,
  movingStatistics,
  normalizationInputGradient,
  type NormalizationSizes,
  normalizationWeightGradient,
  normalize,
} from '../../src/passes/normalization.js';
import type { Pass } from '../../src/passes/pass.js';
import { type Arithmetic, careless, NEAREST, sumOverWorkgroup } from './float32.js';
import { counters, judge, type Values } from './judge.js';

const f = Math.fround;
const ARITHMETICS = [NEAREST, careless(1), careless(2), careless(3)];

/** The largest share of a bound that was used; fails where one is passed. */
function share(pass: Pass, before: Values, binding: string, simulate: (m: Arithmetic) => readonly number[]): number {
  const comparisons = ARITHMETICS.map((arithmetic) => judge(pass, before, binding, simulate(arithmetic)));
  expect(comparisons.filter(({ ok }) => !ok)).toEqual([]);
  return Math.max(...comparisons.map(({ shareOfBound }) => shareOfBound));
}

/** Values of some kind; `seed` tells which. */
function drawn(count: number, seed: number): number[] {
  const random = numpyRandom(seed);
  const kinds = [
    () => 2 * random() - 1,
    () => 1000 + random(),
    () => 60 * (2 * random() - 1),
    () => 0.75,
    () => 1e-20 * (2 * random() - 1),
    () => 1e-39 * random(),
  ];
  return Array.from({ length: count }, () => f(kinds[seed % kinds.length]!()));
}

const SEEDS = Array.from({ length: 24 }, (_, seed) => seed);
const [rows, columns] = [5, 4];
const extent = { rows, columns };
const row = (values: readonly number[], r: number) => values.slice(r * columns, (r + 1) * columns);
const eachRow = (f: (r: number) => number[]) => Array.from({ length: rows }, (_, r) => f(r)).flat();

describe('softmax', () => {
  test('stays within its bounds, forward and backward', () => {
    let [forward, backward] = [0, 0];
    for (const seed of SEEDS) {
      const x = drawn(rows * columns, seed);
      const softmaxOf = (m: Arithmetic) =>
        eachRow((r) => {
          const z = row(x, r);
          const e = z.map((value) => m.exponential(m.subtract(value, Math.max(...z))));
          const sum = e.reduce((total, one) => m.add(total, one), 0);
          return e.map((one) => m.divide(one, sum));
        });
      const pass = activationForward('softmax', extent, 'softmax', { x: 'x', y: 'y' });
      forward = Math.max(forward, share(pass, { x, y: [] }, 'y', softmaxOf));

      const y = softmaxOf(NEAREST);
      const gradient = drawn(rows * columns, seed + 1);
      const back = activationGradient('softmax', extent, 'softmax', { source: 'y', gradient: 'g' });
      const gradientOf = (m: Arithmetic) =>
        eachRow((r) => {
          const [own, dy] = [row(y, r), row(gradient, r)];
          const sum = dy.reduce((total, value, c) => m.add(total, m.multiply(value, own[c]!)), 0);
          return own.map((value, c) => m.multiply(value, m.subtract(dy[c]!, sum)));
        });
      backward = Math.max(backward, share(back, { y, gradient }, 'gradient', gradientOf));
    }
    expect([forward, backward].filter((most) => most < 0.2)).toEqual([]);
  });

  test('control: a row that is taken for another is noticed, and no other row is', () => {
    const x = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 5];
    const pass = activationForward('softmax', extent, 'softmax', { x: 'x', y: 'y' });
    const e = row(x, 0).map((value) => f(Math.exp(value)));
    const sum = e.reduce((total, one) => total + one, 0);
    const all = eachRow(() => e.map((one) => f(one / sum)));
    const { ok, worst } = judge(pass, { x, y: [] }, 'y', all);
    expect([ok, worst.index >= 4 * columns]).toEqual([false, true]);
  });
});

describe('dropout', () => {
  const mask = { seed: 3, layer: 2, rate: 0.3 };
  const count = rows * columns;
  const x = drawn(count, 6);
  const dropped = (m: Arithmetic) =>
    x.map((value, i) => (isKept(3, 2, 9, i, dropoutThreshold(0.3)) ? m.multiply(value, m.constant(1 / (1 - 0.3))) : 0));
  const held = { counters: counters({ batch: 9 }) };

  test('stays within its bounds, with the same mask forward and backward', () => {
    const forward = dropoutForward('dropout', extent, mask, { counters: 'c', x: 'x', y: 'y' });
    expect(share(forward, { ...held, x, y: [] }, 'y', dropped)).toBeGreaterThan(0.2);
    const backward = dropoutGradient('dropout', extent, mask, { counters: 'c', gradient: 'g' });
    expect(share(backward, { ...held, gradient: x }, 'gradient', dropped)).toBeGreaterThan(0.2);
  });

  test('control: one element more, or one less, is noticed', () => {
    const forward = dropoutForward('dropout', extent, mask, { counters: 'c', x: 'x', y: 'y' });
    const right = dropped(NEAREST);
    const [kept, lost] = [right.findIndex((value) => value !== 0), right.indexOf(0)];
    expect(judge(forward, { ...held, x, y: [] }, 'y', right.with(kept, 0))).toMatchObject({ ok: false });
    expect(judge(forward, { ...held, x, y: [] }, 'y', right.with(lost, x[lost]!))).toMatchObject({ ok: false });
  });
});

describe.each([
  ['of batches', false],
  ['of layers', true],
])('normalization %s', (_, isPerRow) => {
  const sizes: NormalizationSizes = { rows, columns, isPerRow, epsilon: 0.001, offset: 0 };
  const [lines, length] = isPerRow ? [rows, columns] : [columns, rows];
  const lineOf = (i: number) => (isPerRow ? Math.floor(i / columns) : i % columns);
  const indices = Array.from({ length: rows * columns }, (__, i) => i);
  const ofLine = (line: number) => indices.filter((i) => lineOf(i) === line);
  const sum = (m: Arithmetic, terms: readonly number[]) => sumOverWorkgroup(terms, 64, m.add);

  const momentsOf = (m: Arithmetic, x: readonly number[]) => {
    const each = Array.from({ length: lines }, (__, line) => {
      const values = ofLine(line).map((i) => x[i]!);
      const mean = m.divide(sum(m, values), length);
      const deviations = values.map((value) => m.subtract(value, mean));
      return [
        mean,
        m.divide(
          sum(
            m,
            deviations.map((one) => m.multiply(one, one)),
          ),
          length,
        ),
      ];
    });
    return [...each.map(([mean]) => mean!), ...each.map(([, variance]) => variance!)];
  };
  const normalizer = (m: Arithmetic, x: readonly number[], moments: readonly number[]) => {
    const deviation = (i: number) => m.squareRoot(m.add(moments[lines + lineOf(i)]!, m.constant(0.001)));
    return { deviation, normalized: (i: number) => m.divide(m.subtract(x[i]!, moments[lineOf(i)]!), deviation(i)) };
  };
  const drawnFor = (seed: number) => {
    const x = drawn(rows * columns, seed);
    return {
      x,
      moments: momentsOf(NEAREST, x),
      parameters: drawn(2 * columns, 0),
      dy: drawn(rows * columns, seed + 6),
    };
  };
  const names = { x: 'x', moments: 'm', parameters: 'p', gradients: 'dw', sums: 's' };

  test('has moments within their bounds', () => {
    const pass = momentsPass('moments', sizes, names);
    const shares = SEEDS.map((seed) => {
      const { x } = drawnFor(seed);
      return share(pass, { x, moments: [] }, 'moments', (m) => momentsOf(m, x));
    });
    expect(Math.max(...shares)).toBeGreaterThan(0.1);
  });

  test('has outputs within their bounds', () => {
    const pass = normalize('forward', sizes, 0, { ...names, y: 'y' });
    const shares = SEEDS.map((seed) => {
      const { x, moments, parameters } = drawnFor(seed);
      return share(pass, { x, moments, parameters, y: [] }, 'y', (m) => {
        const { normalized } = normalizer(m, x, moments);
        return indices.map((i) =>
          m.add(m.multiply(parameters[i % columns]!, normalized(i)), parameters[columns + (i % columns)]!),
        );
      });
    });
    expect(Math.max(...shares)).toBeGreaterThan(0.2);
  });

  test('has gradients of its weights within their bounds, added up or begun anew', () => {
    for (const accumulate of [false, true]) {
      const pass = normalizationWeightGradient('weights', sizes, accumulate, { ...names, dy: 'dy' });
      const shares = SEEDS.flatMap((seed) => {
        const { x, moments, dy } = drawnFor(seed);
        const gradients = drawn(2 * columns, seed + 2);
        const before = { x, moments, dy, gradients, sums: [] };
        const sums = (m: Arithmetic) => {
          const { normalized } = normalizer(m, x, moments);
          const column = (c: number, term: (i: number) => number) =>
            sum(m, indices.filter((i) => i % columns === c).map(term));
          const along = Array.from({ length: columns }, (__, c) => column(c, (i) => m.multiply(dy[i]!, normalized(i))));
          return [...along, ...Array.from({ length: columns }, (__, c) => column(c, (i) => dy[i]!))];
        };
        const added = (m: Arithmetic) => sums(m).map((value, i) => (accumulate ? m.add(value, gradients[i]!) : value));
        return [share(pass, before, 'sums', sums), share(pass, before, 'gradients', added)];
      });
      expect(Math.max(...shares)).toBeGreaterThan(0.1);
    }
  });

  test('has gradients of its input within their bounds', () => {
    const pass = normalizationInputGradient('input', sizes, { ...names, gradient: 'g' });
    const shares = SEEDS.map((seed) => {
      const { x, moments, dy, parameters } = drawnFor(seed);
      const gamma = parameters.slice(0, columns);
      const sums = columnSums(NEAREST, x, moments, dy);
      const before = { x, moments, sums, parameters: gamma, gradient: dy };
      return share(pass, before, 'gradient', (m) => {
        const { normalized, deviation } = normalizer(m, x, moments);
        if (!isPerRow) {
          return indices.map((i) => {
            const c = i % columns;
            const along = m.multiply(normalized(i), m.divide(sums[c]!, rows));
            const centred = m.subtract(m.subtract(dy[i]!, m.divide(sums[columns + c]!, rows)), along);
            return m.multiply(m.divide(gamma[c]!, deviation(i)), centred);
          });
        }
        return indices.map((i) => {
          const own = ofLine(lineOf(i));
          const g = (at: number) => m.multiply(dy[at]!, gamma[at % columns]!);
          const plain = m.divide(sum(m, own.map(g)), columns);
          const products = m.divide(
            sum(
              m,
              own.map((at) => m.multiply(g(at), normalized(at))),
            ),
            columns,
          );
          return m.divide(m.subtract(m.subtract(g(i), plain), m.multiply(normalized(i), products)), deviation(i));
        });
      });
    });
    expect(Math.max(...shares)).toBeGreaterThan(0.1);
  });

  /** What the pass before leaves for batch normalization. */
  function columnSums(
    m: Arithmetic,
    x: readonly number[],
    moments: readonly number[],
    dy: readonly number[],
  ): number[] {
    const { normalized } = normalizer(m, x, moments);
    const of = (c: number, term: (i: number) => number) => sum(m, indices.filter((i) => i % columns === c).map(term));
    return [
      ...Array.from({ length: columns }, (__, c) => of(c, (i) => m.multiply(dy[i]!, normalized(i)))),
      ...Array.from({ length: columns }, (__, c) => of(c, (i) => dy[i]!)),
    ];
  }

  test('control: moments of a sample, or an epsilon that is forgotten, are noticed', () => {
    const { x, moments, parameters } = drawnFor(0);
    const pass = momentsPass('moments', sizes, names);
    const sample = moments.map((value, i) => (i < lines ? value : f((value * length) / (length - 1))));
    expect(judge(pass, { x, moments: [] }, 'moments', sample)).toMatchObject({ ok: false });
    const forward = normalize('forward', sizes, 0, { ...names, y: 'y' });
    const plain = indices.map((i) => {
      const normalized = (x[i]! - moments[lineOf(i)]!) / Math.sqrt(moments[lines + lineOf(i)]!);
      return f(parameters[i % columns]! * normalized + parameters[columns + (i % columns)]!);
    });
    expect(judge(forward, { x, moments, parameters, y: [] }, 'y', plain)).toMatchObject({ ok: false });
  });
});

test('moving statistics stay within their bounds, and stand still after a failure', () => {
  const sizes: NormalizationSizes = { rows, columns, isPerRow: false, epsilon: 0.001, offset: 0 };
  const pass = movingStatistics('moving', sizes, 0.99, 0, { counters: 'c', moments: 'm', statistics: 's' });
  for (const seed of SEEDS) {
    const [moments, statistics] = [drawn(2 * columns, seed), drawn(2 * columns, seed + 1)];
    const before = { counters: counters(), moments, statistics };
    share(pass, before, 'statistics', (m) =>
      statistics.map((old, i) =>
        m.add(m.multiply(m.constant(0.99), old), m.multiply(m.constant(1 - 0.99), moments[i]!)),
      ),
    );
    const failed = { ...before, counters: counters({ failed: 1 }) };
    expect(judge(pass, failed, 'statistics', statistics)).toMatchObject({ ok: true });
    expect(judge(pass, failed, 'statistics', statistics.with(0, 0.123))).toMatchObject({ ok: false });
  }
});
