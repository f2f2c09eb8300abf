/** The Mersenne Twister against a package's, and against what its authors published. */
import { mersenne as packaged } from 'pure-rand/generator/mersenne';
import { expect, test } from 'vitest';
import { mersenne } from '../../src/core/mersenne.js';

/** Past the first twist of all 624 words, and the third. */
const DRAWS = 2000;

function drawn(seed: number): number[] {
  const next = mersenne(seed);
  return Array.from({ length: DRAWS }, next);
}

test.each([0, 1, 5489, 2 ** 31, 2 ** 32 - 1])('seed %i gives the numbers of pure-rand, draw for draw', (seed) => {
  const generator = packaged(seed);
  expect(drawn(seed)).toEqual(Array.from({ length: DRAWS }, () => generator.next() >>> 0));
});

test('seed 5489 gives 4123659995 in its 10,000th draw, as the C++ standard says (rand.predef)', () => {
  const next = mersenne(5489);
  for (let i = 1; i < 10_000; i++) next();
  expect(next()).toBe(4123659995);
});

test('control: another seed gives other numbers', () => {
  expect(drawn(1)).not.toEqual(drawn(2));
});
