/** The drawing of a network: what of it is shown, where, and which weights the lines are. */
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../../src/core/initializers.js';
import { parseModel } from '../../../src/core/run.js';
import { edgeNear, edgesOf, endsOf, LEVELS, pathsOf } from '../../../src/page/lab/network/edges.js';
import { layoutOf } from '../../../src/page/lab/network/layout.js';
import { edgeCount, MOST_NODES, pickWeights, shownOf, stagesOf } from '../../../src/page/lab/network/stages.js';
import { edgeText, leftOutText, networkText, unitText } from '../../../src/page/lab/network/unit-text.js';

const modelOf = (...layers: object[]) => parseModel({ seed: 1, layers });
const OPTIONS = { width: 600, left: 40, right: 40 };
const NAMES = { inputs: ['x1', 'x2', 'x3'], outputs: ['yes'] };

describe('columns', () => {
  test('are the inputs and the dense layers, with the other layers under them', () => {
    const { layers } = modelOf(
      { type: 'batchNormalization' },
      { units: 4, activation: 'relu' },
      { type: 'dropout', rate: 0.5 },
      { type: 'activation', activation: 'tanh' },
      { units: 1 },
    );
    const stages = stagesOf(layers, 3);
    expect(stages.map(({ layer, units, followers }) => [layer, units, followers])).toEqual([
      [undefined, 3, ['batch norm.']],
      [1, 4, ['dropout 0.5', 'tanh']],
      [4, 1, []],
    ]);
  });

  test.each([1, MOST_NODES - 1, MOST_NODES])('of %i units show them all', (units) => {
    expect(shownOf(units)).toEqual(Array.from({ length: units }, (_, i) => i));
  });

  test.each([MOST_NODES + 1, 784])('of %i units show the first and the last', (units) => {
    const shown = shownOf(units);
    expect(shown.length).toBeLessThan(MOST_NODES);
    expect([shown[0], shown.at(-1)]).toEqual([0, units - 1]);
    expect(new Set(shown).size).toBe(shown.length);
  });

  test.each([[1], [3, 4, 1], [2, 32, 32, 1], [784, 256, 128, 10], [5, 33, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3]])(
    'lie apart and inside: %s',
    (inputs, ...units) => {
      const stages = stagesOf(modelOf(...units.map((count) => ({ units: count })), { units: 2 }).layers, inputs);
      const { columns, width, height } = layoutOf(stages, OPTIONS);
      columns.forEach(({ nodes, radius, x, gap }, s) => {
        expect(nodes).toHaveLength(stages[s]!.shown.length);
        expect(gap !== undefined).toBe(stages[s]!.shown.length < stages[s]!.units);
        expect(x - radius).toBeGreaterThan(0);
        expect(x + radius).toBeLessThan(width);
        if (s > 0) expect(x - columns[s - 1]!.x).toBeGreaterThanOrEqual(76);
        nodes.forEach(({ y }, i) => {
          expect(y - radius).toBeGreaterThan(30);
          expect(y + radius).toBeLessThan(height);
          if (i > 0) expect(y - nodes[i - 1]!.y).toBeGreaterThan(2 * radius);
          if (gap) expect(Math.abs(y - gap.y)).toBeGreaterThan(radius);
        });
      });
    },
  );
});

