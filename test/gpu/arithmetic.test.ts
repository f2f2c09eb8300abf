/**
 * The fingerprint of a device's arithmetic is the same each time the adapter is opened, and another wherever one operation rounds
 * otherwise. It shows nothing of what a training then does: test/gpu/same-bits.test.ts does.
 */
import source from '../../shaders/arithmetic.wgsl';
import { openDevice } from '../../src/gpu/device.js';
import { arithmeticOf } from '../../src/verify/arithmetic.js';
import { expect, test } from '../support/device.js';
import { productDevice } from '../support/plans.js';

test('an adapter that is opened twice has one fingerprint', async ({ device, adapterInfo }) => {
  const one = await arithmeticOf(productDevice(device, adapterInfo));
  expect(one).toMatch(/^[0-9a-f]{8}$/);
  expect(await arithmeticOf(productDevice(device, adapterInfo))).toBe(one);
  for (let time = 0; time < 2; time++) {
    const opened = await openDevice(navigator.gpu);
    expect(await arithmeticOf(opened!)).toBe(one);
    opened!.close();
  }
});

/** The expressions, by their places among the results. */
const EXPRESSIONS = Array.from(source.matchAll(/results\[at(?: \+ \d+u)?\] = (.+);/g), ([, expression]) => expression!);

test('control: one bit of any of the operations makes another fingerprint', async ({ device, adapterInfo }) => {
  const product = productDevice(device, adapterInfo);
  const found = new Set([await arithmeticOf(product)]);
  for (const expression of EXPRESSIONS) {
    // In one of the thousand invocations alone.
    const off = `bitcast<f32>(bitcast<u32>(${expression}) ^ select(0u, 1u, i == 777u))`;
    found.add(await arithmeticOf(product, replaced(`= ${expression};`, `= ${off};`)));
  }
  expect(EXPRESSIONS).toHaveLength(12);
  expect(found.size).toBe(1 + EXPRESSIONS.length);
});

test.for([
  [
    'a product that is fused with its sum',
    'a * b + 1.0',
    'fma(a, b, 1.0)',
    'bitcast<f32>(bitcast<u32>(a * b) ^ zero) + 1.0',
  ],
  ['a division by the reciprocal', 'a / b', 'a * bitcast<f32>(bitcast<u32>(1.0 / b) ^ zero)', 'a / b'],
  ['subnormal numbers that are zero', 'a * 1e-39', '0.0 * a', 'bitcast<f32>(bitcast<u32>(a * 1e-30) & 0x000fffffu)'],
  ['a sum in another order', '(a + b) - a', '(a - a) + b', 'bitcast<f32>(bitcast<u32>(a + b) ^ zero) - a'],
] as const)(
  'control: %s, and one that is not, are told apart',
  async ([, text, one, other], { device, adapterInfo }) => {
    const product = productDevice(device, adapterInfo);
    // Whatever this device does of the two, it does one of them: through bits that a compiler cannot see through.
    const withZero = (code: string) => code.replace('let at =', 'let zero = count >> 31u;\n  let at =');
    const [first, second] = [one, other].map((change) => withZero(replaced(`= ${text};`, `= ${change};`)));
    expect(await arithmeticOf(product, first)).not.toBe(await arithmeticOf(product, second));
  },
);

/** The shader with another arithmetic. */
function replaced(right: string, other: string): string {
  if (!source.includes(right)) throw new Error(`The shader does not contain: ${right}`);
  return source.replace(right, other);
}
