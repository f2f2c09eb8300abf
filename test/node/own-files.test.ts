/**
 * The command line and its own files: it never writes over what a run reads, reads no more than a run can be, comes back from folders that
 * cannot be made, and leaves nothing behind in its cache.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectRefusal, file, folder, idli, idliIn, useCli } from './cli-driver.js';

useCli();

const ROWS = 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n';

/** A run beside its data. @returns the paths of both */
function beside(name: string): { readonly run: string; readonly data: string } {
  const data = file(`${name}.csv`, ROWS);
  const run = file(`${name}.json`, {
    data: { csv: `${name}.csv`, target: 'y' },
    model: { seed: 1, layers: [{ units: 1, activation: 'sigmoid' }] },
    training: { loss: 'binaryCrossentropy', epochs: 2 },
  });
  return { run, data };
}

describe('the data that a run names', () => {
  test.each(['--out', '--metrics', '--report'])('is not written over by train %s', async (option) => {
    const { run, data } = beside(`own ${option.slice(2)}`);
    expectRefusal(await idli('train', run, '--backend', 'cpu', option, data), 'what the command reads');
    expect(readFileSync(data, 'utf8')).toBe(ROWS);
  });

  test('nor by verify --certificate, and under no other name', async () => {
    const { run, data } = beside('links');
    const links = [join(folder, 'hard link.csv'), join(folder, 'symbolic link.csv')] as const;
    linkSync(data, links[0]);
    symlinkSync(data, links[1]);
    for (const path of [data, ...links]) {
      expectRefusal(await idli('verify', run, '--certificate', path), 'what the command reads');
    }
    expect(readFileSync(data, 'utf8')).toBe(ROWS);
  });

  test('control: a file of its own is written', async () => {
    const { run } = beside('control');
    const out = join(folder, 'control.safetensors');
    expect(await idli('train', run, '--backend', 'cpu', '--out', out)).toMatchObject({ code: 0 });
    expect(readFileSync(out).length).toBeGreaterThan(100);
  });
});

describe('a run that never ends, or is nothing but brackets', () => {
  test('is refused in a sentence', async () => {
    expectRefusal(await idli('train', '/dev/zero'), '/dev/zero: found more than 536,870,912 bytes');
    const brackets = file('brackets.json', '['.repeat(20_000_000));
    expectRefusal(await idli('train', brackets), 'line 1, column 201: found more than 200 brackets inside one another');
  });
});

describe('a cache', () => {
  const train = ['train', 'article', '--backend', 'webgpu', '--epochs', '2', '--no-reference', '--json'];

  test('that cannot be made is done without', async () => {
    const doctor = await idliIn({ IDLI_CACHE: '/proc/nothere/idli' }, 'doctor');
    expect(doctor.stdout).toMatch(/\/proc\/nothere\/idli cannot be written/);
    expect(await idliIn({ IDLI_CACHE: '/proc/nothere/idli' }, ...train)).toMatchObject({ code: 0, stderr: '' });
  });

  test('whose file cannot be written has no litter in it', async () => {
    const cache = join(folder, 'cache');
    expect(await idliIn({ IDLI_CACHE: cache }, ...train)).toMatchObject({ code: 0 });
    const [name] = readdirSync(cache).filter((one) => one.endsWith('.json'));
    expect(name).toMatch(/^tuning-webgpu-[\d.]+\.json$/);
    const blocked = join(folder, 'blocked');
    mkdirSync(join(blocked, name!), { recursive: true });
    expect(await idliIn({ IDLI_CACHE: blocked }, ...train)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(blocked).filter((one) => one.includes('tuning'))).toEqual([name]);
  });
});
