/** The plane of two inputs, and what the network says all over it. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { CanvasChart } from '../../parts/canvas-chart.js';
import { paintPlane, planeSize } from './paint-plane.js';
import { shownNumber } from './shown-number.js';
import { planeSummary } from './view-summaries.js';
import { TableDetails } from './table-details.js';
import { useView } from './use-view.js';
import { ViewFrame } from './view-frame.js';
import type { PlaneView } from './view-results.js';

export function PlaneTab({ isSeen }: { readonly isSeen: ReadonlySignal<boolean> }) {
  const state = useView((views, request) => views.plane(request), useSignal(undefined), isSeen);
  return <ViewFrame state={state.value}>{(view, when) => <Plane view={view} when={when} />}</ViewFrame>;
}

function Plane({ view, when }: { readonly view: PlaneView; readonly when: string }) {
  const paint = useMemo(() => paintPlane(view), [view]);
  const sizeIn = useMemo(() => planeSize(view), [view]);
  const summary = planeSummary(view);
  return (
    <>
      <CanvasChart title="What the network says over the plane" summary={summary} paint={paint} sizeIn={sizeIn} />
      <p class="note chart-remarks">
        {summary} Computed by the reference from the weights {when}.
      </p>
      <TableDetails summary="Some of its numbers as a table" label="Table of the plane">
        {() => <PlaneTable view={view} />}
      </TableDetails>
    </>
  );
}

/** Places along each side of the table. */
const PLACES = 5;

function PlaneTable({ view: { x, y, size, says } }: { readonly view: PlaneView }) {
  const places = Array.from({ length: PLACES }, (_, i) => Math.round(((i + 0.5) * size) / PLACES - 0.5));
  const at = ({ min, max }: PlaneView['x'], place: number) => shownNumber(min + ((max - min) * (place + 0.5)) / size);
  const cell = (place: number) =>
    says.kind === 'number'
      ? shownNumber(says.values[place]!)
      : `${says.names[says.labels[place]!]} (${(100 * says.shares[place]!).toFixed(0)} %)`;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">
            {y.name} ↓ {x.name} →
          </th>
          {places.map((column) => (
            <th key={column} scope="col">
              {at(x, column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {places.toReversed().map((row) => (
          <tr key={row}>
            <th scope="row">{at(y, row)}</th>
            {places.map((column) => (
              <td key={column}>{cell(row * size + column)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
