/**
 * The Mersenne Twister MT19937, 32 bits a draw: Matsumoto & Nishimura (1998), "Mersenne Twister: A 623-dimensionally
 * equidistributed uniform pseudorandom number generator", with their `init_genrand` of 2002 for the seed, as NumPy has it.
 * Written here because a package's weighs seven times as much with what is never used; the tests hold it against one.
 */

/** Words of the state, and how far apart those are that are mixed. */
const WORDS = 624;
const APART = 397;

/** Draws whole numbers from 0 to 2³² − 1. */
export function mersenne(seed: number): () => number {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let i = 1; i < WORDS; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  let next = WORDS;
  return () => {
    if (next === WORDS) {
      twist(state);
      next = 0;
    }
    let word = state[next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

/** Every word anew, from the top bit of itself, the rest of the next one, and one further on. */
function twist(state: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const joined = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff);
    state[i] = state[(i + APART) % WORDS]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  }
}
