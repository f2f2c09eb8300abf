/**
 * The arguments of the benchmark. A wrong one is commander's one sentence.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { WORKLOAD_IDS, type WorkloadId } from '../../src/runs/workload.js';

export interface BenchOptions {
  readonly engine: 'chromium' | 'node';
  readonly only: readonly WorkloadId[];
  readonly samples: number;
  /** The folder for results. */
  readonly results: string;
  /** Where Dawn's binding for Node is; only in the file that carries everything. */
  readonly dawn?: string;
}

const LEAST_SAMPLES = 3;
const SAMPLES = 7;

/**
 * @param isAlone for the one file that carries everything: it has Node's engine only, and is told where Dawn is
 * @throws CommanderError for arguments that are wrong, and for --help
 */
export function parseOptions(argv: readonly string[], isAlone = false): BenchOptions {
  const command = new Command(isAlone ? 'node-bench' : 'npm run bench --')
    .description('Checks that all contestants compute the same, then measures them in turn.')
    .option('--only <letters>', `workloads, for example a,c (of ${WORKLOAD_IDS.join(', ')})`, letters)
    .option('--samples <n>', `samples of each contestant, at least ${LEAST_SAMPLES}`, samplesOf, SAMPLES)
    .option('--results <folder>', 'where the results are written', isAlone ? '.' : 'bench/results')
    .exitOverride();
  if (isAlone) {
    const dawn = new Option('--dawn <path>', "Dawn's binding for Node (dawn.node of the npm package webgpu)");
    command.addOption(dawn.env('IDLI_DAWN').makeOptionMandatory());
  } else {
    const engine = new Option('--engine <name>', 'chromium: all contestants; node: our side only, on Dawn in Node');
    command.addOption(engine.choices(['chromium', 'node']).default('chromium'));
  }
  command.parse(argv, { from: 'user' });
  const parsed = command.opts<Partial<BenchOptions>>();
  return { engine: 'node', only: WORKLOAD_IDS, samples: SAMPLES, results: '.', ...parsed };
}

function letters(text: string): WorkloadId[] {
  const found = text.split(',').map((letter) => letter.trim());
  const isKnown = (letter: string): letter is WorkloadId => (WORKLOAD_IDS as readonly string[]).includes(letter);
  if (!found.every(isKnown)) throw new InvalidArgumentError(`Expected letters of ${WORKLOAD_IDS.join(', ')}.`);
  return WORKLOAD_IDS.filter((id) => found.includes(id));
}

function samplesOf(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < LEAST_SAMPLES) {
    throw new InvalidArgumentError(`Expected a whole number of at least ${LEAST_SAMPLES}.`);
  }
  return Number(text);
}
