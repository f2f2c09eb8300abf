/**
 * Each activation: its slope against finite differences, and its bounds against the shader's steps, taken one by one
 * in float32, as exactly as it goes and as carelessly as WGSL allows.
 */
import { describe, expect, test } from 'vitest';
import {
  ACTIVATIONS,
  type ElementwiseActivation,
  hasSlopeFromOutput,
  type OutputActivation,
} from '../../src/core/activations.js';
import { activations } from '../../src/reference/activation.js';
import { activationBounds, slopeBound, valueBound } from '../../src/verify/activation-bounds.js';
import { type Arithmetic, careless, NEAREST, shaderMath } from './float32.js';

const f = Math.fround;
const NAMES = Object.keys(ACTIVATIONS) as ElementwiseActivation[];
const FROM_OUTPUT = NAMES.filter((name): name is OutputActivation => hasSlopeFromOutput(name));
/** Activations whose value, or slope, is a copy or a constant that float32 holds. */
const PLAIN = { value: ['linear', 'relu'], slope: ['linear', 'relu'] };

type Function = (z: number) => number;

/** shaders/activation.wgsl and activation_slope.wgsl, step by step. */
function shader(arithmetic: Arithmetic): Readonly<Record<ElementwiseActivation, { value: Function; slope: Function }>> {
  const math = shaderMath(arithmetic);
  const { add, subtract, multiply, constant } = arithmetic;
  return {
    linear: { value: (z) => z, slope: () => 1 },
    sigmoid: { value: math.sigmoid, slope: (y) => multiply(y, subtract(1, y)) },
    tanh: { value: math.hyperbolicTangent, slope: (y) => multiply(subtract(1, y), add(1, y)) },
    relu: { value: (z) => Math.max(z, 0), slope: (y) => (y > 0 ? 1 : 0) },
    leakyRelu: {
      value: (z) => (z > 0 ? z : multiply(constant(0.2), z)),
      slope: (y) => (y > 0 ? 1 : constant(0.2)),
    },
    elu: { value: (z) => (z > 0 ? z : math.expMinusOne(z)), slope: (y) => (y > 0 ? 1 : add(y, 1)) },
    gelu: { value: math.gelu, slope: math.geluSlope },
    geluTanh: { value: math.geluTanh, slope: math.geluTanhSlope },
    silu: { value: math.silu, slope: math.siluSlope },
    softplus: { value: math.softplus, slope: math.sigmoid },
  };
}

const SHADERS = [NEAREST, careless(1), careless(2), careless(3)].map(shader);
const points = Array.from({ length: 4001 }, (_, i) => f((i - 2000) / 60 + 1e-4));
const far = [-1e30, -1000, -104, -87.5, -40, -30.5, 30.5, 60, 1000, 1e20].map(f);
const tiny = [0, 1e-40, -1e-39, 2 ** -126, -1e-30, 1e-6].map(f);

describe.each(NAMES)('%s', (name) => {
  const { value, slope } = activations[name];
  /** What the slope is computed from. */
  const source = (z: number) => (hasSlopeFromOutput(name) ? f(value(z)) : z);

  test('has the slope of its finite difference', () => {
    const h = 1e-6;
    const wrong = points.filter((z) => {
      const from = hasSlopeFromOutput(name) ? value(z) : z;
      return Math.abs(z) < 8 && !(Math.abs(slope(from) - (value(z + h) - value(z - h)) / (2 * h)) < 1e-8);
    });
    expect(wrong).toEqual([]);
  });

  test('stays within its bound in float32, whatever the size of z, and the bound is near', () => {
    const outside: unknown[] = [];
    let most = 0;
    for (const z of [...points, ...far, ...tiny]) {
      const want = value(z);
      const bound = valueBound(name, z, want);
      for (const { [name]: own } of SHADERS) {
        const got = own.value(z);
        const share = Math.abs(got - want) / bound;
        if (got !== want && !(share <= 1)) outside.push({ z, got, want, bound });
        if (Math.abs(z) < 8 && Math.abs(z) > 1e-3 && got !== want) most = Math.max(most, share);
      }
    }
    expect(outside).toEqual([]);
    if (!PLAIN.value.includes(name)) expect(most).toBeGreaterThan(0.3);
  });

  test('has a slope within its bound in float32, and the bound is near', () => {
    const outside: unknown[] = [];
    let most = 0;
    for (const from of [...points, ...far, ...tiny].map(source)) {
      const want = slope(from);
      const bound = slopeBound(name, from, want);
      for (const { [name]: own } of SHADERS) {
        const got = own.slope(from);
        const share = Math.abs(got - want) / bound;
        if (got !== want && !(share <= 1)) outside.push({ from, got, want, bound });
        if (Math.abs(from) < 8 && Math.abs(from) > 1e-3 && got !== want) most = Math.max(most, share);
      }
    }
    expect(outside).toEqual([]);
    if (!PLAIN.slope.includes(name)) expect(most).toBeGreaterThan(0.3);
  });
});

