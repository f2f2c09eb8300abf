/**
 * `idli verify`: trains a run on the GPU, checked pass by pass while it trains, and reports how every buffer of every checked pass compares
 * with the reference, its worst element beside its bound; and both whole trainings, curve against curve. It writes a certificate of that,
 * and of a pass that is wrong a page that does it again by itself. Exit code 1 if a bound is broken.
 */
import { type Command } from 'commander';
import type { Task } from '../../core/task.js';
import { taskOfLoaded } from '../../data/load.js';
import { type AdapterDescription, adapterText, noAdapterError, openDevice } from '../../gpu/device.js';
import { summarizePlan } from '../../plan/print.js';
import type { Schedule } from '../../plan/plan.js';
import { ParityError } from '../../trainer/errors.js';
import { type Training, trainOnCpu, trainTask } from '../../trainer/train.js';
import { arithmeticOf } from '../../verify/arithmetic.js';
import { compareCurves, type CurveParity, curveSentence } from '../../verify/curves.js';
import type { PassVerification } from '../../verify/verification.js';
import type { PassParity } from '../../verify/report.js';
import { certificateOf, type Verified, type WrittenCurves, writtenCurves } from '../certificate.js';
import { checkDistinct } from '../distinct-paths.js';
import { Failure } from '../failure.js';
import { loadNamedRun } from '../load-run.js';
import { type NodeGpu, openNodeGpu } from '../node-gpu.js';
import { examples, jsonOption, overrideOptions, type Overrides, scheduleOption, type Print } from '../options.js';
import { say } from '../terminal.js';
import { withProgress } from '../training-progress.js';
import { tuningFile } from '../tuning-file.js';
import { failureTable, verdict, verificationTable } from '../verify-text.js';
import { checkWritable, writeWhole } from '../write-file.js';

interface VerifyOptions extends Overrides {
  readonly schedule?: Schedule | undefined;
  readonly json?: boolean | undefined;
  readonly reference: boolean;
  readonly every?: boolean | undefined;
  readonly bisect?: boolean | undefined;
  /** False with --no-certificate. */
  readonly certificate: string | false;
  readonly reproduction: string;
}

/** What `--json` prints. */
export interface VerifyReport {
  readonly verdict: 'within bounds' | 'out of bounds';
  readonly adapter: string;
  readonly plan: string;
  readonly schedule: string;
  /** Every buffer that a checked pass wrote, over all its checks. */
  readonly passes: readonly PassVerification[];
  /** Of whole trainings; null without the reference's. */
  readonly curves: WrittenCurves | null;
}

export function addVerify(program: Command, print: Print): void {
  const command = program
    .command('verify')
    .description('Train a run on the GPU, and report how each pass and the whole compare with the CPU reference.')
    .argument('<run>', 'a run document (JSON, comments allowed), or a built-in run: article')
    .addOption(scheduleOption());
  for (const option of overrideOptions()) command.addOption(option);
  command
    .option('--every', 'check every step, and not as many as a twentieth of the time allows')
    .option('--bisect', 'check every step, and of the first pass that is wrong write a page that does it by itself')
    .option('--reproduction <file>', 'where --bisect writes that page', 'reproduction.html')
    .option('--certificate <file>', 'where the certificate is written', 'certificate.json')
    .option('--no-certificate', 'write none')
    .option('--no-reference', 'do not train the CPU reference beside the GPU: check steps alone')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'idli verify article',
        'idli verify mnist.json --epochs 1 --no-reference --json',
        'idli verify iris.json --bisect',
      ),
    )
    .action(async (run: string, options: VerifyOptions) => print(await verify(run, options)));
}

