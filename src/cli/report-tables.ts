/**
 * The tables of `idli train` for people: the epochs, the predictions, the confusion matrix. Pure functions of a
 * finished training. What does not fit a screen is left out, and a line says so.
 */
import type { Table } from '../core/examples.js';
import { defaultMonitor } from '../core/history.js';
import type { Matrix } from '../core/matrix.js';
import { counted, differenceText, evenly, numberText } from '../core/text.js';
import { classesOf, outputActivation } from '../core/task-checks.js';
import type { Task } from '../core/task.js';
import { curveName } from '../verify/curves.js';
import { comparedOf, type Finished, keysOf, lastingEpoch } from './finished.js';
import { capitalized, fitting, GAP, printable, table } from './table.js';

/** Where the rest of everything is. */
const REST = '(--json has all of them)';
/** Rows of epochs, and of predictions, that a person still reads. */
const EPOCHS = 100;
const PREDICTIONS = 20;
/** Characters that a table of epochs may be wide. */
const WIDTH = 120;
/** Outputs beyond so many are cut to the first few. */
const OUTPUTS = { most: 6, shown: 3 };
const CLASSES = 20;

/** A column of a table: its name, and its cell in each row. */
interface Column {
  readonly name: string;
  readonly cell: (row: number) => string;
}

export function epochTable(finished: Finished): string[] {
  const { task, training } = finished;
  const compared = comparedOf(finished);
  // One of the two may have stopped early.
  const epochs = compared ? compared.curves.loss.length : training.history.loss.length;
  const shownEpochs = evenly(epochs, EPOCHS);
  const column = (name: string, values: readonly number[], text = numberText): Column => ({
    name,
    cell: (epoch) => (epoch < values.length ? text(values[epoch]!) : '–'),
  });
  const width = ({ name, cell }: Column) =>
    shownEpochs.reduce((widest, epoch) => Math.max(widest, cell(epoch).length), name.length);

  const first = [
    { name: 'Epoch', cell: (epoch: number) => String(epoch + 1) },
    column(compared ? 'Loss, WebGPU' : 'Loss', training.history.loss),
  ];
  const last = compared
    ? [
        column('Loss, CPU reference', compared.reference.history.loss),
        column('Difference', compared.curves.loss, differenceText),
      ]
    : [];
  const others = new Map(
    keysOf(task)
      .slice(1)
      .map((key) => [key, column(capitalized(curveName(key)), training.history[key]!)]),
  );
  const used = [...first, ...last].reduce((sum, each) => sum + width(each) + GAP, 0);
  const chosen = fitting(byImportance(task), (key) => width(others.get(key)!) + GAP, WIDTH + GAP - used);
  const keys = Array.from(others.keys());
  const hidden = keys.filter((key) => !chosen.includes(key)).map(curveName);
  const columns = [...first, ...keys.filter((key) => chosen.includes(key)).map((key) => others.get(key)!), ...last];
  return [
    ...tableOf(columns, shownEpochs),
    ...(epochs > EPOCHS ? [`… ${EPOCHS} of ${epochs} epochs ${REST}`] : []),
    ...(hidden.length > 0 ? [`… without ${hidden.join(', ')}, for want of width ${REST}`] : []),
  ];
}

/** All keys but the loss: what is watched, the loss of the validation data, then each metric with its validation. */
function byImportance(task: Task): string[] {
  const { training, validation } = task;
  const monitor = training.earlyStopping?.monitor ?? defaultMonitor(validation !== undefined);
  const wanted = [monitor, 'val_loss', ...training.metrics.flatMap(({ name }) => [name, `val_${name}`])];
  const keys = keysOf(task).slice(1);
  return Array.from(new Set(wanted)).filter((key) => keys.includes(key));
}

/** Actual and predicted outputs of the rows trained on, or classes where the targets are classes. */
export function predictionTable(finished: Finished): string[] {
  const { y } = finished.task.train;
  const labels = labelsOf(finished.task);
  const columns = labels ? classColumns(finished, labels) : outputColumns(finished);
  const hidden = y.rows - PREDICTIONS;
  return [
    ...tableOf(columns, evenly(Math.min(y.rows, PREDICTIONS), PREDICTIONS)),
    ...(!labels && y.columns > OUTPUTS.most ? [`… the first ${OUTPUTS.shown} of ${y.columns} outputs ${REST}`] : []),
    ...(hidden > 0 ? [`… and ${counted(hidden, 'training row')} more ${REST}`] : []),
  ];
}

