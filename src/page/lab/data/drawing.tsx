/**
 * Points drawn by hand: a field to draw on with mouse, pen or finger, and a form for whoever uses the keyboard. What is drawn becomes
 * the run's data as soon as there are two classes.
 */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { counted } from '../../../core/text.js';
import { CheckField, NumberField } from '../../parts/fields.js';
import { useLab } from '../lab-context.js';
import { Mark, Marks } from './marks.js';
import {
  dataOfPoints,
  DRAWN_CLASSES,
  type DrawnPoint,
  extentOf,
  heldBack,
  MOST_POINTS,
  pointsOf,
  targetOfPoints,
  withoutPointsNear,
  withPoint,
} from './points.js';
import { withData } from './suit-run.js';

/** Of the field, in its own units. */
const SIDE = 300;
/** As shares of half the field. */
const SPACING = 0.07;
const SCATTER = 0.06;
const ERASER = 0.1;
/** Degrees; points laid at multiples of it lie nowhere close together. */
const GOLDEN = 137.508;

export function DrawingChoice() {
  const { state, data } = useLab();
  const points = useSignal<readonly DrawnPoint[]>(pointsOf(state.peek().run.data) ?? []);
  const history = useSignal<readonly (readonly DrawnPoint[])[]>([]);
  const label = useSignal(0);
  const isErasing = useSignal(false);
  const holdsBack = useSignal(points.peek().some(({ isHeld }) => isHeld));
  // What was handed over last: whatever else the run says comes from a link, or from going back.
  const own = useRef(state.peek().run.data);
  useSignalEffect(() => {
    const { data: now } = state.value.run;
    if (now === own.current) return;
    own.current = now;
    const found = pointsOf(now);
    if (!found) return;
    points.value = found;
    history.value = [];
  });

  const hand = (next: readonly DrawnPoint[], before: readonly DrawnPoint[]) => {
    points.value = next;
    if (next === before) return;
    history.value = [...history.peek(), before].slice(-100);
    commit(next);
  };
  const commit = (next: readonly DrawnPoint[]) => {
    const made = dataOfPoints(next);
    if (!made) return;
    own.current = made;
    data.choose(withData(state.peek().run, made, targetOfPoints(next)));
  };
  const undo = () => {
    const before = history.peek().at(-1);
    if (!before) return;
    history.value = history.peek().slice(0, -1);
    points.value = before;
    commit(before);
  };
  const isUsed = dataOfPoints(points.value) !== undefined;
  return (
    <div class="drawing">
      <Tools label={label} isErasing={isErasing} />
      <DrawingField points={points} label={label} isErasing={isErasing} holdsBack={holdsBack} onEnd={hand} />
      <div class="buttons">
        <button type="button" class="quiet" disabled={history.value.length === 0} onClick={undo}>
          Undo
        </button>
        <button
          type="button"
          class="quiet"
          disabled={points.value.length === 0}
          onClick={() => hand([], points.peek())}
        >
          Clear
        </button>
      </div>
      <p class="note" role="status">
        {counted(points.value.length, 'point')} of at most {MOST_POINTS}.
        {!isUsed && ' Draw points of two classes at least; until then the data from before stay.'}
      </p>
      <CheckField
        label="Hold back every fifth point for validation"
        checked={holdsBack.value}
        onChange={(checked) => {
          holdsBack.value = checked;
          hand(heldBack(points.peek(), checked), points.peek());
        }}
      />
      <PointForm
        onAdd={(x, y) => hand(withPoint(points.peek(), { x, y, label: label.peek() }, holdsBack.peek()), points.peek())}
      />
    </div>
  );
}

interface Choice<T> {
  value: T;
  peek(): T;
}

