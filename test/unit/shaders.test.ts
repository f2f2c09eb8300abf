import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseRun } from '../../src/core/run.js';
import { ACTIVATIONS } from '../../src/core/activations.js';
import type { ShaderInterface } from '../../src/passes/pass.js';
import { SHADERS } from '../../src/passes/shaders.js';
import { compilePlan } from '../../src/plan/compile.js';
import { article } from '../../src/runs/article.js';
import { broken } from '../support/plans.js';

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
    const passes = compilePlan(parseRun(article)).passes.filter(({ shader }) => shader === name);
    expect(passes.length).toBeGreaterThan(0);
    for (const { constants, uniforms, buffers } of passes) {
      expect(Object.keys(constants).sort()).toEqual([...descriptor.constants].sort());
      expect(Object.keys(uniforms)).toEqual(Object.keys(descriptor.uniforms));
      expect(Object.keys(buffers)).toEqual(Object.keys(descriptor.bindings));
    }
  });
});

test('control: a binding with another access, or a moved uniform, is noticed', () => {
  const { code, bindings } = broken('sgd', 'storage, read> gradients', 'storage, read_write> gradients').sgd;
  expect(declared(code).bindings).not.toEqual(bindings);
  const moved = broken('sgd', 'count: u32', 'counts: u32').sgd;
  expect(Object.keys(declared(moved.code).uniforms)).not.toEqual(Object.keys(moved.uniforms));
});

test('the activations have the same numbers in WGSL and in TypeScript', () => {
  const text = readFileSync('shaders/activation.wgsl', 'utf8');
  const numbers = [...text.matchAll(/^const (\w+) = (\d+)u;/gm)].map(([, name, number]) => [
    name!.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    Number(number),
  ]);
  expect(Object.fromEntries(numbers)).toEqual(ACTIVATIONS);
});

test('every shader file is short, and its constants have no defaults of their own', () => {
  for (const file of readdirSync('shaders')) {
    const text = readFileSync(`shaders/${file}`, 'utf8');
    expect([file, text.split('\n').length < 100]).toEqual([file, true]);
    // A constant may follow from others (TILE_AREA), but none has a number that a caller could forget to give.
    expect([file, /^override \w+[^;]*=[^;]*\d/m.test(text)]).toEqual([file, false]);
  }
});