function outputColumns({ task, training, reference }: Finished): Column[] {
  const words = (of: Table, text: (value: number) => string) => (row: number) => {
    const shown = of.columns > OUTPUTS.most ? OUTPUTS.shown : of.columns;
    const values = Array.from({ length: shown }, (_, column) => text(of.values[row * of.columns + column]!));
    return [...values, ...(shown < of.columns ? ['…'] : [])].join(' ');
  };
  return [
    { name: 'Actual', cell: words(task.train.y, targetText) },
    { name: 'Predicted', cell: words(training.predictions, numberText) },
    ...(training.backend === 'cpu' || !reference
      ? []
      : [{ name: 'CPU reference', cell: words(reference.predictions, numberText) }]),
  ];
}

function classColumns({ task, training, reference, classes }: Finished, labels: readonly number[]): Column[] {
  const activation = outputActivation(task.model.layers);
  const value = activation === 'softmax' || activation === 'sigmoid' ? 'Probability' : 'Output';
  const predicted = (name: string, predictions: Matrix): Column[] => [
    { name, cell: (row) => className(classes, largestColumn(predictions, row)) },
    {
      name: value,
      cell: (row) => numberText(predictions.values[row * predictions.columns + largestColumn(predictions, row)]!),
    },
  ];
  return [
    { name: 'Actual class', cell: (row) => className(classes, labels[row]!) },
    ...predicted('Predicted class', training.predictions),
    ...(training.backend === 'cpu' || !reference ? [] : predicted('CPU reference', reference.predictions)),
  ];
}

/** The class of each row trained on; undefined where the targets are no classes. */
export function labelsOf({ training: { loss }, train: { y }, widths }: Task): readonly number[] | undefined {
  const isClasses = loss.name === 'sparseCategoricalCrossentropy' || (y.columns > 1 && isOneHot(y));
  return isClasses ? classesOf(y, loss, widths.at(-1)!) : undefined;
}

/** Whether each row is zeros and a single 1. */
function isOneHot({ rows, columns, values }: Table): boolean {
  for (let row = 0; row < rows; row++) {
    let ones = 0;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      if (value !== 0 && value !== 1) return false;
      ones += value;
    }
    if (ones !== 1) return false;
  }
  return true;
}

/** A class by its name, cut where it is long, or by its number. */
export function className(classes: readonly string[] | undefined, label: number): string {
  const name = classes?.[label];
  return name === undefined ? String(label) : printable(name);
}

/** The first of the largest. */
export function largestColumn({ columns, values }: Matrix, row: number): number {
  let best = 0;
  for (let c = 1; c < columns; c++) if (values[row * columns + c]! > values[row * columns + best]!) best = c;
  return best;
}

function tableOf(columns: readonly Column[], rows: readonly number[]): string[] {
  return table(
    columns.map(({ name }) => name),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

/** As it was written, where that is short. */
export function targetText(value: number): string {
  const written = String(value);
  return written.length <= 10 ? written : numberText(value);
}

/** The confusion matrix of the epoch whose weights are left, of the validation data where there is some; nothing where nobody asked. */
export function confusionTable(finished: Finished): string[] {
  const { training, classes } = finished;
  const epoch = lastingEpoch(finished);
  const { val_confusionMatrix: validated, confusionMatrix: trained } = training.confusionMatrices;
  const counts = (validated ?? trained)?.[epoch - 1];
  if (!counts) return [];
  const title = `Confusion matrix of the ${validated ? 'validation' : 'training'} data, epoch ${epoch}`;
  if (counts.length > CLASSES) return [`${title}: ${counts.length} classes, too many to show (--json has it)`];
  const names = ['Actual \\ predicted', ...counts.map((_, predicted) => className(classes, predicted))];
  return [
    title,
    ...table(
      names,
      counts.map((row, actual) => [className(classes, actual), ...row.map(String)]),
    ),
  ];
}
