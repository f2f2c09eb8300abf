/**
 * The last lines of a test run, in plain text: each engine with its adapter, whether Firefox was left
 * out, and finally `N passed, N failed`. Also writes Vitest's JSON report to test-results/report.json.
 *
 * It counts what Vitest says and refuses to call a red run green: a file that does not load, a hook
 * that throws and an error outside any test each count as a failure.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Reporter, SerializedError, TestModule, TestRunEndReason, TestSuite, Vitest } from 'vitest/node';
import type {} from './device.js';

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

interface Record {
  project: string;
  file: string;
  test: string;
  state: string;
  milliseconds: number;
  errors: string[];
}

export class SummaryReporter implements Reporter {
  readonly #remarks: readonly string[];
  #root = process.cwd();

  /** `remarks` are printed as they are, one line each. */
  constructor(remarks: readonly string[]) {
    this.#remarks = remarks;
  }

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const totals = count(modules, unhandled.length, reason);
    await this.#writeReport(modules, unhandled, totals);
    const lines = [...adapterLines(modules), ...this.#remarks];
    if (totals.skipped > 0) lines.push(`${String(totals.skipped)} skipped`);
    lines.push(`${String(totals.passed)} passed, ${String(totals.failed)} failed`);
    // After what Vitest's own reporter prints for the same event.
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }

  async #writeReport(modules: readonly TestModule[], unhandled: readonly SerializedError[], totals: Totals) {
    const file = join(this.#root, 'test-results', 'report.json');
    const report = { totals, unhandled: unhandled.map((error) => error.message), tests: modules.flatMap(recordsOf) };
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  }
}

export function count(modules: readonly TestModule[], unhandled: number, reason: TestRunEndReason): Totals {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string): number => tests.filter((test) => test.result().state === state).length;
  const passed = inState('passed');
  const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter(hasOwnErrors).length;
  // A test that never got a result was cut off: the run was interrupted or its engine died.
  const failed = inState('failed') + inState('pending') + broken + unhandled;
  const red = reason !== 'passed' || passed === 0;
  return { passed, failed: red ? Math.max(failed, 1) : failed, skipped: inState('skipped') };
}

function hasOwnErrors(node: TestModule | TestSuite): boolean {
  return node.errors().length > 0;
}

function adapterLines(modules: readonly TestModule[]): string[] {
  const adapters = new Map<string, Set<string>>();
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { adapter } = test.meta();
      if (adapter === undefined) continue;
      const seen = adapters.get(module.project.name) ?? new Set();
      adapters.set(module.project.name, seen.add(adapter));
    }
  }
  return [...adapters].map(([project, names]) => `${project}: ${[...names].join(', ')}`);
}

function recordsOf(module: TestModule): Record[] {
  const place = { project: module.project.name, file: module.relativeModuleId };
  const own = module.errors().map((error) => error.message);
  const tests = [...module.children.allTests()].map((test) => ({
    ...place,
    test: test.fullName,
    state: test.result().state,
    milliseconds: Math.round(test.diagnostic()?.duration ?? 0),
    errors: (test.result().errors ?? []).map((error) => error.message),
  }));
  return own.length > 0 ? [{ ...place, test: '', state: 'failed', milliseconds: 0, errors: own }, ...tests] : tests;
}
