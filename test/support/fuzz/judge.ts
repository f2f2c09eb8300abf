/**
 * What every reader of a stranger's input must keep to, and a target, which is a reader with inputs made for it: a value comes out, or
 * an error of the product's own classes with one sentence; nothing else is thrown, memory is not set aside for what is only claimed,
 * and what all objects inherit stays as it was. It knows no reader; test/unit/fuzz.test.ts and tools/fuzz.ts run the same targets.
 */
import fc from 'fast-check';
import { RunError } from '../../../src/core/run-error.js';
import { CheckpointError } from '../../../src/core/saved-state.js';
import { TrainingError } from '../../../src/core/trained.js';
import { DataError } from '../../../src/data/data-error.js';
import { FormatError } from '../../../src/formats/format-error.js';

export type Outcome = 'accepted' | 'refused';

/** What a reader says that returns its sentence instead of throwing it. */
export class Said extends Error {
  override readonly name = 'Said';
}

const OWN = [RunError, DataError, FormatError, CheckpointError, TrainingError, Said];

/** Bytes that reading an input of some hundred KB may take; what an input claims beyond itself begins far above. */
const MOST_MEMORY = 192 * 1024 ** 2;
const LONGEST_SENTENCE = 4000;

export interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined;
}

export interface Found {
  /** Undefined where all cases kept to the rules. */
  readonly failure: string | undefined;
  /** As code, and cut where it is long; its seed and its path find it again. */
  readonly smallest: string;
  readonly path: string;
}

export interface FuzzTarget {
  readonly name: string;
  /** The same seed gives the same cases; it stops at the first that fails, made as small as it goes. */
  run(options: FuzzOptions): Promise<Found>;
}

export function target<T>(name: string, inputs: fc.Arbitrary<T>, read: (input: T) => unknown): FuzzTarget {
  return {
    name,
    async run({ seed, cases, onOutcome }) {
      const property = fc.asyncProperty(inputs, async (input) => {
        const outcome = await outcomeOf(() => read(input));
        onOutcome?.(outcome);
      });
      const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(property, {
        seed,
        numRuns: cases,
        endOnFailure: false,
      });
      const failure = failed ? textOf(errorInstance) : undefined;
      return { failure, smallest: shown(counterexample?.[0]), path: counterexamplePath ?? '' };
    },
  };
}

/** @throws Error saying which rule was broken, or what the reader threw that it must not throw */
export async function outcomeOf(read: () => unknown): Promise<Outcome> {
  const inherited = inheritedKeys();
  const before = memory();
  const outcome = await judged(read).catch((error: unknown) => ({ error }));
  const taken = memory() - before;
  const after = inheritedKeys();
  if (after !== inherited) throw new Error(`All objects inherit ${after} now.`);
  if (typeof outcome === 'object') throw outcome.error;
  if (taken > MOST_MEMORY) throw new Error(`It took ${taken} bytes of memory.`);
  return outcome;
}

async function judged(read: () => unknown): Promise<Outcome> {
  try {
    await read();
    return 'accepted';
  } catch (error) {
    if (!OWN.some((type) => error instanceof type)) throw error;
    checkSentence((error as Error).message);
    return 'refused';
  }
}

/** One line that begins with something, ends with a full stop, and has nothing in it that a terminal would obey. */
function checkSentence(text: string): void {
  if (!/^\S.*\.$/u.test(text)) throw new Error(`No sentence: ${JSON.stringify(text.slice(0, 300))}`);
  if (/\p{Cc}/u.test(text))
    throw new Error(`Control characters in the sentence: ${JSON.stringify(text.slice(0, 300))}`);
  if (text.length > LONGEST_SENTENCE) throw new Error(`A sentence of ${text.length} characters: ${text.slice(0, 300)}`);
}

function inheritedKeys(): string {
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, Map.prototype] as const;
  return prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join('; ');
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function shown(input: unknown): string {
  const text = input instanceof Uint8Array ? `base64 ${Buffer.from(input).toString('base64')}` : codeOf(input);
  return text.length > 4000 ? `${text.slice(0, 4000)}… (${text.length} characters)` : text;
}

function codeOf(input: unknown): string {
  try {
    return fc.stringify(input);
  } catch {
    return 'a value that is too deep to be shown; its seed and its path make it again';
  }
}
