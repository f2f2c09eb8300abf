/**
 * Other programs that read what the product writes, where they are installed. Where one is absent, a test says so by its
 * name; with IDLI_ELSEWHERE=1 it is demanded, and its absence is a failure. Runs in Node only.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';

/** The first of these that can import PyTorch: an interpreter of one's own often hides the distribution's. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** A Python with PyTorch, or undefined. */
function findTorch(): string | undefined {
  return PYTHONS.find((python) => {
    const { status } = spawnSync(python, ['-c', 'import torch, sys; sys.exit(0 if torch.__version__ else 1)']);
    return status === 0;
  });
}

/** Tests that need PyTorch, given the Python that has it. */
export function withTorch(name: string, tests: (python: string) => void): void {
  const python = findTorch();
  if (python !== undefined) describe(name, () => tests(python));
  else absent(name, `PyTorch (python3-torch) is absent; no ${PYTHONS.join(' and no ')} can import torch`);
}

function absent(name: string, lack: string): void {
  test(`${name}: did not run: ${lack}`, () => {
    if (process.env['IDLI_ELSEWHERE'] === '1') throw new Error(`${lack}, and IDLI_ELSEWHERE=1 demands it`);
  });
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; that it fails is an outcome too. */
export function runProgram(program: string, parameters: readonly string[], cwd: string): Promise<Outcome> {
  const options = { cwd, env: { ...process.env, OMP_NUM_THREADS: '1' }, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    const child = execFile(program, parameters, options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

/** A fresh folder with these files, gone when the tests of the file have ended. */
export function folderWith(files: readonly { readonly name: string; readonly bytes: Uint8Array | string }[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'idli-elsewhere-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  return folder;
}
