/** `idli doctor`: what this machine has for WebGPU in Node, what is missing and how to get it. The finding is doctor.ts's. */
import { type Command, Option } from 'commander';
import { doctor } from '../doctor.js';
import { answerProbe, type Probe, PROBES } from '../doctor-gpu.js';
import { doctorJson, doctorText } from '../doctor-text.js';
import { Failure } from '../failure.js';
import { examples, jsonOption, type Print } from '../options.js';

export function addDoctor(program: Command, print: Print): void {
  program
    .command('doctor')
    .description('Show the adapters of this machine, their features and limits, and what is missing.')
    .addOption(jsonOption())
    .addOption(
      new Option('--probe <driver>', 'answer for one driver, for the process that asks').choices(PROBES).hideHelp(),
    )
    .addHelpText('after', examples('idli doctor', 'idli doctor --json'))
    .action(async ({ json, probe }: { json?: boolean; probe?: Probe }) => {
      if (probe) return print(await answerProbe(probe));
      const report = await doctor();
      const text = json ? doctorJson(report) : doctorText(report);
      if (!report.isReady) throw new Failure('WebGPU does not work here; the report says what is missing.', text);
      print(text);
    });
}
