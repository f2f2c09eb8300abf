/** What a run takes on this device: the time of each pass, and the memory that was planned and created. */
import { useComputed, useSignal } from '@preact/signals';
import { shareText } from '../../core/text.js';
import { kindOf } from '../../data/document.js';
import { SelectField } from '../parts/fields.js';
import { rateText, sizeText, timeText } from '../parts/measure-text.js';
import { ShareBar } from '../parts/share-bar.js';
import { usePage } from '../shell/page-context.js';
import type { DeviceStore, MeasureView } from './device-store.js';
import type { RunMeasure } from './look.js';
import { passRows, stepByPasses } from './pass-rows.js';

type Choice = 'lab' | 'tutorial';

export function MeasurePanel({ store }: { readonly store: DeviceStore }) {
  const { state } = usePage();
  // Files are not in the page's state, and are not asked for here.
  const kind = kindOf(state.value.lab.run.data);
  const hasLab = kind === undefined || kind === 'synthetic';
  const choice = useSignal<Choice>(hasLab ? 'lab' : 'tutorial');
  const measure = store.measure.value;
  const isRunning = measure.status === 'running' || measure.status === 'stopping';
  const isOther = ['running', 'stopping'].includes(store.test.value.status);
  const isLost = store.lost.value !== undefined;
  return (
    <section class="panel measure" id="measure" aria-labelledby="measure-title" data-status={measure.status}>
      <h2 id="measure-title">Time and memory of a run</h2>
      <p class="panel-text">
        Each pass runs many times by itself; the quickest of five turns counts, since what disturbs only slows. Then you
        see the memory that the plan asks for, and what the device was really given to hold.
        {!hasLab && ' The lab’s run has its data in files, which only the lab reads; the tutorial’s is measured here.'}
      </p>
      <div class="fields">
        <SelectField<Choice>
          label="Run"
          value={choice.value}
          disabled={isRunning}
          options={[
            ...(hasLab ? [{ value: 'lab' as const, text: 'The lab’s run, as it is now' }] : []),
            { value: 'tutorial', text: 'The tutorial’s run, 3-4-1' },
          ]}
          onChange={(value) => (choice.value = value)}
        />
        <div class="buttons">
          <button
            type="button"
            disabled={isRunning || isOther || isLost}
            onClick={() => store.beginMeasure(choice.value === 'lab' ? state.peek().lab.run : undefined)}
          >
            Measure
          </button>
          <button type="button" class="quiet" disabled={!isRunning} onClick={store.stop}>
            Stop measuring
          </button>
        </div>
      </div>
      {isRunning && (
        <div class="work-progress">
          <progress aria-label="Measuring" max={1} value={measure.share} />
        </div>
      )}
      <div role="status">
        {measure.status === 'stopped' && <p class="note">Stopped. Nothing is shown of what is half measured.</p>}
        {measure.problem !== undefined && <p class="problem">{measure.problem}</p>}
        {measure.result && <p class="visually-hidden">Measured.</p>}
      </div>
      <Measured measure={measure} />
    </section>
  );
}

function Measured({ measure: { result } }: { readonly measure: MeasureView }) {
  if (!result) return null;
  return (
    <div class="measured">
      <Times result={result} />
      <Memory result={result} />
    </div>
  );
}

function Times({ result }: { readonly result: RunMeasure }) {
  const rows = useComputed(() => passRows(result)).value;
  const layered = stepByPasses(rows);
  const largest = Math.max(...rows.map(({ share }) => share));
  return (
    <div id="pass-times" data-by={result.by}>
      <h3>Time per pass</h3>
      <p class="panel-text">
        {result.by === 'timestamps'
          ? 'By timestamps that the GPU itself writes.'
          : 'By the clock, over many repetitions, with what the browser does for each dispatch.'}
        {result.distrust !== undefined && ` The device has timestamps, but ${result.distrust}.`} A training of this run
        takes the <strong>{result.schedule}</strong> schedule, since {result.reason}:{' '}
        {timeText(result.stepMilliseconds)} for a step, with all that a training does. What is done once an epoch,
        shuffling and validation, is shared out over its steps.
        {result.schedule === 'persistent' &&
          ' There all passes are in one dispatch and cannot be told apart, so the table has them as the layered schedule dispatches them.'}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Time per pass">
        <table>
          <thead>
            <tr>
              <th scope="col">Pass and shader</th>
              <th scope="col" class="number">
                Dispatches a step
              </th>
              <th scope="col" class="number">
                Time each
              </th>
              <th scope="col" class="number">
                Share
              </th>
              <th scope="col" class="bar-column">
                <span class="visually-hidden">As a bar, the longest for the largest</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.pass} ${row.shader}`}>
                <th scope="row">
                  {row.pass} <code class="shader">{row.shader}</code>
                </th>
                <td class="number">{rateText(row.dispatchesPerStep)}</td>
                <td class="number">{timeText(row.milliseconds)}</td>
                <td class="number">{shareText(row.share)}</td>
                <td>
                  <ShareBar share={row.share / largest} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">A step, all passes together</th>
              <td class="number">{rateText(rows.reduce((sum, one) => sum + one.dispatchesPerStep, 0))}</td>
              <td class="number">{timeText(layered)}</td>
              <td colSpan={2} />
            </tr>
          </tfoot>
        </table>
      </div>
    </div>
  );
}

function Memory({ result: { memory, schedule } }: { readonly result: RunMeasure }) {
  const planned = memory.rows.reduce((sum, row) => sum + row.planned, 0);
  const used = memory.rows.reduce((sum, row) => sum + row.used, 0);
  const most = Math.max(1, ...memory.rows.map((row) => row.used));
  return (
    <div id="memory" data-planned={planned} data-used={used} data-left={memory.left}>
      <h3>Memory, planned and used</h3>
      <p class="panel-text">
        Of the {schedule} schedule: {sizeText(planned)} planned, {sizeText(used)} created, {sizeText(memory.peak)} at
        most at once.{' '}
        {memory.left === 0 ? 'All of it was given back.' : `${sizeText(memory.left)} were not given back.`}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Memory by buffer">
        <table>
          <thead>
            <tr>
              <th scope="col">Buffer</th>
              <th scope="col" class="number">
                Planned
              </th>
              <th scope="col" class="number">
                Created
              </th>
              <th scope="col" class="bar-column">
                <span class="visually-hidden">As a bar, the longest for the largest</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {memory.rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td class="number">{row.planned > 0 ? sizeText(row.planned) : 'unplanned'}</td>
                <td class="number">{sizeText(row.used)}</td>
                <td>
                  <ShareBar share={row.used / most} isGood={row.planned === 0 || row.used === row.planned} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">In all</th>
              <td class="number">{sizeText(planned)}</td>
              <td class="number">{sizeText(used)}</td>
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
    </div>
  );
}
