/** The shaders' texts against their descriptors: what they declare, what they are given, the numbers they share. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../../src/core/activations.js';
import { LOSS_NUMBERS } from '../../src/passes/loss.js';
import { METRIC_NUMBERS } from '../../src/passes/metrics.js';
import type { ShaderInterface } from '../../src/passes/pass.js';
import { COUNTERS, RATES, SCHEDULE_NUMBERS } from '../../src/passes/rates.js';
import { SHADERS } from '../../src/passes/shaders.js';
import { allPasses } from '../../src/plan/plan.js';
import { broken } from '../support/plans.js';
import { planOf, RUNS } from './plan-runs.js';

const FILES = readdirSync('shaders');
const textOf = (file: string) => readFileSync(`shaders/${file}.wgsl`, 'utf8');
/** Files with what several shaders share, and no entry point of their own. */
const SHARED = FILES.map((file) => file.replace('.wgsl', '')).filter((name) => !(name in SHADERS));
const PASSES = Object.values(RUNS).flatMap((run) => allPasses(planOf(run)));

/** What a shader's text declares, in the words of its descriptor. */
function declared(code: string): ShaderInterface {
  const uniform = /@binding\(0\) var<uniform> \w+: (\w+);/.exec(code)?.[1] ?? '';
  const struct = new RegExp(`struct ${uniform} \\{([^}]*)\\}`).exec(code)?.[1] ?? '';
  const bindings = [...code.matchAll(/@binding\((\d+)\) var<storage, (\w+)> (\w+):/g)];
  // In the order of the numbers, which have to be 1, 2, 3, … without a gap.
  expect(bindings.map(([, number]) => Number(number))).toEqual(bindings.map((_, i) => i + 1));
  return {
    constants: [...code.matchAll(/^override (\w+): u32;/gm)].map(([, name]) => name ?? '').sort(),
    uniforms: record([...struct.matchAll(/(\w+): (u32|f32)/g)].map(([, name, type]) => [name, type])),
    bindings: record(bindings.map(([, , access, name]) => [name, access])),
  };
}

function record<T>(entries: (string | undefined)[][]): Record<string, T> {
  return Object.fromEntries(entries) as Record<string, T>;
}

const inOrder = (record: object) => Object.entries(record);

