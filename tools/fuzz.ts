/**
 * `npm run fuzz`: hostile input for every reader of the product, for as long as one likes; the unit tests run the same targets for a
 * moment. It prints a line for each target, and of a failure the seed and the smallest case that fails. Exit code 1 for a failure, 2 for
 * options that are none.
 *
 *     npm run fuzz -- --minutes 10 --seed 7 --only onnx
 */
import { parseArgs } from 'node:util';
import { FUZZ_TARGETS } from '../test/support/fuzz/targets.js';
import type { Found, FuzzTarget, Outcome } from '../test/support/fuzz/judge.js';

/** Of one target, before the next has its turn. */
const CASES = 200;

interface Count {
  readonly target: FuzzTarget;
  cases: number;
  accepted: number;
  refused: number;
  failures: number;
}

interface Wanted {
  readonly minutes: number;
  readonly seed: number;
  readonly targets: readonly FuzzTarget[];
}

/** @returns the exit code */
export async function main(args: readonly string[] = process.argv.slice(3), print = console.log): Promise<number> {
  const wanted = wantedOf(args);
  if (typeof wanted === 'string') {
    print(wanted);
    return 2;
  }
  const { minutes, seed, targets } = wanted;
  print(`Seed ${seed}, ${minutes} minutes, ${targets.length} targets`);
  const counts = targets.map((target): Count => ({ target, cases: 0, accepted: 0, refused: 0, failures: 0 }));
  const end = performance.now() + 60_000 * minutes;
  // Each target has at least one turn, and a target that failed no further one.
  for (let turn = 0; turn === 0 || performance.now() < end; turn++) {
    const left = counts.filter(({ failures }) => failures === 0);
    if (left.length === 0) break;
    for (const count of left) {
      if (turn > 0 && performance.now() >= end) break;
      await fuzzOnce(count, seed + turn, print);
    }
  }
  counts.forEach((count) => print(lineOf(count)));
  return counts.some(({ failures }) => failures > 0) ? 1 : 0;
}

async function fuzzOnce(count: Count, seed: number, print: (text: string) => void): Promise<void> {
  const onOutcome = (outcome: Outcome) => {
    count.cases++;
    count[outcome]++;
  };
  const found = await count.target.run({ seed, cases: CASES, onOutcome });
  if (found.failure === undefined) return;
  count.failures++;
  print(failureText(count.target.name, seed, found));
}

function failureText(name: string, seed: number, { failure, smallest, path }: Found): string {
  return [`FAILED  ${name}, seed ${seed}, path ${path}`, `  ${failure}`, `  Smallest case: ${smallest}`].join('\n');
}

function lineOf({ target, cases, accepted, refused, failures }: Count): string {
  const numbers = [`${cases} cases`, `${accepted} accepted`, `${refused} refused`, `${failures} failed`];
  return `${target.name.padEnd(28)}${numbers.map((text) => text.padStart(17)).join('')}`;
}

/** What the options say, or what is wrong with them. */
function wantedOf(args: readonly string[]): Wanted | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args: [...args], options: { minutes: text, seed: text, only: text } });
    const minutes = Number(values.minutes ?? 1);
    const seed = Number(values.seed ?? 1);
    const targets = FUZZ_TARGETS.filter(({ name }) => values.only === undefined || name.includes(values.only));
    if (!(minutes >= 0 && minutes < Infinity))
      return `--minutes: found ${values.minutes}, expected a number of at least 0.`;
    if (!Number.isSafeInteger(seed)) return `--seed: found ${values.seed}, expected a whole number.`;
    if (targets.length > 0) return { minutes, seed, targets };
    return `--only: found ${values.only}, expected a part of one of: ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
