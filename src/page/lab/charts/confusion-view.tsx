/** Which classes the network takes for which, as a table that is shaded by the share of each row. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { percentText, wholeText } from '../../../core/text.js';
import { type Paint, savePainted, type Size } from '../../parts/canvas-chart.js';
import { rgbOf } from '../../parts/colors.js';
import { sansOf } from '../../parts/frame.js';
import { mixed } from './mixing.js';
import { useView } from './use-view.js';
import { ViewFrame } from './view-frame.js';
import type { ConfusionView } from './view-results.js';
import { confusionSummary } from './view-summaries.js';

const TITLE = 'Confusion matrix';

export function ConfusionTab({ isSeen }: { readonly isSeen: ReadonlySignal<boolean> }) {
  const state = useView((views, request) => views.confusion(request), useSignal(undefined), isSeen);
  return <ViewFrame state={state.value}>{(view, when) => <Confusion view={view} when={when} />}</ViewFrame>;
}

function Confusion({ view, when }: { readonly view: ConfusionView; readonly when: string }) {
  const { names, counts } = view;
  const columns = names.map((_, said) => counts.reduce((sum, row) => sum + row[said]!, 0));
  return (
    <>
      <p class="note">Rows are the true classes, columns what the network says; shares are of the row.</p>
      <div class="scroll" tabIndex={0} role="group" aria-label="Table of the confusion matrix">
        <table class={names.length > 6 ? 'confusion dense' : 'confusion'}>
          <caption class="visually-hidden">{TITLE}</caption>
          <thead>
            <tr>
              <th scope="col">True ↓ Said →</th>
              {names.map((name, said) => (
                <th key={said} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">Rows</th>
              <th scope="col">Right</th>
            </tr>
          </thead>
          <tbody>
            {counts.map((row, truth) => {
              const total = row.reduce((a, b) => a + b, 0);
              return (
                <tr key={truth}>
                  <th scope="row">{names[truth]}</th>
                  {row.map((count, said) => (
                    <td
                      key={said}
                      class={truth === said ? 'right' : undefined}
                      style={{ background: shade(total > 0 ? count / total : 0, truth === said) }}
                    >
                      {wholeText(count)} {count > 0 && <span class="share">{percentText(count / total)}</span>}
                    </td>
                  ))}
                  <td>{wholeText(total)}</td>
                  <td>{total > 0 ? percentText(row[truth]! / total) : '–'}</td>
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Said</th>
              {columns.map((count, said) => (
                <td key={said}>{wholeText(count)}</td>
              ))}
              <td>{wholeText(view.rows)}</td>
              <td>{percentText(counts.reduce((sum, row, truth) => sum + row[truth]!, 0) / view.rows)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p class="note chart-remarks">
        {confusionSummary(view)} Counted by the reference with the weights {when}.
      </p>
      <div class="buttons small-buttons">
        <button type="button" class="quiet" onClick={() => savePainted(TITLE, paintConfusion(view), sizeOf(view))}>
          Save as PNG
        </button>
      </div>
    </>
  );
}

/** Right is blue, wrong is amber; as strong as the share is large. */
function shade(share: number, isRight: boolean): string {
  return `color-mix(in srgb, var(${isRight ? '--positive' : '--negative'}) ${(strength(share) * 100).toFixed(1)}%, transparent)`;
}

function strength(share: number): number {
  return share === 0 ? 0 : 0.08 + 0.42 * share;
}

const LABELS = 110;
const HEAD = 44;

function sizeOf({ names }: ConfusionView): (width: number) => Size {
  return (width) => {
    const cell = Math.max(28, Math.min(76, (width - LABELS) / names.length));
    return { width: LABELS + cell * names.length, height: HEAD + cell * names.length };
  };
}

function paintConfusion({ names, counts }: ConfusionView): Paint {
  return (context, { width }, palette) => {
    const cell = (width - LABELS) / names.length;
    const paper = rgbOf(palette('--paper'));
    const colors = { right: rgbOf(palette('--positive')), wrong: rgbOf(palette('--negative')) };
    context.font = `${cell < 40 ? 11 : 13}px ${sansOf()}`;
    context.textBaseline = 'middle';
    context.fillStyle = palette('--muted');
    context.textAlign = 'left';
    context.fillText('True ↓  Said →', 0, HEAD / 2);
    names.forEach((name, at) => {
      context.textAlign = 'center';
      context.fillText(name, LABELS + (at + 0.5) * cell, HEAD / 2, cell - 4);
      context.textAlign = 'left';
      context.fillText(name, 0, HEAD + (at + 0.5) * cell, LABELS - 12);
    });
    context.textAlign = 'center';
    counts.forEach((row, truth) => {
      const total = row.reduce((a, b) => a + b, 0);
      row.forEach((count, said) => {
        const [left, top] = [LABELS + said * cell, HEAD + truth * cell];
        const color = colors[truth === said ? 'right' : 'wrong'];
        context.fillStyle = `rgb(${mixed(paper, color, strength(total > 0 ? count / total : 0)).join(' ')})`;
        context.fillRect(left, top, cell - 1, cell - 1);
        context.fillStyle = palette('--ink');
        context.fillText(wholeText(count), left + cell / 2, top + cell / 2, cell - 4);
      });
    });
  };
}
