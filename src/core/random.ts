/**
 * Seeded random numbers: the only source of randomness in the project (Math.random is banned by lint).
 * The generator is NumPy's legacy one, so that a run's seed means here what it means there.
 */
import { mersenne } from 'pure-rand/generator/mersenne';

/** Draws the next number of a sequence. */
export type RandomNumbers = () => number;

/**
 * The numbers that `numpy.random.seed(seed)` followed by `numpy.random.random()` gives: MT19937, two
 * 32-bit draws a number (Matsumoto & Nishimura's `genrand_res53`).
 * @param seed whole number from 0 to 2³² − 1
 * @returns numbers uniform in [0, 1), with 53 random bits
 */
export function numpyRandom(seed: number): RandomNumbers {
  const generator = mersenne(seed);
  return () => {
    const high = generator.next() >>> 5; // 27 bits
    const low = generator.next() >>> 6; // 26 bits
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
