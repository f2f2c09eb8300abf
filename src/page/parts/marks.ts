/** Marks for points: ten shapes, so that classes differ by more than their colour. */

type Draw = (context: CanvasRenderingContext2D, x: number, y: number, r: number) => void;

function corners(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  r: number,
  count: number,
  turn: number,
): void {
  for (let i = 0; i < count; i++) {
    const angle = turn + (2 * Math.PI * i) / count;
    const [px, py] = [x + r * Math.cos(angle), y + r * Math.sin(angle)];
    if (i === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
  }
  context.closePath();
}

function star(points: number, turn: number): Draw {
  return (context, x, y, r) => {
    for (let i = 0; i < 2 * points; i++) {
      const angle = turn + (Math.PI * i) / points;
      const reach = i % 2 === 0 ? 1.35 * r : 0.55 * r;
      const [px, py] = [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
      if (i === 0) context.moveTo(px, py);
      else context.lineTo(px, py);
    }
    context.closePath();
  };
}

const UP = -Math.PI / 2;

const SHAPES: readonly Draw[] = [
  (context, x, y, r) => {
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  },
  (context, x, y, r) => context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r),
  (context, x, y, r) => corners(context, x, y, 1.25 * r, 3, UP),
  (context, x, y, r) => corners(context, x, y, 1.25 * r, 4, UP),
  (context, x, y, r) => corners(context, x, y, 1.25 * r, 3, -UP),
  star(5, UP),
  (context, x, y, r) => corners(context, x, y, 1.1 * r, 6, 0),
  star(4, 0),
  (context, x, y, r) => corners(context, x, y, 1.1 * r, 5, UP),
  star(3, UP),
];

/** Adds a mark to the path. @param shape any number; beyond ten they come again */
export function addMark(context: CanvasRenderingContext2D, shape: number, x: number, y: number, radius: number): void {
  SHAPES[shape % SHAPES.length]!(context, x, y, radius);
}
