/**
 * The command line as a user has it: built, started as a process of its own, read on stdout and stderr. It judges
 * nothing but what every good and every refused call have in common.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect } from 'vitest';
import type { JsonReport } from '../../src/cli/json-report.js';

// Built beside dist/, so that a test run never changes what a user of this folder has.
export const OUT = 'test-results/cli';
export const folder = mkdtempSync(join(tmpdir(), 'idli-cli-'));

/** Builds before the tests of a file, and takes its documents away after them. */
export function useCli(): void {
  beforeAll(async () => {
    // The files of tests share one process, and so this module.
    mkdirSync(folder, { recursive: true });
    await build({ mode: 'node', logLevel: 'warn', build: { outDir: OUT } });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function idli(...args: readonly string[]): Promise<Outcome> {
  return run(`${OUT}/cli.js`, ...args);
}

/** The command line where Vulkan has only the driver that this manifest names. */
export function idliWithDriver(manifest: string, ...args: readonly string[]): Promise<Outcome> {
  return idliIn({ IDLI_VK_ICD: manifest }, ...args);
}

/** The command line with more in its environment. */
export function idliIn(environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Outcome> {
  return start([`${OUT}/cli.js`, ...args], { ...process.env, ...environment });
}

/** The command line with a module loaded before it, which may do things to what it uses. */
export function idliBeside(module: string, ...args: readonly string[]): Promise<Outcome> {
  return start(['--import', pathToFileURL(module).href, `${OUT}/cli.js`, ...args], process.env);
}

export function run(script: string, ...args: readonly string[]): Promise<Outcome> {
  return start([script, ...args], process.env);
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const outcome = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (outcome.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (outcome.stderr += String(chunk)));
    child.on('error', reject);
    // 'close' comes only if the process ends by itself: nothing of Dawn keeps it alive.
    child.on('close', (code) => resolve({ code, ...outcome }));
  });
}

/** The path of a new file with this text, or this value as JSON. */
export function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

export function json({ code, stdout, stderr }: Outcome): JsonReport {
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as JsonReport;
}

/** Bad input: code 2, one sentence on stderr, nothing on stdout. */
export function expectRefusal({ code, stdout, stderr }: Outcome, sentence: string): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}
