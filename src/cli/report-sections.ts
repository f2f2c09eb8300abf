/**
 * The tables of the report page: the numbers at the end, the confusion matrix, predictions, every epoch. Pure functions
 * of a finished training; each table has a caption, and its heads say what they are heads of.
 */
import type { ConfusionMatrix } from '../core/history.js';
import { counted, differenceText, evenly, numberText } from '../core/text.js';
import { curveName } from '../verify/curves.js';
import { comparedOf, keysOf, lastingEpoch } from './finished.js';
import { type Html, markup, type Value } from './html.js';
import type { ReportInput } from './report-input.js';
import { largestColumn, labelsOf, targetText } from './report-tables.js';
import { capitalized } from './table.js';

/** What a reader still reads: rows of predictions and of epochs, columns of inputs and outputs, classes. */
const MOST = { predictions: 20, epochs: 200, inputs: 6, outputs: 4, classes: 40 };

/** A table that may be wider than its page; the first cell of a row is its head. */
export function tableOf(
  caption: Value,
  heads: readonly Value[],
  rows: readonly (readonly Value[])[],
  kind: 'numbers' | 'texts' = 'numbers',
): Html {
  const row = ([first, ...rest]: readonly Value[]) =>
    markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`;
  return markup`<div class="scroll" tabindex="0">
<table class="${kind}">
<caption><span>${caption}</span></caption>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map(row)}</tbody>
</table>
</div>`;
}

/** What is only shown to who asks. */
export function details(summary: string, content: Value): Html {
  return markup`<details>\n<summary>${summary}</summary>\n${content}\n</details>`;
}

export function finalNumbers(input: ReportInput): Html {
  const { task, training, test } = input;
  const epoch = lastingEpoch(input);
  const at = (key: string) => {
    const value = training.history[key]?.[epoch - 1];
    return value === undefined ? '–' : numberText(value);
  };
  const tested: Readonly<Record<string, number>> = test?.logs ?? {};
  const rows = keysOf(task)
    .filter((key) => !key.startsWith('val_'))
    .map((key) => [
      capitalized(curveName(key)),
      at(key),
      ...(task.validation ? [at(`val_${key}`)] : []),
      ...(test ? [tested[key] === undefined ? '–' : numberText(tested[key])] : []),
    ]);
  const heads = ['Measure', 'Training', ...(task.validation ? ['Validation'] : []), ...(test ? ['Test'] : [])];
  const caption = `Epoch ${epoch}${epoch < training.epochs ? ', the best one, whose weights are left' : ''}. Training: over the batches of the epoch, each before its update.${
    task.validation ? ' Validation: after the epoch.' : ''
  }${test ? ' Test: rows that had no part in the training.' : ''}`;
  return tableOf(caption, heads, rows);
}

/** The confusion matrices there are: of the test set, of the validation data, else of the training data. */
export function confusions(input: ReportInput): Value {
  const { training, test, classes } = input;
  const { val_confusionMatrix: validated, confusionMatrix: trained } = training.confusionMatrices;
  const epoch = lastingEpoch(input);
  const last = (validated ?? trained)?.[epoch - 1];
  const name = `${validated ? 'Validation' : 'Training'} data, epoch ${epoch}`;
  const matrices = [
    ...(test?.confusionMatrix ? [confusion(test.confusionMatrix, 'Test data', classes)] : []),
    ...(last ? [confusion(last, name, classes)] : []),
  ];
  return (
    matrices.length > 0 && [
      markup`<p class="note">A row for each true class, a column for each predicted one; the stronger a colour, the larger the
share of its row. Recall is the share of a true class that was found, precision the share of a predicted class that is
right.</p>\n`,
      markup`<div class="matrices">${matrices}</div>`,
    ]
  );
}

function confusion(counts: ConfusionMatrix, title: string, classes: readonly string[] | undefined): Html {
  if (counts.length > MOST.classes) {
    return markup`<p class="note">${title}: ${counts.length} classes, too many for a table here.</p>`;
  }
  const name = (index: number) => classes?.[index] ?? String(index);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const total = sum(counts.map(sum));
  const hits = sum(counts.map((row, i) => row[i]!));
  const head = (index: number, scope: string) =>
    markup`<th scope="${scope}" title="${name(index)}"><span>${name(index)}</span></th>`;
  const share = (part: number, whole: number) => markup`<td class="share">${shareText(part, whole)}</td>`;
  const rows = counts.map((row, actual) => {
    const all = sum(row);
    const cells = row.map((count, predicted) => {
      const shade = all === 0 ? 0 : Math.round((9 * count) / all);
      return markup`<td class="s${shade}${actual === predicted && ' hit'}">${count}</td>`;
    });
    return markup`<tr>${head(actual, 'row')}${cells}${share(row[actual]!, all)}</tr>\n`;
  });
  const precision = counts.map((row, i) => share(row[i]!, sum(counts.map((each) => each[i]!))));
  return markup`<div class="scroll" tabindex="0">
