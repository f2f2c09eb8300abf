/**
 * Random numbers that follow from a key and a counter: known answers of the generator, and what is made of it, the
 * order of an epoch and the mask of a dropout layer.
 */
import { describe, expect, test } from 'vitest';
import { dropoutThreshold, isKept, SHUFFLE_STREAM, shuffledRow, threefry } from '../../src/core/random.js';

describe("Threefry-2×32 with 20 rounds gives its authors' known answers", () => {
  test.each([
    ['zeros', [0, 0, 0, 0], [0x6b200159, 0x99ba4efe]],
    ['ones', [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
    ['the digits of π', [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]],
  ] as const)('%s', (_, [key0, key1, counter0, counter1], words) => {
    expect(threefry(key0, key1, counter0, counter1)).toEqual(words);
  });

  test('control: key and counter are not the same, nor are their two words', () => {
    const words = threefry(1, 2, 3, 4);
    expect(threefry(3, 4, 1, 2)).not.toEqual(words);
    expect(threefry(2, 1, 3, 4)).not.toEqual(words);
    expect(threefry(1, 2, 4, 3)).not.toEqual(words);
  });
});

const order = (rows: number, seed: number, epoch: number) =>
  Array.from({ length: rows }, (_, place) => shuffledRow(place, rows, seed, epoch));

describe('the order of an epoch', () => {
  test.each([1, 2, 3, 4, 5, 8, 9, 63, 64, 65, 1000, 4097])('of %i rows is a permutation of them', (rows) => {
    for (const [seed, epoch] of [
      [0, 0],
      [1, 0],
      [0xffffffff, 3],
      [7, 999_999],
    ] as const) {
      const taken = order(rows, seed, epoch).sort((a, b) => a - b);
      expect(taken).toEqual(Array.from({ length: rows }, (_, row) => row));
    }
  });

  test('differs by epoch and by seed, and is the same each time', () => {
    expect(order(64, 1, 0)).toEqual(order(64, 1, 0));
    expect(order(64, 1, 0)).not.toEqual(order(64, 1, 1));
    expect(order(64, 1, 0)).not.toEqual(order(64, 2, 0));
  });

  test('follows from the numbers it is given, on this machine as on any other', () => {
    expect(order(10, 42, 0).join(' ')).toBe('5 3 8 7 1 2 0 6 4 9');
    expect(order(10, 42, 1).join(' ')).toBe('6 0 5 4 7 2 8 3 9 1');
  });

  test.each([2, 3, 5, 8, 13])('of %i rows brings each row to each place equally often', (rows) => {
    const counts = Array.from({ length: rows }, () => new Array<number>(rows).fill(0));
    const epochs = 4000;
    for (let epoch = 0; epoch < epochs; epoch++) order(rows, 17, epoch).forEach((row, place) => counts[place]![row]!++);
    expect(chiSquare(counts.flat(), epochs / rows)).toBeLessThan(critical((rows - 1) ** 2));
  });

  test('of 3 rows is each of the six orders equally often', () => {
    const counts = new Map<string, number>();
    const epochs = 6000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const key = order(3, 5, epoch).join(' ');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect(chiSquare([...counts.values()], epochs / 6)).toBeLessThan(critical(5));
  });

  test('of 1000 rows has no more rows side by side that were so before than chance leaves', () => {
    const places = order(1000, 3, 0);
    const neighbours = places.filter((row, place) => place > 0 && Math.abs(row - places[place - 1]!) === 1).length;
    // Two of 1000 on average; Poisson's tail beyond 12 is under 1e-6.
    expect(neighbours).toBeLessThan(12);
  });

  test('control: an order that favours a row is noticed', () => {
    const counts = [1000, 1000, 1000, 1150, 850];
    expect(chiSquare(counts, 1000)).toBeGreaterThan(critical(4));
  });
});

describe('the mask of a dropout layer', () => {
  const share = (seed: number, layer: number, rate: number, count: number) => {
    const threshold = dropoutThreshold(rate);
    let kept = 0;
    for (let element = 0; element < count; element++) if (isKept(seed, layer, 3, element, threshold)) kept += 1;
    return kept / count;
  };

  test.each([0.05, 0.25, 0.5, 0.9])('drops a share of %d', (rate) => {
    const count = 40_000;
    const deviation = Math.sqrt((rate * (1 - rate)) / count);
    for (const seed of [0, 1, 0xffffffff])
      expect(Math.abs(share(seed, 0, rate, count) - (1 - rate))).toBeLessThan(4.5 * deviation);
  });

  test('keeps all for a rate of 0, and of a rate of 1/2 drops 2²³ of 2²⁴', () => {
    expect(share(1, 2, 0, 1000)).toBe(1);
    expect(dropoutThreshold(0.5)).toBe(2 ** 23);
    expect(dropoutThreshold(0)).toBe(0);
  });

  test('is another one for each seed, layer and step, and none that agrees with another more than chance does', () => {
    const mask = (seed: number, layer: number, step: number) =>
      Array.from({ length: 4096 }, (_, element) => isKept(seed, layer, step, element, 2 ** 23));
    const own = mask(1, 0, 0);
    expect(mask(1, 0, 0)).toEqual(own);
    for (const other of [mask(2, 0, 0), mask(1, 1, 0), mask(1, 0, 1), mask(0, 1, 0)]) {
      const agree = other.filter((kept, element) => kept === own[element]).length;
      // Half of 4096, within 4.5 deviations of 32.
      expect(Math.abs(agree - 2048)).toBeLessThan(144);
    }
  });

  test("never shares the shuffle's numbers: no layer has its stream", () => {
    expect(SHUFFLE_STREAM).toBe(0xffffffff);
    expect(threefry(1, SHUFFLE_STREAM, 0, 0)).not.toEqual(threefry(1, 0, 0, 0));
  });
});

function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** What chance exceeds once in about 30,000 times: Wilson & Hilferty's approximation at four deviations. */
function critical(freedom: number): number {
  const width = 2 / (9 * freedom);
  return freedom * (1 - width + 4 * Math.sqrt(width)) ** 3;
}
