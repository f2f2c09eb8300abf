/**
 * `idli verify`: trains a run on the GPU and reports how every buffer of every checked pass compares with the reference: its
 * worst element beside its bound; and both whole trainings, curve against curve. Exit code 1 if a bound is broken.
 */
import type { Command } from 'commander';
import { counted, differenceText, numberText } from '../../core/text.js';
import { taskOfLoaded } from '../../data/load.js';
import { adapterText } from '../../gpu/device.js';
import { summarizePlan } from '../../plan/print.js';
import type { Plan, Schedule } from '../../plan/plan.js';
import { ParityError } from '../../trainer/errors.js';
import { trainOnCpu, trainTask } from '../../trainer/train.js';
import { compareCurves, type CurveParity, curveSentence } from '../../verify/curves.js';
import { type PassParity, summarizeParity } from '../../verify/report.js';
import { openNodeGpu } from '../node-gpu.js';
import { Failure } from '../failure.js';
import { loadNamedRun } from '../load-run.js';
import { examples, jsonOption, overrideOptions, type Overrides, scheduleOption, type Print } from '../options.js';
import { table } from '../table.js';
import { withProgress } from '../training-progress.js';
import { tuningFile } from '../tuning-file.js';

interface VerifyOptions extends Overrides {
  readonly schedule?: Schedule | undefined;
  readonly json?: boolean | undefined;
  readonly reference: boolean;
}

/** What `--json` prints. */
export interface VerifyReport {
  readonly verdict: 'within bounds' | 'out of bounds';
  readonly adapter: string;
  readonly plan: string;
  readonly schedule: string;
  /** Every buffer that a checked pass wrote; the same pass again is the check from the trained weights. */
  readonly passes: readonly Pick<
    PassParity,
    'program' | 'pass' | 'buffer' | 'computed' | 'shareOfBound' | 'worst' | 'ok'
  >[];
  /** Of whole trainings; null without the reference's. */
  readonly curves: Pick<CurveParity, 'maxAbsoluteDifference' | 'maxRelativeDifference' | 'curves'> | null;
}

export function addVerify(program: Command, print: Print): void {
  const command = program
    .command('verify')
    .description('Train a run on the GPU, and report how each pass and the whole compare with the CPU reference.')
    .argument('<run>', 'a run document (JSON, comments allowed), or a built-in run: article')
    .addOption(scheduleOption());
  for (const option of overrideOptions()) command.addOption(option);
  command
    .option('--no-reference', 'do not train the CPU reference: check the passes of the first and the last step alone')
    .addOption(jsonOption())
    .addHelpText('after', examples('idli verify article', 'idli verify mnist.json --epochs 1 --no-reference --json'))
    .action(async (run: string, options: VerifyOptions) => print(await verify(run, options)));
}

async function verify(name: string, options: VerifyOptions): Promise<string> {
  const loaded = await loadNamedRun(name, options);
  const task = taskOfLoaded(loaded);
  for (const note of [...loaded.notes, ...task.notes]) process.stderr.write(`${note}\n`);
  // A check of the GPU has nothing to check on the CPU.
  const node = await openNodeGpu();
  try {
    const { schedule } = options;
    const training = await withProgress('Training', 'steps', task.batchSize, (told) =>
      trainTask(task, { backend: 'webgpu', gpu: node.gpu, schedule, tune: tuningFile(), ...told }),
    );
    const reference = options.reference
      ? await withProgress('CPU reference', 'epochs', task.train.x.rows, (told) => trainOnCpu(task, told))
      : undefined;
    const curves = reference && compareCurves(training, reference);
    const plan = training.plan!;
    return options.json
      ? JSON.stringify(jsonOf(adapterText(training.adapter!), plan, training.parity, curves))
      : [
          `Adapter     ${adapterText(training.adapter!)}`,
          `Plan        ${summarizePlan(plan)}`,
          '',
          ...parityTable(training.parity),
          '',
          verdict(training.parity),
          ...(curves ? [`Difference  ${curveSentence(curves)}`] : []),
        ].join('\n');
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    const { failures } = error;
    throw new Failure(
      error.message,
      options.json
        ? JSON.stringify({ verdict: 'out of bounds', passes: failures.map(row) })
        : parityTable(failures).join('\n'),
    );
  } finally {
    node.close();
  }
}

function jsonOf(
  adapter: string,
  plan: Plan,
  parity: readonly PassParity[],
  curves: CurveParity | undefined,
): VerifyReport {
  return {
    verdict: 'within bounds',
    adapter,
    plan: summarizePlan(plan),
    schedule: plan.schedule,
    passes: parity.map(row),
    curves: curves
      ? {
          maxAbsoluteDifference: curves.maxAbsoluteDifference,
          maxRelativeDifference: curves.maxRelativeDifference,
          curves: curves.curves,
        }
      : null,
  };
}

function row({ program, pass, buffer, computed, shareOfBound, worst, ok }: PassParity): VerifyReport['passes'][number] {
  return { program, pass, buffer, computed, shareOfBound, worst, ok };
}

function parityTable(parity: readonly PassParity[]): string[] {
  // Each pass is checked in a first batch, and in one more from the trained weights.
  const seen = new Set<string>();
  const rows = parity.map((one) => {
    const { program, pass, buffer, computed, shareOfBound, worst } = one;
    const key = JSON.stringify([program, pass, buffer]);
    const weights = seen.has(key) ? 'trained' : 'first';
    seen.add(key);
    const share = `${(100 * shareOfBound).toFixed(0)} %`;
    const values = [numberText(worst.got), numberText(worst.want), differenceText(worst.bound)];
    return [weights, program, pass, buffer, String(computed), share, `[${worst.index}]`, ...values];
  });
  return table(
    ['Weights', 'Program', 'Pass', 'Buffer', 'Values', 'Of bound', 'Worst at', 'GPU', 'Reference', 'Bound'],
    rows,
    4,
  );
}

function verdict(parity: readonly PassParity[]): string {
  const { values, worst } = summarizeParity(parity);
  return (
    `Verdict     ${counted(values, 'value')} checked, all within their bounds; the worst used ` +
    `${(100 * worst.shareOfBound).toFixed(0)} % of its bound (${worst.pass}, ${worst.buffer})`
  );
}
