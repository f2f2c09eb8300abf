/**
 * A model as a table of text: its layers, what shape each gives, how many parameters each has.
 */
import { weightShapes } from '../core/given-weights.js';
import { type Layer, layerWidths } from '../core/model.js';
import { wholeText } from '../core/text.js';

export function summaryText(layers: readonly Layer[], inputs: number): string {
  const widths = layerWidths(layers, inputs);
  const counts = layers.map((layer, l) => {
    const count = (isTrainable: boolean) =>
      weightShapes(layer, widths[l]!)
        .filter((weight) => weight.isTrainable === isTrainable)
        .reduce((sum, { shape: [rows, columns] }) => sum + rows * columns, 0);
    return { trainable: count(true), fixed: count(false) };
  });
  const rows = [
    ['Layer', 'Output shape', 'Parameters'],
    ['input', shape(inputs), '0'],
    ...layers.map((layer, l) => [
      layerText(layer),
      shape(widths[l + 1]!),
      wholeText(counts[l]!.trainable + counts[l]!.fixed),
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const [first, second, third] = [width(0), width(1), width(2)];
  const lines = rows.map(([a, b, c]) => `${a!.padEnd(first)}  ${b!.padEnd(second)}  ${c!.padStart(third)}`);

  const trainable = counts.reduce((sum, count) => sum + count.trainable, 0);
  const fixed = counts.reduce((sum, count) => sum + count.fixed, 0);
  const total = `Parameters: ${wholeText(trainable + fixed)}, ${wholeText(trainable)} trainable, ${wholeText(fixed)} not`;
  return [...lines, '', total].join('\n');
}

const shape = (columns: number) => `(batch, ${columns})`;

function layerText(layer: Layer): string {
  switch (layer.type) {
    case 'dense':
      return layer.activation === 'linear' ? 'dense' : `dense (${layer.activation})`;
    case 'dropout':
      return `dropout (${layer.rate})`;
    case 'activation':
      return `activation (${layer.activation})`;
    case 'batchNormalization':
    case 'layerNormalization':
      return layer.type;
    default:
      return layer satisfies never;
  }
}
