/**
 * Options that several commands have, and how their texts are read. What is wrong with one is commander's to say, in its
 * own words and with exit code 2.
 */
import { InvalidArgumentError, Option } from 'commander';
import { SCHEDULES } from '../plan/plan.js';
import { BACKENDS } from '../trainer/train.js';
import { VERIFY_MODES } from '../verify/report.js';

export type Backend = (typeof BACKENDS)[number];

/** Prints what a command has to say on stdout. */
export type Print = (text: string) => void;

/** Where a command computes. @param what for example `where to train` */
export function backendOption(what: string): Option {
  return new Option('--backend <name>', what).choices(BACKENDS).default('auto');
}

export function scheduleOption(): Option {
  return new Option('--schedule <name>', 'how the GPU is to work, instead of what suits the network').choices(
    SCHEDULES,
  );
}

export function verifyOption(): Option {
  return new Option('--verify <mode>', 'which steps to check against the reference')
    .choices(VERIFY_MODES)
    .default('sample');
}

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document on stdout, and nothing else');
}

/** What the command line changes in a run. */
export interface Overrides {
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
}

export function overrideOptions(): Option[] {
  return [
    new Option('--epochs <n>', 'epochs, instead of those in the run').argParser(wholeNumber),
    new Option('--seed <n>', 'seed of first weights, dropout and shuffle, instead of the one in the run').argParser(
      wholeNumber,
    ),
  ];
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** At least 1. */
export function countFrom1(text: string): number {
  if (!/^0*[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return Number(text);
}

/** When a checkpoint is due, as `train` takes it. */
export type Every = { readonly epochs: number } | { readonly seconds: number };

const SECONDS = { s: 1, m: 60, h: 3600 };

/** `10` is every ten epochs; `30s`, `5m` and `1h` are times. */
export function every(text: string): Every {
  const found = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
  const [, amount, unit] = found ?? [];
  const count = Number(amount);
  if (!found || !(count > 0) || (unit === undefined && !Number.isInteger(count))) {
    throw new InvalidArgumentError('Expected epochs, for example 10, or a time: 30s, 5m, 1h.');
  }
  return unit === undefined ? { epochs: count } : { seconds: count * SECONDS[unit as keyof typeof SECONDS] };
}

/** A list of examples under a command's help. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  $ ${line}`)].join('\n');
}
