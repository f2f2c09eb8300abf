/**
 * Where a number of the walkthrough comes from. A cell is lit exactly if the result hangs on it: each input cell is changed in
 * turn, the pass is done again by the reference, and what becomes another is compared with what is said.
 */
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../src/page/walkthrough/frame.js';
import { type CellRef, inputsOf, isTraceable, originText, sourcesOf } from '../../../src/page/walkthrough/origins.js';
import { runsOf } from '../../../src/page/walkthrough/position.js';
import { ReferenceWalk } from '../../../src/page/walkthrough/reference-walk.js';
import { passesOf, tensorsOf } from '../../../src/page/walkthrough/tensors.js';
import { walkthroughTask } from '../../../src/page/walkthrough/walkthrough-run.js';
import { matrix } from '../../../src/core/matrix.js';
import { planTask } from '../../../src/plan/schedule.js';
import { trainTask } from '../../../src/reference/training.js';
import { flat, golden } from '../../support/golden.js';

const plan = planTask(walkthroughTask(1), { schedule: 'layered' });
const passes = passesOf(plan);
const places = tensorsOf(plan);
const course = { passesPerEpoch: passes.length, epochs: plan.epochs };
const shapes = Object.fromEntries(places.map(({ name, rows, columns }) => [name, { rows, columns }]));

function walked(count: number, seed = 1): ReferenceWalk {
  const walk = new ReferenceWalk(walkthroughTask(seed));
  for (let i = 0; i < count; i++) walk.step(passes[i % passes.length]!);
  return walk;
}

function frameOf(walk: ReferenceWalk, count: number, seed = 1): Frame {
  const tensors = places.flatMap(({ name, rows, columns, writtenBy, isThereFirst }) => {
    const epoch = writtenBy === undefined ? 0 : runsOf(writtenBy, count, course);
    if (epoch === 0 && !isThereFirst) return [];
    return [[name, { rows, columns, epoch, gpu: undefined, reference: walk.tensors.get(name)!.values }] as const];
  });
  const losses = { gpu: undefined, reference: Float64Array.from(walk.losses) };
  return { seed, passes: count, tensors: Object.fromEntries(tensors), losses };
}

describe('the reference, pass by pass', () => {
  test('comes to the same bits as its whole training, and to what NumPy has', () => {
    const walk = walked(450);
    const { weights, history, predictions } = trainTask(walkthroughTask(1));
    expect([0, 1].flatMap((l) => [...walk.tensors.get(`layers.${l}.kernel`)!.values])).toEqual(flat(weights));
    expect(walk.losses).toEqual(history.loss);
    expect(walk.tensors.get('layers.1.y')!.values).toEqual(predictions.values);
    golden.predictions_of_epoch_50.forEach((want, i) => expect(predictions.values[i]).toBeCloseTo(want, 11));
  });

  test('control: a pass left out, or another seed, comes to others', () => {
    const walk = walked(449);
    expect(walk.tensors.get('layers.0.kernel')).not.toEqual(walked(450).tensors.get('layers.0.kernel'));
    expect(walked(450, 2).losses).not.toEqual(walked(450).losses);
  });
});

/** The results of a pass that become others when one cell that it may read is changed. */
function changedBy(pass: number, input: string, index: number): Set<string> {
  // Numbers that are all different and not zero, so that nothing falls out.
  const fresh = () => {
    const walk = walked(9 + pass);
    const x = walk.tensors.get('x')!;
    walk.tensors.set(
      'x',
      matrix(
        x.rows,
        x.columns,
        x.values.map((_, i) => 0.3 + 0.1 * i),
      ),
    );
    return walk;
  };
  const results = places.filter(({ writtenBy }) => writtenBy === pass).map(({ name }) => name);
  const [plain, changed] = [fresh(), fresh()];
  const values = changed.tensors.get(input)!;
  changed.tensors.set(
    input,
    matrix(
      values.rows,
      values.columns,
      values.values.map((v, i) => (i === index ? v + 0.25 : v)),
    ),
  );
  for (const walk of [plain, changed]) walk.step(passes[pass]!);
  const cells = new Set<string>();
  for (const name of results) {
    const [before, after] = [plain.tensors.get(name)!, changed.tensors.get(name)!];
    before.values.forEach((value, i) => {
      if (value !== after.values[i]) cells.add(`${name} ${i}`);
    });
  }
  return cells;
}

