/** The shaders' texts against their descriptors: what they declare, what they are given, the numbers they share. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../../src/core/activations.js';
import { LOSS_NUMBERS } from '../../src/passes/loss.js';
import { METRIC_NUMBERS } from '../../src/passes/metrics.js';
import {
  ACTIVATION_SLOTS,
  AMONG_THE_LARGEST,
  COUNT_FIELDS,
  FEATURES,
  LAYER_FIELDS,
  LAYER_KINDS,
  LINEAR,
  MOST_COUNTS,
  MOST_LAYERS,
  MOST_PROGRAMS,
  MOST_SUMS,
  OPTIMIZER_NUMBERS,
  PASS_KINDS,
  PATIENCE_FIELDS,
  PROGRAM_FIELDS,
  PROGRAM_KINDS,
  SCHEDULE_FIELDS,
  SETTINGS_FIELDS,
  SOFTMAX,
  SOFTMAX_CROSSENTROPY,
  STATE_VALUES,
  SUM_FIELDS,
} from '../../src/passes/persistent.js';
import type { ShaderInterface } from '../../src/passes/pass.js';
import { COUNTERS, RATES, SCHEDULE_NUMBERS } from '../../src/passes/rates.js';
import { SHADERS } from '../support/shaders.js';
import { allPasses } from '../../src/plan/plan.js';
import { DEFAULT_WORKGROUP } from '../../src/plan/persistent.js';
import { planTask } from '../../src/plan/schedule.js';
import { taskOf } from '../../src/core/task.js';
import { broken } from '../support/plans.js';
import { makeRun } from '../support/runs.js';
import { planOf, RUNS } from './plan-runs.js';

const FILES = readdirSync('shaders').filter((file) => file.endsWith('.wgsl'));
const textOf = (file: string) => readFileSync(`shaders/${file}.wgsl`, 'utf8');
/** Shaders of no pass: what is asked of a device once. */
const PROBES = ['arithmetic', 'count_turns'];
/** Files with what several shaders share, and no entry point of their own. */
const SHARED = FILES.map((file) => file.replace('.wgsl', '')).filter(
  (name) => !(name in SHADERS) && !PROBES.includes(name),
);
/** With products of every kind, which single tiles do without. */
const WIDE = makeRun({ batch: 9, inputs: 9, layers: [{ units: 9 }, { units: 9 }] });
const PASSES = [...Object.values(RUNS), WIDE].flatMap((run) =>
  (['workgroup', 'registers', 'quads'] as const).flatMap((kind) =>
    allPasses(planOf(run, { products: { kind, tuned: {} } })),
  ),
);
/** What runs many passes at once is given its constants by the plan; its uniforms are written as it runs. */
const LOOPS = Object.values(RUNS).flatMap((run) =>
  [true, false].map((isFast) => {
    const workgroup = { ...DEFAULT_WORKGROUP, isFast };
    return planTask(taskOf(run), { schedule: 'persistent', workgroup }).loop!;
  }),
);

/** What a shader's text declares, in the words of its descriptor. */
function declared(code: string): ShaderInterface {
  const uniform = /@binding\(0\) var<uniform> \w+: (\w+);/.exec(code)?.[1] ?? '';
  const struct = new RegExp(`struct ${uniform} \\{([^}]*)\\}`).exec(code)?.[1] ?? '';
  const bindings = [...code.matchAll(/@binding\((\d+)\) var<storage, (\w+)> (\w+):/g)];
  // In the order of the numbers, which have to be 1, 2, 3, … without a gap; the linker may have moved them.
  bindings.sort(([, a], [, b]) => Number(a) - Number(b));
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
    const loops = LOOPS.filter(({ shader }) => shader === name);
    for (const { constants } of loops) {
      expect(Object.keys(constants).sort()).toEqual([...descriptor.constants].sort());
    }
    if (loops.length > 0) return;
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
  test('metrics', () => expect(numbersIn(textOf('measures'))).toEqual(METRIC_NUMBERS));
  test('schedules', () => expect(numbersIn(textOf('learning_rate'))).toEqual(SCHEDULE_NUMBERS));

  test('what the persistent schedule knows by a number', () => {
    const numbers = numbersIn(textOf('persistent_kinds'));
    const of = (table: Readonly<Record<string, number>>) => Object.values(table).sort((a, b) => a - b);
    // Of passes that share a number one stands for all.
    const passes = [...new Set(Object.values(PASS_KINDS))];
    expect(Object.values(numbers).slice(0, passes.length)).toEqual(passes.sort((a, b) => a - b));
    expect(numbers).toMatchObject({
      denseForward: PASS_KINDS.dense_forward,
      update: PASS_KINDS.adam,
      logBatch: PASS_KINDS.log_batch,
    });
    for (const [name, { bit }] of Object.entries(FEATURES)) expect([name, numbers[name]]).toEqual([name, bit]);
    const { dense, activationLayer, dropout, batchNormalization, layerNormalization } = numbers;
    expect([dense, activationLayer, dropout, batchNormalization, layerNormalization]).toEqual(of(LAYER_KINDS));
    expect([numbers['batch'], numbers['order'], numbers['endOfEpoch']]).toEqual(of(PROGRAM_KINDS));
    expect(numbersIn(textOf('persistent_update'))).toEqual(OPTIMIZER_NUMBERS);
    expect(numbersIn(textOf('persistent_activation'))).toEqual({
      slots: ACTIVATION_SLOTS,
      linear: LINEAR,
      softmax: SOFTMAX,
    });
    expect(numbersIn(textOf('persistent_loss'))).toEqual({
      softmaxCrossentropy: SOFTMAX_CROSSENTROPY,
      amongTheLargest: AMONG_THE_LARGEST,
    });
  });

  test('losses', () => {
    const { halfSquared, squared, absolute, huber, probabilities, logits } = numbersIn(textOf('losses'));
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
    expect(numbersIn(textOf('measures').replace('SAME_SIDE = 2u', 'SAME = 2u'))).not.toEqual(METRIC_NUMBERS);
  });
});

