/** The self-test: every shader of the product on this device, run by run, with what it found and a report to copy. */
import { useSignal } from '@preact/signals';
import { version } from '../../../package.json';
import { counted, shareText, wholeText } from '../../core/text.js';
import { browserName } from '../parts/browser-name.js';
import { CopyButton } from '../parts/copy-button.js';
import { timeText } from '../parts/measure-text.js';
import { ShareBar } from '../parts/share-bar.js';
import type { DeviceStore, TestView } from './device-store.js';
import type { DeviceLook } from './look.js';
import { failuresOf, reportText, rowOf, type RunRow, summaryText, worstFirst, worstOf } from './test-rows.js';

/** Runs that are listed before all are asked for. */
const FEW = 8;

export function TestPanel({ store, look }: { readonly store: DeviceStore; readonly look: DeviceLook }) {
  const test = store.test.value;
  const isRunning = test.status === 'running' || test.status === 'stopping';
  const isOther = ['running', 'stopping'].includes(store.measure.value.status);
  const isLost = store.lost.value !== undefined;
  return (
    <section class="panel self-test" id="self-test" aria-labelledby="self-test-title" data-status={test.status}>
      <h2 id="self-test-title">Self-test</h2>
      <p class="panel-text">
        Every shader of this product runs on this very device, in small networks that together use each activation,
        loss, optimizer, layer and kind of product. Pass by pass, each value is compared with the float64 reference. A
        pass is right when every difference is within its derived bound.
      </p>
      <div class="buttons">
        <button type="button" disabled={isRunning || isOther || isLost} onClick={store.beginTest}>
          {test.status === 'idle' ? 'Run the self-test' : 'Run it again'}
        </button>
        <button type="button" class="quiet" disabled={!isRunning} onClick={store.stop}>
          Stop
        </button>
        <CopyButton
          label="Copy report"
          disabled={test.results.length === 0}
          text={() =>
            reportText(test.results, {
              adapter: look.name,
              browser: browserName(navigator.userAgent),
              version,
              date: new Date().toISOString().slice(0, 10),
              of: test.of,
              leftOut: test.report?.leftOut ?? [],
            })
          }
        />
      </div>
      <Progress test={test} />
      <Outcome test={test} />
    </section>
  );
}

function Progress({ test: { status, results, of } }: { readonly test: TestView }) {
  if (status !== 'running' && status !== 'stopping') return null;
  const last = results.at(-1);
  return (
    <div class="work-progress">
      <progress aria-label="Self-test" max={Math.max(1, of)} value={results.length} />
      <p class="note">
        {status === 'stopping'
          ? 'Stopping after the run under way …'
          : last
            ? `${results.length} of ${counted(of, 'run')}; just now: ${last.name}`
            : 'Compiling the first shaders …'}
      </p>
    </div>
  );
}

function Outcome({ test }: { readonly test: TestView }) {
  const { status, results, of, report, problem } = test;
  const isOver = ['done', 'stopped', 'failed'].includes(status);
  const failures = failuresOf(results);
  const worst = worstOf(results);
  return (
    <>
      <div role="status" class="verdict-place">
        {isOver && results.length > 0 && (
          <p class={failures.length > 0 ? 'verdict verdict-bad' : 'verdict'} data-ok={failures.length === 0}>
            {status === 'stopped' && 'Stopped. '}
            {summaryText(results, of)}
            {report && ` It took ${timeText(report.milliseconds)}.`}
          </p>
        )}
        {status === 'stopped' && results.length === 0 && <p class="verdict">Stopped before the first run ended.</p>}
        {problem !== undefined && <p class="problem">{problem}</p>}
      </div>
      {failures.length > 0 && (
        <ul class="failures" aria-label="What is wrong">
          {failures.map((failure) => (
            <li key={failure}>{failure}</li>
          ))}
        </ul>
      )}
      {worst && (
        <div class="worst">
          <p>
            <span class="worst-label">{worst.pass.ok ? 'Closest to its bound' : 'Worst'}</span>
            <strong>{worst.pass.pass}</strong> in “{worst.run.name}” ({worst.pass.shader}):{' '}
            {shareText(worst.pass.shareOfBound)} of the bound
          </p>
          <ShareBar share={worst.pass.shareOfBound} isGood={worst.pass.ok} />
        </div>
      )}
      {results.length > 0 && <Runs results={results} isOver={isOver} />}
      {report && report.leftOut.length > 0 && (
        <p class="note">
          Left out, since nothing may choose it on this device: products by {report.leftOut.join(', ')}.
        </p>
      )}
    </>
  );
}

/** While it runs the newest are on top, afterwards the worst. */
function Runs({ results, isOver }: { readonly results: TestView['results']; readonly isOver: boolean }) {
  const showsAll = useSignal(false);
  const rows = isOver ? worstFirst(results) : results.map(rowOf).reverse();
  const shown = showsAll.value ? rows : rows.slice(0, FEW);
  return (
    <div class="test-runs">
      <h3>{isOver ? 'Runs, the worst first' : 'Runs, the newest first'}</h3>
      {shown.map((row) => (
        <Run key={`${row.name} ${row.schedule}`} row={row} />
      ))}
      {rows.length > FEW && (
        <button type="button" class="quiet" onClick={() => (showsAll.value = !showsAll.value)}>
          {showsAll.value ? 'Show fewer' : `Show all ${rows.length} runs`}
        </button>
      )}
    </div>
  );
}

function Run({ row }: { readonly row: RunRow }) {
  const isOpen = useSignal(false);
  return (
    <details
      class="test-run"
      data-ok={row.ok}
      data-run={row.name}
      onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}
    >
      <summary>
        <span class="test-mark" aria-hidden="true">
          {row.ok ? '✓' : '✗'}
        </span>
        <span class="test-name">
          {row.name}
          <small>
            {row.schedule} · {row.passes.length} passes · {wholeText(row.values)} values
          </small>
        </span>
        <span class="test-share">
          {row.ok ? '' : 'wrong, '}
          {row.passes.length > 0 ? shareText(row.shareOfBound) : 'not run'}
          <ShareBar share={row.shareOfBound} isGood={row.ok} />
        </span>
      </summary>
      {isOpen.value && <Passes row={row} />}
    </details>
  );
}

function Passes({ row }: { readonly row: RunRow }) {
  if (row.problem !== undefined) return <p class="problem">{row.problem}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Passes of ${row.name}, ${row.schedule}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Pass and shader</th>
            <th scope="col" class="number">
              Values
            </th>
            <th scope="col" class="number">
              Of the bound
            </th>
            <th scope="col">Right</th>
          </tr>
        </thead>
        <tbody>
          {row.passes.map((pass) => (
            <tr key={`${pass.pass} ${pass.shader}`} data-ok={pass.ok}>
              <th scope="row">
                {pass.pass} <code class="shader">{pass.shader}</code>
              </th>
              <td class="number">{wholeText(pass.values)}</td>
              <td class="number">{shareText(pass.shareOfBound)}</td>
              <td>{pass.ok ? 'yes' : 'no'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
