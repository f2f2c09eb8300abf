/** The SVG of a network. It draws what it is given, tells which unit or line is pointed at, and lets the keyboard walk over units. */
import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { wholeText } from '../../../core/text.js';
import { type Edge, edgeNear, type Edges, type EdgePath, LEVELS, pathsOf } from './edges.js';
import type { Column, Layout } from './layout.js';
import type { Stage } from './stages.js';
import type { Names } from './unit-text.js';

/** What is pointed at. */
export type Spot =
  | { readonly kind: 'unit'; readonly stage: number; readonly position: number }
  | { readonly kind: 'edge'; readonly edge: Edge };

interface Props {
  readonly stages: readonly Stage[];
  readonly layout: Layout;
  readonly edges: Edges | undefined;
  readonly names: Names;
  readonly spot: Signal<Spot | undefined>;
  readonly label: string;
  /** A unit in words, with its numbers. */
  readonly describe: (stage: number, position: number) => string;
}

export function DrawnNetwork({ stages, layout, edges, names, spot, label, describe }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const { width, height, columns } = layout;
  const place = spot.value;
  // Many lines are thin ones, or they are one blot.
  const widest = edges && edges.drawn.length > 300 ? 2 : 3.5;
  const isNear = (edge: Edge) =>
    place?.kind === 'edge'
      ? edge.stage === place.edge.stage && edge.from === place.edge.from && edge.to === place.edge.to
      : place !== undefined &&
        ((edge.stage === place.stage && edge.to === place.position) ||
          (place.stage === 0 && edge.stage === 1 && edge.from === place.position));
  const point = (event: PointerEvent) => {
    const box = svg.current!.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    const edge = edges && edgeNear(edges, layout, at);
    spot.value = edge && { kind: 'edge', edge };
  };
  /** One unit is in the tab order; the others are reached from it. */
  const current =
    place?.kind === 'unit' && place.stage < stages.length && place.position < stages[place.stage]!.shown.length
      ? place
      : { stage: 0, position: 0 };
  const walk = (event: KeyboardEvent) => {
    const next = afterKey(event.key, current, stages);
    if (!next) return;
    event.preventDefault();
    spot.value = { kind: 'unit', ...next };
    svg.current!.querySelector<SVGElement>(`[data-unit="${next.stage}-${next.position}"]`)?.focus();
  };
  return (
    <svg
      ref={svg}
      class="network"
      role="group"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      onPointerMove={point}
      onPointerLeave={() => (spot.value = undefined)}
      onKeyDown={walk}
    >
      <g class={place ? 'edges faded' : 'edges'}>
        {edges && pathsOf(edges, layout).map((path) => <Line key={keyOf(path)} {...path} widest={widest} />)}
      </g>
      {edges && place && (
        <g class="edges">
          {pathsOf(edges, layout, isNear).map((path) => (
            <Line key={keyOf(path)} {...path} widest={3.5} isNear />
          ))}
        </g>
      )}
      {stages.map((stage, s) => (
        <g key={s}>
          <ColumnText stage={stage} column={columns[s]!} footer={layout.footer} />
          {stage.shown.map((unit, position) => (
            <g
              key={unit}
              class="unit"
              role="img"
              data-unit={`${s}-${position}`}
              tabIndex={current.stage === s && current.position === position ? 0 : -1}
              aria-label={describe(s, position)}
              onFocus={() => (spot.value = { kind: 'unit', stage: s, position })}
              onBlur={() => (spot.value = undefined)}
              onPointerMove={(event) => {
                event.stopPropagation();
                spot.value = { kind: 'unit', stage: s, position };
              }}
            >
              <UnitMark
                column={columns[s]!}
                position={position}
                side={sideOf(s, stages)}
                name={nameOf(s, unit, stages, names)}
              />
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}

const keyOf = ({ isNegative, level }: EdgePath) => `${level}${isNegative ? '-' : '+'}`;

function Line({ isNegative, level, path, widest, isNear = false }: EdgePath & { widest: number; isNear?: boolean }) {
  const strength = (level - 1) / (LEVELS - 1);
  return (
    <path
      class={isNegative ? 'edge negative' : 'edge'}
      data-level={level}
      stroke-width={0.5 + (widest - 0.5) * strength}
      // Dashes in step would make stripes.
      stroke-dashoffset={isNegative ? 2 * level : undefined}
      stroke-opacity={isNear ? 1 : 0.16 + 0.74 * strength ** 1.5}
      d={path}
    />
  );
}

function ColumnText({ stage, column, footer }: { stage: Stage; column: Column; footer: number }) {
  const { x, gap } = column;
  return (
    <>
      <text class="column-name" x={x} y={14} text-anchor="middle">
        {stage.layer === undefined ? 'inputs' : `layer ${stage.layer + 1}`}
      </text>
      <text class="column-size" x={x} y={29} text-anchor="middle">
        {[wholeText(stage.units), stage.activation].filter(Boolean).join(' ')}
      </text>
      {gap && (
        <text class="gap" x={gap.x} y={gap.y + 4} text-anchor="middle">
          ⋮
        </text>
      )}
      {stage.followers.map((text, line) => (
        <text key={line} class="column-size" x={x} y={footer + 15 * line} text-anchor="middle">
          {text}
        </text>
      ))}
    </>
  );
}

type Side = 'left' | 'right';

function UnitMark({
  column,
  position,
  side,
  name,
}: {
  column: Column;
  position: number;
  side: Side;
  name: string | undefined;
}) {
  const { x, y } = column.nodes[position]!;
  const beside = column.radius + 6;
  return (
    <>
      {/* What can be pointed at is larger than what is seen. */}
      <circle class="reach" cx={x} cy={y} r={column.radius + 3} />
      <circle class="dot" cx={x} cy={y} r={column.radius} />
      {name !== undefined && (
        <text
          class="unit-name"
          x={side === 'left' ? x - beside : x + beside}
          y={y + 4}
          text-anchor={side === 'left' ? 'end' : 'start'}
        >
          {shortened(name)}
        </text>
      )}
    </>
  );
}

const sideOf = (stage: number, stages: readonly Stage[]): Side => (stage === 0 && stages.length > 1 ? 'left' : 'right');

function nameOf(stage: number, unit: number, stages: readonly Stage[], { inputs, outputs }: Names): string | undefined {
  if (stage === 0) return inputs[unit];
  return stage === stages.length - 1 ? outputs?.[unit] : undefined;
}

function shortened(name: string): string {
  return name.length > 14 ? `${name.slice(0, 13)}…` : name;
}

interface At {
  readonly stage: number;
  readonly position: number;
}

function afterKey(key: string, { stage, position }: At, stages: readonly Stage[]): At | undefined {
  const last = (s: number) => stages[s]!.shown.length - 1;
  const across = (to: number) => {
    if (to < 0 || to >= stages.length) return undefined;
    // At the same height, as far as the columns have the same number of units.
    return { stage: to, position: Math.round((position / Math.max(1, last(stage))) * last(to)) };
  };
  switch (key) {
    case 'ArrowUp':
      return { stage, position: Math.max(0, position - 1) };
    case 'ArrowDown':
      return { stage, position: Math.min(last(stage), position + 1) };
    case 'ArrowLeft':
      return across(stage - 1);
    case 'ArrowRight':
      return across(stage + 1);
    case 'Home':
      return { stage, position: 0 };
    case 'End':
      return { stage, position: last(stage) };
    default:
      return undefined;
  }
}
