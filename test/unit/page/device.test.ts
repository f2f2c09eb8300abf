/** What the device's view says of limits, passes, memory and results: pure functions, and what must not be called right. */
import { describe, expect, test } from 'vitest';
import { shareText } from '../../../src/core/text.js';
import { consequencesOf, limitText } from '../../../src/page/device/consequences.js';
import { deviceText } from '../../../src/page/device/device-text.js';
import type { DeviceLook } from '../../../src/page/device/look.js';
import { memoryRows } from '../../../src/page/device/memory-rows.js';
import { passRows, stepByPasses } from '../../../src/page/device/pass-rows.js';
import { failuresOf, reportText, summaryText, worstFirst, worstOf } from '../../../src/page/device/test-rows.js';
import { browserName } from '../../../src/page/parts/browser-name.js';
import { rateText, sizeText, timeText } from '../../../src/page/parts/measure-text.js';
import type { PassResult, RunResult } from '../../../src/trainer/self-test.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

const LOOK: DeviceLook = {
  ...{ vendor: 'google', architecture: 'swiftshader', description: '', isSoftware: true },
  name: 'google swiftshader (software adapter: the CPU computes, not a GPU)',
  lanes: { count: 4, isTold: true },
  features: ['subgroups', 'timestamp-query'],
  taken: ['subgroups', 'timestamp-query'],
  limits: {
    maxBufferSize: { here: 2 ** 30, most: 2 ** 30 },
    maxStorageBufferBindingSize: { here: 2 ** 27, most: 2 ** 30 },
    maxComputeWorkgroupStorageSize: { here: 16384, most: 32768 },
    maxComputeWorkgroupSizeX: { here: 256, most: 1024 },
  },
};

const textOf = (look: DeviceLook, title: string) =>
  plain(consequencesOf(look).find((one) => one.title === title)!.text);

describe('limits', () => {
  test('say what can be trained: the smaller of the two limits of a buffer counts', () => {
    expect(textOf(LOOK, 'Largest buffer of a pass')).toMatch(/^128 MiB: .* at most 33,554,432\./);
    expect(textOf(LOOK, 'Memory of a workgroup')).toMatch(/^16 KiB: networks of up to 2,048 weights/);
  });

  test('timestamps are told by what the device was opened with', () => {
    expect(textOf(LOOK, 'Timestamps')).toMatch(/^Allowed/);
    expect(textOf({ ...LOOK, taken: [] }, 'Timestamps')).toMatch(/this device does not/);
    expect(textOf({ ...LOOK, taken: [], features: [] }, 'Timestamps')).toMatch(/^Not allowed here.*chrome:\/\/flags/);
  });

  test('what a browser does not tell is called that', () => {
    expect(textOf({ ...LOOK, lanes: { count: 32, isTold: false } }, 'Invocations in step')).toMatch(/^Not told/);
  });

  test('bytes are shown as such, numbers of things are not', () => {
    expect(plain(limitText('maxBufferSize', 2 ** 30))).toBe('1 GiB');
    expect(limitText('maxComputeWorkgroupSizeX', 1024)).toBe('1,024');
  });

  test('a software adapter is called that in the text to copy', () => {
    expect(deviceText(LOOK)).toMatch(
      /^Adapter: google swiftshader \(software adapter: the CPU computes, not a GPU\)$/m,
    );
  });
});

describe('passes', () => {
  const timed = (pass: string, program: string, perEpoch: number, milliseconds: number) => ({
    ...{ pass, program, perEpoch, milliseconds, shader: 'shader' },
  });

  test('of several programs are one row, weighted by how often each runs', () => {
    const rows = passRows({
      stepsPerEpoch: 4,
      passes: [timed('loss', 'train', 3, 2), timed('last: loss', 'last', 1, 6), timed('shuffle', 'shuffle', 1, 4)],
    });
    expect(rows).toEqual([
      { pass: 'loss', shader: 'shader', dispatchesPerStep: 1, milliseconds: 3, share: 0.75 },
      { pass: 'shuffle', shader: 'shader', dispatchesPerStep: 0.25, milliseconds: 4, share: 0.25 },
    ]);
    expect(stepByPasses(rows)).toBe(4);
  });

  test('that take no time at all have no share', () => {
    expect(passRows({ stepsPerEpoch: 1, passes: [timed('loss', 'train', 1, 0)] })[0]!.share).toBe(0);
  });
});

test('memory: planned beside created, what lies in another once, what no plan knows last', () => {
  const buffer = (name: string, count: number, within?: { buffer: string; offset: number }) => ({
    ...{ name, type: 'f32' as const, shape: [count], field: 'model' },
    ...(within && { within }),
  });
  const plan = { buffers: [buffer('x', 4), buffer('state', 100), buffer('y', 10, { buffer: 'state', offset: 5 })] };
  const created = [
    { label: 'state', bytes: 400 },
    { label: 'uniforms', bytes: 256 },
    { label: 'uniforms', bytes: 256 },
  ];
  expect(memoryRows(plan, created)).toEqual([
    { name: 'state', planned: 400, used: 400 },
    // Control: what was planned and is not there has nothing.
    { name: 'x', planned: 16, used: 0 },
    { name: 'uniforms', planned: 0, used: 512 },
  ]);
});

