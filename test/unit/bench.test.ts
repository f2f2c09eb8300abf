/**
 * The parts of the benchmark that need neither peers nor a GPU: its statistics, its verdicts, the names of its files, and
 * that its data are what they are said to be. No time is measured here.
 */
import { describe, expect, test } from 'vitest';
import { hash, uniform } from '../../src/runs/formulas.js';
import { reportText } from '../../bench/src/report.js';
import { type Measurement, merged, type Results, slugOf, type WorkloadResult } from '../../bench/src/results.js';
import { largestRelativeDifference, median } from '../../src/core/statistics.js';
import { ratioText, ratioTo, type Target, verdicts } from '../../bench/src/targets.js';
import { spirals, tutorial } from '../../src/runs/workload-tasks.js';
import { stepsOfEpoch } from '../../src/runs/workload.js';
import { article, fromRun, parseRun } from '../../src/index.js';

const entry = (id: string, name: string, milliseconds: number): Measurement => {
  const [prefix, backend] = id.split('-') as [string, Measurement['backend']];
  const library = prefix === 'idli' ? 'idli' : prefix === 'jax' ? 'jax-js' : 'tfjs';
  return { id, name, library, backend, samples: [milliseconds], median: milliseconds, min: milliseconds };
};

const result = (...measurements: Measurement[]): WorkloadResult => {
  return { id: 'a', title: 'a network', unit: 'ms', measurements };
};

const field = result(
  entry('idli-webgpu', 'IDLI webgpu', 2),
  entry('idli-cpu', 'IDLI cpu', 1),
  entry('jax-webgpu', 'jax-js webgpu', 40),
  entry('tfjs-webgpu', 'tfjs webgpu', 30),
  entry('tfjs-cpu', 'tfjs cpu', 5),
);

describe('statistics', () => {
  test('the median is the middle, or between the two in the middle, and not of nothing', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 3])).toBe(4);
    expect(() => median([])).toThrow('no median');
  });

  test('a difference is relative, and NaN is infinitely far', () => {
    expect(largestRelativeDifference([1.1, 2], [1, 2])).toBeCloseTo(0.1);
    expect(largestRelativeDifference([NaN, 2], [1, 2])).toBe(Infinity);
    expect(largestRelativeDifference([0], [0])).toBe(0);
  });
});

describe('targets', () => {
  const targets: Target[] = [
    { workload: 'a', against: 'webgpu', atLeast: 15 },
    { workload: 'a', against: 'any', atLeast: 1 },
  ];

  test('the fastest of the peers asked for counts, and none of our own', () => {
    expect(ratioTo(field, 'webgpu')).toBe(15);
    expect(ratioTo(field, 'any')).toBe(2.5);
    expect(ratioTo(field, 'jax-js webgpu')).toBe(20);
  });

  test('a line says ratio, target and whether it is reached', () => {
    const [reached] = verdicts('here', [field], { here: targets });
    expect(reached).toEqual({
      line: 'a 15.0x the fastest WebGPU peer (target 15x), ' + '2.5x the fastest peer on any back end (target 1x) ok',
      isMissed: false,
    });
    const [missed] = verdicts('here', [field], { here: [{ workload: 'a', against: 'webgpu', atLeast: 16 }] });
    expect(missed).toEqual({ line: 'a 15.0x the fastest WebGPU peer (target 16x) missed', isMissed: true });
  });

  test('what was not measured is missed', () => {
    const refused: Measurement = { ...entry('idli-webgpu', 'IDLI webgpu', NaN), refusal: 'differs', samples: [] };
    const [verdict] = verdicts('here', [result(refused, entry('jax-webgpu', 'jax-js webgpu', 1))], {
      here: [{ workload: 'a', against: 'webgpu', atLeast: 1 }],
    });
    expect(verdict).toEqual({ line: 'a not measured the fastest WebGPU peer (target 1x) missed', isMissed: true });
  });

  test('an adapter without targets has ratios and misses nothing', () => {
    expect(verdicts('elsewhere', [field], {})).toEqual([
      { line: 'a 15.0x the fastest WebGPU peer (a network)', isMissed: false },
    ]);
  });

  test('ratios have the digits that matter', () => {
    expect([0.0421, 1, 17.26, 99.96, 1234.5].map(ratioText)).toEqual(['0.042x', '1.0x', '17.3x', '100.0x', '1235x']);
  });
});