describe('a cell is lit exactly if the result hangs on it', () => {
  const results = ['layers.0.y', 'layers.1.y', 'loss', 'absolute error', 'layers.1.dz', 'layers.0.dz'];
  test.each([...results, 'layers.1.dkernel', 'layers.0.dkernel'])('%s', (result) => {
    const { writtenBy, rows, columns } = places.find(({ name }) => name === result)!;
    const tensors = frameOf(walked(9 + writtenBy! + 1), 9 + writtenBy! + 1).tensors;
    for (const input of inputsOf(result, tensors)) {
      const size = shapes[input]!;
      for (let index = 0; index < size.rows * size.columns; index++) {
        const changed = changedBy(writtenBy!, input, index);
        for (let i = 0; i < rows * columns; i++) {
          const cell: CellRef = { tensor: result, row: Math.floor(i / columns), column: i % columns };
          const lit = sourcesOf(cell, shapes, tensors);
          const isLit = lit.some((one) => one.tensor === input && one.row * size.columns + one.column === index);
          expect([input, index, cell, isLit]).toEqual([input, index, cell, changed.has(`${result} ${i}`)]);
        }
      }
    }
  });

  test('a weight comes from itself before the update and from its gradient', () => {
    const { tensors } = frameOf(walked(9), 9);
    const at = { row: 2, column: 1 };
    expect(sourcesOf({ tensor: 'layers.0.kernel', ...at }, shapes, tensors)).toEqual([
      { tensor: 'layers.0.kernel before', ...at },
      { tensor: 'layers.0.dkernel', ...at },
    ]);
  });

  test('control: row and column taken for each other would be found', () => {
    const changed = changedBy(0, 'x', 1);
    expect([...changed]).toEqual(['layers.0.y 0', 'layers.0.y 1', 'layers.0.y 2', 'layers.0.y 3']);
    expect([...changedBy(0, 'layers.0.kernel', 1)]).not.toEqual([...changed]);
  });
});

describe('the line of arithmetic', () => {
  const [first] = golden.initial_kernels as unknown as [number[][]];
  const text = (value: number) => value.toFixed(4).replace('-', '−');

  test('has the numbers that were multiplied, their sum and its sigmoid', () => {
    const frame = frameOf(walked(1), 1);
    const line = originText({ tensor: 'layers.0.y', row: 1, column: 2 }, frame, 'reference', 1)!;
    const column = first.map((row) => row[2]!);
    const z = column[1]! + column[2]!;
    expect(line).toBe(
      `0·(${text(column[0]!)}) + 1·(${text(column[1]!)}) + 1·(${text(column[2]!)}) = ${text(z)}, ` +
        `and sigmoid(${text(z)}) = ${text(1 / (1 + Math.exp(-z)))}`,
    );
  });

  test('takes the weights from before the update once that has been', () => {
    const line = (count: number) =>
      originText({ tensor: 'layers.0.y', row: 1, column: 2 }, frameOf(walked(count), count), 'reference', 1);
    expect(line(9)).toBe(line(1));
    expect(line(10)).not.toBe(line(1));
  });

  test('makes nothing up where an input was written over, or nothing was computed', () => {
    const cell = { tensor: 'layers.1.y', row: 0, column: 0 };
    const after = (count: number) => frameOf(walked(count), count);
    expect(isTraceable('layers.1.y', after(9).tensors)).toBe(true);
    expect(isTraceable('layers.1.y', after(10).tensors)).toBe(false);
    expect(originText(cell, after(10), 'reference', 1)).toContain('has been written over since');
    expect(originText(cell, after(1), 'reference', 1)).toBeUndefined();
  });

  test('a first weight is the number that was drawn', () => {
    const line = originText({ tensor: 'layers.0.kernel', row: 0, column: 0 }, frameOf(walked(0), 0), 'reference', 1);
    // numpy.random.seed(1); numpy.random.random()
    expect(line).toBe('2 · 0.4170 − 1 = −0.1660, drawn with seed 1.');
  });
});
