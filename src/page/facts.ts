/**
 * The list of facts about a training: adapter, what was checked, largest difference, times. A software
 * adapter is labelled as one in plain words. What was not measured is left out, never shown as zero.
 */
import { type AdapterDescription, adapterName, SOFTWARE_ADAPTER } from '../gpu/device.js';
import { element, make } from './elements.js';
import { counted, differenceText, millisecondsText } from '../core/text.js';
import { checkedSentence } from './messages.js';
import type { Outcome } from './train-both.js';

type Fact = readonly [id: string, term: string, ...value: (Node | string)[]];

export function fillFacts({ run, training, reference, parity }: Outcome): void {
  const epochs = counted(run.training.epochs, 'epoch');
  const facts: Fact[] =
    training.adapter && parity
      ? [
          ['adapter', 'Adapter', ...adapterNodes(training.adapter)],
          ['checked', 'Checked', checkedSentence(training.parity)],
          [
            'max-difference',
            'Largest difference',
            `${differenceText(parity.maxAbsoluteDifference)}, over every epoch’s loss and mean absolute error and every prediction.`,
          ],
          [
            'time',
            'Time on WebGPU',
            `${millisecondsText(training.milliseconds)} for ${epochs}, after ${millisecondsText(training.setUpMilliseconds)} of set-up.`,
          ],
          ['cpu-time', 'Time on the CPU', `${millisecondsText(reference.milliseconds)}.`],
        ]
      : [
          ['adapter', 'Adapter', 'None: the CPU reference alone.'],
          ['cpu-time', 'Time on the CPU', `${millisecondsText(reference.milliseconds)} for ${epochs}.`],
        ];
  element('facts', HTMLElement).replaceChildren(
    ...facts.flatMap(([id, term, ...value]) => [make('dt', [term]), make('dd', value, { id })]),
  );
}

function adapterNodes(adapter: AdapterDescription): (Node | string)[] {
  const name = adapterName(adapter);
  if (!adapter.isFallback) return [name];
  return [`${name} `, make('span', [SOFTWARE_ADAPTER], { class: 'label', id: 'software' })];
}
