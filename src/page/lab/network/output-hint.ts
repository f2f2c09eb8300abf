/** Whether the last layer gives what the data ask for, in a sentence. It changes nothing. */
import { type Layer, layerWidths } from '../../../core/model.js';
import { outputActivation } from '../../../core/task-checks.js';
import { counted } from '../../../core/text.js';
import type { DataSummary } from '../data/summary.js';

type Asked = Pick<DataSummary, 'inputs' | 'outputs' | 'classes'>;

/** @returns undefined where they fit, or nothing is known */
export function outputHint(layers: readonly Layer[], loss: string, data: Asked | undefined): string | undefined {
  if (!data) return undefined;
  const outputs = layerWidths(layers, data.inputs).at(-1)!;
  const activation = outputActivation(layers);
  const given = `this network ends with ${outputs} (${activation})`;
  const { classes } = data;
  if (!classes) {
    if (outputs === data.outputs || loss === 'sparseCategoricalCrossentropy') return undefined;
    return `The data have ${counted(data.outputs, 'target')} a row, so ${counted(data.outputs, 'output')} ${data.outputs === 1 ? 'is' : 'are'} wanted; ${given}.`;
  }
  const isBinary = classes.length === 2 && loss !== 'sparseCategoricalCrossentropy' && outputs === 1;
  if (isBinary || outputs === classes.length) return undefined;
  const wanted =
    classes.length === 2 ? 'one output with sigmoid, or two with softmax' : `${classes.length} outputs with softmax`;
  return `The data have ${classes.length} classes, so ${wanted} are wanted; ${given}.`;
}