describe('the self-test', () => {
  const pass = (name: string, shareOfBound: number): PassResult => ({
    ...{ pass: name, shader: 'sgd', values: 5, shareOfBound, ok: shareOfBound <= 1 },
    ...(!(shareOfBound <= 1) && { failure: `Pass ${name} is wrong: parameters[3] is 1 on the GPU` }),
  });
  const result = (name: string, ...passes: readonly PassResult[]): RunResult => ({
    ...{ name, passes, schedule: 'layered', ok: passes.every(({ ok }) => ok) },
  });
  const good = result('good', pass('loss', 0.1), pass('update', 0.4));
  const better = result('better', pass('loss', 0.2));
  const bad = result('bad', pass('loss', 0.1), pass('update', 3));
  const broken: RunResult = { ...result('broken'), ok: false, problem: 'The shader sgd does not compile' };
  const context = {
    ...{ adapter: LOOK.name, browser: 'Chrome 144 on Linux', version: '0.1.0', date: '2026-11-27', of: 4 },
    leftOut: ['workgroup64'],
  };

  test('shows the worst on top, what failed before it', () => {
    expect(worstFirst([better, good]).map(({ name }) => name)).toEqual(['good', 'better']);
    expect(worstFirst([good])[0]!.passes[0]!.pass).toBe('update');
    expect(worstFirst([good, better, bad, broken]).map(({ name }) => name)).toEqual([
      'bad',
      'broken',
      'good',
      'better',
    ]);
    expect(worstOf([good, bad])).toMatchObject({ run: { name: 'bad' }, pass: { pass: 'update' } });
    expect(worstOf([broken])).toBeUndefined();
  });

  test('a value that is no number is worse than all, and wrong', () => {
    const nan = result('nan', pass('loss', Infinity));
    expect(worstFirst([bad, nan])[0]!.name).toBe('nan');
    expect(summaryText([nan], 1)).toMatch(/1 run failed/);
  });

  test('control: nothing that failed is called right', () => {
    expect(summaryText([good, better], 2)).toBe('2 runs, 3 passes, 15 values compared: all within their bounds.');
    expect(summaryText([good, bad], 2)).toBe('2 runs, 4 passes, 20 values compared: 1 run failed.');
    expect(summaryText([broken], 1)).toMatch(/failed/);
    expect(summaryText([good], 4)).toMatch(/^1 of 4 runs, /);
    expect(failuresOf([good])).toEqual([]);
    expect(failuresOf([bad, broken])).toEqual([
      'Run “bad”, shader sgd: Pass update is wrong: parameters[3] is 1 on the GPU',
      'Run “broken”, layered: The shader sgd does not compile',
    ]);
  });

  test('its report names adapter, browser, version and every failure', () => {
    const report = plain(reportText([good, bad], context));
    expect(report).toMatch(/^IDLI 0\.1\.0, self-test of 2026-11-27$/m);
    expect(report).toMatch(/^Adapter: .*software adapter/m);
    expect(report).toMatch(/^FAILED Run “bad”, shader sgd: Pass update is wrong/m);
    expect(report).toMatch(/^FAILED {2}bad {3}layered .*300 % of the bound \(update, sgd\)$/m);
    expect(report).toMatch(/^ok {6}good .*2 passes, 10 values, 40 % of the bound \(update, sgd\)$/m);
    expect(report).toMatch(/workgroup64/);
  });
});

test('times, shares, sizes and rates in words', () => {
  expect([0, 0.0004, 0.0123, 1.26, 240.4, 999.7, 2100].map(timeText).map(plain)).toEqual([
    ...['0 µs', '0.4 µs', '12 µs', '1.3 ms', '240 ms', '1.0 s', '2.1 s'],
  ]);
  expect([0, 0.0002, 0.012, 0.434, 3].map(shareText).map(plain)).toEqual(['0 %', '0.02 %', '1.2 %', '43 %', '300 %']);
  expect([764, 1126, 2 ** 27, 2 ** 31].map(sizeText).map(plain)).toEqual(['764 B', '1.1 KiB', '128 MiB', '2 GiB']);
  expect([1_234_567, 45.64, 0.7891].map(rateText)).toEqual(['1,230,000', '45.6', '0.789']);
  expect([timeText(NaN), shareText(NaN), rateText(Infinity)]).toEqual(['–', 'beyond all', '–']);
});

test('browsers by what they say of themselves', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/144.0.0.0 Safari/537.36';
  expect(browserName(chrome)).toBe('Chrome 144 on Linux');
  expect(browserName(`${chrome} Edg/144.0`)).toBe('Edge 144 on Linux');
  expect(browserName('Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0')).toBe(
    'Firefox 145 on Windows',
  );
  expect(browserName('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15')).toBe(
    'Safari 26.0 on macOS',
  );
  expect(browserName('Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/26.1 Mobile Safari/1')).toBe('Safari 26.1 on iOS');
  expect(browserName('something')).toBe('an unknown browser');
});
