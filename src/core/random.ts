/**
 * Seeded random numbers: the only source of randomness in the project (Math.random is banned by lint).
 * The generator is NumPy's legacy one, so that a run's seed means here what it means there.
 */
import { mersenne } from './mersenne.js';

/** Draws the next number of a sequence. */
export type RandomNumbers = () => number;

/**
 * The numbers that `numpy.random.seed(seed)` followed by `numpy.random.random()` gives: MT19937, two
 * 32-bit draws a number (Matsumoto & Nishimura's `genrand_res53`).
 * @param seed whole number from 0 to 2³² − 1
 * @returns numbers uniform in [0, 1), with 53 random bits
 */
export function numpyRandom(seed: number): RandomNumbers {
  const next = mersenne(seed);
  return () => {
    const high = next() >>> 5; // 27 bits
    const low = next() >>> 6; // 26 bits
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/**
 * The numbers that `numpy.random.randn()` gives from the same generator: standard normal, by Marsaglia's polar
 * method, which makes two at a time.
 */
export function numpyNormal(random: RandomNumbers): RandomNumbers {
  const spare: number[] = [];
  return () => {
    const kept = spare.pop();
    if (kept !== undefined) return kept;
    for (;;) {
      const a = 2 * random() - 1;
      const b = 2 * random() - 1;
      const square = a * a + b * b;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare.push(scale * a);
      return scale * b;
    }
  };
}

/**
 * Counter-based random numbers: two 32-bit words that follow from two of a key and two of a counter alone, so that
 * any of them can be had at any time, in any order, on the GPU (shaders/threefry.wgsl) and here.
 * Threefry-2×32 with 20 rounds: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
 */
export function threefry(key0: number, key1: number, counter0: number, counter1: number): [number, number] {
  const keys = [key0 >>> 0, key1 >>> 0, (key0 ^ key1 ^ 0x1bd11bda) >>> 0];
  let a = (counter0 + keys[0]!) >>> 0;
  let b = (counter1 + keys[1]!) >>> 0;
  for (let round = 0; round < 20; round++) {
    const rotation = THREEFRY_ROTATIONS[round % 8]!;
    a = (a + b) >>> 0;
    b = (((b << rotation) | (b >>> (32 - rotation))) ^ a) >>> 0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = (a + keys[injection % 3]!) >>> 0;
      b = (b + keys[(injection + 1) % 3]! + injection) >>> 0;
    }
  }
  return [a, b];
}

const THREEFRY_ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** The second word of the key of the shuffle; dropout layers have their index there. */
export const SHUFFLE_STREAM = 0xffffffff;

/** How many of 2²⁴ equally likely values mean "dropped", for a rate in [0, 1). */
export function dropoutThreshold(rate: number): number {
  return Math.round(rate * 2 ** 24);
}

/** Whether a dropout layer keeps an element (row · columns + column of the batch) in a step, counted from 0. */
export function isKept(seed: number, layer: number, step: number, element: number, threshold: number): boolean {
  return threefry(seed, layer, step, element)[0] >>> 8 >= threshold;
}

/**
 * The order in which an epoch takes `rows` rows: a permutation of 0 … rows − 1, each place of which follows from the
 * seed and the epoch (from 0) alone. A Feistel network over the next power of two, walked until it falls inside
 * (Black & Rogaway, 2002, "Ciphers with arbitrary finite domains").
 */
export function shuffledRow(place: number, rows: number, seed: number, epoch: number): number {
  const [key0, key1] = threefry(seed, SHUFFLE_STREAM, epoch, 0);
  const bits = rows > 1 ? 32 - Math.clz32(rows - 1) : 0;
  const highBits = bits >>> 1;
  const lowBits = bits - highBits;
  const highMask = 2 ** highBits - 1;
  const lowMask = 2 ** lowBits - 1;
  let index = place;
  do {
    let high = index >>> lowBits;
    let low = index & lowMask;
    for (let round = 0; round < 4; round++) {
      const roundKey = Math.imul(round, 0x9e3779b9);
      high ^= mixed(low, key0 + roundKey) & highMask;
      low ^= mixed(high, key1 + roundKey) & lowMask;
    }
    index = ((high << lowBits) | low) >>> 0;
  } while (index >= rows);
  return index;
}

/** A 32-bit word stirred with a key: the finalizer of MurmurHash3, by Austin Appleby. */
function mixed(word: number, key: number): number {
  let h = word ^ key;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
