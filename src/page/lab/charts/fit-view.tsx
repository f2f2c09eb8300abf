/** What a network says along its one input, and the data's points around it. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { evenly } from '../../../core/text.js';
import { CanvasChart, type Paint, type Size } from '../../parts/canvas-chart.js';
import { drawAxes, frameIn, sansOf } from '../../parts/frame.js';
import { addMark } from '../../parts/marks.js';
import { classColor } from './class-look.js';
import { shownNumber } from './shown-number.js';
import { TableDetails } from './table-details.js';
import { useView } from './use-view.js';
import { ViewFrame } from './view-frame.js';
import type { FitView } from './view-results.js';
import { fitSummary } from './view-summaries.js';

const MOST_WIDTH = 720;
const LEGEND = 26;
/** Lines differ by dash too. */
const DASHES = [[], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4]];
const ROWS = 13;

export function FitTab({ isSeen }: { readonly isSeen: ReadonlySignal<boolean> }) {
  const state = useView((views, request) => views.fit(request), useSignal(undefined), isSeen);
  return <ViewFrame state={state.value}>{(view, when) => <Fit view={view} when={when} />}</ViewFrame>;
}

function sizeIn(width: number): Size {
  const wide = Math.min(MOST_WIDTH, width);
  return { width: wide, height: Math.max(240, Math.round(0.5 * wide)) + LEGEND };
}

function Fit({ view, when }: { readonly view: FitView; readonly when: string }) {
  const paint = useMemo(() => paintFit(view), [view]);
  const summary = fitSummary(view);
  return (
    <>
      <CanvasChart title="What the network says along its input" summary={summary} paint={paint} sizeIn={sizeIn} />
      <p class="note chart-remarks">
        {summary} Computed by the reference from the weights {when}.
      </p>
      <TableDetails summary="Some of its numbers as a table" label="Table of the line">
        {() => (
          <table>
            <thead>
              <tr>
                <th scope="col">{view.x.name}</th>
                {view.lines.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {evenly(view.at.length, ROWS).map((place) => (
                <tr key={place}>
                  <th scope="row">{shownNumber(view.at[place]!)}</th>
                  {view.lines.map(({ name, values }) => (
                    <td key={name}>{shownNumber(values[place]!)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </TableDetails>
    </>
  );
}

function lineColor(line: number, lines: number): string {
  return lines === 1 ? '--gpu' : classColor(line);
}

function paintFit({ x, y, at, lines, points }: FitView): Paint {
  return (context, { width, height }, palette) => {
    const frame = frameIn({ width, height: height - LEGEND }, x, y);
    drawAxes(context, frame, [x, y], palette, true);
    for (const { part, x: across, y: up } of points) {
      context.beginPath();
      for (let i = 0; i < across.length; i++) {
        addMark(context, part === 'training' ? 0 : 1, frame.x(across[i]!), frame.y(up[i]!), 3);
      }
      drawMarks(part);
    }
    lines.forEach((line, l) => {
      context.beginPath();
      at.forEach((value, i) => context.lineTo(frame.x(value), frame.y(line.values[i]!)));
      context.strokeStyle = palette(lineColor(l, lines.length));
      context.lineWidth = 2.25;
      context.setLineDash(DASHES[l % DASHES.length]!);
      context.stroke();
      context.setLineDash([]);
    });
    drawLegend();

    function drawMarks(part: string) {
      context.fillStyle = part === 'training' ? palette('--cpu') : palette('--panel');
      context.strokeStyle = part === 'training' ? palette('--panel') : palette('--validation');
      context.lineWidth = 1.25;
      // Of full marks the rim lies behind, so that neighbours do not cut them.
      if (part === 'training') context.stroke();
      context.fill();
      if (part !== 'training') context.stroke();
    }

    function drawLegend() {
      context.font = `13px ${sansOf()}`;
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      const middle = height - LEGEND / 2;
      let left = frame.left;
      const text = (words: string) => {
        context.fillStyle = palette('--ink');
        context.fillText(words, left, middle);
        left += context.measureText(words).width + 22;
      };
      lines.forEach(({ name }, l) => {
        context.beginPath();
        context.moveTo(left, middle);
        context.lineTo(left + 26, middle);
        context.strokeStyle = palette(lineColor(l, lines.length));
        context.lineWidth = 2.25;
        context.setLineDash(DASHES[l % DASHES.length]!);
        context.stroke();
        context.setLineDash([]);
        left += 33;
        text(lines.length === 1 ? 'network' : name);
      });
      for (const { part } of points) {
        context.beginPath();
        addMark(context, part === 'training' ? 0 : 1, left + 5, middle, 4);
        drawMarks(part);
        left += 16;
        text(part);
      }
    }
  };
}
