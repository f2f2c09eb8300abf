/**
 * The variants of a product: whatever is chosen, the same bits. And each of them within its bounds of the reference,
 * in whole networks.
 */
import { describe } from 'vitest';
import { type ProductShape, PRODUCTS, type Variant, VARIANT_NAMES, VARIANTS } from '../../src/passes/products.js';
import type { ShaderName } from '../../src/passes/pass.js';
import { openTrial } from '../../src/tune/trial.js';
import { verifyPlan } from '../../src/verify/parity.js';
import { explainFailure } from '../../src/verify/report.js';
import { expect, test } from '../support/device.js';
import { broken, productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

/** Rows, columns and inner dimension, around the tiles of all variants (4, 8, 16, 32, 64), and far from them. */
const SIZES: readonly (readonly [rows: number, columns: number, inner: number])[] = [
  [1, 1, 1],
  [3, 5, 7],
  [4, 4, 4],
  [5, 1, 9],
  [7, 17, 3],
  [8, 8, 8],
  [15, 16, 17],
  [31, 33, 32],
  [37, 41, 53],
  [63, 10, 128],
  [64, 64, 64],
  [65, 66, 67],
  [129, 3, 784],
  [2, 127, 2048],
];

/** The variants that the device can do. */
function variantsOf(device: GPUDevice): Variant[] {
  const hasSubgroups = device.features.has('subgroups');
  return VARIANT_NAMES.filter((name) => hasSubgroups || VARIANTS[name].kind !== 'quads');
}

describe.each(PRODUCTS)('%s', (product) => {
  test.for(SIZES)('%i × %i results of %i terms: the same bits of all variants', async (size, { gpu }) => {
    const [rows, columns, inner] = size;
    const odd = await differing(gpu, { product, rows, columns, inner });
    expect(odd).toEqual([]);
  });
});

test.for([
  ['dense_forward_registers', 'k += 4u', 'k += 8u'],
  ['dense_input_gradient', 'start += SIDE', 'start += 2u * SIDE'],
  ['dense_kernel_gradient_registers', 'row + i % 4u', 'row + i % 3u'],
] as const)('control: of a wrong %s the bits are others', async ([shader, right, wrong], { gpu }) => {
  const product = shader.includes('forward')
    ? 'forward'
    : shader.includes('input')
      ? 'inputGradient'
      : 'kernelGradient';
  const odd = await differing(gpu, { product, rows: 37, columns: 41, inner: 53 }, [shader, right, wrong]);
  const kind = shader.endsWith('registers') ? 'registers' : 'workgroup';
  expect(odd.map((name) => VARIANTS[name].kind)).toContain(kind);
});

test.for(['registers', 'quads'] as const)(
  '%s: every pass is within its bound',
  async (kind, { device, adapterInfo }) => {
    if (kind === 'quads' && !device.features.has('subgroups')) {
      // Nothing may choose them here; that is the tuner's test.
      return;
    }
    const layers = [
      { units: 33, activation: 'tanh' },
      { units: 17, activation: 'relu', useBias: false },
      { units: 9 },
    ] as const;
    const run = makeRun({ batch: 37, inputs: 21, layers });
    const products = { kind, tuned: {} };
    const parity = await withExecution(productDevice(device, adapterInfo), run, verifyPlan, { products });
    expect(parity.filter(({ ok }) => !ok).map(explainFailure)).toEqual([]);
    const used = parity.filter(({ shader }) => shader.endsWith(kind)).map(({ pass }) => pass);
    expect(new Set(used).size).toBe(3 + 2 + 3);
  },
);

/** The variants whose result differs from that of the first, in any bit. */
async function differing(
  { device, adapterInfo }: { device: GPUDevice; adapterInfo: GPUAdapterInfo },
  shape: ProductShape,
  wrong?: readonly [name: ShaderName, right: string, wrong: string],
): Promise<Variant[]> {
  const variants = variantsOf(device);
  const trial = await openTrial(productDevice(device, adapterInfo), shape, variants, wrong && broken(...wrong));
  try {
    const [first, ...others] = variants;
    const wanted = await trial.bits(first!);
    const odd: Variant[] = [];
    for (const name of others) {
      const bits = await trial.bits(name);
      if (bits.some((word, i) => word !== wanted[i])) odd.push(name);
    }
    return odd;
  } finally {
    trial.close();
  }
}
