/**
 * What the test of a device at its first use takes on this machine's software adapter: for each run of the self-test, the
 * compiling that its plan needs in any case, and the test itself. Times vary with what else the machine does, so it judges
 * nothing: `node tools/run.js first-use`.
 */
import process from 'node:process';
import { openNodeGpu } from '../src/cli/node-gpu.js';
import { taskOf } from '../src/core/task.js';
import { adapterText, openDevice } from '../src/gpu/device.js';
import { taskContents } from '../src/plan/contents.js';
import { Execution } from '../src/plan/execute.js';
import { workgroupLimits } from '../src/plan/limits.js';
import { planTask } from '../src/plan/schedule.js';
import { testPasses, trainingTest } from '../src/trainer/first-use.js';
import { selfTestRuns } from '../src/verify/self-test-runs.js';

export async function main(): Promise<number> {
  const node = await openNodeGpu({ driver: 'software' });
  try {
    console.log(`${'Run'.padEnd(64)}compile     test  processor   milliseconds`);
    const tests: { readonly tested: number; readonly processor: number }[] = [];
    for (const { name, run, schedule, products } of selfTestRuns({ isFast: false, hasQuads: true })) {
      // A device of its own each, on which nothing is compiled.
      const device = (await openDevice(node.gpu))!;
      const task = taskOf(run);
      const plan = planTask(task, {
        schedule: schedule === 'layered' ? schedule : 'persistent',
        workgroup: { ...workgroupLimits(device), isFast: schedule === 'persistent' },
        products,
      });
      const begun = performance.now();
      const execution = await Execution.create(device, plan, () => taskContents(task, plan));
      await execution.approved;
      const compiled = performance.now();
      const before = process.cpuUsage();
      await testPasses(device, plan, trainingTest(task, plan));
      const tested = performance.now() - compiled;
      // Of all threads, for the test alone: a machine that is busy with other things lets the clock run on, but not this.
      const { user, system } = process.cpuUsage(before);
      const processor = (user + system) / 1000;
      tests.push({ tested, processor });
      const columns = [compiled - begun, tested, processor].map((time) => time.toFixed(0).padStart(7));
      console.log(`${`${name}, ${schedule}`.padEnd(64)}${columns.join('  ')}`);
      execution.destroy();
      if (tests.length === 1) console.log(`  on ${adapterText(device.adapter)}`);
      device.close();
    }
    const most = (times: readonly number[]) => `${Math.max(...times).toFixed(0)} ms`;
    console.log(
      `At most a test took ${most(tests.map(({ tested }) => tested))}, and ${most(tests.map(({ processor }) => processor))} of the processor.`,
    );
    return 0;
  } finally {
    node.close();
  }
}
