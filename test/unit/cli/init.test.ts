/** The example runs: they are read, their settings are right for their data, and the tutorial's is the tutorial's. */
import stripJsonComments from 'strip-json-comments';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_KINDS, exampleRun } from '../../../src/cli/init.js';
import { parseJsonc } from '../../../src/cli/parse-jsonc.js';
import { parseRun } from '../../../src/core/run.js';
import { article } from '../../../src/runs/article.js';

interface Example {
  readonly data: Record<string, unknown>;
  readonly model: { readonly layers: readonly { readonly units: number }[] };
  readonly training: unknown;
}

const example = (kind?: (typeof EXAMPLE_KINDS)[number]) => parseJsonc(exampleRun(kind), 'example') as Example;

describe.each(EXAMPLE_KINDS)('%s', (kind) => {
  const text = exampleRun(kind);

  test('is a short text that says what its fields are', () => {
    const lines = text.split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(20);
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
    expect(lines.filter((line) => line.includes('//')).length).toBeGreaterThanOrEqual(5);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('is plain JSON without its comments', () => {
    expect(JSON.parse(stripJsonComments(text))).toEqual(example(kind));
  });

  test('trains: its model and training are right for rows of the shape of its data', () => {
    const { data, ...settings } = example(kind);
    const inputs = { synthetic: 2, csv: 4, mnist: 784, article: 3 }[kind];
    const classes = settings.model.layers.at(-1)!.units;
    const rows = Array.from({ length: 20 }, (_, row) => row);
    const stand = { x: rows.map(() => new Array<number>(inputs).fill(0.5)), y: rows.map((row) => [row % classes]) };
    const validationSplit = data['validationSplit'] as number | undefined;
    const run = {
      ...settings,
      data: kind === 'article' ? data : stand,
      training: { ...(settings.training as object), ...(validationSplit !== undefined && { validationSplit }) },
    };
    expect(() => parseRun(run)).not.toThrow();
    // Control: a wrong field in the same settings is found.
    expect(() => parseRun({ ...run, training: { ...run.training, epoch: 1 } })).toThrow('training.epoch');
  });
});

test('the data documents are those that name where data comes from', () => {
  expect(example().data).toEqual({ synthetic: 'spirals', samples: 500, noise: 0.1, seed: 3, validationSplit: 0.2 });
  expect(example('csv').data).toEqual({
    csv: 'iris.csv',
    target: 'species',
    normalize: 'standard',
    validationSplit: 0.2,
  });
  const idx = { images: 'train-images-idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte.gz' };
  expect(example('mnist').data).toEqual({ idx, limit: 8000, validationSplit: 0.1 });
});

test("the tutorial's run is the built-in one", () => {
  expect(parseRun(example('article'))).toEqual(parseRun(article));
});