describe.each(Object.entries(SHADERS))('%s', (name, { code, ...descriptor }) => {
  test('declares what its descriptor says: constants, uniforms, bindings, each in order', () => {
    const text = declared(code);
    expect(text.constants).toEqual([...descriptor.constants].sort());
    expect(inOrder(text.uniforms)).toEqual(inOrder(descriptor.uniforms));
    expect(inOrder(text.bindings)).toEqual(inOrder(descriptor.bindings));
  });

  test('has one entry point, main', () => {
    expect([...code.matchAll(/@compute[^{]*fn (\w+)/g)].map(([, entry]) => entry)).toEqual(['main']);
  });

  test('is given every constant and uniform by its pass, and no other', () => {
    const passes = PASSES.filter(({ shader }) => shader === name);
    expect(passes.length).toBeGreaterThan(0);
    for (const { constants, uniforms, buffers } of passes) {
      expect(Object.keys(constants).sort()).toEqual([...descriptor.constants].sort());
      expect(Object.keys(uniforms)).toEqual(Object.keys(descriptor.uniforms));
      expect(Object.keys(buffers)).toEqual(Object.keys(descriptor.bindings));
    }
  });

  test('is given whole numbers where it wants them, and numbers that float32 can hold elsewhere', () => {
    for (const { uniforms } of PASSES.filter(({ shader }) => shader === name)) {
      const odd = Object.entries(uniforms).filter(([field, value]) =>
        descriptor.uniforms[field] === 'u32'
          ? !(Number.isInteger(value) && value >= 0 && value < 2 ** 32)
          : !Number.isFinite(Math.fround(value)),
      );
      expect(odd).toEqual([]);
    }
  });
});

test('control: a binding with another access, or a moved uniform, is noticed', () => {
  const { code, bindings } = broken('sgd', 'storage, read> gradients', 'storage, read_write> gradients').sgd;
  expect(declared(code).bindings).not.toEqual(bindings);
  const moved = broken('sgd', 'count: u32', 'counts: u32').sgd;
  expect(Object.keys(declared(moved.code).uniforms)).not.toEqual(Object.keys(moved.uniforms));
});

describe('what a shader knows by a number has the same number in TypeScript', () => {
  /** `const LEAKY_RELU = 4u;` as `leakyRelu: 4` */
  const numbersIn = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/^const (\w+) = (\d+)u;/gm)].map(([, name, number]) => [
        name!.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
        Number(number),
      ]),
    );

  test('activations', () => expect(numbersIn(textOf('activation'))).toEqual(ACTIVATIONS));
  test('metrics', () => expect(numbersIn(textOf('elementwise_metric'))).toEqual(METRIC_NUMBERS));
  test('schedules', () => expect(numbersIn(textOf('learning_rate'))).toEqual(SCHEDULE_NUMBERS));

  test('losses', () => {
    const { halfSquared, squared, absolute, huber, probabilities, logits } = numbersIn(textOf('elementwise_loss'));
    expect({
      halfSumSquaredError: halfSquared,
      meanSquaredError: squared,
      meanAbsoluteError: absolute,
      huber,
      binaryCrossentropy: probabilities,
      logits,
    }).toEqual(LOSS_NUMBERS);
  });

  test('control: a number that is another is noticed', () => {
    expect(numbersIn(textOf('activation').replace('const ELU = 5u', 'const ELU = 6u'))).not.toEqual(ACTIVATIONS);
    expect(numbersIn(textOf('elementwise_metric').replace('SAME_SIDE = 2u', 'SAME = 2u'))).not.toEqual(METRIC_NUMBERS);
  });
});

describe('what a shader keeps in a buffer has its fields in the order of TypeScript', () => {
  const fieldsOf = (text: string, struct: string) => {
    const body = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(text)![1]!;
    return [...body.matchAll(/^\s*(\w+): (?:u32|f32),/gm)].map(([, name]) => name);
  };

  test('counters', () => expect(fieldsOf(textOf('counters'), 'Counters')).toEqual(COUNTERS));
  test('rates', () => expect(fieldsOf(textOf('rates'), 'Rates')).toEqual(RATES));
  test('what a plateau waits for: two numbers', () => {
    expect(fieldsOf(textOf('plateau'), 'Waiting')).toEqual(['epochs', 'cooldown']);
  });
  test('control: fields that changed places are noticed', () => {
    const moved = textOf('rates')
      .replace('learningRate: f32,\n', '')
      .replace('plateauBest: f32,', 'plateauBest: f32,\n  learningRate: f32,');
    expect(fieldsOf(moved, 'Rates')).not.toEqual(RATES);
  });
});

test('every file is a shader, or shared by some, and what is shared has no entry point', () => {
  for (const name of SHARED) {
    const users = FILES.filter((file) => readFileSync(`shaders/${file}`, 'utf8').includes(`import package::${name}::`));
    expect([name, users.length > 0, textOf(name).includes('@compute')]).toEqual([name, true, false]);
  }
  expect(Object.keys(SHADERS)).toHaveLength(35);
  expect(FILES).toHaveLength(35 + SHARED.length);
});

test('every shader file is short, and its constants have no defaults of their own', () => {
  for (const file of FILES) {
    const text = readFileSync(`shaders/${file}`, 'utf8');
    expect([file, text.split('\n').length < 100]).toEqual([file, true]);
    // A constant may follow from others (SIDE), but none is a number that a caller could forget to give.
    expect([file, /^override \w+[^;=]*=\s*[\d.]+\w*\s*;/m.test(text)]).toEqual([file, false]);
  }
});