<table class="confusion">
<caption><span><b>${title}</b>: ${hits} of ${total} right, ${shareText(hits, total)}</span></caption>
<thead>
<tr><td></td><th scope="colgroup" colspan="${counts.length}">Predicted</th><td></td></tr>
<tr><th scope="col">True</th>${counts.map((_, i) => head(i, 'col'))}<th scope="col" class="share">Recall</th></tr>
</thead>
<tbody>
${rows}</tbody>
<tfoot><tr><th scope="row" class="share">Precision</th>${precision}<td></td></tr></tfoot>
</table>
</div>`;
}

function shareText(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

export function predictions(input: ReportInput): Html {
  const { task, training } = input;
  const shown = Math.min(task.train.y.rows, MOST.predictions);
  const labels = labelsOf(task);
  const [heads, cells] = labels ? classCells(input, labels) : outputCells(input);
  const { columns } = task.train.x;
  const inputs = Math.min(columns, MOST.inputs);
  const inputNames = Array.from({ length: inputs }, (_, i) => input.columns?.[i] ?? `x${i + 1}`);
  const rows = Array.from({ length: shown }, (_, row) => [
    row + 1,
    ...inputNames.map((_, i) => valueText(task.train.x.values[row * columns + i]!)),
    ...(inputs < columns ? ['…'] : []),
    ...cells(row),
  ]);
  const outputs =
    !labels && task.train.y.columns > MOST.outputs
      ? ` The first ${MOST.outputs} of ${task.train.y.columns} outputs.`
      : '';
  const cut = inputs < columns ? ` The first ${inputs} of ${columns} inputs.` : '';
  const caption =
    `${shown < task.train.y.rows ? `The first ${shown} of ${counted(task.train.y.rows, 'training row')}` : 'The training rows'}, ` +
    `inputs as the network sees them, beside what ${training.backend === 'cpu' ? 'it' : 'it, on WebGPU,'} predicts.${cut}${outputs}`;
  return tableOf(caption, ['Row', ...inputNames, ...(inputs < columns ? ['…'] : []), ...heads], rows);
}

type Cells = readonly [heads: readonly string[], cells: (row: number) => readonly Value[]];

function classCells(input: ReportInput, labels: readonly number[]): Cells {
  const { training, classes } = input;
  const compared = comparedOf(input);
  const { predictions: got } = training;
  const name = (index: number) => classes?.[index] ?? String(index);
  const heads = ['True class', 'Predicted class', 'Output', ...(compared ? ['Difference'] : [])];
  return [
    heads,
    (row) => {
      const best = largestColumn(got, row);
      const at = row * got.columns + best;
      const isRight = best === labels[row];
      return [
        name(labels[row]!),
        isRight ? name(best) : wrong(name(best)),
        numberText(got.values[at]!),
        ...(compared ? [differenceText(Math.abs(got.values[at]! - compared.reference.predictions.values[at]!))] : []),
      ];
    },
  ];
}

function wrong(text: string): Html {
  return markup`<strong class="wrong">${text} ✗<span class="unseen"> wrong</span></strong>`;
}

function outputCells(input: ReportInput): Cells {
  const { task, training } = input;
  const { y } = task.train;
  const wanted = comparedOf(input)?.reference.predictions.values;
  const shown = Math.min(y.columns, MOST.outputs);
  const several = (values: ArrayLike<number>, text: (value: number) => string) => (row: number) => {
    const texts = Array.from({ length: shown }, (_, i) => text(values[row * y.columns + i]!));
    return [...texts, ...(shown < y.columns ? ['…'] : [])].join('  ');
  };
  const [target, got] = [several(y.values, targetText), several(training.predictions.values, numberText)];
  const want = wanted && several(wanted, numberText);
  const apart = (row: number) => {
    const differences = Array.from({ length: y.columns }, (_, i) => {
      const at = row * y.columns + i;
      return Math.abs(training.predictions.values[at]! - wanted![at]!);
    });
    return differenceText(Math.max(...differences));
  };
  return [
    ['Target', 'Predicted', ...(want ? ['CPU reference', 'Difference'] : [])],
    (row) => [target(row), got(row), ...(want ? [want(row), apart(row)] : [])],
  ];
}

/** An input, with as many digits as one compares by eye. */
function valueText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Every epoch in numbers: what the charts show, for who cannot see them or wants the digits. */
export function epochs(input: ReportInput): Html {
  const { task, training } = input;
  const compared = comparedOf(input);
  const count = compared?.curves.loss.length ?? training.epochs;
  const keys = keysOf(task);
  const shown = evenly(count, MOST.epochs);
  const at = (values: readonly number[] | undefined, epoch: number) => {
    const value = values?.[epoch];
    return value === undefined ? '–' : numberText(value);
  };
  const rows = shown.map((epoch) => [
    epoch + 1,
    ...keys.map((key) => at(training.history[key], epoch)),
    ...(compared ? [at(compared.reference.history.loss, epoch), differenceText(compared.curves.loss[epoch]!)] : []),
  ]);
  const heads = [
    'Epoch',
    ...keys.map((key) => capitalized(curveName(key))),
    ...(compared ? ['Loss, CPU reference', 'Difference of the losses'] : []),
  ];
  const caption =
    shown.length < count ? `${shown.length} of ${count} epochs, evenly spread.` : `All ${counted(count, 'epoch')}.`;
  return tableOf(caption, heads, rows);
}
