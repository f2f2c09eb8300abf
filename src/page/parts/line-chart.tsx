/**
 * A line chart: one or more plots below one another with one x axis and one cursor. It follows the width of its place and the colours of
 * the page; what is under the cursor stands below it as text, by pointer, finger or arrow keys; it can be saved as a picture.
 * uPlot is loaded when the first chart is shown.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { onColorsChange } from './colors.js';
import { pictureOf } from './picture-file.js';
import type { Line, Plot } from './plot.js';
import { drawForPicture, type Library, PlotDrawing } from './plot-drawing.js';
import { fileNameOf, saveCanvas } from './save-file.js';
import './line-chart.css';

export type { Line, Plot } from './plot.js';

export interface LineChartProps {
  /** Of the picture and its file. */
  readonly title: string;
  /** Ascending. */
  readonly x: ArrayLike<number>;
  readonly xLabel: string;
  readonly plots: readonly Plot[];
  /** What is said of a place in x; of the last one where nothing is pointed at. */
  readonly readout: (place: number) => ComponentChildren;
  /** Further buttons beside that for the picture. */
  readonly children?: ComponentChildren;
}

/** Of a picture, in CSS pixels. */
const PICTURE_WIDTH = 960;

export function LineChart({ title, x, xLabel, plots, readout, children }: LineChartProps) {
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const drawing = useRef<PlotDrawing>(undefined);
  const library = useSignal<Library | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const place = useSignal<number | null>(null);
  const zoom = useSignal<readonly [number, number] | undefined>(undefined);
  const shown = useRef({ x, xLabel, plots, zoom: zoom.value });
  shown.current = { x, xLabel, plots, zoom: zoom.value };

  const draw = () => {
    const hosts = root.current?.querySelectorAll<HTMLElement>('.plot');
    if (hosts && shown.current.x.length > 0) drawing.current?.draw(shown.current, [...hosts]);
  };
  useEffect(() => {
    let isOver = false;
    let end = () => {};
    const open = ({ default: uPlot }: { readonly default: Library }) => {
      if (isOver) return;
      drawing.current = new PlotDrawing(uPlot, {
        sync: id,
        onMove: (to) => (place.value = to),
        onZoom: (min, max) => (zoom.value = [min, max]),
        onShowAll: () => (zoom.value = undefined),
      });
      library.value = uPlot;
      const sizes = new ResizeObserver(draw);
      sizes.observe(root.current!);
      const endColors = onColorsChange(() => drawing.current?.recolor());
      end = () => {
        sizes.disconnect();
        endColors();
        drawing.current?.close();
        drawing.current = undefined;
      };
    };
    import('uplot').then(open, () => (problem.value = 'The charts could not be loaded: there is no connection.'));
    return () => {
      isOver = true;
      end();
    };
  }, [id]);
  useLayoutEffect(draw, [x, plots, zoom.value, library.value]);

  const move = (event: KeyboardEvent) => {
    const places = drawing.current?.places ?? [];
    if (event.key === 'Escape') zoom.value = undefined;
    if (places.length === 0) return;
    const at = place.value === null ? places.length - 1 : nearest(places, place.value);
    const to = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      PageUp: at - 10,
      PageDown: at + 10,
      Home: 0,
      End: places.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    place.value = places[Math.min(places.length - 1, Math.max(0, to))]!;
    drawing.current!.point(place.value);
  };
  const save = async () => {
    const canvases = await drawForPicture(library.value!, shown.current, PICTURE_WIDTH);
    const sections = plots.map((plot, p) => ({
      title: plot.title,
      lines: plot.lines,
      drawing: canvases[p]!,
      width: PICTURE_WIDTH,
      height: plot.height,
    }));
    await saveCanvas(fileNameOf(title, 'png'), pictureOf(title, sections, Math.max(1, devicePixelRatio)));
  };
  const last = x.length - 1;
  return (
    <div class="line-chart" ref={root}>
      {plots.map((plot, p) => (
        <div key={plot.key}>
          <div class="plot-head">
            <h3>{plot.title}</h3>
            <Legend lines={plot.lines} />
          </div>
          <div
            class="plot"
            style={{ minHeight: `${plot.height}px` }}
            role="img"
            aria-label={plot.summary}
            tabIndex={p === 0 ? 0 : undefined}
            aria-describedby={p === 0 ? `${id}-readout ${id}-hint` : undefined}
            onKeyDown={p === 0 ? move : undefined}
          />
        </div>
      ))}
      {/* The place is read out when it is moved by keys; a training under way would never be silent. */}
      <p class="readout" id={`${id}-readout`} aria-live={place.value === null ? 'off' : 'polite'}>
        {x.length > 0 && readout(Math.min(place.value ?? last, last))}
      </p>
      <p class="problem">{problem.value}</p>
      <p class="note plot-hint" id={`${id}-hint`}>
        Point at the chart or use the arrow keys to read it; drag over it to look closer.
      </p>
      <div class="buttons small-buttons">
        {zoom.value && (
          <button type="button" class="quiet" onClick={() => (zoom.value = undefined)}>
            Show all
          </button>
        )}
        <button type="button" class="quiet" disabled={!library.value || x.length === 0} onClick={() => void save()}>
          Save as PNG
        </button>
        {children}
      </div>
    </div>
  );
}

function Legend({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ul class="legend">
      {lines
        .filter(({ isQuiet }) => !isQuiet)
        .map((line) => (
          <li key={line.key}>
            <Swatch {...line} />
            {line.label}
          </li>
        ))}
    </ul>
  );
}

/** How a line looks. */
export function Swatch({ color, width, dash, alpha }: Pick<Line, 'color' | 'width' | 'dash' | 'alpha'>) {
  return (
    <svg class="swatch" width="30" height="10" aria-hidden="true">
      <line
        x1="0"
        y1="5"
        x2="30"
        y2="5"
        style={{ stroke: `var(${color})` }}
        stroke-width={width}
        stroke-dasharray={dash?.join(' ')}
        opacity={alpha}
      />
    </svg>
  );
}

function nearest(places: readonly number[], wanted: number): number {
  let best = 0;
  places.forEach((place, i) => {
    if (Math.abs(place - wanted) < Math.abs(places[best]! - wanted)) best = i;
  });
  return best;
}
