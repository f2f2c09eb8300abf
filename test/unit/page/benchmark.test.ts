/** The benchmark's card: what it says of times, what it must not say, and the file and text that it becomes. */
import { describe, expect, test } from 'vitest';
import {
  type Card,
  cardJson,
  cardText,
  figuresOf,
  HONEST,
  rateOf,
  ratioText,
  SOFTWARE,
} from '../../../src/page/benchmark/card.js';
import { CHOICES, choiceOf, CHOSEN_AT_FIRST } from '../../../src/page/benchmark/choices.js';
import { spreadOf, timingOf, type WorkloadResult } from '../../../src/page/benchmark/result.js';
import { TRAININGS } from '../../../src/runs/workloads.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

const CPU = { timing: timingOf([30, 10, 20]), losses: [0.5] };
const GPU = {
  timing: timingOf([5, 4, 6]),
  checked: { values: 1234, shareOfBound: 0.34, pass: 'update', difference: 3.7e-7 },
  first: 480,
  schedule: 'persistent',
  finalLoss: 0.05217494,
  submits: 1,
  dispatches: 1,
};
const RESULT: WorkloadResult = {
  ...{ id: 'a', title: '3-4-1 sigmoid network', unit: 'training', examples: 200, steps: 50, operations: 0 },
  ...{ cpu: CPU, gpu: GPU, refusal: undefined },
};
const CARD: Card = {
  ...{ version: '0.1.0', date: '2026-11-27T05:06:07.000Z', browser: 'Chrome 144 on Linux', cores: 2 },
  ...{ adapter: 'llvmpipe (software adapter: the CPU computes, not a GPU)', isSoftware: true, results: [RESULT] },
};

test('a timing is the median with its spread, and keeps every sample in its order', () => {
  const timing = timingOf([9, 1, 5]);
  expect(timing).toEqual({ samples: [9, 1, 5], median: 5, least: 1, most: 9 });
  expect(spreadOf(timing)).toBe(0.8);
  expect(spreadOf(timingOf([7]))).toBe(0);
});

describe('what is said', () => {
  test('rates are by the median, of examples or of operations', () => {
    expect(rateOf(RESULT, GPU.timing)).toBe('40,000 examples/s');
    expect(rateOf({ ...RESULT, unit: 'product', operations: 2e9 }, GPU.timing)).toBe('400 GFLOP/s');
  });

  test('control: what is slower is called slower', () => {
    expect(ratioText(RESULT)).toBe('4 times as fast as the CPU reference.');
    expect(ratioText({ ...RESULT, gpu: { ...GPU, timing: timingOf([80]) } })).toBe(
      '4 times as slow as the CPU reference.',
    );
    expect(ratioText({ ...RESULT, gpu: { ...GPU, timing: timingOf([20]) } })).toBe('As quick as the CPU reference.');
    expect(ratioText({ ...RESULT, gpu: undefined })).toBe('No WebGPU to compare with.');
  });

  test('figures name the check before the timing, schedule, loss, submits', () => {
    const figures = Object.fromEntries(figuresOf(RESULT).map(({ term, value }) => [term, plain(value)]));
    expect(figures).toMatchObject({
      'Steps a second': '10,000',
      'WebGPU, a training': '5.0 ms, median of 3; 4.0 ms to 6.0 ms, ±20 %',
      'Checked before timing': '1,234 values within their bounds, 34 % of the bound at most (update)',
      'Final loss': '0.05217494',
      'Submits and dispatches, a training': '1 and 1',
    });
  });
});

describe('the card', () => {
  test('as text has place, numbers, and how far to trust them', () => {
    const text = plain(cardText(CARD));
    expect(text).toMatch(/^Adapter: llvmpipe \(software adapter/m);
    expect(text).toMatch(/^Date: 2026-11-27, 05:06 UTC$/m);
    expect(text).toMatch(/^ {2}WebGPU: 40,000 examples\/s\. 4 times as fast as the CPU reference\.$/m);
    expect(text).toContain(HONEST);
    expect(text).toContain(SOFTWARE);
    expect(cardText({ ...CARD, isSoftware: false })).not.toContain(SOFTWARE);
  });

  test('control: what was refused has its sentence, and no time of the GPU', () => {
    const refused = { ...RESULT, gpu: undefined, refusal: 'The losses are off. It is not timed.' };
    const text = cardText({ ...CARD, results: [refused] });
    expect(text).toMatch(/Not timed: The losses are off/);
    expect(text).not.toMatch(/WebGPU:/);
  });

  test('as a file carries everything back', () => {
    const { format, formatVersion, ...card } = JSON.parse(cardJson(CARD)) as Record<string, unknown>;
    expect([format, formatVersion]).toEqual(['idli-benchmark', 1]);
    expect(card).toEqual(JSON.parse(JSON.stringify(CARD)));
  });
});

test('the list is the benchmark’s own; what is ticked at first is in it, and nothing large', () => {
  const ids = CHOICES.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(TRAININGS.map(({ id }) => id)));
  expect(new Set(ids).size).toBe(ids.length);
  expect(CHOSEN_AT_FIRST.length).toBeGreaterThan(0);
  for (const id of CHOSEN_AT_FIRST) expect(choiceOf(id).weight).not.toBe('large');
  expect(() => choiceOf('z')).toThrow('no workload "z"');
});