describe('results', () => {
  test('files are named by engine and adapter', () => {
    expect(slugOf('chromium', { vendor: 'google', architecture: 'swiftshader', description: '' })).toBe(
      'chromium-swiftshader',
    );
    expect(slugOf('node', { vendor: 'x', architecture: 'y', description: 'SwiftShader driver 5.0.0' })).toBe(
      'node-swiftshader',
    );
    expect(slugOf('node', { vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100 80GB HBM3' })).toBe(
      'node-nvidia-h100-80gb-hbm3',
    );
    expect(slugOf('node', { vendor: '', architecture: '', description: '' })).toBe('node-unnamed');
  });

  test('a report says what the adapter is, and why somebody has no numbers', () => {
    const refused: Measurement = { ...entry('tfjs-wasm', 'tfjs wasm', NaN), refusal: 'no gradient', samples: [] };
    const text = reportText({
      ...{ date: '2026-01-02T03:04:05Z', engine: 'node', engineVersion: '1', adapter: 'X (software adapter)' },
      ...{ isSoftware: true, slug: 'node-x', samples: 3, versions: { idli: '0' } },
      workloads: [{ ...field, measurements: [...field.measurements, refused] }],
    });
    expect(text).toContain('Adapter: X (software adapter)');
    expect(text).toMatch(/\| tfjs wasm +\| +– \|.*no gradient/);
    expect(text).toMatch(/\| jax-js webgpu +\| +40.0 \| +40.0 \| +20.0x \|/);
  });
});

describe('results of several runs', () => {
  const run = (date: string, version: string, ...ids: WorkloadResult['id'][]): Results => ({
    ...{ date, engine: 'node', engineVersion: '1', adapter: 'X', isSoftware: true, slug: 'node-x', samples: 3 },
    ...{ versions: { idli: version }, workloads: ids.map((id) => ({ ...field, id })) },
  });
  const datesOf = ({ workloads }: Results) => workloads.map(({ id, date }) => `${id} ${date}`);

  test('keep what was not measured again, in order, with its date', () => {
    const first = merged(undefined, run('monday', '1', 'a', 'f', 'f'));
    expect(datesOf(merged(first, run('tuesday', '1', 'b', 'a')))).toEqual([
      ...['a tuesday', 'b tuesday', 'f monday', 'f monday'],
    ]);
  });

  test('keep nothing of another version', () => {
    const first = merged(undefined, run('monday', '1', 'a'));
    expect(datesOf(merged(first, run('tuesday', '2', 'b')))).toEqual(['b tuesday']);
  });
});

describe('data', () => {
  test('numbers by formula are those that bench/pytorch/workloads.py makes', () => {
    expect([hash(0, 0), hash(31, 7), hash(72, 123456)]).toEqual([2362583817, 2473414764, 1622710311]);
    expect(Array.from(uniform(51, 2, 0, 1)).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  test("the tutorial's network begins with the weights of the article", () => {
    const weights = fromRun(parseRun(article)).weights();
    const own = tutorial().weights.map(({ kernel }) => Array.from(kernel));
    expect(own).toEqual(weights.map(({ kernel }) => Array.from(Float32Array.from(kernel!.values))));
  });

  test('the last batch of the spirals is short', () => {
    const task = spirals();
    expect(stepsOfEpoch(task)).toBe(16);
    expect(task.rows % task.batchSize).toBe(20);
  });
});