describe('what a shader keeps in a buffer has its fields in the order of TypeScript', () => {
  const fieldsOf = (text: string, struct: string) => {
    const body = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(text)![1]!;
    return [...body.matchAll(/^\s*(\w+): (?:u32|f32),/gm)].map(([, name]) => name);
  };

  test.each([
    ['Layer', LAYER_FIELDS],
    ['Program', PROGRAM_FIELDS],
  ])('a table of the persistent schedule: %s', (struct, fields) => {
    expect(fieldsOf(textOf('persistent_tables'), struct)).toEqual(Object.keys(fields));
  });
  test('the settings of the persistent schedule', () => {
    const text = textOf('persistent_settings');
    expect(fieldsOf(text, 'Settings')).toEqual(Object.keys(SETTINGS_FIELDS));
    expect(
      /schedule: Schedule,\n {2}patience: Patience,\n {2}sum: array<SumMeasure, 8>,\n {2}count: array<CountMeasure, 4>,\n}/.test(
        text,
      ),
    ).toBe(true);
    expect([MOST_SUMS, MOST_COUNTS]).toEqual([8, 4]);
    expect(textOf('persistent_memory')).toContain(`const STATE_VALUES = ${STATE_VALUES}u;`);
    expect(textOf('persistent_tables')).toContain(`const MOST_LAYERS = ${MOST_LAYERS}u;`);
    expect(textOf('persistent_tables')).toContain(`const MOST_PROGRAMS = ${MOST_PROGRAMS}u;`);
    expect(fieldsOf(text, 'SumMeasure')).toEqual(Object.keys(SUM_FIELDS));
    expect(fieldsOf(text, 'CountMeasure')).toEqual(Object.keys(COUNT_FIELDS));
    expect(fieldsOf(textOf('learning_rate'), 'Schedule')).toEqual(Object.keys(SCHEDULE_FIELDS));
    expect(fieldsOf(textOf('patience'), 'Patience')).toEqual(Object.keys(PATIENCE_FIELDS));
  });
  test('whole numbers and others are told apart alike', () => {
    const typesOf = (text: string, struct: string) => {
      const body = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(text)![1]!;
      return [...body.matchAll(/^\s*\w+: (u32|f32),/gm)].map(([, type]) => type);
    };
    expect(typesOf(textOf('persistent_tables'), 'Layer')).toEqual(Object.values(LAYER_FIELDS));
    expect(typesOf(textOf('persistent_tables'), 'Program')).toEqual(Object.values(PROGRAM_FIELDS));
    expect(typesOf(textOf('persistent_settings'), 'Settings')).toEqual(Object.values(SETTINGS_FIELDS));
    expect(typesOf(textOf('learning_rate'), 'Schedule')).toEqual(Object.values(SCHEDULE_FIELDS));
    expect(typesOf(textOf('patience'), 'Patience')).toEqual(Object.values(PATIENCE_FIELDS));
  });

  test('counters', () => expect(fieldsOf(textOf('counters'), 'Counters')).toEqual(COUNTERS));
  test('rates', () => expect(fieldsOf(textOf('rates'), 'Rates')).toEqual(RATES));
  test('what a plateau waits for: two numbers', () => {
    expect(fieldsOf(textOf('patience'), 'Waiting')).toEqual(['epochs', 'cooldown']);
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
  // The persistent one twice, with its memory in two places.
  expect(Object.keys(SHADERS)).toHaveLength(46);
  expect(FILES).toHaveLength(45 + SHARED.length + PROBES.length);
});

test('every shader file is short, and its constants have no defaults of their own', () => {
  for (const file of FILES) {
    const text = readFileSync(`shaders/${file}`, 'utf8');
    expect([file, text.split('\n').length < 100]).toEqual([file, true]);
    // A constant may follow from others (SIDE), but none is a number that a caller could forget to give.
    expect([file, /^override \w+[^;=]*=\s*[\d.]+\w*\s*;/m.test(text)]).toEqual([file, false]);
  }
});
