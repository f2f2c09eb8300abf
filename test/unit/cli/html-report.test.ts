/** The report page as text: what stands in it, and that nothing a user named is markup. What a browser makes of it: test/page/. */
import { describe, expect, test } from 'vitest';
import { jsonText, markup, rawElement, textOf, type Value } from '../../../src/cli/html.js';
import { htmlReport } from '../../../src/cli/html-report.js';
import { runText } from '../../../src/cli/report-document.js';
import { chartsOf } from '../../../src/cli/report-figures.js';
import type { ReportInput } from '../../../src/cli/report-input.js';
import { numberText } from '../../../src/core/text.js';
import { article } from '../../../src/runs/article.js';
import { clouds, trainedAlone, trainedTwice } from '../../support/report-input.js';

/** The cells of each table, by its caption. */
function tables(page: string): Map<string, string[][]> {
  const found = new Map<string, string[][]>();
  for (const [, table = ''] of page.matchAll(/<table[^>]*>(.*?)<\/table>/gs)) {
    const rows = [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => plain(cell)),
    );
    found.set(plain(/<caption>(.*?)<\/caption>/s.exec(table)?.[1] ?? ''), rows);
  }
  return found;
}

function plain(html: string): string {
  return html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&#39;', "'")
    .trim();
}

function tableBegins(page: string, caption: string): string[][] {
  const entry = [...tables(page)].find(([name]) => name.startsWith(caption));
  if (!entry) throw new Error(`No table begins with ${caption}: ${[...tables(page).keys()].join(' | ')}`);
  return entry[1];
}

const named: Partial<ReportInput> = {
  name: 'clouds.json',
  classes: ['left', 'right', 'below'],
  columns: ['east', 'north'],
  command: 'idli train clouds.json --report report.html',
  test: { rows: 8, logs: { loss: 0.125, accuracy: 0.875 }, confusionMatrix: [[4, 0, 0], [1, 2, 0], [0, 0, 1]] }, // prettier-ignore
};

