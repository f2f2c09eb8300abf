/** A pad to draw a picture on, with mouse, touch or pen, and beside it what the network sees of it. */
import { useEffect, useRef } from 'preact/hooks';
import { type Ink, inkOf, isLikeMnist, pictureOf, valuesOf } from './pad.js';
import type { InputField } from './subject.js';

type PictureField = Extract<InputField, { kind: 'picture' }>;

export interface PicturePadProps {
  readonly field: PictureField;
  /** What the network sees. */
  readonly values: Float64Array;
  readonly onDraw: (values: Float64Array) => void;
}

/** Pixels of the pad's sides, and of a stroke: some two of MNIST's. */
const SIDE = 280;
const STROKE = 22;

export function PicturePad({ field, values, onDraw }: PicturePadProps) {
  const pad = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined);
  const drawn = useRef<Float64Array | undefined>(undefined);
  const { width, height } = field;

  // What comes from elsewhere, a row of the data, is shown on the pad too; one's own strokes stay as they are.
  useEffect(() => {
    if (values !== drawn.current) show(pad.current!, inkOf(values, field));
  }, [values, field]);

  const point = (event: PointerEvent) => {
    const { left, top, width: across, height: down } = pad.current!.getBoundingClientRect();
    return { x: ((event.clientX - left) / across) * SIDE, y: ((event.clientY - top) / down) * SIDE };
  };
  const draw = (event: PointerEvent) => {
    const context = pad.current!.getContext('2d')!;
    const to = point(event);
    const from = last.current ?? to;
    last.current = to;
    context.strokeStyle = '#fff';
    context.lineWidth = STROKE;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(from.x, from.y);
    // A dot has a length too, or nothing is drawn.
    context.lineTo(to.x + (from === to ? 0.1 : 0), to.y);
    context.stroke();
    drawn.current = valuesOf(pictureOf(inkOn(pad.current!), field), field.channels, field.max);
    onDraw(drawn.current);
  };
  return (
    <div class="picture">
      <canvas
        ref={pad}
        class="pad"
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label={`A pad of ${width} × ${height} pixels to draw on. Without a pointer, take a row of the data below.`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = undefined;
          // Who draws over a row of the data means a picture of their own.
          if (drawn.current === undefined || drawn.current !== values) clear(pad.current!);
          draw(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) draw(event);
        }}
      />
      <div class="picture-side">
        <Preview ink={inkOf(values, field)} />
        <p class="note">
          What the network sees.{' '}
          {isLikeMnist(field)
            ? 'What you draw is scaled to fit 20 × 20 pixels and laid with its centre of mass in the middle of 28 × 28, as in MNIST.'
            : `What you draw is made smaller to ${width} × ${height} pixels as it is.`}
        </p>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            clear(pad.current!);
            drawn.current = new Float64Array(width * height * field.channels);
            onDraw(drawn.current);
          }}
        >
          Clear
        </button>
      </div>
    </div>
  );
}

function Preview({ ink }: { ink: Ink }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current!.getContext('2d')!.putImageData(imageOf(ink), 0, 0);
  });
  return <canvas ref={canvas} class="seen" width={ink.width} height={ink.height} aria-hidden="true" />;
}

function clear(pad: HTMLCanvasElement): void {
  pad.getContext('2d')!.clearRect(0, 0, SIDE, SIDE);
}

function show(pad: HTMLCanvasElement, ink: Ink): void {
  clear(pad);
  const small = document.createElement('canvas');
  small.width = ink.width;
  small.height = ink.height;
  small.getContext('2d')!.putImageData(imageOf(ink), 0, 0);
  const context = pad.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, SIDE, SIDE);
}

function imageOf({ width, height, pixels }: Ink): ImageData {
  const image = new ImageData(width, height);
  pixels.forEach((ink, pixel) => image.data.set([255, 255, 255, ink], 4 * pixel));
  return image;
}

/** How much ink each pixel of the pad has: its opacity. */
function inkOn(pad: HTMLCanvasElement): Ink {
  const { data, width, height } = pad.getContext('2d', { willReadFrequently: true })!.getImageData(0, 0, SIDE, SIDE);
  return { width, height, pixels: Uint8Array.from({ length: width * height }, (_, pixel) => data[4 * pixel + 3]!) };
}
