/**
 * The two charts of one outcome, one above the other, with one x axis and one cursor: the curves, and the
 * difference. They follow the width of their place and the colour scheme. What they show in colours and
 * lines stands as text in their labels, in the readout and in the table of epochs.
 */
import uPlot from 'uplot';
import { CURVE_TOLERANCE } from '../verify/curves.js';
import { differenceChart, epochsOf, logarithm, lossChart } from './chart-options.js';
import { element } from './elements.js';
import { differenceText, numberText } from '../core/text.js';
import type { Outcome } from './train-both.js';

export interface Charts {
  show(outcome: Outcome): void;
  clear(): void;
}

const HINTS = {
  mouse: 'Point at a curve to read an epoch; drag to zoom, double-click to see all.',
  touch: 'Tap a curve to read an epoch.',
};

export function openCharts(): Charts {
  const places = { loss: element('loss-chart', HTMLElement), difference: element('difference-chart', HTMLElement) };
  const readout = element('readout', HTMLElement);
  const caption = element('caption', HTMLElement);
  const hint = matchMedia('(hover: hover)').matches ? HINTS.mouse : HINTS.touch;
  const drawn: uPlot[] = [];

  const clear = () => {
    drawn.splice(0).forEach((plot) => plot.destroy());
    for (const place of Object.values(places)) place.removeAttribute('aria-label');
    readout.textContent = caption.textContent = '';
  };

  const sizes = new ResizeObserver(() => {
    for (const plot of drawn) {
      const { clientWidth } = plot.root.parentElement!;
      if (clientWidth > 0 && clientWidth !== plot.width) plot.setSize({ width: clientWidth, height: plot.height });
    }
  });
  sizes.observe(places.loss);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    drawn.forEach((plot) => plot.redraw(false)),
  );

  return {
    clear,
    show(outcome) {
      clear();
      const { training, reference, parity } = outcome;
      const x = epochsOf(reference.history.loss);
      const onCursor = (index: number | null) => {
        readout.textContent = index === null ? hint : epochText(outcome, index);
      };
      const curves = [reference.history.loss, ...(parity ? [training.history.loss] : [])];
      const loss = lossChart({ width: places.loss.clientWidth, epochs: x.length, isAlone: !parity, onCursor });
      drawn.push(new uPlot(loss, [x, ...curves.map((curve) => [...curve])], places.loss));
      places.loss.ariaLabel = lossLabel(outcome);
      if (parity) {
        const options = differenceChart({ width: places.difference.clientWidth, epochs: x.length });
        drawn.push(new uPlot(options, [x, parity.loss.map(logarithm), tolerance(x.length)], places.difference));
        places.difference.ariaLabel = differenceLabel(parity.loss);
      }
      onCursor(null);
      caption.textContent = captionText(outcome);
    },
  };
}

/** A line needs its two ends only, and a training of one epoch just a point. */
function tolerance(epochs: number): (number | null)[] {
  return Array.from({ length: epochs }, (_, i) => (i === 0 || i === epochs - 1 ? logarithm(CURVE_TOLERANCE) : null));
}

function epochText({ training, reference, parity }: Outcome, index: number): string {
  const loss = [
    ...(parity ? [`WebGPU ${numberText(training.history.loss[index]!)}`] : []),
    `CPU ${numberText(reference.history.loss[index]!)}`,
    ...(parity ? [`difference ${differenceText(parity.loss[index]!)}`] : []),
  ];
  return [`Epoch ${index + 1}`, ...loss].join(' · ');
}

function lossLabel({ training, reference, parity }: Outcome): string {
  const ends = (name: string, loss: readonly number[]) =>
    `${name} goes from ${numberText(loss[0]!)} in epoch 1 to ${numberText(loss.at(-1)!)} in epoch ${loss.length}`;
  const curves = [
    ...(parity ? [ends('WebGPU', training.history.loss)] : []),
    ends('the CPU reference', reference.history.loss),
  ];
  return `Chart of the loss per epoch: ${curves.join('; ')}.`;
}

function differenceLabel(loss: readonly number[]): string {
  const most = loss.reduce((a, b) => (b > a ? b : a), 0);
  return `Chart of the difference of the two losses per epoch, at most ${differenceText(most)}; the tolerance is ${CURVE_TOLERANCE.toExponential()}.`;
}

function captionText({ parity }: Outcome): string {
  if (!parity) return 'The half sum of squared errors of each epoch’s forward pass, before its update.';
  const zeros = parity.loss.filter((value) => value === 0).length;
  const missing = zeros > 0 ? ` In ${zeros} of ${parity.loss.length} epochs it is exactly 0 and has no point.` : '';
  return (
    'Above, the half sum of squared errors of each epoch’s forward pass: the dashed line of the GPU lies on the band ' +
    `of the reference. Below, how far the two are apart, on a logarithmic scale.${missing}`
  );
}
