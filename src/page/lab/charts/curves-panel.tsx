/** The curves of the training: which metric, how it is drawn, earlier runs to compare with, files to take away. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { evenly } from '../../../core/text.js';
import { curveName } from '../../../verify/curves.js';
import { CheckField, SelectField } from '../../parts/fields.js';
import { LineChart } from '../../parts/line-chart.js';
import { usePaced } from '../../parts/paced.js';
import { fileNameOf, saveText } from '../../parts/save-file.js';
import { useLab } from '../lab-context.js';
import { metricsOf } from './curve-data.js';
import { capitalized, curveChart, curveReadout, type CurveChoice } from './curve-plots.js';
import { historyCsv, historyJson } from './history-file.js';
import { RunList } from './run-list.js';
import type { RunStore } from './run-store.js';
import { shownNumber } from './shown-number.js';
import { TableDetails } from './table-details.js';
import { SmoothingField } from './smoothing-field.js';

/** Rows of the table of epochs, at most. */
const MOST_ROWS = 60;

export function CurvesPanel({ runs }: { readonly runs: RunStore }) {
  const { state, edit, training } = useLab();
  const wanted = useSignal('loss');
  const shown = usePaced(() => ({
    history: training.history.value,
    reference: training.reference.history.value,
    backend: training.start.value?.backend ?? 'webgpu',
  })).value;
  const { logScale, smoothing } = state.value.charts;
  const earlier = runs.runs.value.filter(({ id, isShown }) => isShown && id !== runs.current.value);
  const metrics = metricsToChoose(shown.history, earlier);
  const metric = metrics.includes(wanted.value) ? wanted.value : 'loss';
  const choice: CurveChoice = { ...shown, metric, isLog: logScale, smoothing, runs: earlier };
  const chart = useMemo(
    () => curveChart(choice),
    [shown, metric, logScale, smoothing, runs.runs.value, runs.current.value],
  );
  const isEmpty = chart.x.length === 0;
  const set = (change: Partial<typeof state.value.charts>) =>
    edit((lab) => ({ ...lab, charts: { ...lab.charts, ...change } }));
  const toSave = () => ({ ...shown, run: training.run.peek() });
  return (
    <section id="lab-charts" class="panel" aria-labelledby="lab-charts-title">
      <h2 id="lab-charts-title">Curves</h2>
      <div class="fields chart-fields">
        <SelectField
          label="Metric"
          value={metric}
          options={metrics.map((key) => ({ value: key, text: capitalized(curveName(key)) }))}
          onChange={(key) => (wanted.value = key)}
        />
        <SmoothingField value={smoothing} onChange={(value) => set({ smoothing: value })} />
        <CheckField label="Logarithmic scale" checked={logScale} onChange={(on) => set({ logScale: on })} />
      </div>
      {isEmpty ? (
        <p class="chart-empty">Nothing to show yet, because nothing was trained: press Start.</p>
      ) : (
        <LineChart
          title={`${capitalized(curveName(metric))} per epoch`}
          x={chart.x}
          xLabel="Epoch"
          plots={chart.plots}
          readout={(place) => curveReadout(choice, place)}
        >
          <button
            type="button"
            class="quiet"
            disabled={shown.history.loss.length === 0}
            onClick={() => saveText(fileNameOf('history', 'csv'), historyCsv(toSave()), 'text/csv')}
          >
            History as CSV
          </button>
          <button
            type="button"
            class="quiet"
            disabled={shown.history.loss.length === 0}
            onClick={() => saveText(fileNameOf('history', 'json'), historyJson(toSave()), 'application/json')}
          >
            History as JSON
          </button>
        </LineChart>
      )}
      <Remarks chart={chart} smoothing={smoothing} />
      {shown.history.loss.length > 0 && (
        <TableDetails summary="The numbers as a table" label="Table of epochs">
          {() => <EpochRows {...choice} />}
        </TableDetails>
      )}
      <RunList runs={runs} />
    </section>
  );
}

function metricsToChoose(history: CurveChoice['history'], runs: CurveChoice['runs']): string[] {
  const own = metricsOf(history);
  const others = runs.flatMap(({ curves }) => Object.keys(curves)).filter((key) => !key.startsWith('val_'));
  return own.length > 1 || history.loss.length > 0 ? own : [...new Set(['loss', ...others])];
}

/** What the drawing cannot say. */
function Remarks({ chart, smoothing }: { readonly chart: ReturnType<typeof curveChart>; readonly smoothing: number }) {
  const { training, state } = useLab();
  const start = training.start.value;
  const reference = training.reference.status.value;
  const remarks = [
    chart.sentence,
    chart.sentence !== undefined && smoothing > 0 && 'The difference is that of the numbers as they are, not smoothed.',
    chart.hidden > 0 && `${chart.hidden} values are 0, below, or no numbers, and have no place on a logarithmic scale.`,
    start?.backend === 'cpu' && 'The CPU trained this: it is the reference itself, and there is nothing to compare.',
    start?.backend === 'webgpu' &&
      reference === 'idle' &&
      `No reference trained beside${state.value.comparesReference ? ' this run' : ', as was asked for'}.`,
    reference === 'failed' && 'The reference could not train to the end.',
  ].filter((remark) => typeof remark === 'string');
  return <p class="note chart-remarks">{remarks.join(' ')}</p>;
}

/** The numbers of the chart. */
function EpochRows({ history, reference, metric, backend }: CurveChoice) {
  const keys = [metric, `val_${metric}`].filter((key) => history[key]);
  const columns = keys.flatMap((key) => [
    { name: capitalized(curveName(key)), values: history[key]! },
    ...(backend === 'webgpu' && reference[key] ? [{ name: 'CPU reference', values: reference[key] }] : []),
  ]);
  const places = evenly(history.loss.length, MOST_ROWS);
  return (
    <>
      {places.length < history.loss.length && (
        <p class="note">
          {places.length} of {history.loss.length} epochs, evenly spread; the files have all of them.
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            {columns.map(({ name }, c) => (
              <th key={c} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={place}>
              <th scope="row">{place + 1}</th>
              {columns.map(({ values }, c) => (
                <td key={c}>{values[place] === undefined ? '–' : shownNumber(values[place])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
