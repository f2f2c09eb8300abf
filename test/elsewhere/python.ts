/**
 * Pythons that have a package, for tests that hand it files. Where none has it, a test says so by its name. Runs in Node only.
 */
import { spawnSync } from 'node:child_process';
import { describe, test } from 'vitest';

/** An interpreter of one's own often hides the distribution's. */
const PYTHONS = ['python3', '/usr/bin/python3'];

export interface Wanted {
  /** What is imported. */
  readonly module: string;
  /** What to install, for the sentence. */
  readonly from: string;
  /** The environment variable that names a Python with it, whose absence there is a failure then. */
  readonly variable: string;
  /** Whether IDLI_ELSEWHERE=1 demands it: what Debian's packages have. */
  readonly isPackaged: boolean;
}

/** Tests that need a package of Python, given the Python that has it. */
export function withPython(wanted: Wanted, tests: (python: string) => void): void {
  const { module, from, variable, isPackaged } = wanted;
  const named = process.env[variable];
  const python = (named ? [named] : PYTHONS).find((candidate) => has(candidate, module));
  if (python !== undefined) {
    describe(`in Python, ${module}`, () => tests(python));
    return;
  }
  const lack = named
    ? `${named}, which ${variable} names, cannot import ${module}`
    : `${module} (${from}) is absent; ${variable} may name a Python that has it`;
  test(`did not run: ${lack}`, () => {
    if (named || (isPackaged && process.env['IDLI_ELSEWHERE'] === '1')) throw new Error(lack);
  });
}

function has(python: string, module: string): boolean {
  return (
    spawnSync(python, ['-c', `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`])
      .status === 0
  );
}
