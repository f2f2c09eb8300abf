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

// prettier-ignore
const WAYS: readonly (readonly [what: string, expression: string, ways: readonly string[]])[] = [
  // `fma` itself may round twice, and does on some drivers; the sum of the exact parts does not.
  ['a product that is fused with its sum, or not', 'a * b + 1.0', ['fma(a, b, 1.0)', 'hidden(a * b) + 1.0', 'fused(a, b)']],
  ['a division, or the reciprocal', 'a / b', ['a / b', 'a * hidden(1.0 / b)']],
  ['subnormal numbers, or zero', 'a * 1e-39', ['0.0 * a', 'bitcast<f32>(bitcast<u32>(a) & 0x000fffffu)']],
  ['a sum in one order, or another', '(a + b) - a', ['b', 'hidden(a + b) - a']],
];

test.for(WAYS)('control: %s: told apart', async ([, expression, ways], { device, adapterInfo }) => {
  const product = productDevice(device, adapterInfo);
  // Whichever of them the device takes where it may choose.
  const found = new Set<string>();
  for (const way of ways)
    found.add(await arithmeticOf(product, `${replaced(`= ${expression};`, `= ${way};`)}${HELPERS}`));
  expect(found.size).toBeGreaterThan(1);
});

/** What no compiler sees through, since it does not know the count; and a * b + 1 rounded once (Dekker, 1971), where sums stay as they are. */
const HELPERS = `
fn hidden(value: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(value) ^ (count >> 31u));
}
fn high(value: f32) -> f32 {
  let large = hidden(4097.0 * value);
  return hidden(large - hidden(large - value));
}
fn fused(a: f32, b: f32) -> f32 {
  let product = hidden(a * b);
  let error = (a - high(a)) * (b - high(b)) - (((product - high(a) * high(b)) - (a - high(a)) * high(b)) - high(a) * (b - high(b)));
  let sum = hidden(product + 1.0);
  let rest = hidden(sum - product);
  return sum + (error + ((product - hidden(sum - rest)) + (1.0 - rest)));
}
`;

/** The shader with another arithmetic. */
function replaced(right: string, other: string): string {
  if (!source.includes(right)) throw new Error(`The shader does not contain: ${right}`);
  return source.replace(right, other);
}
