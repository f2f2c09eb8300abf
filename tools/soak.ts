/**
 * Trains small runs for minutes while things happen to them every few seconds or less, and says what came of it:
 * `npm run soak -- --minutes 30 --engine node|chromium|firefox|all --seed 1`. Exit code 1 where any bit is another, or something
 * did not end as it should. What it found is in bench/results/soak.json, by engine.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { browserHost, type Host, nodeHost } from './soak/hosts.js';
import type { Round } from './soak/rounds.js';

const RESULTS = fileURLToPath(new URL('../bench/results/soak.json', import.meta.url));
const ENGINES = ['node', 'chromium', 'firefox'] as const;
type Engine = (typeof ENGINES)[number];
/** Milliseconds that a round may take, many times what one does. */
const MOST = 120_000;

/** What was found on one engine. */
interface Result {
  readonly date: string;
  readonly adapter: string;
  readonly minutes: number;
  readonly seed: number;
  readonly rounds: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly equal: number;
  readonly different: number;
  /** Updates that were computed once more after losses. */
  readonly stepsAgain: number;
  readonly wrong: readonly string[];
}

/** @returns the exit code */
export async function main(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      minutes: { type: 'string', default: '1' },
      engine: { type: 'string', default: 'node' },
      seed: { type: 'string', default: '1' },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  const engines = values.engine === 'all' ? ENGINES : ENGINES.filter((engine) => engine === values.engine);
  if (!(minutes > 0) || !Number.isInteger(seed) || seed < 0 || engines.length === 0) {
    console.error(`Expected --minutes above 0, --seed a whole number, --engine one of ${ENGINES.join(', ')}, all.`);
    return 2;
  }
  let isWrong = false;
  for (const engine of engines) {
    const result = await soaked(engine, minutes, seed);
    print(engine, result);
    keep(engine, result);
    isWrong ||= result.different > 0;
  }
  return isWrong ? 1 : 0;
}

async function soaked(engine: Engine, minutes: number, seed: number): Promise<Result> {
  const host = await (engine === 'node' ? nodeHost() : browserHost(engine));
  const ends = performance.now() + 60_000 * minutes;
  const rounds: Round[] = [];
  try {
    console.log(`${engine}: ${host.adapter}`);
    // Seeds of two soaks do not meet.
    for (let next = 100_000 * seed + 1; performance.now() < ends; next++) rounds.push(await inTime(host, next));
  } finally {
    await host.close();
  }
  return {
    date: new Date().toISOString(),
    ...{ adapter: host.adapter, minutes, seed, rounds: rounds.length },
    faults: counts(rounds.flatMap(({ faults }) => faults)),
    outcomes: counts(rounds.map(({ outcome }) => outcome)),
    equal: rounds.filter(({ isEqual }) => isEqual).length,
    different: rounds.filter(({ isEqual }) => !isEqual).length,
    stepsAgain: rounds.reduce((sum, { again }) => sum + again, 0),
    wrong: rounds.filter(({ isEqual }) => !isEqual).map(({ faults, what }) => `${faults.join(', ')}: ${what}`),
  };
}

/** A round that hangs, or fails in a way that nobody thought of, is one that went wrong. */
async function inTime(host: Host, seed: number): Promise<Round> {
  const wrong = (what: string): Round => ({ faults: ['unknown'], outcome: 'stopped', isEqual: false, again: 0, what });
  const timer: { id?: NodeJS.Timeout } = {};
  const late = new Promise<Round>((resolve) => {
    timer.id = setTimeout(() => resolve(wrong(`seed ${seed}: no end in ${MOST / 1000} s`)), MOST);
  });
  const round = host.round(seed).catch((error: unknown) => wrong(`seed ${seed}: ${String(error)}`));
  const result = await Promise.race([round, late]);
  clearTimeout(timer.id);
  return result;
}

function counts(names: readonly string[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const name of [...names].sort()) result[name] = (result[name] ?? 0) + 1;
  return result;
}

function print(
  engine: Engine,
  { adapter, minutes, faults, outcomes, equal, different, stepsAgain, wrong, rounds }: Result,
) {
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  console.log(`\n${engine}, ${adapter}, ${minutes} min: ${total} faults in ${rounds} trainings`);
  for (const [name, count] of Object.entries(faults)) console.log(`  ${name.padEnd(26)}${count}`);
  console.log(
    Object.entries(outcomes)
      .map(([name, count]) => `  ${name.padEnd(26)}${count}`)
      .join('\n'),
  );
  console.log(`  as they should be         ${equal}\n  otherwise                 ${different}`);
  console.log(`  steps computed once more  ${stepsAgain}`);
  for (const one of wrong) console.error(`  WRONG  ${one}`);
}

function keep(engine: Engine, result: Result): void {
  const known = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, unknown>) : {};
  writeFileSync(RESULTS, `${JSON.stringify({ ...known, [engine]: result }, null, 1)}\n`);
}