describe.each(FROM_OUTPUT)('%s, which a product applies', (name) => {
  const { value } = activations[name];

  test('far out the bound shrinks with the value or with the slope, so a wrong tail shows', () => {
    // z as the sum of one product leaves it: off by one rounding.
    for (const z of [-15, -20, -60, 15]) {
      const y = value(z);
      const bound = activationBounds[name].value(z, y, Math.abs(z) * 2 ** -23);
      const tail = Math.min(Math.abs(y), Math.abs(y - 1), Math.abs(y + 1));
      if (tail > 0) expect([z, bound < 1e-4 * Math.max(tail, Math.abs(y))]).toEqual([z, true]);
    }
  });

  test('tiny z keep their digits', () => {
    for (const z of [f(1e-4), f(-1e-6), f(3e-20)]) {
      const exact = value(z);
      expect(activationBounds[name].value(z, exact, 0)).toBeLessThan(1e-6 * Math.max(Math.abs(exact), Math.abs(z)));
    }
  });

  test('an error of z comes through, at most whole', () => {
    for (const z of [-3, -0.1, 0, 0.1, 3]) {
      const error = 1e-3;
      const change = Math.abs(value(z + error) - value(z));
      expect(activationBounds[name].value(z, value(z), error)).toBeGreaterThan(change * (1 - 1e-9));
    }
  });

  test('stays within its bound in float32 from a z that is off by something', () => {
    const outside: unknown[] = [];
    for (const [i, z] of points.entries()) {
      const error = 2 ** -(5 + (i % 20)) * Math.abs(z);
      const bound = activationBounds[name].value(z, value(z), error);
      for (const { [name]: own } of SHADERS) {
        for (const end of [f(z - 0.999 * error), f(z + 0.999 * error)]) {
          if (Math.abs(end - z) > error) continue;
          if (!(Math.abs(own.value(end) - value(z)) <= bound))
            outside.push({ z, end, error, got: own.value(end), bound });
        }
      }
    }
    expect(outside).toEqual([]);
  });
});

describe('activations of their own', () => {
  /** How far a value or a slope may be off, relative to what it is. */
  const relative = (bound: number, exact: number) => bound / Math.abs(exact);

  test.each(['gelu', 'silu', 'softplus'] as const)('%s keeps its digits far below zero', (name) => {
    for (const z of [-3, -5, -8, -12]) {
      expect(relative(valueBound(name, z, activations[name].value(z)), activations[name].value(z))).toBeLessThan(1e-4);
      expect(relative(slopeBound(name, z, 0), activations[name].slope(z))).toBeLessThan(1e-4);
    }
  });

  test('geluTanh loses them there, as its formula does, and no more than a few ULP of z', () => {
    for (const z of [-5, -8, -15]) expect(valueBound('geluTanh', z, 0)).toBeLessThan(8 * 2 ** -23 * Math.abs(z));
  });

  // A slope that is 1 less something times z, or z², loses as many digits as that has; the bound is that much wider.
  test.each(['gelu', 'geluTanh', 'silu', 'softplus'] as const)('%s keeps its digits above zero', (name) => {
    for (const z of [0.01, 0.3, 1, 5, 15, 1000]) {
      expect(relative(valueBound(name, z, 0), activations[name].value(z))).toBeLessThan(8e-6);
      expect(relative(slopeBound(name, z, 0), activations[name].slope(z))).toBeLessThan(1e-5 * (1 + z) ** 2);
    }
  });

  test('gelu, geluTanh and silu of tiny z are half of it, to the last digits', () => {
    for (const z of [f(1e-4), f(-1e-6), f(3e-20)]) {
      for (const name of ['gelu', 'geluTanh', 'silu'] as const) {
        expect(relative(valueBound(name, z, 0), z / 2)).toBeLessThan(8e-6);
      }
    }
  });
});

test('far out nothing overflows', () => {
  expect(NAMES.map((name) => [name, activations[name].value(-1000), activations[name].value(1000)])).toEqual([
    ['linear', -1000, 1000],
    ['sigmoid', 0, 1],
    ['tanh', -1, 1],
    ['relu', 0, 1000],
    ['leakyRelu', -200, 1000],
    ['elu', -1, 1000],
    ['gelu', -0, 1000],
    ['geluTanh', -0, 1000],
    ['silu', -0, 1000],
    ['softplus', 0, 1000],
  ]);
  const values = NAMES.flatMap((name) => SHADERS.flatMap(({ [name]: own }) => [own.value(-1e30), own.value(1e30)]));
  expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
});

test('control: a shortcut that loses digits, or another function, is out of its bound', () => {
  const share = (name: ElementwiseActivation, z: number, got: number) =>
    Math.abs(got - activations[name].value(z)) / valueBound(name, z, activations[name].value(z));
  // tanh without its series; a softplus whose logarithm has forgotten the small digits; gelu by its approximation.
  const z = f(1e-5);
  expect(share('tanh', z, f(f(1 - f(Math.exp(-2 * z))) / f(1 + f(Math.exp(-2 * z)))))).toBeGreaterThan(10);
  expect(share('softplus', -12, f(Math.log(f(1 + f(Math.exp(-12))))))).toBeGreaterThan(10);
  expect(share('gelu', 1, activations.geluTanh.value(1))).toBeGreaterThan(10);
  // A slope from the input where the output is meant.
  expect(Math.abs(activations.sigmoid.slope(0.3) - activations.softplus.slope(0.3))).toBeGreaterThan(
    10 * slopeBound('softplus', 0.3, activations.softplus.slope(0.3)),
  );
});