function Tools({ label, isErasing }: { label: Choice<number>; isErasing: Choice<boolean> }) {
  const group = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Draw points of class, or erase</legend>
      {Array.from({ length: DRAWN_CLASSES }, (_, one) => (
        <label key={one}>
          <input
            type="radio"
            name={group}
            checked={!isErasing.value && label.value === one}
            onChange={() => {
              label.value = one;
              isErasing.value = false;
            }}
          />
          <span>
            <Mark label={one} />
            {one}
          </span>
        </label>
      ))}
      <label>
        <input type="radio" name={group} checked={isErasing.value} onChange={() => (isErasing.value = true)} />
        <span>Erase</span>
      </label>
    </fieldset>
  );
}

interface FieldProps {
  readonly points: Choice<readonly DrawnPoint[]>;
  readonly label: Choice<number>;
  readonly isErasing: Choice<boolean>;
  readonly holdsBack: Choice<boolean>;
  /** Told of the points after a stroke, and of those before it. */
  readonly onEnd: (after: readonly DrawnPoint[], before: readonly DrawnPoint[]) => void;
}

function DrawingField({ points, label, isErasing, holdsBack, onEnd }: FieldProps) {
  const stroke = useRef<{ before: readonly DrawnPoint[]; x: number; y: number } | undefined>(undefined);
  const extent = extentOf(points.value);
  const shown = (value: number) => (SIDE / 2) * (1 + (0.94 * value) / extent);
  const placeOf = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const inside = (share: number) => Math.max(-1, Math.min(1, (2 * share - 1) / 0.94)) * extent;
    return { x: inside((event.clientX - left) / width), y: -inside((event.clientY - top) / height) };
  };
  const act = (place: { readonly x: number; readonly y: number }, isFirst: boolean) => {
    if (isErasing.peek()) {
      points.value = withoutPointsNear(points.peek(), place, ERASER * extent);
      return;
    }
    const count = points.peek().length;
    const angle = (count * GOLDEN * Math.PI) / 180;
    const radius = isFirst ? 0 : SCATTER * extent * Math.sqrt(((count * 7) % 16) / 16);
    const spread = { x: place.x + radius * Math.cos(angle), y: place.y + radius * Math.sin(angle) };
    points.value = withPoint(points.peek(), { ...spread, label: label.peek() }, holdsBack.peek());
  };
  const of = (one: number, isHeld: boolean) =>
    points.value
      .filter((point) => point.label === one && point.isHeld === isHeld)
      .map(({ x, y }) => ({ x: shown(x), y: shown(-y) }));
  const end = () => {
    const { current } = stroke;
    stroke.current = undefined;
    if (current) onEnd(points.peek(), current.before);
  };
  return (
    <svg
      class="drawing-field"
      viewBox={`0 0 ${SIDE} ${SIDE}`}
      role="img"
      aria-label="Field to draw points on. With the keyboard, add points by their coordinates below."
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const place = placeOf(event);
        stroke.current = { before: points.peek(), ...place };
        act(place, true);
      }}
      onPointerMove={(event) => {
        const { current } = stroke;
        if (!current) return;
        const place = placeOf(event);
        if (Math.hypot(place.x - current.x, place.y - current.y) < SPACING * extent) return;
        stroke.current = { ...current, ...place };
        act(place, false);
      }}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <path class="axes" d={`M${SIDE / 2} 0V${SIDE}M0 ${SIDE / 2}H${SIDE}`} />
      {Array.from({ length: DRAWN_CLASSES }, (_, one) => (
        <g key={one}>
          <Marks label={one} places={of(one, false)} radius={3.6} />
          <Marks label={one} places={of(one, true)} radius={3.6} isHollow />
        </g>
      ))}
    </svg>
  );
}

/** The same without a pointer. */
function PointForm({ onAdd }: { onAdd: (x: number, y: number) => void }) {
  const x = useSignal(0);
  const y = useSignal(0);
  return (
    <details>
      <summary>Add a point by its coordinates</summary>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          onAdd(x.peek(), y.peek());
        }}
      >
        <NumberField label="x1" value={x.value} min={-1} max={1} onChange={(value) => (x.value = value)} />
        <NumberField label="x2" value={y.value} min={-1} max={1} onChange={(value) => (y.value = value)} />
        <button type="submit" class="quiet">
          Add
        </button>
      </form>
    </details>
  );
}
