/**
 * The doctor's question to the driver, in a real process: what a good one answers, and what becomes of one that crashes,
 * is silent or talks nonsense. And Ctrl-C in a process of its own.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doctor } from '../../src/cli/doctor.js';
import { probeInChild } from '../../src/cli/doctor-gpu.js';
import { wgsl } from '../../tools/vite-wgsl.js';

const ROOT = join(import.meta.dirname, '..', '..');
const state = { folder: '' };

beforeAll(async () => {
  state.folder = await mkdtemp(join(tmpdir(), 'idli-doctor-'));
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [wgsl()],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: state.folder,
      rollupOptions: {
        input: {
          'doctor-gpu': join(ROOT, 'src', 'cli', 'doctor-gpu.ts'),
          interrupt: join(ROOT, 'src', 'cli', 'interrupt.ts'),
        },
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  });
});

afterAll(() => rm(state.folder, { recursive: true, force: true }));

async function script(lines: string): Promise<string> {
  const path = join(state.folder, 'child.mjs');
  await writeFile(path, lines);
  return path;
}

test('on this machine: an adapter that trains the tutorial’s run as the reference does', async ({ task }) => {
  const path = await script(
    `import { answerProbe } from './doctor-gpu.mjs';\nconsole.log(await answerProbe(process.argv[2]));`,
  );
  const report = await doctor({ probe: (probe) => probeInChild(probe, { arguments: [path, probe] }) });
  const selfTest = report.checks.find(({ name }) => name === 'Self-test');
  expect(selfTest?.text).toMatch(/^the tutorial's 50 epochs on it, .* within the stated tolerance of 2e-6\.$/);
  expect([selfTest?.state, report.isReady]).toEqual(['ok', true]);
  const [adapter] = report.gpus[0]!.adapters;
  expect(adapter!.limits.maxComputeInvocationsPerWorkgroup).toBeGreaterThanOrEqual(128);
  task.meta.adapter = adapter!.description || `${adapter!.vendor} ${adapter!.architecture}`;
});

describe('a process that', () => {
  const problemOf = async (lines: string, limit = 20_000) => {
    const result = await probeInChild('any', { arguments: [await script(lines)], limit });
    return 'problem' in result ? result.problem : result;
  };

  test('crashes is named with its last word', async () => {
    expect(
      await problemOf(
        `process.stderr.write('vk: bad\\nvk: no device\\n', () => process.kill(process.pid, 'SIGSEGV'));`,
      ),
    ).toBe('The process that asked the driver was ended by SIGSEGV, without an answer; it said last: vk: no device.');
  });

  test('ends without an answer, or with nonsense', async () => {
    const sentence = /^The process that asked the driver ended with code 3, without an answer\.$/;
    expect(await problemOf('process.exitCode = 3;')).toMatch(sentence);
    expect(await problemOf('process.exitCode = 3; console.log("hello");')).toMatch(sentence);
    expect(await problemOf('process.exitCode = 3; console.log("null");')).toMatch(sentence);
  });

  test('is silent is ended', async () => {
    expect(await problemOf('setInterval(() => {}, 1000);', 300)).toBe('The driver gave no answer within 0.3 seconds.');
  });

  test('says what is wrong is believed', async () => {
    expect(await problemOf('console.log(JSON.stringify({ problem: "No adapter." }));')).toBe('No adapter.');
  });
});

describe('Ctrl-C in a process of its own (not on Windows, which has no signals to send)', () => {
  const lines = `
    import { interruptible } from './interrupt.mjs';
    const work = interruptible();
    work.signal.addEventListener('abort', () => console.log('aborted', work.interrupted));
    const timer = setInterval(() => { if (work.interrupted && process.argv[2] === 'good') clearInterval(timer); }, 20);
    console.log('ready');
  `;

  async function interrupted(kind: 'good' | 'deaf'): Promise<unknown[]> {
    const child = spawn(process.execPath, [await script(lines), kind], { stdio: ['ignore', 'pipe', 'pipe'] });
    const told = { stdout: '', stderr: '' };
    child.stderr.on('data', (chunk) => (told.stderr += String(chunk)));
    const ended = new Promise<unknown[]>((resolve) => {
      child.on('close', (code, signal) => resolve([code, signal, told.stdout, told.stderr.trim().split('\n').length]));
    });
    child.stdout.on('data', (chunk) => {
      told.stdout += String(chunk);
      if (told.stdout === 'ready\n') child.kill('SIGINT');
      // A deaf one is told until it ends: what comes at once counts as the same press.
      else if (kind === 'deaf') setInterval(() => child.kill('SIGINT'), 100).unref();
    });
    return ended;
  }

  test.skipIf(process.platform === 'win32')('once: the work ends by itself', async () => {
    expect(await interrupted('good')).toEqual([0, null, 'ready\naborted true\n', 1]);
  });

  test.skipIf(process.platform === 'win32')('again: it ends at once with code 130', async () => {
    expect(await interrupted('deaf')).toEqual([130, null, 'ready\naborted true\n', 1]);
  });
});