describe('a classifier that was trained twice', async () => {
  const input = { ...(await trainedTwice(clouds())), ...named };
  const page = htmlReport(input);
  const { training } = input;

  test('says what it is, and the verdict', () => {
    expect(page).toContain('<title>clouds.json – IDLI training report</title>');
    expect(page).toContain('<h1>clouds.json</h1>');
    expect(page).toContain('A 2-8-3 network, trained for 12 epochs with adam on WebGPU, in float32.');
    expect(page).toContain(
      'differ by at most 2.0e-8 (relative 2.0e-8), within the stated tolerance of 2e-6. Every checked pass is within its bound.',
    );
  });

  test('has the numbers at the end, of training, validation and test', () => {
    const at = (key: string) => numberText(training.history[key]!.at(-1)!);
    expect(tableBegins(page, 'Epoch 12.')).toEqual([
      ['Measure', 'Training', 'Validation', 'Test'],
      ['Loss', at('loss'), at('val_loss'), '0.12500000'],
      ['Accuracy', at('accuracy'), at('val_accuracy'), '0.87500000'],
    ]);
  });

  test('has every epoch in numbers', () => {
    const rows = tableBegins(page, 'All 12 epochs.');
    expect(rows).toHaveLength(13);
    expect(rows[0]).toContain('Difference of the losses');
    expect(rows[12]).toEqual([
      '12',
      ...['loss', 'accuracy', 'val_loss', 'val_accuracy'].map((key) => numberText(training.history[key]![11]!)),
      numberText(input.reference!.history.loss[11]!),
      '2.0e-8',
    ]);
  });

  test('has the confusion matrices, with the names of the classes', () => {
    expect(tableBegins(page, 'Test data: 7 of 8 right, 87.5 %')).toEqual([
      ['', 'Predicted', ''],
      ['True', 'left', 'right', 'below', 'Recall'],
      ['left', '4', '0', '0', '100.0 %'],
      ['right', '1', '2', '0', '66.7 %'],
      ['below', '0', '0', '1', '100.0 %'],
      ['Precision', '80.0 %', '100.0 %', '100.0 %', ''],
    ]);
    const counts = training.confusionMatrices['val_confusionMatrix']!.at(-1)!;
    const rows = tableBegins(page, 'Validation data, epoch 12: ');
    expect(rows.slice(2, 5).map((row) => row.slice(1, 4).map(Number))).toEqual(counts);
  });

  test('has predictions with inputs, true and predicted classes, and marks what is wrong', () => {
    const rows = tableBegins(page, 'The first 20 of 48 training rows');
    expect(rows[0]).toEqual(['Row', 'east', 'north', 'True class', 'Predicted class', 'Output', 'Difference']);
    expect(rows).toHaveLength(21);
    const [row, x, , actual, predicted, output, difference] = rows[1]!;
    expect([row, Number(x), actual, difference]).toEqual([
      '1',
      Number(input.task.train.x.values[0]!.toPrecision(6)),
      'left',
      '0',
    ]);
    const { values } = training.predictions;
    expect(output).toBe(numberText(Math.max(...values.slice(0, 3))));
    expect(predicted).toBe(
      values.indexOf(Math.max(...values.slice(0, 3))) === 0 ? 'left' : expect.stringMatching(/ ✗ wrong$/),
    );
    const wrongOnes = rows.slice(1).filter((cells) => cells[3] !== cells[4]);
    expect(wrongOnes.every((cells) => cells[4]!.endsWith(' ✗ wrong'))).toBe(true);
  });

  test('has how far both are apart, by measure and by pass', () => {
    expect(
      tableBegins(page, 'The largest difference')
        .map(([name]) => name)
        .sort(),
    ).toEqual(['Accuracy', 'Loss', 'Measure', 'Predictions', 'Validation accuracy', 'Validation loss'].sort());
    expect(tableBegins(page, 'Every result of a checked pass')[1]).toEqual([
      ...['layers.0 forward', 'train', 'layers.0.y', '1', '42', '3.0e-8', '25.0 %'],
    ]);
  });

  test('says how it was made', () => {
    expect(page).toContain('<dt>Adapter</dt><dd>Acme Two</dd>');
    expect(page).toContain('<dt>Optimizer</dt><dd>adam, learning rate 0.02 (constant), batches of 16</dd>');
    expect(page).toContain('idli train clouds.json --report report.html</pre>');
    expect(page).toMatch(/Made by IDLI \d+\.\d+\.\d+/);
    const [, text = ''] = /The run, as it was written<\/summary>\s*<pre tabindex="0">(.*?)<\/pre>/s.exec(page) ?? [];
    expect(JSON.parse(text.replaceAll('&quot;', '"'))).toEqual(input.document);
  });

  test('gives every table a caption and every head a scope', () => {
    const found = page.match(/<table/g)!.length;
    expect(found).toBe(7);
    expect(page.match(/<table[^>]*>\s*<caption>/g)).toHaveLength(found);
    expect(page.match(/<th(?![a-z])/g)).toHaveLength(page.match(/<th [^>]*scope="/g)!.length);
  });

  test('carries its own style and uPlot’s', () => {
    expect(page).toContain('.confusion {');
    expect(page).toContain('.uplot');
  });

  test('is the same text each time', () => expect(htmlReport(input)).toBe(page));
});

test('a run of the CPU alone has nothing to compare', async () => {
  const page = htmlReport(await trainedAlone(article));
  expect(page).toContain('The float64 reference trained alone, so there is nothing to compare.');
  expect(page).not.toContain('Computed twice');
  expect(page).not.toContain('Confusion matrix');
  expect(tableBegins(page, 'The training rows, inputs')).toEqual([
    ['Row', 'x1', 'x2', 'x3', 'Target', 'Predicted'],
    ['1', '0', '0', '1', '0', '0.16773399'],
    ['2', '0', '1', '1', '0', '0.14277980'],
    ['3', '1', '0', '1', '1', '0.84060332'],
    ['4', '1', '1', '1', '1', '0.82558171'],
  ]);
});

test('early stopping: the numbers are those of the epoch whose weights are left', async () => {
  const stopping = { patience: 2, minDelta: 2, monitor: 'val_accuracy', restoreBestWeights: true } as const;
  const input = await trainedTwice(clouds({ earlyStopping: stopping }));
  const page = htmlReport(input);
  const [, loss] = tableBegins(page, 'Epoch 1, the best one, whose weights are left.');
  expect(loss![1]).toBe(numberText(input.training.history.loss[0]!));
  expect(page).toMatch(
    /<dt>Early stopping<\/dt><dd>after \d of 12 epochs; epoch 1 was best; the weights are those of epoch 1<\/dd>/,
  );
});

test('an outcome beyond the tolerance is not shown as one within it', async () => {
  const input = await trainedTwice(article);
  const within = htmlReport(input);
  const far = htmlReport({ ...input, curves: { ...input.curves!, maxAbsoluteDifference: 1e-3 } });
  expect([within, far].map((page) => /<p class="verdict (\w+)">/.exec(page)?.[1])).toEqual(['within', 'beyond']);
});

test('what is too much is cut, and that is said', async () => {
  const rows = Array.from({ length: 30 }, (_, row) => Array.from({ length: 9 }, (_, column) => row + column / 10));
  const wide = await trainedAlone({
    data: { x: rows, y: rows.map((row) => row.slice(0, 6)) },
    model: { layers: [{ units: 6 }] },
    training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 1e-5 }, epochs: 1 },
  });
  const page = htmlReport({
    ...wide,
    test: {
      rows: 41,
      logs: { loss: 1 },
      confusionMatrix: Array.from({ length: 41 }, () => new Array<number>(41).fill(0)),
    },
  });
  const [head, first] = tableBegins(page, 'The first 20 of 30 training rows');
  expect(page).toContain('The first 6 of 9 inputs. The first 4 of 6 outputs.');
  expect(head).toEqual(['Row', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', '…', 'Target', 'Predicted']);
  expect(first!.slice(-2).map((cell) => cell.split(/ +/).length)).toEqual([5, 5]);
  expect(page).toContain('Test data: 41 classes, too many for a table here.');
});

describe('the charts', () => {
  test('draw loss, validation, both computations, their difference and every metric', async () => {
    const { charts, best } = chartsOf(await trainedTwice(clouds()));
    expect(best).toBeUndefined();
    expect(charts.map(({ title, lines }) => [title, ...lines.map(({ look }) => look)])).toEqual([
      ['Loss', 'train', 'validation'],
      ['Loss, computed twice', 'reference', 'gpu'],
      ['Their difference', 'difference', 'tolerance'],
      ['Accuracy', 'train', 'validation'],
    ]);
  });

  test('leave a gap where there is no number, or no logarithm of it', async () => {
    const input = await trainedTwice(article);
    const history = { ...input.training.history, loss: input.training.history.loss.map((v, i) => (i === 1 ? NaN : v)) };
    const { charts } = chartsOf({ ...input, training: { ...input.training, history } });
    expect(charts[0]!.lines[1]!.values[1]).toBeNull();
    // Every third epoch is exactly the reference's.
    expect(charts[1]!.lines[0]!.values.slice(0, 3)).toEqual([
      null,
      Number(Math.log10(1e-8).toPrecision(6)),
      expect.any(Number),
    ]);
    expect(charts[1]!.sentence).toContain('In 17 of 50 epochs it is exactly 0 and has no point.');
  });

  test('thin a long training out, and say so', async () => {
    const input = await trainedAlone({ ...article, training: { ...article.training, epochs: 2500 } });
    const { epochs, charts } = chartsOf(input);
    expect([epochs.length, epochs[0], epochs.at(-1), charts[0]!.lines[0]!.values.length]).toEqual([
      2000, 1, 2500, 2000,
    ]);
    expect(htmlReport(input)).toContain('The chart shows 2,000 epochs, evenly spread.');
    expect(htmlReport(input)).toContain('200 of 2500 epochs, evenly spread.');
  });
});

describe('what a user named is text', () => {
  const EVIL = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;`;

  test('in every place', async () => {
    const input = await trainedTwice(clouds());
    const page = htmlReport({
      ...input,
      ...{ name: EVIL, command: EVIL, columns: [EVIL, EVIL], classes: [EVIL, EVIL, EVIL], document: { [EVIL]: EVIL } },
      training: {
        ...input.training,
        notes: [EVIL],
        adapter: { vendor: '', architecture: '', description: EVIL, isFallback: true },
      },
    });
    expect(page).not.toMatch(/<img|<script>alert/);
    expect(page.match(/<script/g)).toHaveLength(3);
    // Title, heading, adapter, note, command, columns, classes in matrix and predictions, the document twice.
    expect(page.match(/&lt;\/script&gt;&lt;script&gt;alert\(1\)/g)!.length).toBeGreaterThan(30);
    expect(page).toContain('&amp;amp;');
  });

  test('asks for nothing from elsewhere', async () => {
    const page = htmlReport(await trainedTwice(article));
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|form|base)\b/);
    expect(page).not.toMatch(/\s(src|href|srcset|action|style|on\w+)=/);
    expect(page).not.toMatch(/@import|url\(/);
    // Control: what these look for would be found.
    expect('<p style="x">').toMatch(/\s(src|href|srcset|action|style|on\w+)=/);
  });
});

describe('markup', () => {
  test('escapes texts, keeps markup, puts lists together', () => {
    const list: Value[] = ['<i>', markup`<b>${'&'}</b>`, 3, undefined, false];
    expect(textOf(markup`<p title="${'"'}">${list}</p>`)).toBe('<p title="&quot;">&lt;i&gt;<b>&amp;</b>3</p>');
  });

  test('shows signs that a page may not hold, or that would turn the text around', () => {
    expect(textOf(markup`${'a\u0000b\u202ec\nd'}`)).toBe('a\ufffdb\ufffdc\nd');
  });

  test('JSON in a script ends nothing', () => {
    const text = textOf(jsonText({ a: '</script><!--' }));
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ a: '</script><!--' });
  });

  test('a script that would end itself is refused', () => {
    expect(() => rawElement('script', 'a = "</script>"')).toThrow('ends its own element');
    expect(textOf(rawElement('style', 'p { color: red }'))).toBe('<style>p { color: red }</style>');
  });
});

describe('the run as text', () => {
  test('is JSON with a row of numbers on a line', () => {
    expect(
      runText({
        a: { b: [], c: {} },
        x: [
          [1, 2],
          [3, 4],
        ],
        t: 'ü"',
      }),
    ).toEqual({
      text: '{\n  "a": {\n    "b": [],\n    "c": {}\n  },\n  "x": [\n    [1, 2],\n    [3, 4]\n  ],\n  "t": "ü\\""\n}',
      isCut: false,
    });
  });

  test('is cut where it is long, and only its lists are', () => {
    const x = Array.from({ length: 60_000 }, (_, row) => [row, 0.5]);
    const { text, isCut } = runText({ data: { x }, model: { layers: [{ units: 3 }] } });
    expect([isCut, text.length < 2000]).toEqual([true, true]);
    expect(text).toContain('    [19, 0.5],\n      … 59,980 more\n');
    expect(text).toContain('"units": 3');
  });
});
