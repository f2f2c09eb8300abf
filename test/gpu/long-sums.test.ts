/**
 * Long sums, term by term. A bound grows with the number of terms, so among many terms of one size it could hide
 * a missing one. Here each sum has a single term that is not zero, at a place where a tile or a batch begins or
 * ends: whoever leaves it out is off by the whole sum.
 */
import { initialWeights } from '../../src/core/initializers.js';
import { matrixToRows } from '../../src/core/matrix.js';
import { parseRun, type Run } from '../../src/core/run.js';
import { SMALL_TILE, TILE } from '../../src/passes/products.js';
import { explainFailure } from '../../src/verify/report.js';
import { expect, test } from '../support/device.js';
import { broken, productDevice, verifyFirstStep } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

/** llvmpipe ends a shader without an error after 65,535 turns of a loop; this is past it, counted in terms. */
const LONG = 70_001;

/** Where a sum may lose a term: its ends, and both sides of the edges of its first and last tiles. */
const PLACES = [0, SMALL_TILE - 1, SMALL_TILE, TILE, 65_535, LONG - 1 - ((LONG - 1) % TILE) - 1, LONG - 2, LONG - 1];

test('over a batch: gradients of kernel and bias, and the loss', async ({ device, adapterInfo }) => {
  expect(failures(await verifyFirstStep(productDevice(device, adapterInfo), sparseBatch()))).toEqual([]);
});

test('over the inputs: the forward pass', async ({ device, adapterInfo }) => {
  expect(failures(await verifyFirstStep(productDevice(device, adapterInfo), sparseKernel()))).toEqual([]);
});

test('control: a sum that leaves out its last tile is reported', async ({ device, adapterInfo }) => {
  const short = broken('dense_kernel_gradient', 'start < shape.batch', 'start + SIDE < shape.batch');
  const parity = await verifyFirstStep(productDevice(device, adapterInfo), sparseBatch(), short);
  expect(parity.filter(({ ok }) => !ok).map(({ pass }) => pass)).toEqual(['layers.0 kernel gradient']);
});

/** Weights of zero and a target of zero but for one row per unit: dz is zero but for that row. */
function sparseBatch(): Run {
  const run = makeRun({ batch: LONG, inputs: 1, layers: [{ units: PLACES.length }] });
  return parseRun({
    ...run,
    data: { x: run.data.x.map(() => [1]), y: run.data.x.map((_, row) => PLACES.map((place) => Number(place === row))) },
    model: { ...run.model, weights: [{ kernel: [PLACES.map(() => 0)], bias: PLACES.map(() => 0) }] },
  });
}

/** A kernel of zero but for one input per unit. */
function sparseKernel(): Run {
  const run = makeRun({ batch: 2, inputs: LONG, layers: [{ units: PLACES.length, useBias: false }] });
  const [drawn] = initialWeights(run.model, LONG);
  const kernel = matrixToRows(drawn!.kernel!).map((row, input) =>
    row.map((w, unit) => (PLACES[unit] === input ? w : 0)),
  );
  return parseRun({ ...run, model: { ...run.model, weights: [{ kernel }] } });
}

function failures(parity: Awaited<ReturnType<typeof verifyFirstStep>>): string[] {
  return parity.filter(({ ok }) => !ok).map(explainFailure);
}
