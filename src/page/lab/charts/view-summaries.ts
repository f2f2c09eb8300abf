/** What the views of the network show now, in sentences. Pure functions. */
import { counted, percentText, wholeText } from '../../../core/text.js';
import { shownNumber } from './shown-number.js';
import type { ConfusionView, FitView, PlaneView, TensorView } from './view-results.js';

/** Classes that are named one by one, at most. */
const MOST_NAMED = 10;

export function planeSummary({ x, y, says, points }: PlaneView): string {
  const where = `Over ${x.name} from ${shownNumber(x.min)} to ${shownNumber(x.max)} and ${y.name} from ${shownNumber(y.min)} to ${shownNumber(y.max)}`;
  if (says.kind === 'number') {
    const [min, max] = says.values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    return `${where} the network says ${says.name} from ${shownNumber(min)} to ${shownNumber(max)}.`;
  }
  const cells = new Array<number>(says.names.length).fill(0);
  for (const label of says.labels) cells[label]!++;
  const named = says.names
    .map((name, label) => ({ name, share: cells[label]! / says.labels.length }))
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_NAMED)
    .map(({ name, share }) => `class ${name} on ${percentText(share)} of it`);
  const right = points.map(({ part, isRight }) => {
    const count = isRight.reduce((sum, one) => sum + one, 0);
    return `${wholeText(count)} of ${wholeText(isRight.length)} ${part} points`;
  });
  return `${where} the network says ${named.join(', ')}. It is right about ${right.join(' and ')}.`;
}

export function fitSummary({ x, y, lines, points, errors }: FitView): string {
  const drawn = lines.length === 1 ? `${lines[0]!.name}` : counted(lines.length, 'output');
  const apart = errors.map(({ part, value }) => `${shownNumber(value)} over the ${part} points`);
  const count = points.reduce((sum, { x: values }) => sum + values.length, 0);
  return (
    `The line is what the network says of ${drawn} for ${x.name} from ${shownNumber(x.min)} to ${shownNumber(x.max)}; ` +
    `${counted(count, 'point')} of the data lie around it, ${y.name} upwards. ` +
    `Root mean squared error of ${lines[0]!.name}: ${apart.join(', ')}.`
  );
}

export function confusionSummary({ part, rows, of, names, counts }: ConfusionView): string {
  const right = counts.reduce((sum, row, label) => sum + row[label]!, 0);
  const most = counts
    .flatMap((row, truth) => row.map((count, said) => ({ truth, said, count })))
    .filter(({ truth, said }) => truth !== said)
    .reduce((a, b) => (b.count > a.count ? b : a), { truth: 0, said: 0, count: 0 });
  const which = rows === of ? `all ${wholeText(of)}` : `${wholeText(rows)} evenly spread of ${wholeText(of)}`;
  const worst =
    most.count === 0
      ? 'No class is taken for another.'
      : `Most often class ${names[most.truth]} is taken for ${names[most.said]}: ${most.count === 1 ? 'once' : `${wholeText(most.count)} times`}.`;
  return `Of ${which} ${part} rows the network is right about ${wholeText(right)} (${percentText(right / rows)}). ${worst}`;
}

export function tensorSummary(name: string, { rows, columns, statistics }: TensorView): string {
  const { count, min, max, mean, deviation, zeros, notFinite } = statistics;
  const bad = notFinite > 0 ? ` ${wholeText(notFinite)} are no finite numbers.` : '';
  return (
    `${name}: ${wholeText(rows)} × ${wholeText(columns)} numbers from ${shownNumber(min)} to ${shownNumber(max)}, ` +
    `mean ${shownNumber(mean)}, deviation ${shownNumber(deviation)}, ${percentText(zeros / count)} exactly 0.${bad}`
  );
}