async function verify(name: string, options: VerifyOptions): Promise<string> {
  const { certificate, bisect, reproduction } = options;
  const written = { '--certificate': certificate || undefined, '--reproduction': bisect ? reproduction : undefined };
  checkDistinct(written, [name]);
  const loaded = await loadNamedRun(name, options);
  checkDistinct(written, loaded.files);
  const task = taskOfLoaded(loaded);
  for (const note of [...loaded.notes, ...task.notes]) say(note);
  for (const path of Object.values(written)) if (path !== undefined) await checkWritable(path);
  // A check of the GPU has nothing to check on the CPU.
  const node = await openNodeGpu();
  try {
    const certify = async (made: Pick<Verified, 'training' | 'curves' | 'failures'>) => {
      if (certificate === false) return;
      const verified = { loaded, task, ...(await lookAt(node)), ...made };
      await writeWhole(certificate, `${JSON.stringify(await certificateOf(verified), null, 2)}\n`);
    };
    try {
      const { training, curves } = await train(task, node, options);
      await certify({ training, curves, failures: [] });
      return options.json ? JSON.stringify(jsonOf(training, curves)) : text(training, curves, certificate);
    } catch (error) {
      if (!(error instanceof ParityError)) throw error;
      await certify({ training: undefined, curves: undefined, failures: error.failures });
      throw await failure(error, options);
    }
  } finally {
    node.close();
  }
}

/** What the certificate says of the device. */
async function lookAt({ gpu }: NodeGpu): Promise<{ adapter: AdapterDescription; arithmetic: string }> {
  const device = await openDevice(gpu);
  if (!device) throw noAdapterError();
  try {
    return { adapter: device.adapter, arithmetic: await arithmeticOf(device) };
  } finally {
    device.close();
  }
}

async function train(
  task: Task,
  { gpu }: NodeGpu,
  { schedule, every, bisect, reference: wantsReference }: VerifyOptions,
): Promise<{ readonly training: Training; readonly curves: CurveParity | undefined }> {
  const verify = every || bisect ? 'every' : 'sample';
  const training = await withProgress('Training', 'steps', task.batchSize, (told) =>
    trainTask(task, { backend: 'webgpu', gpu, schedule, verify, tune: tuningFile(), ...told }),
  );
  const reference = wantsReference
    ? await withProgress('CPU reference', 'epochs', task.train.x.rows, (told) => trainOnCpu(task, told))
    : undefined;
  return { training, curves: reference && compareCurves(training, reference) };
}

/** What broke its bound, and with --bisect the page of it. */
async function failure(error: ParityError, { json, bisect, reproduction }: VerifyOptions): Promise<Failure> {
  const { failures } = error;
  const output = json
    ? JSON.stringify({ verdict: 'out of bounds', passes: failures.map(failureOf) })
    : failureTable(failures).join('\n');
  if (!bisect || !error.reproduction) return new Failure(error.message, output);
  const { reproductionPage } = await import('../reproduction-page.js');
  await writeWhole(reproduction, reproductionPage(error.reproduction));
  return new Failure(`${error.message} ${reproduction} does that pass by itself, in a browser.`, output);
}

function failureOf({ program, pass, buffer, computed, shareOfBound, worst, ok, place }: PassParity) {
  return { program, pass, buffer, computed, shareOfBound, worst, ok, ...(place && { place }) };
}

function text(training: Training, curves: CurveParity | undefined, certificate: string | false): string {
  return [
    `Adapter     ${adapterText(training.adapter!)}`,
    `Plan        ${summarizePlan(training.plan!)}`,
    '',
    ...verificationTable(training.verification),
    '',
    verdict(training.verification),
    ...(curves ? [`Difference  ${curveSentence(curves)}`] : []),
    ...(certificate === false ? [] : [`Certificate ${certificate}`]),
  ].join('\n');
}

function jsonOf({ adapter, plan, verification }: Training, curves: CurveParity | undefined): VerifyReport {
  return {
    verdict: 'within bounds',
    adapter: adapterText(adapter!),
    plan: summarizePlan(plan!),
    schedule: plan!.schedule,
    passes: verification.passes,
    curves: writtenCurves(curves),
  };
}
