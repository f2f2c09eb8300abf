/** Weights, gradients and activations of one layer: as a heat-map, as a histogram, as a few numbers. */
import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { percentText, wholeText } from '../../../core/text.js';
import { CanvasChart } from '../../parts/canvas-chart.js';
import { SelectField } from '../../parts/fields.js';
import { useLab } from '../lab-context.js';
import { heatMapLayout, heatMapSize, paintHeatMap } from './heat-map.js';
import { histogramSize, paintHistogram } from './histogram.js';
import { shownNumber } from './shown-number.js';
import { TableDetails } from './table-details.js';
import { layerName, layersOf, type NamedTensor, tensorsOf } from './tensor-names.js';
import { useView } from './use-view.js';
import { ViewFrame } from './view-frame.js';
import type { TensorChoice, TensorView } from './view-results.js';
import { tensorSummary } from './view-summaries.js';

export function LayersTab({ isSeen }: { readonly isSeen: ReadonlySignal<boolean> }) {
  const { training, state: labState } = useLab();
  const run = training.run.value ?? labState.value.run;
  const layers = layersOf(run);
  const wanted = useSignal({ layer: 0, key: 'weights kernel' });
  const layer = Math.min(wanted.value.layer, layers.length - 1);
  const tensors = tensorsOf(layers[layer]!);
  const named = tensors.find(({ key }) => key === wanted.value.key) ?? tensors[0]!;
  const text = JSON.stringify({ layer, tensor: named.tensor });
  const chosen = useSignal(text);
  chosen.value = text;
  const choice = useComputed(() => JSON.parse(chosen.value) as TensorChoice);
  const state = useView((views, request, asked) => views.tensor(request, asked), choice, isSeen);
  return (
    <>
      <div class="fields chart-fields">
        <SelectField
          label="Layer"
          value={String(layer)}
          options={layers.map((one, l) => ({ value: String(l), text: layerName(one, l) }))}
          onChange={(value) => (wanted.value = { ...wanted.value, layer: Number(value) })}
        />
        <SelectField
          label="Tensor"
          value={named.key}
          options={tensors.map(({ key, text: words }) => ({ value: key, text: words }))}
          onChange={(key) => (wanted.value = { layer, key })}
        />
      </div>
      <ViewFrame state={state.value}>
        {(view, when) => (
          <Tensor
            view={view}
            when={when}
            named={named}
            title={`${named.text}, layer ${layerName(layers[layer]!, layer)}`}
          />
        )}
      </ViewFrame>
    </>
  );
}

interface TensorProps {
  readonly view: TensorView;
  readonly when: string;
  readonly named: NamedTensor;
  readonly title: string;
}

function Tensor({ view, when, named, title }: TensorProps) {
  const paints = useMemo(() => ({ map: paintHeatMap(view), bars: paintHistogram(view) }), [view]);
  const sizeIn = useMemo(() => heatMapSize(view), [view]);
  const summary = tensorSummary(title, view);
  return (
    <>
      <p class="note heat-map-sides">{sidesText(view, named.sides)}</p>
      <CanvasChart title={`${title}, heat-map`} summary={summary} paint={paints.map} sizeIn={sizeIn} />
      <h3>Histogram</h3>
      <CanvasChart
        title={`${title}, histogram`}
        summary={`Histogram of ${summary}`}
        paint={paints.bars}
        sizeIn={histogramSize}
      />
      <StatisticsTable view={view} />
      <p class="note chart-remarks">
        {view.sampleRows > 0 && `Computed from ${view.sampleRows} evenly spread rows of the training part. `}
        By the reference, from the weights {when}. The dashed line is the mean.
      </p>
    </>
  );
}

/** What goes across and what down, and what a cell is. */
function sidesText(view: TensorView, [rows, columns]: readonly [string, string]): string {
  const { isTurned } = heatMapLayout(view, 1);
  const [across, down] = isTurned ? [rows, columns] : [columns, rows];
  const sizes = isTurned ? [view.rows, view.columns] : [view.columns, view.rows];
  const inCell = view.rowsInCell * view.columnsInCell;
  const cell =
    inCell === 1
      ? ''
      : ` A cell is ${view.rowsInCell} × ${view.columnsInCell} numbers, and shows the one farthest from 0.`;
  return `Across: ${wholeText(sizes[0]!)} ${across}. Down: ${wholeText(sizes[1]!)} ${down}.${cell}`;
}

function StatisticsTable({ view: { statistics, histogram } }: { readonly view: TensorView }) {
  const { count, min, max, mean, deviation, zeros, notFinite } = statistics;
  const step = (histogram.max - histogram.min) / histogram.counts.length;
  return (
    <>
      <dl class="statistics">
        {Object.entries({
          numbers: wholeText(count),
          least: shownNumber(min),
          mean: shownNumber(mean),
          most: shownNumber(max),
          deviation: shownNumber(deviation),
          'exactly 0': percentText(zeros / count),
          'not finite': wholeText(notFinite),
        }).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <TableDetails summary="The histogram as a table" label="Table of the histogram">
        {() => (
          <table>
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col">To</th>
                <th scope="col">Numbers</th>
              </tr>
            </thead>
            <tbody>
              {histogram.counts.map((bin, b) => (
                <tr key={b}>
                  <td>{shownNumber(histogram.min + b * step)}</td>
                  <td>{shownNumber(histogram.min + (b + 1) * step)}</td>
                  <td>{wholeText(bin)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </TableDetails>
    </>
  );
}