describe('lines', () => {
  const model = modelOf({ units: 4, activation: 'sigmoid', useBias: false }, { units: 1 });
  const weights = initialWeights(model, 3);
  const stages = stagesOf(model.layers, 3);
  const picked = pickWeights(stages, weights)!;
  const edges = edgesOf(stages, picked);
  const layout = layoutOf(stages, OPTIONS);

  test('are the weights, each once', () => {
    expect(edges.drawn.map(({ weight }) => weight)).toEqual([
      ...weights[0]!.kernel!.values,
      ...weights[1]!.kernel!.values,
    ]);
    expect(edges.drawn).toHaveLength(edgeCount(stages));
    expect(leftOutText(stages, edges)).toBeUndefined();
  });

  test('lead from the unit to the unit that the kernel says', () => {
    const { drawn } = edges;
    const found = drawn.find(({ stage, from, to }) => stage === 1 && from === 2 && to === 3)!;
    expect(found.weight).toBe(weights[0]!.kernel!.values[2 * 4 + 3]);
    expect(endsOf(found, layout)).toEqual([layout.columns[0]!.nodes[2], layout.columns[1]!.nodes[3]]);
    const [a, b] = endsOf(found, layout);
    const near = { x: a.x + 0.1 * (b.x - a.x), y: a.y + 0.1 * (b.y - a.y) };
    expect(edgeNear(edges, layout, near)).toBe(found);
    expect(edgeNear(edges, layout, { x: near.x, y: near.y + 500 })).toBeUndefined();
  });

  test('of wide layers are those between units that are shown', () => {
    const wide = modelOf({ units: 100 });
    const of = stagesOf(wide.layers, 50);
    const kernel = initialWeights(wide, 50)[0]!.kernel!;
    const some = pickWeights(of, [{ kernel }])!;
    expect(some[0]!.kernel).toHaveLength(16 * 16);
    expect(some[0]!.kernel.at(-1)).toBe(kernel.values.at(-1));
    expect(leftOutText(of, edgesOf(of, some))).toMatch(/256 weights between the units shown\. The network has 5,000\./);
  });

  test('that are too many are the strongest, and that is said', () => {
    const few = edgesOf(stages, picked, 5);
    const sizes = edges.drawn.map(({ weight }) => Math.abs(weight)).sort((a, b) => b - a);
    expect(few.drawn.map(({ weight }) => Math.abs(weight))).toEqual(sizes.slice(0, 5));
    expect(leftOutText(stages, few)).toBe('Drawn: the strongest 5 of 16 weights.');
  });

  test('tell sign and size', () => {
    const paths = pathsOf(edges, layout);
    const negatives = edges.drawn.filter(({ weight }) => weight < 0).length;
    const lines = (isNegative: boolean) =>
      paths
        .filter((one) => one.isNegative === isNegative)
        .reduce((sum, { path }) => sum + path.split('M').length - 1, 0);
    expect([lines(true), lines(false)]).toEqual([negatives, edges.drawn.length - negatives]);
    expect(Math.max(...paths.map(({ level }) => level))).toBe(LEVELS);
    expect(Math.min(...paths.map(({ level }) => level))).toBeGreaterThanOrEqual(1);
  });

  test('leave out what is no number, and zeros are weak', () => {
    const one = [{ kernel: Float64Array.of(NaN, 0, 0), bias: undefined }];
    const of = stagesOf(modelOf({ units: 1 }).layers, 3);
    const { drawn, largest } = edgesOf(of, one);
    expect([drawn.length, largest]).toEqual([2, 0]);
    expect(pathsOf({ drawn, largest, between: 2 }, layoutOf(of, OPTIONS))).toMatchObject([{ level: 1 }]);
  });

  test('control: weights of another network are none of this one', () => {
    expect(pickWeights(stages, initialWeights(model, 2))).toBeUndefined();
    expect(pickWeights(stages, initialWeights(modelOf({ units: 5 }, { units: 1 }), 3))).toBeUndefined();
  });

  test('are said in words with their exact numbers', () => {
    expect(networkText(stages, 17)).toBe('3 inputs, 2 dense layers of 4 (sigmoid), 1 (linear); 17 parameters.');
    const weight = weights[0]!.kernel!.values[0]!;
    const text = weight.toFixed(8).replace('-', '−');
    expect(edgeText(stages, edges.drawn[0]!, NAMES)).toBe(`input x1 → layer 1, unit 1 of 4: ${text}`);
    expect(unitText(stages, picked, 1, 0, NAMES)).toContain(`input x1 ${text}`);
    expect(unitText(stages, picked, 2, 0, NAMES)).toMatch(
      /^Layer 2, unit 1 of 1, yes\. Bias 0\.00000000\. Weights from/,
    );
    expect(unitText(stages, picked, 0, 1, NAMES)).toBe('Input x2.');
  });
});
