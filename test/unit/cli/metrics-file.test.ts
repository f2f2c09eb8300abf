/** The file of an epoch's numbers: a whole line for each as it comes, and the same file after going on as without a stop. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { metricsFile } from '../../../src/cli/metrics-file.js';
import { WriteError } from '../../../src/cli/write-file.js';
import { DataError } from '../../../src/data/data-error.js';

const state = { folder: '' };
beforeEach(() => void (state.folder = mkdtempSync(join(tmpdir(), 'idli-metrics-'))));
afterEach(() => rmSync(state.folder, { recursive: true, force: true }));

const path = () => join(state.folder, 'metrics.jsonl');
const content = () => readFileSync(path(), 'utf8');

async function write(first: number, last: number, change: (text: string) => string = (text) => text): Promise<string> {
  const file = metricsFile(path());
  for (let epoch = first; epoch <= last; epoch++) {
    file.write({ epoch, logs: { loss: 1 / epoch, val_loss: 2 / epoch } }, { step: 4 * epoch });
  }
  await file.close();
  writeFileSync(path(), change(content()));
  return content();
}

test('one object a line, in the order of the history, and what is not known is left out', async () => {
  const file = metricsFile(path());
  file.write({ epoch: 1, logs: { loss: 0.5, accuracy: 0.25, val_loss: 1, val_accuracy: 0 } });
  file.write({ epoch: 2, logs: { loss: NaN } }, { step: 8, learningRate: 0.01, seconds: 1.5 });
  await file.close();
  expect(content()).toBe(
    '{"epoch":1,"loss":0.5,"accuracy":0.25,"val_loss":1,"val_accuracy":0}\n' +
      '{"epoch":2,"loss":null,"step":8,"learningRate":0.01,"seconds":1.5}\n',
  );
});

test('a line is there as soon as it is written', () => {
  const file = metricsFile(path());
  file.write({ epoch: 1, logs: { loss: 0.5 } });
  expect(content()).toBe('{"epoch":1,"loss":0.5}\n');
  return file.close();
});

describe('a training that goes on', () => {
  test.each([
    ['from where it stopped', 7],
    ['from an epoch that is written already', 4],
    ['from the second', 2],
    ['from the start', 1],
  ])('%s leaves the file of one that was never stopped', async (_, from) => {
    const whole = await write(1, 12);
    rmSync(path());
    await write(1, 6);
    expect(await write(from, 12)).toBe(whole);
  });

  test('after a line that was cut short, too', async () => {
    const whole = await write(1, 12);
    rmSync(path());
    await write(1, 6, (text) => text.slice(0, -20));
    expect(await write(6, 12)).toBe(whole);
  });

  test('control: appending alone would not', async () => {
    const whole = await write(1, 12);
    rmSync(path());
    const before = await write(1, 6);
    rmSync(path());
    expect(before + (await write(4, 12))).not.toBe(whole);
  });

  test('refuses a file of something else, and leaves it as it was', () => {
    for (const text of ['# notes\n', '{"epoch":1,"loss":1}\nnull\n', '[]\n', '\n', '{"epoch":"1"}\n']) {
      writeFileSync(path(), text);
      const work = () => metricsFile(path()).write({ epoch: 7, logs: { loss: 1 } });
      expect(work).toThrow(DataError);
      const line = text.startsWith('{"epoch":1,') ? 2 : 1;
      expect(work).toThrow(`${path()}, line ${line}: found something else, expected the object of an epoch, `);
      expect(content()).toBe(text);
    }
  });
});

test('opening it changes nothing before the first epoch', async () => {
  const text = await write(1, 3);
  await metricsFile(path()).close();
  expect(content()).toBe(text);
});

test('says in a sentence why it cannot be written', () => {
  expect(() => metricsFile(join(state.folder, 'nowhere', 'm.jsonl'))).toThrow(WriteError);
  expect(() => metricsFile(join(state.folder, 'nowhere', 'm.jsonl'))).toThrow(
    /m\.jsonl cannot be written: there is no folder /,
  );
  expect(() => metricsFile(state.folder)).toThrow(`${state.folder} cannot be written: it is a folder.`);
  if (!existsSync('/dev/full')) return;
  const full = metricsFile('/dev/full');
  expect(() => full.write({ epoch: 1, logs: { loss: 1 } })).toThrow('/dev/full cannot be written: the disk is full.');
});
