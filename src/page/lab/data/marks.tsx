/**
 * The marks that stand for classes: each of another shape and colour, so that neither is needed to tell them apart. Filled to train on,
 * hollow to validate with. All marks of one kind are a single path, which stays quick with thousands.
 */

/** Corners, around the middle, of a radius of about 1. */
const SHAPES: readonly (readonly (readonly [number, number])[] | 'circle')[] = [
  'circle',
  polygon(4, 45, 1.15),
  polygon(3, -90, 1.3),
  polygon(4, 0, 1.3),
  polygon(3, 90, 1.3),
  star(4, 45, 0.4, 1.45),
  polygon(5, -90, 1.2),
  star(5, -90, 0.5, 1.4),
  star(4, 0, 0.45, 1.5),
  polygon(6, 0, 1.15),
];

export const COLORS = 10;

export interface Place {
  readonly x: number;
  readonly y: number;
}

export function marksPath(label: number, places: readonly Place[], radius: number): string {
  // The second ten classes have the colours of the first with other shapes.
  const shape = SHAPES[(label + Math.floor(label / COLORS)) % SHAPES.length]!;
  return places.map((place) => markPath(shape, place, radius)).join('');
}

function markPath(shape: (typeof SHAPES)[number], { x, y }: Place, radius: number): string {
  if (shape === 'circle') {
    const [r, across] = [short(radius), short(2 * radius)];
    return `M${short(x - radius)} ${short(y)}a${r} ${r} 0 1 0 ${across} 0a${r} ${r} 0 1 0 -${across} 0z`;
  }
  return `M${shape.map(([dx, dy]) => `${short(x + radius * dx)} ${short(y + radius * dy)}`).join('L')}z`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function polygon(corners: number, turn: number, radius: number): readonly (readonly [number, number])[] {
  return Array.from({ length: corners }, (_, i) => corner((360 * i) / corners + turn, radius));
}

function star(rays: number, turn: number, inner: number, outer: number): readonly (readonly [number, number])[] {
  return Array.from({ length: 2 * rays }, (_, i) => corner((180 * i) / rays + turn, i % 2 ? inner : outer));
}

function corner(degrees: number, radius: number): readonly [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

export interface MarksProps {
  readonly label: number;
  readonly places: readonly Place[];
  readonly radius: number;
  readonly isHollow?: boolean;
}

export function Marks({ label, places, radius, isHollow = false }: MarksProps) {
  if (places.length === 0) return null;
  const color = `var(--class-${label % COLORS})`;
  return (
    <path
      class={isHollow ? 'mark mark-hollow' : 'mark'}
      d={marksPath(label, places, radius)}
      style={isHollow ? { stroke: color } : { fill: color }}
    />
  );
}

/** A mark alone, for legends and buttons; it says nothing to a screen reader, which the text beside it does. */
export function Mark({ label, isHollow = false }: { label: number; isHollow?: boolean }) {
  return (
    <svg class="mark-alone" viewBox="-8 -8 16 16" aria-hidden="true">
      <Marks label={label} places={[{ x: 0, y: 0 }]} radius={4.5} isHollow={isHollow} />
    </svg>
  );
}
